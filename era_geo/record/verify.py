"""Proving that records, their exports and the trail are unaltered, and naming what is not.

The trail is read first: its entries must follow each other by number and hash, and end where the store says that they end. Then
each part that the trail says was saved is held against what is there: what is gone without an erasure is missing, what differs is
altered, what the trail never heard of was put in from outside. A record that the trail says was erased is erased, and nothing of
it may be left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import DataError
from era_geo.record import life, names, tables
from era_geo.record.access import Action
from era_geo.record.attachments import part_of
from era_geo.record.audit import Anchor
from era_geo.record.formjson import sha256
from era_geo.record.recheck import proposal_part
from era_geo.record.restricted import PLACE_PART
from era_geo.record.store_core import Core, allow
from era_geo.record.store_due import Rules, not_as_worked_out
from era_geo.record.store_keys import key_part
from era_geo.record.store_restricted import place_part
from era_geo.record.store_rows import VersionRow, line_part, unpack, word_part
from era_geo.record.verify_own import Own
from era_geo.record.verify_trail import State, Trail, Verdict, read_trail


@dataclass(frozen=True)
class Report:
    """What verifying a store found: everything that is not as it was, and how much was looked at.

    Named are faults of the trail, and of the records that name the account's agency: `elsewhere` is how many there are of others.
    `erased` are those of these records that were erased; `anchor` is the trail's end, to be written down elsewhere: given to the
    next `verify`, it proves that nothing which was there by now has been cut off.
    """

    faults: tuple[Verdict, ...]
    records: int
    parts: int
    erased: tuple[str, ...]
    anchor: Anchor
    elsewhere: int = 0

    @property
    def is_fine(self) -> bool:
        """Whether all is as it was."""
        return not self.faults and not self.elsewhere


_LATER = ("word index", "proposal ")
"""Parts that older versions of the program did not log: where a record's trail has none of a kind, what is there is not foreign."""


def verify(core: Core, account: Account, anchors: Iterable[Anchor] = (), rules: Rules | None = None) -> Report:
    """Verify the store; see `Store.verify`."""
    allow(account, Action.VERIFY)
    with core.database.reading() as connection:
        trail = read_trail(connection, anchors)
        parts = 0
        faults = list(trail.faults)
        rows = connection.execute(sa.select(tables.records).order_by(tables.records.c.no)).all()
        for row in rows:
            found = list(_record(connection, row, trail))
            parts += len(trail.parts.get(row.id, {}))
            faults += [verdict for verdict in found if not verdict.state.is_fine]
        faults += _gone(connection, {row.id for row in rows}, trail)
        faults += _given_out(connection, trail)
        faults += _names(connection, trail)
        if rules is not None:
            faults += (_other_date(record_id) for record_id in not_as_worked_out(connection, rules, core.now().date()))
        own = Own.of(connection, account, trail)
    told = own.told(faults, trail.holders)
    erased = tuple(record_id for record_id in trail.erased if record_id in own)
    return Report(told, len(rows), parts, erased, trail.anchor, elsewhere=len(faults) - len(told))


def _record(connection: sa.Connection, row: Any, trail: Trail) -> Iterator[Verdict]:
    """Hold one record against the trail."""
    if row.id in trail.erased:
        yield Verdict(State.ADDED, "record", row.id, "The trail says that it was erased, and it is here.")
        return
    known = trail.parts.get(row.id, {})
    yield from _held_against(row.id, known, _parts(connection, row))
    yield from _held_against(row.id, trail.places.get(row.id, {}), _places(connection, row, trail))
    yield from _standing(connection, row, trail, known)


def _held_against(record_id: str, known: Mapping[str, str], there: Iterable[tuple[str, str | None]]) -> Iterator[Verdict]:
    seen = set()
    for name, digest in there:
        seen.add(name)
        if name not in known:
            if not _is_older(name, known):
                yield Verdict(State.ADDED, name, record_id, f"The trail has no {name}: it was put in from outside.")
        elif digest != known[name]:
            yield Verdict(State.ALTERED, name, record_id, f"The {name} is not what was saved.")
    for name in known:
        if name not in seen:
            yield Verdict(State.MISSING, name, record_id, f"The {name} was saved, and is not here.")


def _is_older(name: str, known: Iterable[str]) -> bool:
    kind = next((kind for kind in (*_LATER, PLACE_PART) if name.startswith(kind)), None)
    return kind is not None and not any(other.startswith(kind) for other in known)


def _places(connection: sa.Connection, row: Any, trail: Trail) -> Iterator[tuple[str, str | None]]:
    """Give each restricted place of a record; whose it is decides to whom it is told."""
    for found in connection.execute(_of(tables.restricted, row.id)):
        part = place_part(row.salt, found._asdict())
        trail.holders.setdefault(part.name, found.agency)
        yield part.name, part.digest


def _parts(connection: sa.Connection, row: Any) -> Iterator[tuple[str, str | None]]:
    """Give each part of a record that is there, with the digest of what is there; `None` if it can no longer be read."""
    for found in connection.execute(_of(tables.versions, row.id).order_by(tables.versions.c.number)):
        content = _content(found.form)
        name = f"version {found.number}"
        if content is None or sha256(content) != found.sha256:
            yield name, None
        else:
            version = VersionRow(found.number, content, found.sha256, found.saved_at, found.saved_by, found.saved_as)
            yield name, version.part(row.salt).digest
    contents = {found.sha256: _content(found.content) for found in connection.execute(_of(tables.contents, row.id))}
    for found in connection.execute(_of(tables.attachments, row.id)):
        content = contents.get(found.sha256)
        part = part_of(row.salt, found.name, found.media_type, "" if content is None else sha256(content), found.added_at)
        yield part.name, part.digest
    for found in connection.execute(_of(tables.signatures, row.id)):
        content = _content(found.document)
        signed = life.read_signature(found)
        part = life.signature_part(row.salt, signed, "" if content is None else sha256(content), found.signed_by)
        yield part.name, part.digest
    for found in connection.execute(_of(tables.steps, row.id)):
        part = life.step_part(row.salt, found._asdict())
        yield part.name, part.digest
    words = sa.select(tables.terms.c.term, tables.terms.c.open_to_all).where(tables.terms.c.record_no == row.no)
    part = word_part(row.salt, ((word, is_open) for word, is_open in connection.execute(words)))
    yield part.name, part.digest
    for found in connection.execute(_of(tables.keys, row.id)):
        part = key_part(row.salt, found._asdict())
        yield part.name, part.digest
    for found in connection.execute(_of(tables.proposals, row.id)):
        part = proposal_part(row.salt, found._asdict())
        yield part.name, part.digest
    agencies = connection.execute(sa.select(tables.named.c.agency).where(tables.named.c.record_no == row.no)).scalars()
    part = line_part(row.salt, row._asdict(), agencies)
    yield part.name, part.digest


def _standing(connection: sa.Connection, row: Any, trail: Trail, known: dict[str, str]) -> Iterator[Verdict]:
    """Hold what lists show of a record against its newest version, its signature and the trail."""
    status = trail.status.get(row.id, "draft")
    if row.status != status:
        yield Verdict(State.ALTERED, "status", row.id, f"It is shown as {row.status}, and by the trail it is {status}.")
    newest = max((int(name.split()[1]) for name in known if name.startswith("version ")), default=0)
    if row.version != newest:
        yield Verdict(
            State.ALTERED, "version shown", row.id, f"Version {row.version} is shown, and version {newest} was saved last."
        )
    said = trail.said.get(row.id, {})
    until = None if row.retain_until is None else str(row.retain_until)
    if until != said.get("retain_until"):
        words = f"It is shown as kept until {until}, and by the trail it is {said.get('retain_until')}."
        yield Verdict(State.ALTERED, "retention date", row.id, words)
    older = said.get("supersedes", row.supersedes)
    if row.supersedes != (None if older in trail.erased else older):
        yield Verdict(State.ALTERED, "what it supersedes", row.id, "It is shown to supersede another record than by the trail.")
    signed_at = sa.select(tables.signatures.c.signed_at).where(tables.signatures.c.record_id == row.id)
    if row.signed_at != connection.execute(signed_at).scalar_one_or_none():
        yield Verdict(State.ALTERED, "time of signing", row.id, "It is not shown as signed when its signature says.")


def _other_date(record_id: str) -> Verdict:
    return Verdict(State.ALTERED, "due date", record_id, "By the rules it is due on another day than lists show.")


def _given_out(connection: sa.Connection, trail: Trail) -> Iterator[Verdict]:
    """Hold the list of files that were given out against the disclosures in the trail, both ways."""
    table = tables.exported
    here = {tuple(row) for row in connection.execute(sa.select(table.c.seq, table.c.record_id, table.c.sha256))}
    for seq, record_id, _ in sorted(here - trail.given):
        words = f"Trail entry {seq} is no disclosure of this file: it was put in from outside."
        yield Verdict(State.ADDED, "file given out", record_id, words)
    for seq, record_id, _ in sorted(trail.given - here):
        words = f"Trail entry {seq} discloses a file that is not in the list of files given out."
        yield Verdict(State.MISSING, "file given out", record_id, words)


def _names(connection: sa.Connection, trail: Trail) -> Iterator[Verdict]:
    """Hold the names that accounts are printed under against the trail."""
    here = dict(names.digests(connection))
    for key in sorted({*here, *trail.names}):
        what = f"printed name of {key}"
        if key not in here:
            yield Verdict(State.MISSING, what, None, "The trail has it, and it is not here.")
        elif key not in trail.names:
            yield Verdict(State.ADDED, what, None, "The trail has no such name: it was put in from outside.")
        elif here[key] != trail.names[key]:
            yield Verdict(State.ALTERED, what, None, "It is not the name that this account had when the trail last took it down.")


def _gone(connection: sa.Connection, present: set[str], trail: Trail) -> Iterator[Verdict]:
    """Name records that were saved and are gone without an erasure, and parts of records that nobody ever started."""
    for record_id in trail.parts:
        if record_id not in present and record_id not in trail.erased:
            yield Verdict(State.MISSING, "record", record_id, "It was saved, and is gone; the trail has no erasure of it.")
    for table in tables.OF_RECORD:
        ids = connection.execute(sa.select(table.c.record_id).distinct()).scalars()
        for record_id in ids:
            if record_id is not None and record_id not in present:
                yield Verdict(State.ADDED, table.name, record_id, "Something of a record that is not here is left.")


def _of(table: sa.Table, record_id: str) -> sa.Select[Any]:
    return sa.select(table).where(table.c.record_id == record_id)


def _content(stored: bytes) -> bytes | None:
    try:
        return unpack(stored)
    except DataError:
        return None
