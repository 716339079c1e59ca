"""Proving that records, their exports and the trail are unaltered, and naming what is not.

The trail is read first: its entries must follow each other by number and hash, and end where the store says that they end. Then
each part that the trail says was saved is held against what is there: what is gone without an erasure is missing, what differs is
altered, what the trail never heard of was put in from outside. A record that the trail says was erased is erased, and nothing of
it may be left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import DataError
from era_geo.record import audit, life, tables
from era_geo.record.access import Action
from era_geo.record.attachments import part_of
from era_geo.record.audit import Act, Anchor, Entry
from era_geo.record.formjson import sha256
from era_geo.record.store_core import Core, allow
from era_geo.record.store_rows import VersionRow, line_part, unpack


class State(StrEnum):
    """What verifying found of one thing."""

    UNALTERED = "unaltered"
    ERASED = "erased"
    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    UNKNOWN = "unknown"

    @property
    def is_fine(self) -> bool:
        """Whether nobody has to look into it."""
        return self in (State.UNALTERED, State.ERASED)


@dataclass(frozen=True)
class Verdict:
    """What was found of one thing. `what` names it: `trail entry 12`, `version 3`, `attachment map-2500.png`, a file's name."""

    state: State
    what: str
    record_id: str | None
    says: str


@dataclass(frozen=True)
class Report:
    """What verifying a store found: everything that is not as it was, and how much was looked at.

    `erased` are records that were erased; `anchor` is the trail's end, to be written down elsewhere: given to the next `verify`, it
    proves that nothing which was there by now has been cut off.
    """

    faults: tuple[Verdict, ...]
    records: int
    parts: int
    erased: tuple[str, ...]
    anchor: Anchor

    @property
    def is_fine(self) -> bool:
        """Whether all is as it was."""
        return not self.faults


@dataclass
class Trail:
    """The trail as it was read: each record's parts by name, the status it was last given, and the records that were erased."""

    faults: list[Verdict] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    parts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    status: dict[str, str] = field(default_factory=dict)
    erased: dict[str, str] = field(default_factory=dict)
    anchor: Anchor = field(default_factory=lambda: Anchor(0, ""))


def verify(core: Core, account: Account, anchors: Iterable[Anchor] = ()) -> Report:
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
        present = {row.id for row in rows}
        faults += _gone(connection, present, trail)
    return Report(tuple(faults), len(rows), parts, tuple(trail.erased), trail.anchor)


def read_trail(connection: sa.Connection, anchors: Iterable[Anchor] = ()) -> Trail:
    """Read the trail from its beginning, and name every place where it is broken."""
    trail = Trail()
    table = tables.trail
    expected, last = 1, ""
    for row in connection.execute(sa.select(table).order_by(table.c.seq)):
        entry = _entry(row)
        broken = _broken(row, entry, expected, last)
        if broken:
            trail.faults.append(Verdict(State.ALTERED, f"trail entry {row.seq}", row.record_id, broken))
        if entry is not None:
            _take(trail, entry)
        expected, last = row.seq + 1, row.hash
        trail.hashes += [""] * (row.seq - 1 - len(trail.hashes)) + [row.hash]
    trail.anchor = Anchor(expected - 1, last)
    stored = audit.anchor(connection)
    if stored != trail.anchor:
        words = f"The trail ends at entry {trail.anchor.entries}, and the store says that it ends at entry {stored.entries}."
        trail.faults.append(Verdict(State.MISSING, "end of the trail", None, words))
    signed = connection.execute(sa.select(tables.signatures.c.trail_entries, tables.signatures.c.trail_head)).all()
    for anchor in sorted({*anchors, *(Anchor(*row) for row in signed)}, key=lambda one: (one.entries, one.hash)):
        trail.faults += contradicted(trail, anchor)
    return trail


def contradicted(trail: Trail, anchor: Anchor) -> list[Verdict]:
    """Name the fault if the trail is not the one that this anchor was taken from."""
    if anchor.entries == 0:
        return []
    if anchor.entries > len(trail.hashes):
        words = f"The trail had {anchor.entries} entries once, and has {len(trail.hashes)}: its end was cut off."
        return [Verdict(State.MISSING, f"trail entries after {len(trail.hashes)}", None, words)]
    if trail.hashes[anchor.entries - 1] != anchor.hash:
        words = f"Entry {anchor.entries} has another hash than it had when a record was signed or exported: it was written anew."
        return [Verdict(State.ALTERED, f"trail up to entry {anchor.entries}", None, words)]
    return []


def _entry(row: Any) -> Entry | None:
    try:
        return audit.read_entry(row.entry)
    except ValueError:
        return None


def _broken(row: Any, entry: Entry | None, expected: int, last: str) -> str | None:
    """Say in what way an entry does not follow the one before it."""
    if entry is None:
        return "It can no longer be read."
    if row.seq != expected:
        return f"Entry {expected} should stand here: entries were removed."
    if sha256(row.entry.encode()) != row.hash:
        return "Its text is not the one that was hashed: it was changed."
    if (entry.seq, entry.record_id) != (row.seq, row.record_id):
        return f"Its text is that of entry {entry.seq}: entries were put in another order."
    if entry.previous != last:
        return "It does not follow the entry before it: that one was changed, or entries were removed or put in another order."
    return None


def _take(trail: Trail, entry: Entry) -> None:
    if entry.record_id is None:
        return
    trail.parts[entry.record_id].update({part.name: part.digest for part in entry.parts})
    if "status" in entry.detail:
        trail.status[entry.record_id] = str(entry.detail["status"])
    if entry.act is Act.ERASURE and entry.what == "erased the record":
        trail.erased[entry.record_id] = entry.at


def _record(connection: sa.Connection, row: Any, trail: Trail) -> Iterator[Verdict]:
    """Hold one record against the trail."""
    if row.id in trail.erased:
        yield Verdict(State.ADDED, "record", row.id, "The trail says that it was erased, and it is here.")
        return
    known, seen = trail.parts.get(row.id, {}), set()
    for name, digest in _parts(connection, row):
        seen.add(name)
        if name not in known:
            yield Verdict(State.ADDED, name, row.id, f"The trail has no {name}: it was put in from outside.")
        elif digest != known[name]:
            yield Verdict(State.ALTERED, name, row.id, f"The {name} is not what was saved.")
    for name in known:
        if name not in seen:
            yield Verdict(State.MISSING, name, row.id, f"The {name} was saved, and is not here.")
    yield from _standing(row, trail, known)


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
    agencies = connection.execute(sa.select(tables.named.c.agency).where(tables.named.c.record_no == row.no)).scalars()
    part = line_part(row.salt, row._asdict(), agencies)
    yield part.name, part.digest


def _standing(row: Any, trail: Trail, known: dict[str, str]) -> Iterator[Verdict]:
    """Hold what lists show of a record against its newest version and the trail."""
    status = trail.status.get(row.id, "draft")
    if row.status != status:
        yield Verdict(State.ALTERED, "status", row.id, f"It is shown as {row.status}, and by the trail it is {status}.")
    newest = max((int(name.split()[1]) for name in known if name.startswith("version ")), default=0)
    if row.version != newest:
        yield Verdict(
            State.ALTERED, "version shown", row.id, f"Version {row.version} is shown, and version {newest} was saved last."
        )
        return


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
