"""Reading records: one with all that is printed of it, its versions, its trail. Every look is a consultation in the trail."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import UsageError
from era_geo.record import attachments, audit, life, names, restricted, tables
from era_geo.record.access import Action, View, view_of
from era_geo.record.attachments import scale_of, sheet_scale_of
from era_geo.record.audit import Act
from era_geo.record.envelope import Disclosure, Event, KeptPicture, RecordDocument, Saved, Signature
from era_geo.record.redact import redacted
from era_geo.record.store_core import Core, Reached, allow, alone, reach, reason_given
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.record.store_list import as_seen
from era_geo.record.store_rows import Line, line, version_row
from era_geo.record.store_words import check_words
from era_geo.record.terms import Status

REFUSED = "tried to break the glass, and was refused"
_NOT_BROKEN = (
    "The glass was not broken: there is no record of this reference, or the reason cannot stay in the trail, because it holds the "
    "reference, an address, or what looks like a name, a date of birth or a number. The attempt is logged."
)
ANCHOR = "the store's trail then had {entries} entries, the last with the hash {hash}"
"""The last line of a printed trail: what later proves that the store's trail was not cut short."""


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
    if break_glass:
        return break_the_glass(core, account, record_id, break_glass, version)
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.READ)
        return _looked_at(connection, core, account, reached, version or reached.row.version)


def break_the_glass(core: Core, account: Account, named: str, reason: str, version: int | None = None) -> RecordDocument:
    """Give a record that need not name the account's agency, by its id or its whole reference; each attempt is logged.

    Whoever does not get in learns nothing by it: not whether there is such a record, nor whether the reason held its address.
    """
    why = reason_given(Action.BREAK_GLASS, reason)
    try:
        allow(account, Action.BREAK_GLASS)
        check_words(why, None)
        with core.database.writing() as connection:
            reached = reach(connection, account, _meant(connection, named), Action.BREAK_GLASS)
            check_words(why, version_row(connection, reached.row.id, reached.row.version).form)
            return _looked_at(connection, core, account, reached, version or reached.row.version, why=why)
    except UsageError as error:
        with core.database.writing() as connection:
            audit.append(connection, account, core.stamp(), Act.CONSULTATION, REFUSED)
        if isinstance(error, NotAllowed):
            raise
        raise NoSuchRecord(_NOT_BROKEN) from None


def _meant(connection: sa.Connection, named: str) -> str:
    """Give the id of the record that an id or a whole reference means: of several, the newest that is not closed."""
    records = tables.records
    closed = records.c.status.in_([Status.SUPERSEDED.value, Status.WITHDRAWN.value])
    query = sa.select(records.c.id).where(sa.or_(records.c.id == named, records.c.reference == named))
    found = connection.execute(query.order_by(closed, records.c.no.desc()).limit(1)).scalar_one_or_none()
    return found or named


def _looked_at(
    connection: sa.Connection, core: Core, account: Account, reached: Reached, number: int, *, why: str = ""
) -> RecordDocument:
    """Give one version as the account sees it, and log that it was looked at; with a reason, by breaking the glass."""
    document = document_of(connection, reached, number, holder=account.agency)
    what = f"looked at version {number}" + (" by breaking the glass" if why else "")
    audit.append(connection, account, core.stamp(), Act.CONSULTATION, what, record_id=reached.row.id, why=why)
    return shown(document, account)


def shown(document: RecordDocument, account: Account) -> RecordDocument:
    """Give the document as this account sees it: whole, or a landlord's copy."""
    return redacted(document, account.agency or "") if view_of(account) is View.REDACTED else document


def document_of(connection: sa.Connection, reached: Reached, number: int, *, holder: str | None = None) -> RecordDocument:
    """Give the whole document of one version, with the sharing log and the trail as they stand.

    That there are restricted places is told to the agency that holds them, `holder`; a document that leaves has none.
    """
    row = reached.row
    saved = version_row(connection, row.id, number)
    signed = signature(connection, row.id)
    mine = signed is not None and signed.version == number
    entries = [entry for entry in audit.entries(connection, row.id) if not restricted.hides(entry, holder)]
    printed = names.printed(connection)
    return RecordDocument(
        id=row.id,
        version=number,
        status=Status(row.status),
        form=saved.form,
        saved=Saved(saved.saved_as, audit.moment(saved.saved_at)),
        signature=Signature(signed.signed_as, audit.moment(signed.signed_at), signed.sha256) if signed and mine else None,
        sharing=tuple(_disclosed(entry, printed) for entry in entries if entry.act is Act.DISCLOSURE),
        trail=(*(_event(entry, printed) for entry in entries), _anchor(connection, entries)),
        pictures=_pictures(connection, row.id) if mine else (),
    )


def signature(connection: sa.Connection, record_id: str) -> life.Signed | None:
    """Give a record's signature, if it was signed."""
    row = connection.execute(sa.select(tables.signatures).where(tables.signatures.c.record_id == record_id)).one_or_none()
    return None if row is None else life.read_signature(row)


def own_records(connection: sa.Connection, account: Account, worked_on: Iterable[tuple[str | None, str | None]]) -> frozenset[str]:
    """Give the ids of the records that name the account's agency; of those that were erased, the ones that it worked on.

    `worked_on` are records and the agencies that the trail has at work on them.
    """
    named = sa.select(tables.records.c.id, tables.named.c.agency).join(
        tables.named, tables.named.c.record_no == tables.records.c.no
    )
    rows = connection.execute(named).all()
    here, own = {row.id for row in rows}, {row.id for row in rows if row.agency == account.agency}
    return frozenset(own | {one for one, agency in worked_on if agency == account.agency and one is not None and one not in here})


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
    with core.database.writing() as connection:
        reach(connection, account, record_id, Action.READ)
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, "looked at the map pictures", record_id=record_id)
        kept = [(scale_of(name), name) for name in attachments.names(connection, record_id)]
        return {scale: attachments.read(connection, record_id, name).content for scale, name in kept if scale}


def sheet_map(core: Core, account: Account, record_id: str) -> tuple[int, bytes] | None:
    """Give the map of the visit sheet that was kept when a record was signed; see `Store.sheet_map`."""
    with core.database.writing() as connection:
        reach(connection, account, record_id, Action.READ)
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, "looked at the map pictures", record_id=record_id)
        kept = ((sheet_scale_of(name), name) for name in attachments.names(connection, record_id))
        return next(((scale, attachments.read(connection, record_id, name).content) for scale, name in kept if scale), None)


def _outline(told: History) -> History:
    """Give a history without names, reasons and hashes: of a record with few words the rest could be guessed by its hash."""
    versions = tuple(dataclasses.replace(one, saved_as="", sha256="") for one in told.versions)
    steps = tuple(dataclasses.replace(step, by="", reason="") for step in told.steps)
    return History(told.line, versions, steps, None, ())


def attachment(core: Core, account: Account, record_id: str, name: str) -> attachments.Attachment:
    """Give one file that is kept with a record; see `Store.attachment`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.READ)
        if reached.view is View.REDACTED and not (scale_of(name) or sheet_scale_of(name)):
            raise NoSuchRecord("Of what is kept with a record, the redacted view has the map pictures only.")
        kept = attachments.read(connection, record_id, name)
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, "looked at an attachment", record_id=record_id)
    return kept


def trail(core: Core, account: Account, record_id: str | None) -> tuple[audit.Entry, ...]:
    """Give the audit trail of a record, or all of it; see `Store.audit`. Of an erased record the trail remains."""
    with core.database.reading() as connection:
        if record_id is None:
            allow(account, Action.READ_WHOLE_TRAIL)
            told = _own(connection, account)
        else:
            reach(connection, account, record_id, Action.READ_TRAIL)
            told = audit.entries(connection, record_id)
        return tuple(entry for entry in told if not restricted.hides(entry, account.agency))


def _own(connection: sa.Connection, account: Account) -> Iterator[audit.Entry]:
    """Give what the whole trail has about the account's own records, and what its agency or the program did; no more."""
    if alone(connection, account):
        yield from audit.entries(connection)
        return
    own = own_records(connection, account, ((entry.record_id, entry.agency) for entry in audit.entries(connection)))
    for entry in audit.entries(connection):
        listed = [record_id for record_id in entry.detail.get("records", ()) if record_id in own]
        of_none = entry.record_id is None and (entry.agency == account.agency or entry.account == audit.PROGRAM.key)
        if entry.record_id in own or listed or of_none:
            detail = {**entry.detail, "records": listed} if "records" in entry.detail else entry.detail
            yield dataclasses.replace(entry, detail=detail)


def _pictures(connection: sa.Connection, record_id: str) -> tuple[KeptPicture, ...]:
    table = tables.attachments
    rows = connection.execute(sa.select(table.c.name, table.c.sha256).where(table.c.record_id == record_id))
    scales = [(scale_of(row.name), row.sha256) for row in rows]
    return tuple(KeptPicture(scale, digest) for scale, digest in sorted((scale, digest) for scale, digest in scales if scale))


def _disclosed(entry: audit.Entry, printed: dict[str, str]) -> Disclosure:
    by, told = printed.get(entry.account, entry.account), entry.detail
    return Disclosure(audit.moment(entry.at), by, str(told.get("recipient", "")), entry.what, str(told.get("basis", "")))


def _event(entry: audit.Entry, printed: dict[str, str]) -> Event:
    return Event(audit.moment(entry.at), printed.get(entry.account, entry.account), f"{entry.act}: {entry.what}", entry.why)


def _anchor(connection: sa.Connection, entries: list[audit.Entry]) -> Event:
    now = audit.anchor(connection)
    return Event(audit.moment(entries[-1].at), "the store", ANCHOR.format(entries=now.entries, hash=now.hash))
