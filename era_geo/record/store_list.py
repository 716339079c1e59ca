"""Lists of records, searches, and which record is meant by a few signs. Every list is a consultation in the trail."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import audit, search, tables
from era_geo.record.access import Action, View
from era_geo.record.audit import Act
from era_geo.record.store_core import Core, allow, alone, numbers_of, visible
from era_geo.record.store_errors import NoSuchRecord
from era_geo.record.store_rows import LINE_COLUMNS, Line, line
from era_geo.record.terms import Status

PAGE = 100
"""Lines of a list that are given at once."""

_MANY_PAGES = 10
"""Where a search found more than so many pages, those of one page are soon met, going back from the newest record."""


@dataclass(frozen=True)
class Page:
    """Some lines of a list, newest first, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int
    offset: int = 0


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
    redacted = view is View.REDACTED
    found = search.matching(text, redacted=redacted)
    if text and not found:
        wanted.append(sa.false())
    with core.database.writing() as connection:
        numbers, total = _page(connection, account, wanted, found, offset=offset, limit=limit, redacted=redacted)
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
    redacted: bool,
) -> tuple[list[int], int]:
    """Give the numbers of one page of records, and how many there are in all.

    What a search found is put together once to be counted. Where many were found, those of the page are looked up one by one, the
    newest first, and the others are not joined and put in order for it; of a plain list, too, only the page itself is looked at.
    """
    no = tables.records.c.no
    if found:
        # Sets that are intersected are read once each; asked for one by one, PostgreSQL may look each record up in each.
        own = [] if alone(connection, account) else [numbers_of(account)]
        every = sa.intersect(*found, *own) if found[1:] or own else found[0].distinct()
        total = connection.execute(_counted(every, wanted)).scalar_one()
        # By the few words of the redacted view PostgreSQL expects to find little, and looks each up where it should not.
        if total > _MANY_PAGES * (offset + limit) and not redacted:
            wanted = [*wanted, *(query.where(query.selected_columns[0] == no).exists() for query in [*found, *own])]
        else:
            wanted = [*wanted, no.in_(every)]
        page = _newest(sa.select(no).where(*wanted))
    else:
        counted = visible(connection, sa.select(sa.func.count()).select_from(tables.records).where(*wanted), account)
        total = connection.execute(counted).scalar_one()
        page = _newest(visible(connection, sa.select(no).where(*wanted), account, some=True))
    return list(connection.execute(page.limit(limit).offset(offset)).scalars()), total


def _counted(every: sa.Select[Any] | sa.CompoundSelect[Any], wanted: list[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Give the query for how many of the numbers `every` are of records that are `wanted`."""
    if not wanted:
        return sa.select(sa.func.count()).select_from(every.subquery())
    return sa.select(sa.func.count()).select_from(tables.records).where(*wanted, tables.records.c.no.in_(every))


def _newest(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(tables.records.c.updated_at.desc(), tables.records.c.no.desc())


def as_seen(one: Line, view: View) -> Line:
    """Give a line without what the redacted view leaves out: what is known of the person, and what follows from that."""
    return one if view is View.FULL else dataclasses.replace(one, level=None, trigger=None, next_on=None)


def log_list(connection: sa.Connection, core: Core, account: Account, what: str, ids: list[str]) -> None:
    """Log that records were looked at as lines of a list; which ones, by their ids."""
    words = f"{what} of {len(ids)} records"
    audit.append(connection, account, core.stamp(), Act.CONSULTATION, words, detail={"records": ids})


def find(core: Core, account: Account, text: str, *, held: bool = False) -> str:
    """Give the id of the one record that a reference, an id, or the beginning of an id means; see `Store.find`."""
    allow(account, Action.READ_LIST)
    records = tables.records
    meant = [records.c.reference == text, records.c.id == text]
    if len(text) >= 6 and text.isalnum():
        meant.append(records.c.id.startswith(text.lower(), autoescape=True))
    with core.database.reading() as connection:
        query = sa.select(records.c.id, records.c.status).where(sa.or_(*meant))
        rows = list(connection.execute(visible(connection, query, account)).all())
        if held and not rows:
            kept = tables.restricted
            own = sa.select(kept.c.record_id).where(kept.c.agency == account.agency)
            rows = list(connection.execute(query.where(records.c.id.in_(own))).all())
    closed = (Status.SUPERSEDED.value, Status.WITHDRAWN.value)
    live = [row for row in rows if row.status not in closed]
    chosen = live if len(rows) > 1 and len(live) == 1 else rows
    if len(chosen) == 1:
        return str(chosen[0].id)
    if not chosen:
        raise NoSuchRecord("There is no such record among those that name your agency. `era-geo record list` lists them.")
    told = ", ".join(f"{row.id[:8]} ({row.status})" for row in chosen)
    raise NoSuchRecord(f"More than one record has this reference: {told}. Give the beginning of one of these ids instead.")
