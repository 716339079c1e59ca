"""Restricted places in the store: held by one agency, for good: whatever becomes of the record, they stay that agency's own.

An agency that a record names no longer still reads, takes out and carries over what it holds with it, and reads nothing else of
the record. A record that supersedes another is offered the places of the one before, to their holder alone: they are copied once
it says so, and asked about no more once it has said yes or no. Nobody else learns that there are any (why so:
`docs/decisions/restricted-places.md`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from era_geo.accounts import Account
from era_geo.record import access, audit, tables
from era_geo.record.access import Action
from era_geo.record.audit import Act
from era_geo.record.restricted import ENTERED, LEFT, LOOKED_AT, PLACE_PART, TAKEN_OUT, TAKEN_OVER, RestrictedPlace, check
from era_geo.record.store_core import Core, Reached, allow, new_id, own_agency, reach
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.record.store_rows import shared, version_row
from era_geo.record.store_words import check_person
from era_geo.record.terms import Status


@dataclass(frozen=True)
class HeldPlace:
    """A restricted place that the account's agency holds with a record, and its id there."""

    id: str
    place: RestrictedPlace
    added_at: str


@dataclass(frozen=True)
class Holding:
    """A record with which the account's agency holds restricted places, and how many.

    `named`: whether the record still names the agency. `carry_to` is the id of the record that supersedes it, names the agency, and
    to which nobody of it has said yet whether the places are carried over.
    """

    record_id: str
    reference: str
    status: Status
    places: int
    named: bool
    carry_to: str | None


_PLACE: TypeAdapter[RestrictedPlace] = TypeAdapter(RestrictedPlace)


def add_restricted(core: Core, account: Account, record_id: str, place: RestrictedPlace) -> str:
    """Keep a restricted place with a record; see `Store.add_restricted`."""
    check(place)
    if place.held_by != account.agency or place.entered_by != account.key:
        raise NotAllowed("A restricted place is held by the agency of the account that enters it. Enter it for your own.")
    with core.database.writing() as connection:
        held = reach(connection, account, record_id, Action.RESTRICT, holder=account.agency or "").row
        check_person(place.note, version_row(connection, record_id, held.version).form)
        at = core.stamp()
        part = _keep(connection, account, held, _PLACE.dump_json(place).decode(), at)
        audit.append(connection, account, at, Act.COLLECTION, ENTERED, record_id=record_id, parts=(part,))
    return part.name.removeprefix(PLACE_PART)


def place_part(salt: str, row: Mapping[str, Any]) -> audit.Part:
    """Give a row of restricted places as the trail knows it."""
    told = {name: row[name] for name in ("record_id", "agency", "place", "added_at", "added_by")}
    return audit.digest(salt, PLACE_PART + row["id"], told)


def restricted(core: Core, account: Account, record_id: str) -> tuple[HeldPlace, ...]:
    """Give the restricted places that the account's agency holds with a record; see `Store.restricted`."""
    table = tables.restricted
    with core.database.writing() as connection:
        _reach_own(connection, account, record_id, Action.READ_RESTRICTED)
        rows = connection.execute(_own(account, record_id).order_by(table.c.added_at, table.c.id)).all()
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, LOOKED_AT, record_id=record_id)
    return tuple(HeldPlace(row.id, _PLACE.validate_json(row.place), row.added_at) for row in rows)


def may_hold(core: Core, account: Account, record_id: str) -> bool:
    """Whether this account may read restricted places of its agency with this record."""
    with core.database.reading() as connection:
        record = reach(connection, account, record_id, Action.READ).standing
    held = dataclasses.replace(record, holder=account.agency or "")
    return isinstance(access.may(account, Action.READ_RESTRICTED, held), access.Allowed)


def remove_restricted(core: Core, account: Account, record_id: str, place_id: str) -> None:
    """Take out a restricted place that the account's agency holds; see `Store.remove_restricted`."""
    table = tables.restricted
    with core.database.writing() as connection:
        _reach_own(connection, account, record_id, Action.RESTRICT)
        own = (table.c.id == place_id) & (table.c.record_id == record_id) & (table.c.agency == account.agency)
        if not connection.execute(table.delete().where(own)).rowcount:
            raise NoSuchRecord("Your agency holds no such restricted place with this record.")
        detail = {"taken_out": PLACE_PART + place_id}
        audit.append(connection, account, core.stamp(), Act.ERASURE, TAKEN_OUT, record_id=record_id, detail=detail)


def holdings(core: Core, account: Account) -> tuple[Holding, ...]:
    """List the records with which the account's agency holds restricted places; see `Store.holdings`."""
    with core.database.writing() as connection:
        _allow_holder(connection, account)
        held, records = tables.restricted, tables.records
        counted = sa.select(records.c.no, records.c.id, records.c.reference, records.c.status, sa.func.count())
        own = counted.join(held, held.c.record_id == records.c.id).where(held.c.agency == account.agency)
        rows = connection.execute(own.group_by(records.c.no, *own.selected_columns[1:4]).order_by(records.c.no.desc())).all()
        found = tuple(
            Holding(
                record_id,
                reference,
                Status(status),
                places,
                _is_named(connection, account, no),
                _asked(connection, account, record_id),
            )
            for no, record_id, reference, status, places in rows
        )
        detail = {"records": [one.record_id for one in found]}
        audit.append(connection, account, core.stamp(), Act.CONSULTATION, LOOKED_AT, detail=detail)
    return found


def offered(core: Core, account: Account, record_id: str) -> int:
    """Count the places that the account's agency may carry over to a record; see `Store.offered`."""
    with core.database.reading() as connection:
        record = reach(connection, account, record_id, Action.READ, holder=account.agency or "").standing
        may = isinstance(access.may(account, Action.RESTRICT, record), access.Allowed)
        return len(_before(connection, account, record_id)) if may and not _is_settled(connection, account, record_id) else 0


def carry_over(core: Core, account: Account, record_id: str, *, take: bool) -> int:
    """Carry places over from the record that this one supersedes, or leave them there; see `Store.carry_over`."""
    with core.database.writing() as connection:
        row = reach(connection, account, record_id, Action.RESTRICT, lock=True, holder=account.agency or "").row
        here = {one.place for one in connection.execute(_own(account, record_id))}
        before = [one for one in _before(connection, account, record_id) if take and one.place not in here]
        at = core.stamp()
        parts = tuple(_keep(connection, account, row, one.place, at) for one in before)
        act, what = (Act.COLLECTION, TAKEN_OVER) if take else (Act.CONSULTATION, LEFT)
        audit.append(connection, account, at, act, what, record_id=record_id, parts=parts)
    return len(parts)


def _keep(connection: sa.Connection, account: Account, record: Any, place: str, at: str) -> audit.Part:
    row = {
        "id": new_id(),
        "record_id": record.id,
        "agency": account.agency,
        "place": place,
        "added_at": at,
        "added_by": account.key,
    }
    connection.execute(tables.restricted.insert().values(row))
    return place_part(record.salt, row)


def _own(account: Account, record_id: str) -> sa.Select[Any]:
    table = tables.restricted
    return sa.select(table).where(table.c.record_id == record_id, table.c.agency == account.agency)


def _reach_own(connection: sa.Connection, account: Account, record_id: str, action: Action) -> Reached:
    """Reach a record for what the account's agency holds with it, whether or not the record still names the agency."""
    holds = connection.execute(_own(account, record_id).limit(1)).first() is not None
    return reach(connection, account, record_id, action, holder=account.agency or "", holds=holds)


def _allow_holder(connection: sa.Connection, account: Account) -> None:
    """Let an account pass that may read what its agency holds with some record, whichever that is.

    Raises
    ------
    NotAllowed
        If it may read nothing of the kind.
    """
    everywhere = shared(connection)
    agency = own_agency(account) if everywhere else account.agency or ""
    allow(account, Action.READ_RESTRICTED, access.Standing(Status.DRAFT, "", frozenset({agency}), holder=agency, shared=everywhere))


def _is_named(connection: sa.Connection, account: Account, record_no: int) -> bool:
    named = tables.named
    query = sa.select(named.c.agency).where(named.c.record_no == record_no, named.c.agency == account.agency)
    return connection.execute(query).first() is not None


def _before(connection: sa.Connection, account: Account, record_id: str) -> list[Any]:
    """Give what the agency holds with the record that this one supersedes, or with the one before that, if it never was asked."""
    records, seen = tables.records, {record_id}
    while True:
        older = connection.execute(sa.select(records.c.supersedes).where(records.c.id == record_id)).scalar_one_or_none()
        if older is None or older in seen:
            return []
        found = list(connection.execute(_own(account, older)).all())
        if found or _is_settled(connection, account, older):
            return found
        seen.add(record_id := older)


def _is_settled(connection: sa.Connection, account: Account, record_id: str) -> bool:
    """Whether somebody of the agency has said of this record that places are carried over to it, or are left."""
    said = (TAKEN_OVER, LEFT)
    return any(one.what in said and one.agency == account.agency for one in audit.entries(connection, record_id))


def _asked(connection: sa.Connection, account: Account, record_id: str) -> str | None:
    """Give the id of the newer record to which the agency has still to say whether its places are carried over."""
    records, seen = tables.records, {record_id}
    while True:
        newer = sa.select(records.c.id, records.c.no).where(
            records.c.supersedes == record_id, records.c.status != Status.WITHDRAWN.value
        )
        found = connection.execute(newer.order_by(records.c.no.desc()).limit(1)).one_or_none()
        if found is None or found.id in seen or _is_settled(connection, account, found.id):
            return None
        if _is_named(connection, account, found.no):
            return str(found.id)
        seen.add(record_id := found.id)
