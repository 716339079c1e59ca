"""What leaves the store, and for how long a record stays in it: disclosures, and how long a record is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import UsageError
from era_geo.record import audit, tables
from era_geo.record.access import Action, View
from era_geo.record.audit import Act
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import Form
from era_geo.record.store_core import Core, allow, reach, reason_given, visible
from era_geo.record.store_errors import NotAllowed
from era_geo.record.store_list import as_seen, log_list
from era_geo.record.store_read import document_of, shown
from era_geo.record.store_rows import KEPT_UNTIL, LINE_COLUMNS, Line, file_digest, line, version_row
from era_geo.record.store_words import check_words


def for_export(
    core: Core,
    account: Account,
    record_id: str,
    *,
    recipient: str,
    basis: str,
    version: int | None = None,
) -> RecordDocument:
    """Give the document that an export is made of; see `Store.for_export`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.EXPORT)
        number = version or reached.row.version
        document = document_of(connection, reached, number)
        _check_disclosure(recipient, basis, document.form)
        what = f"took version {number} to give it out"
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, what, record_id=record_id)
    return shown(document, account)


def disclosed(
    core: Core,
    account: Account,
    record_id: str,
    *,
    recipient: str,
    basis: str,
    files: Mapping[str, str],
    version: int,
    redacted: bool,
) -> audit.Anchor:
    """Log a disclosure; see `Store.disclosed`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.EXPORT)
        if reached.view is View.REDACTED and not redacted:
            raise NotAllowed("Your agency sees the redacted view, and exports no other.")
        _check_disclosure(recipient, basis, version_row(connection, record_id, version).form)
        kinds = sorted({name.rpartition(".")[2] for name in files})
        what = f"version {version}, {'redacted' if redacted else 'whole'}, as {', '.join(kinds)}"
        given = sorted({file_digest(reached.row.salt, digest) for digest in files.values()})
        detail: dict[str, Any] = {"recipient": recipient.strip(), "basis": basis.strip(), "files": given}
        after = audit.append(
            connection, account, core.stamp(), Act.DISCLOSURE, what, record_id=record_id, why=basis.strip(), detail=detail
        )
        rows = [{"sha256": digest, "seq": after.entries, "record_id": record_id} for digest in given]
        if rows:
            connection.execute(tables.exported.insert(), rows)
    return after


def _check_disclosure(recipient: str, basis: str, form: Form) -> None:
    if not recipient.strip() or not basis.strip():
        raise UsageError("Say who receives the record (an agency or a role, not a name), and on what legal basis.")
    check_words(f"{recipient}\n{basis}", form)


def retain(core: Core, account: Account, record_id: str, until: dt.date, reason: str) -> None:
    """Set the day until which a record is kept; see `Store.retain`."""
    with core.database.writing() as connection:
        row = reach(connection, account, record_id, Action.RETAIN, lock=True).row
        why = reason_given(Action.RETAIN, reason)
        check_words(why, version_row(connection, record_id, row.version).form)
        change = tables.records.update().where(tables.records.c.no == row.no)
        connection.execute(change.values(retain_until=until))
        what = f"{KEPT_UNTIL}{until}"
        audit.append(connection, account, core.stamp(), Act.ALTERATION, what, record_id=record_id, why=why)


def past_retention(core: Core, account: Account, as_of: dt.date) -> tuple[Line, ...]:
    """List the records whose retention date has passed; see `Store.past_retention`."""
    past = tables.records.c.retain_until < as_of
    return _listed(core, account, past, "list of what is past its retention date,")


def without_retention(core: Core, account: Account, limit: int | None) -> tuple[Line, ...]:
    """List the records that have no retention date; see `Store.without_retention`."""
    return _listed(core, account, tables.records.c.retain_until.is_(None), "list of what has no retention date,", limit)


def count_without_retention(core: Core, account: Account) -> int:
    """Count the records that have no retention date; see `Store.count_without_retention`."""
    allow(account, Action.READ_LIST)
    without = sa.select(sa.func.count()).select_from(tables.records).where(tables.records.c.retain_until.is_(None))
    with core.database.reading() as connection:
        return int(connection.execute(visible(connection, without, account)).scalar_one())


def _listed(core: Core, account: Account, which: sa.ColumnElement[bool], what: str, limit: int | None = None) -> tuple[Line, ...]:
    """List records, those that are to go first at the top, then the oldest."""
    view = allow(account, Action.READ_LIST)
    records = tables.records
    with core.database.writing() as connection:
        query = visible(connection, sa.select(*LINE_COLUMNS).where(which), account)
        rows = connection.execute(query.order_by(records.c.retain_until, records.c.no).limit(limit)).all()
        log_list(connection, core, account, what, [row.id for row in rows])
    return tuple(as_seen(line(row), view) for row in rows)
