"""The audit trail: who did what when, and why, as section 62 of the Data Protection Act 2018 asks.

Each entry is kept as the exact JSON that was hashed, with the hash of the entry before it inside, so that an entry that is changed,
removed, added or moved breaks the chain. How many entries there are and the last one's hash (`Anchor`) stand beside the trail, in
every signature and in every export: whoever cuts the trail short, or writes all of it anew, contradicts those.

An entry names an account, its agency and roles, and a record by its id. It holds no name, no address and nothing of a record's
content: of each part of a record that was saved it keeps a digest, made with a salt that is erased with the record.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import names, tables
from era_geo.record.formjson import canonical, sha256

PROGRAM = Account("program", "era-geo", None, frozenset(), authenticated=False)
"""Who the trail says brought a store up to date: no person did."""


class Act(StrEnum):
    """What section 62 asks to be logged."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


@dataclass(frozen=True)
class Anchor:
    """How long the trail was at a moment, and the hash of its last entry then: what later proves that nothing was cut off."""

    entries: int
    hash: str


@dataclass(frozen=True)
class Part:
    """A part of a record as the trail knows it: `version 3`, `attachment map-2500.png`; and its salted digest."""

    name: str
    digest: str


@dataclass(frozen=True)
class Entry:
    """One line of the trail.

    `what` is said in words of the program's own; `why` is the reason that a disclosure, an erasure or breaking the glass asks for;
    `detail` are further values, such as the recipient and the files' hashes.
    """

    seq: int
    at: str
    account: str
    agency: str | None
    roles: tuple[str, ...]
    act: Act
    record_id: str | None
    what: str
    why: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    previous: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the entry as the JSON that is hashed."""
        data = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return {
            **data,
            "roles": list(self.roles),
            "detail": dict(self.detail),
            "parts": [[part.name, part.digest] for part in self.parts],
        }


def plain(text: str) -> str:
    """Give text that every database can keep: what is no character, and the character NUL, become a replacement mark."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def stamp(at: dt.datetime) -> str:
    """Give an aware time as the store keeps it: UTC, to the microsecond, always of one length."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> dt.datetime:
    """Read `stamp`'s form back."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def local_day(text: str) -> dt.date:
    """Give the day in Scotland on which a time in `stamp`'s form lies: in summer it begins an hour before that of UTC."""
    return moment(text).astimezone(ZoneInfo("Europe/London")).date()


def digest(salt: str, name: str, content: Mapping[str, Any]) -> Part:
    """Give the part `name` of a record with a digest of its content; without the salt nobody can guess what it was made of."""
    return Part(name, sha256(salt.encode() + canonical({"part": name, **content})))


def append(
    connection: sa.Connection,
    account: Account,
    at: str,
    act: Act,
    what: str,
    *,
    record_id: str | None = None,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
    parts: tuple[Part, ...] = (),
) -> Anchor:
    """Add an entry, and give the trail's anchor after it. Two who add at once come one after the other."""
    before = _head(connection, lock=True)
    given = dict(detail or {})
    named = {**given.get(names.TOLD, {}), **names.remember(connection, account.key, plain(account.printed))}
    entry = Entry(
        seq=before.entries + 1,
        at=at,
        account=account.key,
        agency=account.agency,
        roles=tuple(sorted(account.roles)),
        act=act,
        record_id=record_id,
        what=what,
        why=why,
        detail={**given, **({names.TOLD: named} if named else {})},
        parts=parts,
        previous=before.hash,
    )
    content = canonical(entry.to_dict())
    after = Anchor(entry.seq, sha256(content))
    row = {"seq": entry.seq, "record_id": record_id, "entry": content.decode("ascii"), "hash": after.hash}
    connection.execute(tables.trail.insert(), row)
    connection.execute(tables.head.update().values(entries=after.entries, hash=after.hash))
    return after


def anchor(connection: sa.Connection) -> Anchor:
    """Give how long the trail is, and its last entry's hash."""
    return _head(connection, lock=False)


def entries(connection: sa.Connection, record_id: str | None = None) -> Iterator[Entry]:
    """Give the trail's entries in order, of one record or all."""
    query = sa.select(tables.trail.c.entry).order_by(tables.trail.c.seq)
    if record_id is not None:
        query = query.where(tables.trail.c.record_id == record_id)
    for text in connection.execute(query).scalars():
        yield read_entry(text)


def read_entry(text: str) -> Entry:
    """Read an entry back from the JSON that was hashed.

    Raises
    ------
    ValueError
        If it is no entry: somebody wrote into the trail.
    """
    data = json.loads(text)
    try:
        return Entry(
            **{
                **data,
                "act": Act(data["act"]),
                "roles": tuple(data["roles"]),
                "parts": tuple(Part(str(name), str(value)) for name, value in data["parts"]),
            }
        )
    except (TypeError, KeyError) as error:
        raise ValueError("no entry of a trail") from error


def _head(connection: sa.Connection, *, lock: bool) -> Anchor:
    query = sa.select(tables.head.c.entries, tables.head.c.hash)
    entries, last = connection.execute(query.with_for_update() if lock else query).one()
    return Anchor(entries, last)
