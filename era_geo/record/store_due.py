"""What is due and overdue, drawn from the store: each record's due date is worked out once for a profile, and then looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import audit, tables
from era_geo.record.access import Action, View
from era_geo.record.calendar import Calendar
from era_geo.record.circumstances import Circumstances
from era_geo.record.duelist import CLOSED, DueRow, due_list
from era_geo.record.formjson import canonical, sha256
from era_geo.record.profile import Need, Profile
from era_geo.record.store_core import Core, allow, visible
from era_geo.record.store_errors import NotAllowed
from era_geo.record.store_facts import read_facts
from era_geo.record.store_list import PAGE, log_list
from era_geo.record.store_rows import LINE_COLUMNS, Line, line
from era_geo.record.terms import Status

_WORKED_OUT = {"next_on": "on", "need": "what", "next_by": "by"}
_LIVE = tuple(status.value for status in Status if status not in CLOSED)


@dataclass(frozen=True)
class Rules:
    """By what dates are worked out: a profile, and the calendar of a council area by its name (`""`: holidays of all areas)."""

    profile: Profile
    calendar: Callable[[str], Calendar]

    def key(self, local_authority: str) -> str:
        """Give the checksum of all that a due date hangs on but the record."""
        calendar = self.calendar(local_authority)
        days = [[day.isoformat(), name] for day, name in calendar.local]
        return sha256(canonical([self.profile.printed, self.profile.sha256, calendar.label, days]))


@dataclass(frozen=True)
class DuePage:
    """What is due, soonest first, those without a date last; `row` says by which rule.

    Of the records that the account may see, `total` are due by the day asked for or have no date, `overdue` of them are overdue,
    `later` are due later; of `not_required` the rules ask nothing.
    """

    rows: tuple[tuple[Line, DueRow], ...]
    total: int
    overdue: int
    later: int
    not_required: int
    profile: str
    as_of: dt.date


def due(
    core: Core, account: Account, rules: Rules, as_of: dt.date, *, within_days: int | None = None, limit: int = PAGE
) -> DuePage:
    """List what is due; see `Store.due`."""
    if allow(account, Action.READ_LIST) is View.REDACTED:
        raise NotAllowed(
            "What is due follows from facts about the person, which the redacted view leaves out. The list of records shows the "
            "dates that were given to you."
        )
    records = tables.records
    last = as_of + dt.timedelta(days=within_days) if within_days is not None else dt.date.max
    asked = records.c.need != Need.NOT_REQUIRED.value
    dated, undated = records.c.next_on <= last, sa.and_(records.c.next_on.is_(None), asked)
    with core.database.writing() as connection:
        _work_out(connection, rules, as_of)
        counts = _counts(connection, account, as_of, dated, undated)
        # Closed records have no date and no need.
        chosen = visible(connection, sa.select(*LINE_COLUMNS, records.c.facts), account, some=True)
        rows = list(connection.execute(chosen.where(dated).order_by(records.c.next_on, records.c.no).limit(limit)))
        if len(rows) < limit:
            rows += connection.execute(chosen.where(undated).order_by(records.c.no).limit(limit - len(rows)))
        told = _explained(rows, rules, as_of)
        log_list(connection, core, account, "list of what is due,", [one.id for one, _ in told])
    return DuePage(tuple(told), *counts, profile=rules.profile.printed, as_of=as_of)


def _counts(
    connection: sa.Connection, account: Account, as_of: dt.date, dated: sa.ColumnElement[bool], undated: sa.ColumnElement[bool]
) -> tuple[int, int, int, int]:
    """Count, in one pass: due or without a date, overdue, later, not asked for."""
    records = tables.records
    has_date = records.c.next_on.is_not(None)
    kinds = (
        sa.or_(dated, undated),
        records.c.next_on < as_of,
        sa.and_(has_date, sa.not_(dated)),
        sa.and_(sa.not_(has_date), records.c.need == Need.NOT_REQUIRED.value),
    )
    sums = [sa.func.coalesce(sa.func.sum(sa.case((kind, 1), else_=0)), 0) for kind in kinds]
    counted = visible(connection, sa.select(*sums).where(records.c.status.in_(_LIVE)), account)
    total, overdue, later, nothing = connection.execute(counted).one()
    return int(total), int(overdue), int(later), int(nothing)


def _work_out(connection: sa.Connection, rules: Rules, as_of: dt.date) -> None:
    """Work out the due dates of records that were saved, or whose rules have changed, since it was last done."""
    records = tables.records
    kinds = sa.select(records.c.local_authority, records.c.next_by).where(records.c.status.in_(_LIVE)).distinct()
    for area, by in connection.execute(kinds).all():
        key = rules.key(area)
        if by == key:
            continue
        stale = (records.c.status.in_(_LIVE), records.c.local_authority == area, records.c.next_by.is_not_distinct_from(by))
        rows = connection.execute(sa.select(*LINE_COLUMNS, records.c.facts, records.c.no).where(*stale)).all()
        dates = _dates(list(rows), rules, area, as_of)
        values = [dict(zip(("row", "on", "what", "by"), (row.no, *dates[row.id], key), strict=True)) for row in rows]
        bound: dict[str, Any] = {name: sa.bindparam(given) for name, given in _WORKED_OUT.items()}
        connection.execute(records.update().where(records.c.no == sa.bindparam("row")).values(bound), values)


def not_as_worked_out(connection: sa.Connection, rules: Rules, as_of: dt.date) -> list[str]:
    """Give the ids of live records whose date or need in lists is not what these rules give, though it is said to be theirs."""
    records, differing = tables.records, []
    worked_out = (records.c.status.in_(_LIVE), records.c.next_by.is_not(None))
    rows = connection.execute(sa.select(*LINE_COLUMNS, records.c.facts, records.c.need, records.c.next_by).where(*worked_out)).all()
    for area in sorted({row.local_authority for row in rows}):
        own = [row for row in rows if row.local_authority == area and row.next_by == rules.key(area)]
        found = _dates(own, rules, area, as_of)
        differing += [row.id for row in own if (row.next_on, row.need) != found[row.id]]
    return differing


def _dates(rows: list[Any], rules: Rules, area: str, as_of: dt.date) -> dict[str, tuple[dt.date | None, str]]:
    """Give the date and the need of records of one council area, by their ids."""
    found = due_list([_told(row) for row in rows], rules.profile, rules.calendar(area), as_of)
    dates = {row.record_id: (row.due_on, row.need.value) for row in found.rows}
    return {row.id: dates.get(row.id, (None, Need.NOT_REQUIRED.value)) for row in rows}


def _explained(rows: list[Any], rules: Rules, as_of: dt.date) -> list[tuple[Line, DueRow]]:
    """Give each line its rule, in the order of the lines."""
    found: dict[str, DueRow] = {}
    for area, group in groupby(sorted(rows, key=lambda row: row.local_authority), key=lambda row: row.local_authority):
        told = due_list([_told(row) for row in group], rules.profile, rules.calendar(area), as_of)
        found |= {row.record_id: row for row in told.rows}
    return [(line(row), found[row.id]) for row in rows]


def _told(row: Any) -> tuple[str, Circumstances, Status]:
    signed_on = audit.moment(row.signed_at).date() if row.signed_at else None
    return row.id, read_facts(row.facts, last_era_on=signed_on), Status(row.status)
