"""Erasing a record so that it is gone: versions, signature, attachments, drafts, search words, and the room that they leave.

What stays is the trail: entries with the record's id, which say what was done and hold nothing of what was erased. Their digests
were made with the record's salt, which goes too. The room that the rows leave in the file is overwritten; copies that the program
itself kept beside a SQLite store go as well. Backups that the agency keeps elsewhere are the agency's to erase.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from era_geo.accounts import Account
from era_geo.record import search, tables
from era_geo.record.access import Action
from era_geo.record.audit import Act, append
from era_geo.record.erase_files import blank, files_of, spelt
from era_geo.record.store_core import Core, allow, reach, reason_given
from era_geo.record.store_engine import Database
from era_geo.record.store_migrate import copies
from era_geo.record.store_rows import version_row
from era_geo.record.store_words import check_words

_EMPTIED = (*tables.OF_RECORD, tables.named, tables.terms, tables.records)
_PATIENCE_S = 20.0
_AGAIN_S = 0.2


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    `overwritten` is false where somebody else was at work in the store, so that the freed room is not overwritten yet: `overwrite`
    does it later. `copies_left` are copies of an older store, or files about the record, that could not be removed. `drafts_left`
    is how many drafts of new records have the same reference, and stay because another record of this case does.
    """

    record_id: str
    versions: int
    overwritten: bool
    copies_removed: tuple[str, ...]
    copies_left: tuple[str, ...]
    drafts_left: int = 0


def erase(core: Core, account: Account, record_id: str, reason: str) -> Erased:
    """Erase a record; see `Store.erase`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.ERASE, lock=True)
        row = reached.row
        why = reason_given(Action.ERASE, reason)
        check_words(why, version_row(connection, record_id, row.version).form)
        connection.execute(tables.erasing.insert().values(record_id=record_id))
        goes_on = _goes_on(connection, row)
        drafts_left = _erase_new_drafts(connection, row, goes_on=goes_on)
        for table in tables.OF_RECORD:
            connection.execute(table.delete().where(table.c.record_id == record_id))
        connection.execute(tables.named.delete().where(tables.named.c.record_no == row.no))
        search.clear(connection, row.no)
        superseding = tables.records.update().where(tables.records.c.supersedes == record_id)
        connection.execute(superseding.values(supersedes=None))
        connection.execute(tables.records.delete().where(tables.records.c.id == record_id))
        append(connection, account, core.stamp(), Act.ERASURE, "erased the record", record_id=record_id, why=why)
        connection.execute(tables.erasing.delete())
    about = files_of(core.home, record_id, "" if goes_on else row.reference)
    removed, left = _remove((*(copies(core.database.path) if core.database.path else ()), *about))
    return Erased(record_id, row.version, overwrite(core.database), removed, left, drafts_left)


def repeat(core: Core, account: Account) -> tuple[bool, tuple[str, ...]]:
    """Do again what follows an erasure and may have been cut short; see `Store.overwrite`."""
    allow(account, Action.OVERWRITE)
    _, left = _remove(copies(core.database.path) if core.database.path else ())
    return overwrite(core.database), left


def _goes_on(connection: sa.Connection, row: Any) -> bool:
    """Whether another record is about the same case, however its reference is spelt."""
    records = tables.records
    others = connection.execute(sa.select(records.c.reference).where(records.c.id != row.id)).scalars()
    return any(spelt(other) == spelt(row.reference) for other in others)


def _erase_new_drafts(connection: sa.Connection, row: Any, *, goes_on: bool) -> int:
    """Delete the drafts of new records of this case, however its reference is spelt; leave and count them if the case goes on."""
    drafts = tables.drafts
    new = connection.execute(sa.select(drafts.c.id, drafts.c.reference).where(drafts.c.record_id.is_(None)))
    own = [draft.id for draft in new if spelt(draft.reference) == spelt(row.reference)]
    if goes_on:
        return len(own)
    connection.execute(drafts.delete().where(drafts.c.id.in_(own)))
    return 0


def overwrite(database: Database) -> bool:
    """Overwrite the room that erased rows have left; say whether it could be done now, or somebody else is at work in the store."""
    try:
        if database.path is not None:
            return _overwrite_file(database)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            until = time.monotonic() + _PATIENCE_S
            done = [_overwrite_table(connection, table.name, until) for table in _EMPTIED]
            return all(done)
    except (exc.DBAPIError, sqlite3.Error):
        return False


def _overwrite_table(connection: sa.Connection, name: str, until: float) -> bool:
    """Write a table of a PostgreSQL store anew without its erased rows, and say whether none was kept.

    While somebody else reads anything in the store (or the server itself counts rows), the server keeps what they might still ask
    for and says only how many rows that are; then it is tried again, until the time `until` of the monotonic clock.
    """
    kept: list[int] = []

    def hear(notice: Any) -> None:
        kept.append(_rows_kept(notice.message_detail))  # what a notice says can be read now, and no later

    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(hear)
    try:
        while True:
            kept.clear()
            connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {name}")
            if not any(kept):
                return True
            if time.monotonic() > until:
                return False
            time.sleep(_AGAIN_S)
    finally:
        driver.remove_notice_handler(hear)


def _rows_kept(detail: str | None) -> int:
    """Read how many dead rows could not be removed: the first number, whatever the server's language."""
    number = re.search(r"\d+", detail or "")
    return int(number[0]) if number else 0


def _overwrite_file(database: Database) -> bool:
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        # What stood in the log before goes with it, once no reader needs it any more.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        answer = cursor.fetchone()
    finally:
        connection.close()
    return answer is not None and answer[0] == 0


def _remove(paths: Iterable[Path]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove files that the program kept; give the names of those that went, and of those that would not go."""
    removed, left = [], []
    for copy in paths:
        try:
            blank(copy)
            copy.unlink()
        except OSError:
            left.append(copy.name)
        else:
            removed.append(copy.name)
    return tuple(removed), tuple(left)
