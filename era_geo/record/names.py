"""The names under which accounts are printed, kept beside the trail and not in it; the trail has a salted digest of each.

So a name that is printed on a record, in its sharing log or its trail, is the one that its account had, or `verify` names it; and
once a name and its salt are deleted the digest tells nothing of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import sqlalchemy as sa

from era_geo.record import tables
from era_geo.record.formjson import canonical, sha256

TOLD = "printed"
"""Where an entry's detail has the digests of names, by account."""


def digest(salt: str, key: str, name: str) -> str:
    """Give an account's printed name as the trail knows it."""
    return sha256(salt.encode() + canonical({"part": "printed name", "key": key, "name": name}))


def printed(connection: sa.Connection) -> dict[str, str]:
    """Give, by account, the name under which people's accounts are printed."""
    rows = connection.execute(sa.select(tables.people.c.key, tables.people.c.printed))
    return {row.key: row.printed for row in rows}


def remember(connection: sa.Connection, key: str, name: str) -> dict[str, str]:
    """Keep an account's printed name, and give what the trail has to be told of it: nothing if it is known already."""
    people = tables.people
    known = connection.execute(sa.select(people.c.printed, people.c.salt).where(people.c.key == key)).one_or_none()
    if known is not None and known.printed == name and known.salt:
        return {}
    kept = {"printed": name, "salt": secrets.token_hex(32)}
    if known is None:
        connection.execute(people.insert().values(key=key, **kept))
    else:
        connection.execute(people.update().where(people.c.key == key).values(**kept))
    return {key: digest(kept["salt"], key, name)}


def untold(connection: sa.Connection) -> dict[str, str]:
    """Give names that an older version of the program kept their salts, and what the trail has to be told of them."""
    people = tables.people
    told: dict[str, str] = {}
    for row in connection.execute(sa.select(people).where(people.c.salt == "").order_by(people.c.key)).all():
        told |= remember(connection, row.key, row.printed)
    return told


def digests(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """Give each account that has a printed name, with the digest of the name that is there."""
    for row in connection.execute(sa.select(tables.people).order_by(tables.people.c.key)):
        yield row.key, digest(row.salt, row.key, row.printed)
