"""The fields of a record as a person fills them in: what each is called, what kind it is, and where in the form it stands.

A field is named by its dotted path in the form (`measures.0.text`), the same path that a privacy warning gives.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from era_geo.record.form import Form
from era_geo.record.terms import CheckOutcome, Order, Outcome, RiskLevel, Tenure, Term, Trigger


class Kind(Enum):
    """What can be put into a field."""

    LINE = auto()
    LINES = auto()
    DATE = auto()
    YES_NO = auto()
    TICK = auto()
    ONE_OF = auto()
    SOME_OF = auto()
    LEVEL = auto()


@dataclass(frozen=True)
class Entry:
    """One field: its path in the form or in a row of it, its label, its kind, a hint, and the terms to choose among."""

    path: str
    label: str
    kind: Kind = Kind.LINE
    hint: str | None = None
    terms: type[Term] | None = None

    def within(self, row: str) -> Entry:
        """Give the field of one row, such as `agencies.3`."""
        return dataclasses.replace(self, path=f"{row}.{self.path}")


_NO_NAMES = "Never write a person's name, a date of birth or an account of the offence."

CASE = (
    Entry("case.reference", "Case reference", hint=_NO_NAMES),
    Entry("case.trigger", "What made this ERA necessary", Kind.ONE_OF, terms=Trigger),
    Entry("case.local_authority", "Local authority area", hint="The council area, for its local holidays and the quarterly audit."),
    Entry("case.registered_on", "First registered on", Kind.DATE),
    Entry("case.notified_on", "Notified on", Kind.DATE, "The clock of an initial ERA begins after this day."),
    Entry("case.moved_on", "Moved on", Kind.DATE, "For a change of address: the day of the move."),
    Entry("case.needed_by", "Needed by", Kind.DATE, "For a proposed address: the day by which it is to be agreed, or of release."),
    Entry("case.sentenced_on", "Sentenced on", Kind.DATE, "For the reminder of the first level 1 meeting, where the area has one."),
    Entry("case.renewal_on", "Renewal date", Kind.DATE),
    Entry("case.due_on", "Due on", Kind.DATE, "Agreed locally; the page of what is due works out the rules' own date."),
)
PERSON = (
    Entry("person.mappa_category", "MAPPA category"),
    Entry("person.level", "MAPPA level", Kind.LEVEL),
    Entry("person.risk_level", "Risk of serious harm", Kind.ONE_OF, "As the case team has assessed it.", RiskLevel),
    Entry("person.orders", "Orders", Kind.SOME_OF, terms=Order),
    Entry("person.no_orders", "There is no order", Kind.TICK, "Tick it if you have looked. An empty list says nothing."),
    Entry("person.registered", "Subject to notification requirements?", Kind.YES_NO),
    Entry("person.supervised", "Under statutory supervision?", Kind.YES_NO, "It decides who leads."),
    Entry("person.community_sentence", "Sentence served in the community?", Kind.YES_NO),
    Entry("person.victim_profile", "Victim profile", Kind.LINES, f"Only what the check needs. {_NO_NAMES}"),
)
AGENCY = (
    Entry("contact", "Contact (a role, not a name)"),
    Entry("asked_on", "Asked on", Kind.DATE),
    Entry("answered_on", "Answered on", Kind.DATE),
    Entry("outcome", "Outcome", Kind.ONE_OF, terms=CheckOutcome),
    Entry("why_not", "If not checked: why"),
    Entry("detail", "What the agency says", Kind.LINES, _NO_NAMES),
)
PROPERTY = (
    Entry("property.tenure", "Tenure", Kind.ONE_OF, terms=Tenure),
    Entry("property.kind", "Type of home", hint="Such as tenement flat, terraced house."),
    Entry("property.size", "Size"),
    Entry("property.floor", "Floor"),
    Entry("property.entrance", "Entrance", hint="Shared or own, door entry, which way it faces."),
    Entry("property.outlook", "Outlook", hint="What the windows look on to."),
    Entry("property.multiple_occupancy", "Multiple occupancy?", Kind.YES_NO),
    Entry("property.outside_space", "Outside space"),
    Entry("property.notes", "Notes", Kind.LINES),
)
ADDRESS = (
    Entry("agency", "Agency that checks"),
    Entry("asked_on", "Asked on", Kind.DATE),
    Entry("outcome", "Outcome", Kind.ONE_OF, terms=CheckOutcome),
    Entry("why_not", "If not checked: why"),
    Entry("note", "Note", hint=_NO_NAMES),
)
DESK_CHECK = (
    Entry("what", "Check"),
    Entry("agency", "Agency"),
    Entry("done_on", "Done on", Kind.DATE),
    Entry("outcome", "Result", Kind.ONE_OF, terms=CheckOutcome),
    Entry("note", "Note", hint=_NO_NAMES),
)
VISIT = (
    Entry("physical_check.visited_on", "Visited on", Kind.DATE),
    Entry("physical_check.visited_at", "At what time", hint="Places differ by day and hour."),
    Entry("physical_check.by", "By (name and role)"),
)
PHYSICAL_ROW = (
    Entry("what", "Look for"),
    Entry("seen", "Seen?", Kind.YES_NO),
    Entry("where", "Where"),
    Entry("note", "Note", hint=_NO_NAMES),
)
RISK = (Entry("analysis.risk_to_person", "Risk to the person at this address", Kind.LINES),)
CONCENTRATION = (
    Entry("considered_on", "Considered by police on", Kind.DATE, "Only the date: never whether others live nearby, or how many."),
)
ANALYSIS = (
    Entry("analysis.facts", "Facts relied on", Kind.LINES, "Give the numbers of the places. Keep facts and judgement apart."),
    Entry("analysis.judgement", "Judgement", Kind.LINES),
)
MEASURE = (
    Entry("text", "Measure"),
    Entry("owner", "Owner", hint="An agency or a post."),
    Entry("by_date", "By what date", Kind.DATE),
    Entry("done_on", "Done on", Kind.DATE),
)
DECISION = (
    Entry("decision.outcome", "Outcome", Kind.ONE_OF, "A person decides. The program suggests nothing.", Outcome),
    Entry("decision.decided_by", "Decided by (name and role)"),
    Entry("decision.decided_on", "Date of the decision", Kind.DATE),
    Entry("decision.reasons", "Reasons", Kind.LINES),
    Entry("decision.dissent", "Dissent", Kind.LINES, "Who disagreed, by role, and why."),
)
REVIEW = (
    Entry("review.review_on", "Next review on", Kind.DATE),
    Entry("review.watch_for", "Triggers to watch", Kind.LINES, "What would mean looking again sooner."),
    Entry("review.not_done_reason", "If an annual review is not done: the reason", Kind.LINES),
)


def read(form: Form, path: str) -> Any:
    """Give the value that stands at a path of the form."""
    value: Any = form
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


def write(form: Form, path: str, value: Any) -> Form:
    """Give the form with another value at a path."""
    changed: Form = _written(form, path.split("."), value)
    return changed


def label_of(path: str) -> str:
    """Give a path in words: `Measures 1: Owner`, for a warning or a difference that names it."""
    for entry in _single():
        if entry.path == path:
            return entry.label
    start, _, last = path.rpartition(".")
    for row, entries in _ROWS.items():
        for entry in entries:
            if start.startswith(row) and entry.path == last:
                return f"{_ROW_NAMES[row]} {_row_number(start, row)}: {entry.label}"
    return path.replace("_", " ")


_ROWS = {
    "agencies": AGENCY,
    "addresses": ADDRESS,
    "desk_checks": DESK_CHECK,
    "physical_check.rows": PHYSICAL_ROW,
    "measures": MEASURE,
}
_ROW_NAMES = {
    "agencies": "Agency",
    "addresses": "Address",
    "desk_checks": "Desk check",
    "physical_check.rows": "Visit, line",
    "measures": "Measure",
}


def _single() -> Iterator[Entry]:
    for part in (CASE, PERSON, PROPERTY, VISIT, RISK, CONCENTRATION, ANALYSIS, DECISION, REVIEW):
        yield from part
    yield Entry("lead_agency", "Lead agency")


def _row_number(start: str, row: str) -> str:
    which = start.removeprefix(row).strip(".[]")
    return str(int(which) + 1) if which.isdigit() else which


def _written(target: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(target, tuple):
        place = int(step)
        return (*target[:place], _written(target[place], rest, value), *target[place + 1 :])
    return dataclasses.replace(target, **{step: _written(getattr(target, step), rest, value)})
