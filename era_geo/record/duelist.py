"""The list of what is due and overdue over many records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from era_geo.record.calendar import Calendar
from era_geo.record.circumstances import Circumstances
from era_geo.record.due import Due, after_review, due_date, what_is_due
from era_geo.record.profile import Need, Profile
from era_geo.record.terms import Status, Trigger

OPEN = frozenset({Status.DRAFT, Status.OUT_FOR_CHECKS, Status.READY_FOR_REVIEW})
"""An ERA that is being made: its own trigger's clock runs."""

CLOSED = frozenset({Status.SUPERSEDED, Status.WITHDRAWN})
"""Nothing is due for these."""


class DueRow(NamedTuple):
    """A record for which something is due.

    `due_on` is the rules' date or, where it is earlier, the review date that people have set (`set_by_people`). Days left are
    below 0 where it is overdue, and `None` where there is no date.
    """

    record_id: str
    status: Status
    trigger: Trigger | None
    case: Circumstances
    need: Need
    due_on: dt.date | None
    set_by_people: bool
    days_left: int | None
    working_days_left: int | None

    @property
    def overdue(self) -> bool:
        """Whether the due date has passed."""
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True)
class DueList:
    """What is due, soonest first (so overdue first, the longest overdue at the top), those without a date last.

    `later` are due after the days that were asked for, `not_required` are records of which the rules ask nothing, `closed` are
    superseded or withdrawn: every record is somewhere.
    """

    rows: tuple[DueRow, ...]
    later: tuple[str, ...]
    not_required: tuple[str, ...]
    closed: tuple[str, ...]
    profile: Profile
    calendar: Calendar
    as_of: dt.date

    @property
    def overdue(self) -> tuple[DueRow, ...]:
        """The rows that are overdue."""
        return tuple(row for row in self.rows if row.overdue)

    def explain(self, row: DueRow) -> Due:
        """Give a row's whole answer: the rule, the clock's parts, who leads, what it rests on."""
        return what_is_due(row.case, self.profile, self.calendar, self.as_of, trigger=row.trigger)


def due_list(
    records: Iterable[tuple[str, Circumstances, Status]],
    profile: Profile,
    calendar: Calendar,
    as_of: dt.date,
    *,
    within_days: int | None = None,
) -> DueList:
    """List what is due.

    Parameters
    ----------
    records
        Id, circumstances and status of each record. A record that is being made is due by its trigger's clock, a signed one for
        its next yearly review.
    within_days
        Leave out what is due more than so many calendar days after `as_of`; it is told in `later`.

    Raises
    ------
    UsageError
        If `as_of` is outside the calendar.
    """
    rows: list[DueRow] = []
    later: list[str] = []
    not_required: list[str] = []
    closed: list[str] = []
    for record_id, case, status in records:
        if status in CLOSED:
            closed.append(record_id)
            continue
        trigger = case.trigger if status in OPEN else Trigger.ANNUAL_REVIEW
        case = case if status in OPEN else after_review(case, profile)  # noqa: PLW2901 - the case as it bears on what is next
        decision = profile.decide(trigger, case) if trigger else None
        need = decision.need if decision else Need.CANNOT_SAY
        due_on = due_date(case, decision, calendar) if decision else None
        people = case.review_on if status not in OPEN else None
        set_by_people = people is not None and (due_on is None or people < due_on)
        due_on = people if set_by_people else due_on
        days_left = (due_on - as_of).days if due_on else None
        if due_on is None and need is Need.NOT_REQUIRED:
            not_required.append(record_id)
        elif within_days is not None and days_left is not None and days_left > within_days:
            later.append(record_id)
        else:
            # A date that people set may lie outside the calendar: its days are counted all the same.
            working = calendar.between(as_of, due_on) if due_on and calendar.covers(due_on) else None
            rows.append(DueRow(record_id, status, trigger, case, need, due_on, set_by_people, days_left, working))
    rows.sort(key=lambda row: (row.due_on or dt.date.max, row.record_id))
    return DueList(tuple(rows), tuple(later), tuple(not_required), tuple(closed), profile, calendar, as_of)
