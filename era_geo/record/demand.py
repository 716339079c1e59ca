"""How many ERAs a year a rule profile asks for, month by month, for any caseload.

This counts what the rules ask for. How many addresses each ERA looks at is the other half of the question.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from era_geo.errors import UsageError
from era_geo.record.calendar import FIRST_DAY, LAST_DAY, add_months
from era_geo.record.demandread import Caseload, CaseloadRow, Events
from era_geo.record.effort import Effort
from era_geo.record.profile import Need, Profile
from era_geo.record.terms import Trigger

SCHEMA = "era-geo/demand/1"
MONTHS = 12

ASSUMPTIONS = (
    "Each ERA counts in the month in which its clock begins: of registration, of the change of address, or of the renewal date.",
    "A renewal date comes round each year on the same day; a change of address does not move it.",
    "Who registers within the year has an initial ERA and no yearly review in that year.",
    "Nobody leaves the caseload within the year.",
    "What has no date is spread evenly over the twelve months.",
)
"""What the counts take for granted, told with them."""

LATER = "people register after these twelve months and are not counted."
"""Ends the note of how many there are."""

Line = tuple[Trigger, Need]

LABELS: dict[Line, str] = {
    (Trigger.FIRST_REGISTRATION, Need.REQUIRED): "First registration",
    (Trigger.CHANGE_OF_ADDRESS, Need.REQUIRED): "Change of address",
    (Trigger.PROPOSED_ADDRESS, Need.REQUIRED): "Proposed address",
    (Trigger.ANNUAL_REVIEW, Need.REQUIRED): "Yearly review",
    (Trigger.ANNUAL_REVIEW, Need.REQUIRED_OR_REASON): "Yearly review, or a documented reason",
    (Trigger.CHANGED_CIRCUMSTANCES, Need.CASE_BY_CASE): "Triggered review, case by case",
}
"""How a line of the table is called; a profile that asks otherwise is labelled by trigger and need."""


@dataclass(frozen=True)
class DemandLine:
    """ERAs of one kind, month by month. A count is `None` where it was suppressed."""

    trigger: Trigger
    need: Need
    label: str
    months: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class ProfileDemand:
    """What one profile asks for.

    `months` and `total` are of all `lines`. `cannot_say` are lines, in no total, for people of whom facts are missing that
    would decide. `not_required` are people for whom no yearly review is asked.
    """

    profile: str
    sha256: str
    label: str
    lines: tuple[DemandLine, ...]
    months: tuple[int | None, ...]
    total: int | None
    cannot_say: tuple[DemandLine, ...]
    not_required: int | None


@dataclass(frozen=True)
class Demand:
    """How many ERAs a caseload asks for in twelve months, by profile. `months` are such as `2026-04`.

    `people` are on the caseload at the start, `suppressed` says whether small counts have been left out, `effort` what each
    parameter of a capacity study would make agencies check in the year; `None` where no study is given.
    """

    months: tuple[str, ...]
    people: int | None
    profiles: tuple[ProfileDemand, ...]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    suppressed: bool = False
    effort: Effort | None = None


def demand(caseload: Caseload, profiles: Sequence[Profile], start: dt.date) -> Demand:
    """Count the ERAs that each profile asks for in the twelve months from a month on.

    Parameters
    ----------
    start
        Any day of the first month.

    Raises
    ------
    UsageError
        If the year is outside the calendar, or no profile is given.
    """
    first = start.replace(day=1)
    if not FIRST_DAY <= first <= add_months(LAST_DAY, -MONTHS):
        raise UsageError(
            f"The year from {first:%Y-%m} is outside the calendar, which goes from {FIRST_DAY.year} to {LAST_DAY.year}."
        )
    if not profiles:
        raise UsageError("Name at least one rule profile.")
    year = _Year(first)
    rows = [row for row in caseload.rows if not year.is_over_by(row.case.registered_on)]
    later = sum(row.people for row in caseload.rows) - sum(row.people for row in rows)
    notes = list(caseload.not_read)
    if later:
        notes.append(f"{later} {LATER}")
    return Demand(
        months=year.names,
        people=sum(row.people for row in rows if not year.holds(row.case.registered_on)),
        profiles=tuple(_asked(rows, profile, year) for profile in profiles),
        assumptions=ASSUMPTIONS,
        notes=tuple(notes),
    )


class _Year:
    """Twelve months from a first day on."""

    def __init__(self, first: dt.date) -> None:
        self.first = first
        self.names = tuple(f"{add_months(first, count):%Y-%m}" for count in range(MONTHS))
        self._end = (first.year + 1, first.month)

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day lies in the year."""
        return day is not None and (self.first.year, self.first.month) <= (day.year, day.month) < self._end

    def is_over_by(self, day: dt.date | None) -> bool:
        """Whether a day comes after the year."""
        return day is not None and (day.year, day.month) >= self._end

    def month(self, day: dt.date) -> int:
        """Give the place of a day's month among the twelve."""
        return (day.month - self.first.month) % MONTHS

    def months_of(self, day: dt.date, every: int) -> tuple[int, ...]:
        """Give the places of the months in which what comes round every so many months, once on `day`, falls in the year."""
        passed = (self.first.year - day.year) * MONTHS + self.first.month - day.month
        return tuple(place for place in range(MONTHS) if (passed + place) % every == 0)


class _Counts:
    """Counts of one kind over the year."""

    def __init__(self) -> None:
        self.months = [0] * MONTHS
        self.undated = Fraction(0)

    def spread(self) -> tuple[int, ...]:
        """Give the months' counts, what has no date spread evenly over them in whole numbers."""
        shares = [int(self.undated * place / MONTHS) for place in range(MONTHS + 1)]
        return tuple(dated + shares[place + 1] - shares[place] for place, dated in enumerate(self.months))


def _asked(rows: Iterable[CaseloadRow], profile: Profile, year: _Year) -> ProfileDemand:
    # Every line that the rules can give is told, also where it counts nothing: a line that is left out would tell of a 0.
    counts = defaultdict(_Counts, {line: _Counts() for line in _lines(profile)})
    not_required = 0
    for row in rows:
        for trigger, events in _triggers(row):
            counted = counts[trigger, profile.decide(trigger, row.case).need]
            counted.undated += events.undated
            for day in filter(year.holds, events.dates):
                counted.months[year.month(day)] += 1
        registered = row.case.registered_on
        if registered and year.holds(registered):
            need = profile.decide(Trigger.FIRST_REGISTRATION, row.case).need
            counts[Trigger.FIRST_REGISTRATION, need].months[year.month(registered)] += row.people
            continue
        decision = profile.decide(Trigger.ANNUAL_REVIEW, row.case)
        if decision.need is Need.NOT_REQUIRED:
            not_required += row.people
        else:
            _add_reviews(counts[Trigger.ANNUAL_REVIEW, decision.need], row, year, decision.rule.every_months or MONTHS)
    lines = [_line(line, counts[line]) for line in sorted(counts, key=_place)]
    asked = tuple(line for line in lines if line.need not in {Need.CANNOT_SAY, Need.NOT_REQUIRED})
    months = tuple(sum(line.months[month] or 0 for line in asked) for month in range(MONTHS))
    return ProfileDemand(
        profile=profile.printed,
        sha256=profile.sha256,
        label=profile.label,
        lines=asked,
        months=months,
        total=sum(months),
        cannot_say=tuple(line for line in lines if line.need is Need.CANNOT_SAY),
        not_required=not_required,
    )


def _lines(profile: Profile) -> Iterator[Line]:
    """Give the lines of a profile's table. Any change that triggers a review is one line."""
    yield Trigger.ANNUAL_REVIEW, Need.CANNOT_SAY
    for rule in profile.rules:
        if rule.need is not Need.NOT_REQUIRED and rule.trigger is not Trigger.CHANGED_ENVIRONMENT:
            yield rule.trigger, rule.need


def _triggers(row: CaseloadRow) -> Iterator[tuple[Trigger, Events]]:
    """Give what happens to a row's people, beside their own registration and yearly reviews."""
    yield Trigger.FIRST_REGISTRATION, row.first_registrations
    yield Trigger.CHANGE_OF_ADDRESS, row.address_changes
    yield Trigger.PROPOSED_ADDRESS, row.proposed_addresses
    yield Trigger.CHANGED_CIRCUMSTANCES, row.triggered_reviews


def _add_reviews(counts: _Counts, row: CaseloadRow, year: _Year, every: int) -> None:
    """Count a row's reviews, repeated every so many months."""
    renewal = row.case.renewal_on or row.case.last_era_on or row.case.registered_on
    if renewal is None:
        counts.undated += Fraction(row.people * MONTHS, every)
        return
    for month in year.months_of(renewal, every):
        counts.months[month] += row.people


def _line(line: Line, counts: _Counts) -> DemandLine:
    trigger, need = line
    months = counts.spread()
    return DemandLine(trigger, need, LABELS.get(line, f"{trigger.label}: {need}"), months, sum(months))


def _place(line: Line) -> tuple[int, str, str]:
    known = list(LABELS)
    return known.index(line) if line in known else len(known), line[0], line[1]
