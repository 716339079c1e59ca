"""A caller's key: a script that starts records and is run again starts none twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import UsageError
from era_geo.record import audit, tables
from era_geo.record.erase_files import spelt
from era_geo.record.form import Form
from era_geo.record.store_rows import shared, version_row

_LOCK = 0x6572616B6579
"""The number of PostgreSQL's advisory lock: taken before any row's, so that nobody waits for each other."""
_KEY = re.compile(r"[A-Za-z0-9._:/#-]{1,128}")


def check_key(key: str) -> None:
    """Let a caller's key pass that can be kept.

    Raises
    ------
    UsageError
        If it is none. A key cannot hold a person's name as people write it: it has no blanks.
    """
    if not _KEY.fullmatch(key):
        raise UsageError("A key is 1 to 128 letters, figures and . _ : / # - without blanks, such as import-7:row-12.")


@dataclass(frozen=True)
class Started:
    """The record that a key has started, and the SHA-256 of its first version."""

    record_id: str
    sha256: str


def started_before(connection: sa.Connection, account: Account, key: str, form: Form) -> Started | None:
    """Give the record that this key of the account's agency has started; `None` if it has started none.

    Nobody else begins with a key until the transaction ends, so that two who begin with one at once start one record.

    Raises
    ------
    UsageError
        If it was the record of another case, or of another address.
    """
    if shared(connection):  # SQLite has one writer at a time
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    table = tables.keys
    own = sa.select(table.c.record_id).where(table.c.agency == (account.agency or ""), table.c.key == key)
    record_id = connection.execute(own).scalar_one_or_none()
    if record_id is None:
        return None
    first = version_row(connection, record_id, 1)
    if _about(first.form) != _about(form):
        raise UsageError("This key has started a record of another case or address before. Give each record a key of its own.")
    return Started(record_id, first.sha256)


def keep_key(connection: sa.Connection, account: Account, salt: str, record_id: str, key: str) -> audit.Part:
    """Keep a caller's key with the record that it started, and give it as the trail knows it."""
    row = {"agency": account.agency or "", "key": key, "record_id": record_id}
    connection.execute(tables.keys.insert().values(row))
    return key_part(salt, row)


def key_part(salt: str, row: Mapping[str, Any]) -> audit.Part:
    """Give a row of callers' keys as the trail knows it."""
    return audit.digest(salt, "caller's key", {name: row[name] for name in ("agency", "key", "record_id")})


def _about(form: Form) -> tuple[str, str]:
    return spelt(form.case.reference), audit.plain(form.assessment.site.label)
