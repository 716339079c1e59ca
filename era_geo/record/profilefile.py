"""One file of `profiles/`, read as what it says, with every fault noted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from era_geo.errors import Fault
from era_geo.layertoml import Table, nearest, read_toml
from era_geo.record.circumstances import FACT_LABELS
from era_geo.record.profile import (
    ALWAYS,
    RULE_NEEDS,
    Basis,
    Clock,
    ClockPart,
    LeadRule,
    Mark,
    Need,
    ReminderRule,
    Rule,
    When,
)
from era_geo.record.terms import Order, RiskLevel, Trigger

FOLDER = "profiles"
LEVELS = (1, 2, 3)
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DATES = tuple(fact for fact in FACT_LABELS if fact.endswith(("_on", "_by")))
_DAYS_A_WEEK = 7

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class ProfileFile:
    """What one file says. `base` names the profile whose rules hold where this file has none, and is empty for most."""

    id: str
    version: int
    base: str
    label: str
    description: str
    notes: tuple[str, ...]
    clocks: dict[str, Clock]
    rules: tuple[Rule, ...]
    leads: tuple[LeadRule, ...]
    reminders: tuple[ReminderRule, ...]
    file: str
    content: bytes


def shown_name(path: Path) -> str:
    """Give the file as a user knows it: from the `profiles` folder on."""
    return f"{FOLDER}/{path.name}"


def read_profile_file(path: Path, faults: list[Fault]) -> ProfileFile | None:
    """Read one file; `None` where it has a fault, and the fault is noted."""
    read = read_toml(path, faults, shown_name(path))
    if read is None:
        return None
    table, content = read
    before = len(faults)
    sources = table.strings("sources")
    clocks = {clock.id: clock for clock in (_clock(inner, sources) for inner in table.tables("clock"))}
    file = ProfileFile(
        id=_file_id(table, path),
        version=table.number("version"),
        base=table.text("base", needed=False),
        label=table.text("label"),
        description=table.text("description"),
        notes=table.texts("notes", needed=False),
        clocks=clocks,
        rules=tuple(_rule(inner, sources, clocks) for inner in table.tables("rule")),
        leads=tuple(_lead(inner, sources) for inner in table.tables("lead")),
        reminders=tuple(_reminder(inner, sources) for inner in table.tables("reminder")),
        file=table.file,
        content=content,
    )
    table.finish()
    for kind, ids in _ids(file).items():
        for double in sorted({name for name in ids if name and ids.count(name) > 1}):
            table.fault(kind, f'"{double}" stands twice. Give each [[{kind}]] an id of its own.')
    return file if len(faults) == before else None


def _ids(file: ProfileFile) -> dict[str, list[str]]:
    return {
        "rule": [rule.id for rule in file.rules],
        "lead": [rule.id for rule in file.leads],
        "reminder": [rule.id for rule in file.reminders],
    }


def _file_id(table: Table, path: Path) -> str:
    profile_id = table.text("id")
    if profile_id and not _ID.fullmatch(profile_id):
        table.fault("id", f'"{profile_id}" must be of small letters, digits and -, and begin with a letter.')
    elif profile_id and profile_id != path.stem:
        table.fault("id", f'"{profile_id}" must be the file\'s name, "{path.stem}".')
    return profile_id


def _clock(table: Table, sources: dict[str, str]) -> Clock:
    clock = Clock(
        id=table.text("id"),
        label=table.text("label"),
        counted_from=table.one_of("from", _DATES),
        parts=tuple(_part(inner) for inner in table.tables("parts")),
        basis=_basis(table, sources),
    )
    table.finish()
    return clock


def _part(table: Table) -> ClockPart:
    part = ClockPart(table.text("who"), table.number("working_days"))
    table.finish()
    return part


def _rule(table: Table, sources: dict[str, str], clocks: dict[str, Clock]) -> Rule:
    clock = table.one_of("clock", clocks) if "clock" in table else ""
    rule = Rule(
        id=table.text("id"),
        trigger=_word(table, "trigger", Trigger, Trigger.ANNUAL_REVIEW),
        when=_when(table),
        need=_word(table, "need", RULE_NEEDS, Need.REQUIRED),
        clock=clocks.get(clock),
        every_months=table.number("every_months") if "every_months" in table else None,
        says=table.text("says"),
        basis=_basis(table, sources),
    )
    table.finish()
    if rule.trigger is Trigger.ANNUAL_REVIEW and rule.need is not Need.NOT_REQUIRED and not rule.every_months:
        table.fault("every_months", "is missing: say how often the review is repeated, such as every_months = 12.")
    return rule


def _lead(table: Table, sources: dict[str, str]) -> LeadRule:
    lead = LeadRule(table.text("id"), _when(table), table.text("who"), _basis(table, sources))
    table.finish()
    return lead


def _reminder(table: Table, sources: dict[str, str]) -> ReminderRule:
    earliest, latest = _window(table)
    reminder = ReminderRule(
        id=table.text("id"),
        trigger=_word(table, "trigger", Trigger, Trigger.ANNUAL_REVIEW) if "trigger" in table else None,
        when=_when(table),
        says=table.text("says"),
        counted_from=table.one_of("from", _DATES),
        earliest_days=earliest,
        latest_days=latest,
        basis=_basis(table, sources),
    )
    table.finish()
    return reminder


def _window(table: Table) -> tuple[int | None, int]:
    """Read `days = 3`, or `weeks = [10, 12]`, as calendar days after the date it is counted from."""
    first_counts = table.flag("first_day_counts")
    if "weeks" not in table:
        return None, table.number("days") - first_counts
    weeks = table.raw("weeks")
    if not (isinstance(weeks, list) and len(weeks) == 2 and all(type(week) is int for week in weeks) and 0 < weeks[0] <= weeks[1]):
        table.fault("weeks", "must be two whole numbers, the earlier first, such as [10, 12].")
        return None, 0
    if "days" in table:
        table.raw("days")
        table.fault("days", "stands beside weeks. Keep one of the two.")
    return weeks[0] * _DAYS_A_WEEK, weeks[1] * _DAYS_A_WEEK


def _when(table: Table) -> When:
    if "when" not in table:
        return ALWAYS
    inner = table.table("when")
    when = When(
        level=_levels(inner) if "level" in inner else (),
        risk=_words(inner, "risk", RiskLevel) if "risk" in inner else (),
        orders=_words(inner, "orders", Order) if "orders" in inner else (),
        supervised=inner.flag("supervised") if "supervised" in inner else None,
        community_sentence=inner.flag("community_sentence") if "community_sentence" in inner else None,
    )
    inner.finish()
    if not list(inner):
        inner.fault("", "has no condition. Leave `when` out where the rule always holds.")
    return when


def _levels(table: Table) -> tuple[int, ...]:
    levels = table.raw("level")
    if not isinstance(levels, list) or not levels or not all(type(level) is int and level in LEVELS for level in levels):
        table.fault("level", "must be a list of MAPPA levels, such as [2, 3].")
        return ()
    return tuple(levels)


def _words(table: Table, key: str, kinds: Iterable[Word]) -> tuple[Word, ...]:
    known = {str(kind): kind for kind in kinds}
    for text in (texts := table.texts(key)):
        if text not in known:
            table.fault(key, f'"{text}" is not one of {", ".join(known)}.{nearest(text, known)}')
    return tuple(known[text] for text in texts if text in known)


def _word(table: Table, key: str, kinds: Iterable[Word], otherwise: Word) -> Word:
    """Read one of a list of words; `otherwise` stands in where a fault is noted, so that reading goes on."""
    known = {str(kind): kind for kind in kinds}
    return known.get(table.one_of(key, known), otherwise)


def _basis(table: Table, sources: dict[str, str]) -> tuple[Basis, ...]:
    found = tuple(_one_basis(inner, sources) for inner in table.tables("basis"))
    if not found:
        table.fault("basis", 'is missing: say what the rule rests on, such as basis = [{ mark = "P", says = "Agreed locally." }].')
    return found


def _one_basis(table: Table, sources: dict[str, str]) -> Basis:
    mark = _word(table, "mark", Mark, Mark.PROPOSED)
    source = table.one_of("source", sources) if "source" in table else ""
    basis = Basis(mark, table.text("says"), sources.get(source, ""))
    table.finish()
    if mark is Mark.STATED and not source:
        table.fault("source", f"is missing: what is stated (mark S) is stated by one of {', '.join(sources)}.")
    return basis
