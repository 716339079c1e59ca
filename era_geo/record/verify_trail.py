"""The trail as verifying reads it: whether its entries follow each other, and what each of them says was kept or given out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from era_geo.record import audit, names, tables
from era_geo.record.audit import Act, Anchor, Entry
from era_geo.record.formjson import sha256
from era_geo.record.restricted import PLACE_PART
from era_geo.record.store_rows import KEPT_UNTIL


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


@dataclass
class Trail:
    """The trail as it was read: each record's parts by name, the status it was last given, and the records that were erased.

    `places` are parts too, those of restricted places, with the agency that holds each in `holders`. `said` are further values that
    an entry gave a record's row; `worked_on` are records and the agencies at work on them. `given` are the files that were given
    out: entry, record, digest. `names` are the digests of printed names by account, as they were last told.
    """

    faults: list[Verdict] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    parts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    status: dict[str, str] = field(default_factory=dict)
    erased: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    holders: dict[str, str | None] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    worked_on: set[tuple[str, str | None]] = field(default_factory=set)
    given: set[tuple[int, str, str]] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    anchor: Anchor = field(default_factory=lambda: Anchor(0, ""))


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
    told = entry.detail.get(names.TOLD)
    trail.names |= told if isinstance(told, dict) else {}
    if entry.record_id is None:
        return
    record_id, detail = entry.record_id, entry.detail
    trail.worked_on.add((record_id, entry.agency))
    for part in entry.parts:
        is_place = part.name.startswith(PLACE_PART)
        (trail.places if is_place else trail.parts)[record_id][part.name] = part.digest
        if is_place:
            trail.holders[part.name] = entry.agency
    trail.places[record_id].pop(str(detail.get("taken_out")), None)
    if "status" in detail:
        trail.status[record_id] = str(detail["status"])
    trail.said[record_id] |= {name: detail[name] for name in ("supersedes", "retain_until") if name in detail}
    if entry.what.startswith(KEPT_UNTIL):
        trail.said[record_id]["retain_until"] = entry.what.removeprefix(KEPT_UNTIL)
    if entry.act is Act.DISCLOSURE:
        trail.given |= {(entry.seq, record_id, str(digest)) for digest in detail.get("files", ())}
    if entry.act is Act.ERASURE and entry.what == "erased the record":
        trail.erased[record_id] = entry.at
