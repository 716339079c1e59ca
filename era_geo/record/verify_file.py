"""Proving that an exported file is what the store once gave out, and of a record's JSON what differs if it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import DataError, UsageError
from era_geo.record import tables
from era_geo.record.access import Action
from era_geo.record.audit import Anchor
from era_geo.record.envelope import RecordDocument
from era_geo.record.formjson import record_from_dict, sha256
from era_geo.record.store_core import Core, allow
from era_geo.record.store_merge import differences
from era_geo.record.store_read import ANCHOR
from era_geo.record.store_rows import content_of, version_row
from era_geo.record.verify import State, Trail, Verdict, contradicted, read_trail

_ANCHOR = re.compile(re.escape(ANCHOR).replace(r"\{entries\}", r"(\d+)").replace(r"\{hash\}", r"([0-9a-f]{64}|)"))
_ID = re.compile(r"[0-9a-f]{32}")


def verify_files(core: Core, account: Account, paths: Iterable[Path]) -> tuple[Verdict, ...]:
    """Verify exported files; see `Store.verify_files`."""
    allow(account, Action.VERIFY)
    contents = [(path.name, _read(path)) for path in paths]
    with core.database.reading() as connection:
        trail = read_trail(connection)
        verdicts = [verdict for name, content in contents for verdict in _file(connection, trail, name, content)]
    return (*trail.faults, *verdicts)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def _file(connection: sa.Connection, trail: Trail, name: str, content: bytes) -> Iterator[Verdict]:
    table = tables.exported
    row = connection.execute(sa.select(table).where(table.c.sha256 == sha256(content)).order_by(table.c.seq)).first()
    document = _document(content)
    if document is not None:
        yield from _anchored(trail, document)
    if row is not None:
        told = f"as it was exported (trail entry {row.seq})"
        if row.record_id in trail.erased:
            yield Verdict(
                State.ERASED, name, row.record_id, f"It is {told}; the record was erased on {_day(trail, row.record_id)}."
            )
        else:
            yield Verdict(State.UNALTERED, name, row.record_id, f"It is {told}.")
    elif document is None:
        words = "No export of this store has this content: the file was altered, or it is not from here."
        yield Verdict(State.UNKNOWN, name, None, words)
    else:
        yield _compared(connection, trail, name, document)


def _document(content: bytes) -> RecordDocument | None:
    """Read a record's JSON; `None` if the file is something else."""
    try:
        data = json.loads(content)
        return record_from_dict(data) if isinstance(data, dict) else None
    except (ValueError, DataError):
        return None


def _anchored(trail: Trail, document: RecordDocument) -> Iterator[Verdict]:
    """Hold the trail against the anchor that the export carries."""
    for event in document.trail:
        found = _ANCHOR.fullmatch(event.what)
        if found:
            yield from contradicted(trail, Anchor(int(found[1]), found[2]))


def _compared(connection: sa.Connection, trail: Trail, name: str, document: RecordDocument) -> Verdict:
    """Say what differs between a record's JSON that is no exported file, and the version that it claims to be."""
    record_id = document.id if _ID.fullmatch(document.id) else None
    if record_id in trail.erased:
        words = f"The record was erased on {_day(trail, document.id)}; there is nothing left to hold the file against."
        return Verdict(State.ERASED, name, record_id, words)
    if record_id is None or record_id not in trail.parts:
        return Verdict(State.UNKNOWN, name, None, "This store has never had such a record.")
    if f"version {document.version}" not in trail.parts[record_id]:
        return Verdict(State.ALTERED, name, record_id, f"The record never had a version {document.version}.")
    if document.redacted_for is not None:
        words = "A redacted copy that was exported has another content: the file was altered."
        return Verdict(State.ALTERED, name, record_id, words)
    saved = version_row(connection, record_id, document.version)
    if content_of(document.form) == saved.content:
        words = f"The form is that of version {document.version}; what stands around it is not as it was exported."
        return Verdict(State.ALTERED, name, record_id, words)
    paths = [one.path for one in differences(saved.form, document.form)]
    return Verdict(State.ALTERED, name, record_id, f"It differs from version {document.version} in {', '.join(paths)}.")


def _day(trail: Trail, record_id: str) -> str:
    return trail.erased[record_id][:10]
