"""The audit of a case file as a form, the themes that recur, and the summary that senior managers get.

The questions and themes are this program's proposal: the sources say that files are audited each quarter, not what is asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from era_geo.errors import UsageError
from era_geo.layertoml import nearest
from era_geo.record.statistics import NOTE, Sum, suppress


class AuditMark(StrEnum):
    """How well a file meets a question."""

    MET = "met"
    PARTLY = "partly met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True)
class Question:
    """One question of the audit. `heading` is the number of the record's heading that it is about."""

    id: str
    heading: int
    text: str


QUESTIONS = (
    Question("in_time", 2, "Was the ERA done within the clear working days of the rule profile, or is the delay explained?"),
    Question("led", 4, "Did the right responsible authority lead?"),
    Question("agencies", 4, "Is every agency's answer there: nothing held, a concern, or not checked and why?"),
    Question("location", 5, "Was the property identified, and is it said how exactly?"),
    Question("parameters", 6, "Are both parameters and who set them given, and a reason where a limit was passed?"),
    Question("places", 7, "Are layers that were switched off, and what could not be looked up, explained?"),
    Question("neighbours", 8, "Were the homes of the address parameter checked, and no more than those?"),
    Question("desk_checks", 9, "Were the desk checks that the case needs done?"),
    Question("physical_check", 10, "Was the property visited, and is the list filled in?"),
    Question("risk_to_person", 11, "Is the risk to the person considered?"),
    Question("analysis", 13, "Are facts and judgement kept apart, and does the judgement follow from the facts?"),
    Question("measures", 14, "Has every measure an owner and a date?"),
    Question("outcome", 15, "Are the reasons for the outcome given, and any dissent?"),
    Question("review", 16, "Is there a review date, and where a yearly review was not done, the reason?"),
    Question("data", 17, "Is there no more about people than is needed, and is every disclosure logged?"),
)
"""What is asked of every file, by the record's headings."""

THEMES: dict[str, str] = {
    "wide_parameter": "Parameter wider than the case needs",
    "late": "Clear working days not kept",
    "no_answer": "An agency's answer is missing",
    "thin_analysis": "Analysis repeats facts and does not judge",
    "no_visit": "Physical check missing or thin",
    "person_overlooked": "Risk to the person not considered",
    "measures_open": "Measures without owner or date",
    "too_much_data": "More about people than is needed",
    "good_depth": "Good practice: a close look at the immediate vicinity",
    "good_working_together": "Good practice: agencies worked it out together",
}
"""Themes that an auditor may find in a file; a file may have several."""

_WHOLE = ("", "")

OTHER_THEME = "other"
"""A theme of the auditor's own words, in the note."""


@dataclass(frozen=True)
class Answer:
    """An auditor's answer to one question. `mark` is `None` until given."""

    question: str
    mark: AuditMark | None = None
    note: str = ""


@dataclass(frozen=True)
class AuditForm:
    """The audit of one file. `auditor` is a role or an account, and not the author of the file."""

    record_id: str
    local_authority: str
    level: int
    quarter: str
    auditor: str = ""
    audited_on: dt.date | None = None
    answers: tuple[Answer, ...] = tuple(Answer(question.id) for question in QUESTIONS)
    themes: tuple[str, ...] = ()
    note: str = ""

    @property
    def open_questions(self) -> tuple[str, ...]:
        """The questions that have no mark yet."""
        marked = {answer.question for answer in self.answers if answer.mark is not None}
        return tuple(question.id for question in QUESTIONS if question.id not in marked)

    @property
    def is_finished(self) -> bool:
        """Whether every question is marked, and who audited and when is said."""
        return not self.open_questions and bool(self.auditor.strip()) and self.audited_on is not None


@dataclass(frozen=True)
class Tally:
    """What the finished audits of a quarter come to, for the case team: real counts.

    `marks` is by question's id and mark, `themes` by theme's id. `unfinished` are the records whose audit is not.
    """

    files: int
    marks: dict[str, dict[AuditMark, int]]
    themes: dict[str, int]
    unfinished: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What senior managers get: counts under 5 suppressed, and those by which one could be found; no record is named.

    `files` is how many were audited; `marks` is by question's id and mark, `themes` the files by theme. `None` is a suppressed
    count.
    """

    quarter: str
    files: int | None
    marks: dict[str, dict[AuditMark, int | None]]
    themes: dict[str, int | None]
    note: str


def check_audit(form: AuditForm) -> tuple[str, ...]:
    """Give what is wrong with a form, in sentences: questions and themes that do not exist, or that stand twice."""
    known = [question.id for question in QUESTIONS]
    asked = [answer.question for answer in form.answers]
    faults = [f'There is no question "{name}".{nearest(name, known)}' for name in asked if name not in known]
    faults += [f'The question "{name}" is answered twice.' for name, count in Counter(asked).items() if count > 1]
    themes = [*THEMES, OTHER_THEME]
    faults += [f'There is no theme "{name}".{nearest(name, themes)}' for name in form.themes if name not in themes]
    faults += [f'The theme "{name}" stands twice.' for name, count in Counter(form.themes).items() if count > 1]
    if OTHER_THEME in form.themes and not form.note.strip():
        faults.append("Another theme was found: say which in the note.")
    return tuple(faults)


def tally_themes(forms: Sequence[AuditForm]) -> Tally:
    """Count the marks and themes of the finished forms.

    Raises
    ------
    UsageError
        If a form has faults, or a record was audited twice; all are named.
    """
    twice = [name for name, count in Counter(form.record_id for form in forms).items() if count > 1]
    faults = [f"The record {name} was audited twice." for name in twice]
    faults += [f"Record {form.record_id}: {fault}" for form in forms for fault in check_audit(form)]
    if faults:
        raise UsageError("The audits cannot be counted.\n" + "\n".join(f"  {fault}" for fault in faults))
    finished = [form for form in forms if form.is_finished]
    marks = {question.id: dict.fromkeys(AuditMark, 0) for question in QUESTIONS}
    for form in finished:
        for answer in form.answers:
            if answer.mark is not None:
                marks[answer.question][answer.mark] += 1
    found = Counter(theme for form in finished for theme in form.themes)
    return Tally(
        files=len(finished),
        marks=marks,
        themes={theme: found[theme] for theme in (*THEMES, OTHER_THEME)},
        unfinished=tuple(form.record_id for form in forms if not form.is_finished),
    )


def summarise(tally: Tally, quarter: str) -> Summary:
    """Make the summary for senior managers, which may leave the case team.

    Every question is asked of every file, and every file has a theme or has it not: all counts are parts of one whole, and are
    suppressed together.
    """
    counts: dict[tuple[str, str], int] = {_WHOLE: tally.files}
    sums: list[Sum[tuple[str, str]]] = []
    for question in QUESTIONS:
        parts = {(question.id, str(mark)): tally.marks[question.id][mark] for mark in AuditMark}
        counts |= parts
        sums.append((_WHOLE, list(parts)))
    for theme, count in tally.themes.items():
        counts |= {(theme, "with"): count, (theme, "without"): tally.files - count}
        sums.append((_WHOLE, [(theme, "with"), (theme, "without")]))
    kept = suppress(counts, sums)
    return Summary(
        quarter=quarter,
        files=kept[_WHOLE],
        marks={question.id: {mark: kept[question.id, str(mark)] for mark in AuditMark} for question in QUESTIONS},
        themes={theme: kept[theme, "with"] for theme in tally.themes},
        note=NOTE,
    )
