"""Reading records: one with all that is printed of it, lists, searches, versions. Every look is a consultation in the trail."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import access, attachments, audit, life, search, tables
from era_geo.record.access import Action, View, view_of
from era_geo.record.attachments import scale_of
from era_geo.record.audit import Act
from era_geo.record.envelope import Disclosure, Event, KeptPicture, RecordDocument, Saved, Signature
from era_geo.record.redact import redacted
from era_geo.record.store_core import Core, Reached, allow, numbers_of, reach, reason_given, visible
from era_geo.record.store_errors import NoSuchRecord
from era_geo.record.store_rows import LINE_COLUMNS, Line, line, version_row
from era_geo.record.store_words import check_words
from era_geo.record.terms import Status

PAGE = 100
"""Lines of a list that are given at once."""
ANCHOR = "the store's trail then had {entries} entries, the last with the hash {hash}"
"""The last line of a printed trail: what later proves that the store's trail was not cut short."""


@dataclass(frozen=True)
class Page:
    """Some lines of a list, newest first, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True)
class VersionLine:
    """One version in a record's history: who saved it, as printed, when, and its hash."""

    number: int
    saved_at: str
    saved_as: str
    sha256: str


@dataclass(frozen=True)
class History:
    """A record's versions, the steps of its life, its signature, and what is kept with it."""

    line: Line
    versions: tuple[VersionLine, ...]
    steps: tuple[life.Step, ...]
    signature: life.Signed | None
    attachments: tuple[str, ...]


def get(core: Core, account: Account, record_id: str, *, version: int | None = None, break_glass: str = "") -> RecordDocument:
    """Give a record as this account sees it; see `Store.get`."""
    action = Action.BREAK_GLASS if break_glass else Action.READ
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, action)
        why = ""
        if break_glass:
            why = reason_given(action, break_glass)
            check_words(why, version_row(connection, record_id, reached.row.version).form)
        number = version or reached.row.version
        document = document_of(connection, reached, number)
        what = f"looked at version {number}" + (" by breaking the glass" if break_glass else "")
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, what, record_id=record_id, why=why)
    return shown(document, account)


def shown(document: RecordDocument, account: Account) -> RecordDocument:
    """Give the document as this account sees it: whole, or a landlord's copy."""
    return redacted(document, account.agency or "") if view_of(account) is View.REDACTED else document


def document_of(connection: sa.Connection, reached: Reached, number: int) -> RecordDocument:
    """Give the whole document of one version, with the sharing log and the trail as they stand."""
    row = reached.row
    saved = version_row(connection, row.id, number)
    signed = signature(connection, row.id)
    mine = signed is not None and signed.version == number
    entries = list(audit.entries(connection, row.id))
    names = audit.printed(connection)
    return RecordDocument(
        id=row.id,
        version=number,
        status=Status(row.status),
        form=saved.form,
        saved=Saved(saved.saved_as, audit.moment(saved.saved_at)),
        signature=Signature(signed.signed_as, audit.moment(signed.signed_at), signed.sha256) if signed and mine else None,
        sharing=tuple(_disclosed(entry, names) for entry in entries if entry.act is Act.DISCLOSURE),
        trail=(*(_event(entry, names) for entry in entries), _anchor(connection, entries)),
        pictures=_pictures(connection, row.id) if mine else (),
    )


def signature(connection: sa.Connection, record_id: str) -> life.Signed | None:
    """Give a record's signature, if it was signed."""
    row = connection.execute(sa.select(tables.signatures).where(tables.signatures.c.record_id == record_id)).one_or_none()
    return None if row is None else life.read_signature(row)


def listed(
    core: Core,
    account: Account,
    *,
    text: str = "",
    status: Status | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Page:
    """Give the records that the account may see, newest first; see `Store.list` and `Store.search`."""
    view = allow(account, Action.READ_LIST)
    wanted = [tables.records.c.status == status.value] if status is not None else []
    found = search.matching(text, redacted=view is View.REDACTED)
    if text and not found:
        wanted.append(sa.false())
    with core.database.writing() as connection:
        numbers, total = _page(connection, account, wanted, found, offset=offset, limit=limit)
        rows = connection.execute(_newest(sa.select(*LINE_COLUMNS).where(tables.records.c.no.in_(numbers))))
        lines = tuple(line(row) for row in rows)
        log_list(connection, core, account, "search" if text else "list", [one.id for one in lines])
    return Page(tuple(as_seen(one, view) for one in lines), total, offset)


def _page(
    connection: sa.Connection,
    account: Account,
    wanted: list[sa.ColumnElement[bool]],
    found: list[sa.Select[Any]],
    *,
    offset: int,
    limit: int,
) -> tuple[list[int], int]:
    """Give the numbers of one page of records, and how many there are in all.

    What a search found is put together once and counted on the way; of a plain list only the page itself is looked at.
    """
    no = tables.records.c.no
    if found:
        # Sets that are intersected are read once each; asked for one by one, PostgreSQL may look each record up in each.
        own = () if access.works_alone(account) else (numbers_of(account),)
        wanted = [*wanted, no.in_(sa.intersect(*found, *own) if found[1:] or own else found[0])]
        rows = connection.execute(_newest(sa.select(no, sa.func.count().over()).where(*wanted)).limit(limit).offset(offset)).all()
        if rows or not offset:
            return [row[0] for row in rows], rows[0][1] if rows else 0
    total = connection.execute(visible(sa.select(sa.func.count()).select_from(tables.records).where(*wanted), account)).scalar_one()
    page = _newest(visible(sa.select(no).where(*wanted), account, some=True)).limit(limit).offset(offset)
    return list(connection.execute(page).scalars()), total


def _newest(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(tables.records.c.updated_at.desc(), tables.records.c.no.desc())


def as_seen(one: Line, view: View) -> Line:
    """Give a line without what the redacted view leaves out: what is known of the person, and what follows from that."""
    return one if view is View.FULL else dataclasses.replace(one, level=None, trigger=None, next_on=None)


def log_list(connection: sa.Connection, core: Core, account: Account, what: str, ids: list[str]) -> None:
    """Log that records were looked at as lines of a list; which ones, by their ids."""
    words = f"{what} of {len(ids)} records"
    audit.append(connection, account, core.stamp(), Act.CONSULTATION, words, detail={"records": ids})


def find(core: Core, account: Account, text: str) -> str:
    """Give the id of the one record that a reference, an id, or the beginning of an id means; see `Store.find`."""
    allow(account, Action.READ_LIST)
    records = tables.records
    meant = [records.c.reference == text, records.c.id == text]
    if len(text) >= 6 and text.isalnum():
        meant.append(records.c.id.startswith(text.lower(), autoescape=True))
    query = visible(sa.select(records.c.id, records.c.status).where(sa.or_(*meant)), account)
    with core.database.reading() as connection:
        rows = connection.execute(query).all()
    closed = (Status.SUPERSEDED.value, Status.WITHDRAWN.value)
    live = [row for row in rows if row.status not in closed]
    chosen = live if len(rows) > 1 and len(live) == 1 else rows
    if len(chosen) == 1:
        return str(chosen[0].id)
    if not chosen:
        raise NoSuchRecord("There is no such record among those that name your agency. `era-geo record list` lists them.")
    told = ", ".join(f"{row.id[:8]} ({row.status})" for row in chosen)
    raise NoSuchRecord(f"More than one record has this reference: {told}. Give the beginning of one of these ids instead.")


def history(core: Core, account: Account, record_id: str) -> History:
    """Give a record's versions, steps and signature; see `Store.history`."""
    table = tables.versions
    query = sa.select(table.c.number, table.c.saved_at, table.c.saved_as, table.c.sha256).where(table.c.record_id == record_id)
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.READ)
        told = History(
            line=as_seen(line(reached.row), reached.view),
            versions=tuple(VersionLine(*row) for row in connection.execute(query.order_by(table.c.number))),
            steps=life.steps(connection, record_id),
            signature=signature(connection, record_id),
            attachments=attachments.names(connection, record_id),
        )
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, "looked at the history", record_id=record_id)
    return told if reached.view is View.FULL else _outline(told)


def pictures(core: Core, account: Account, record_id: str) -> dict[int, bytes]:
    """Give the map pictures that were kept when a record was signed; see `Store.pictures`."""
    with core.database.reading() as connection:
        reach(connection, account, record_id, Action.READ)
        kept = [(scale_of(name), name) for name in attachments.names(connection, record_id)]
        return {scale: attachments.read(connection, record_id, name).content for scale, name in kept if scale}


def _outline(told: History) -> History:
    """Give a history without names, reasons and hashes: of a record with few words the rest could be guessed by its hash."""
    versions = tuple(dataclasses.replace(one, saved_as="", sha256="") for one in told.versions)
    steps = tuple(dataclasses.replace(step, by="", reason="") for step in told.steps)
    return History(told.line, versions, steps, None, ())


def attachment(core: Core, account: Account, record_id: str, name: str) -> attachments.Attachment:
    """Give one file that is kept with a record; see `Store.attachment`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.READ)
        if reached.view is View.REDACTED and scale_of(name) is None:
            raise NoSuchRecord("Of what is kept with a record, the redacted view has the map pictures only.")
        kept = attachments.read(connection, record_id, name)
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, "looked at an attachment", record_id=record_id)
    return kept


def trail(core: Core, account: Account, record_id: str | None) -> tuple[audit.Entry, ...]:
    """Give the audit trail of a record, or all of it; see `Store.audit`. Of an erased record the trail remains."""
    with core.database.reading() as connection:
        if record_id is None:
            allow(account, Action.READ_WHOLE_TRAIL)
        else:
            reach(connection, account, record_id, Action.READ_TRAIL)
        return tuple(audit.entries(connection, record_id))


def _pictures(connection: sa.Connection, record_id: str) -> tuple[KeptPicture, ...]:
    table = tables.attachments
    rows = connection.execute(sa.select(table.c.name, table.c.sha256).where(table.c.record_id == record_id))
    scales = [(scale_of(row.name), row.sha256) for row in rows]
    return tuple(KeptPicture(scale, digest) for scale, digest in sorted((scale, digest) for scale, digest in scales if scale))


def _disclosed(entry: audit.Entry, names: dict[str, str]) -> Disclosure:
    by, told = names.get(entry.account, entry.account), entry.detail
    return Disclosure(audit.moment(entry.at), by, str(told.get("recipient", "")), entry.what, str(told.get("basis", "")))


def _event(entry: audit.Entry, names: dict[str, str]) -> Event:
    return Event(audit.moment(entry.at), names.get(entry.account, entry.account), f"{entry.act}: {entry.what}", entry.why)


def _anchor(connection: sa.Connection, entries: list[audit.Entry]) -> Event:
    now = audit.anchor(connection)
    return Event(audit.moment(entries[-1].at), "the store", ANCHOR.format(entries=now.entries, hash=now.hash))
