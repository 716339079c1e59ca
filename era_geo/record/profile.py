"""Rule profiles: what triggers an ERA, how often it is repeated, who leads, and how many clear working days there are.

A profile is data (`profiles/*.toml`, read by `profilefile`); nothing here knows a number of days. Each rule carries its basis:
whether a source states it, or it is this program's proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import combinations, product
from typing import Any, Generic, TypeVar

from era_geo.record.circumstances import Circumstances
from era_geo.record.terms import Order, RiskLevel, Trigger


class Need(StrEnum):
    """What a rule asks for."""

    REQUIRED = "required"
    REQUIRED_OR_REASON = "required or reason"
    CASE_BY_CASE = "case by case"
    NOT_REQUIRED = "not required"
    CANNOT_SAY = "cannot be said"


RULE_NEEDS = tuple(need for need in Need if need is not Need.CANNOT_SAY)
"""What a profile may ask for; "cannot be said" is an answer where facts are missing."""


class Mark(StrEnum):
    """How far a rule is supported."""

    STATED = "S"
    BELIEVED = "U"
    PROPOSED = "P"

    @property
    def label(self) -> str:
        """Give the mark in words."""
        return {"S": "stated by the source", "U": "believed, not confirmed from a text", "P": "this program's proposal"}[self.value]


@dataclass(frozen=True)
class Basis:
    """Why a rule is as it is. `source` is the source's full name, empty for a proposal of this program."""

    mark: Mark
    says: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.says} ({self.source or self.mark.label})"


@dataclass(frozen=True)
class When:
    """Conditions on the facts of a case; all must hold. An empty one asks nothing. Of a list, any one value will do."""

    level: tuple[int, ...] = ()
    risk: tuple[RiskLevel, ...] = ()
    orders: tuple[Order, ...] = ()
    supervised: bool | None = None
    community_sentence: bool | None = None

    def holds(self, case: Circumstances) -> bool:
        """Whether all conditions hold for a case of which all these facts are known."""
        return (
            (not self.level or case.level in self.level)
            and (not self.risk or case.risk_level in self.risk)
            and (not self.orders or not set(self.orders).isdisjoint(case.orders or ()))
            and self.supervised in (None, case.supervised)
            and self.community_sentence in (None, case.community_sentence)
        )


ALWAYS = When()


@dataclass(frozen=True)
class ClockPart:
    """Who has how many clear working days; each part begins when the one before it has ended."""

    who: str
    working_days: int


@dataclass(frozen=True)
class Clock:
    """How a due date is counted. `counted_from` is a fact of the case; without parts the due date is that day itself."""

    id: str
    label: str
    counted_from: str
    parts: tuple[ClockPart, ...]
    basis: tuple[Basis, ...]

    @cached_property
    def working_days(self) -> int:
        """Clear working days of all parts together."""
        return sum(part.working_days for part in self.parts)


@dataclass(frozen=True)
class Rule:
    """For one trigger: what is asked for where `when` holds.

    `clock` is `None` where no date is stated. `every_months` is how often an ERA is repeated, for rules on the yearly review.
    """

    id: str
    trigger: Trigger
    when: When
    need: Need
    clock: Clock | None
    every_months: int | None
    says: str
    basis: tuple[Basis, ...]


@dataclass(frozen=True)
class LeadRule:
    """Who leads where `when` holds."""

    id: str
    when: When
    who: str
    basis: tuple[Basis, ...]


@dataclass(frozen=True)
class ReminderRule:
    """Another date to keep: from `earliest_days` (where given) to `latest_days` calendar days after a fact of the case."""

    id: str
    trigger: Trigger | None
    when: When
    says: str
    counted_from: str
    earliest_days: int | None
    latest_days: int
    basis: tuple[Basis, ...]


Facts = tuple[Trigger, int | None, RiskLevel | None, tuple[Order, ...] | None, bool | None, bool | None]
"""What the rules look at: trigger, level, risk, orders, supervision, community sentence."""


@dataclass(frozen=True)
class Decision:
    """What a profile says of a case, dates apart.

    `rules` are those that may hold: one where the facts are known, more where it hangs on missing ones. If they do not ask for
    the same, `need` is "cannot be said", and `rule` is the first of them that asks for an ERA by a date: it is followed until the
    facts are known. `leads` has more than one name where it is open who leads. `reminders` are those that may hold, each with
    the missing facts that it hangs on. `unknown` names the missing facts that make a difference.
    """

    need: Need
    rule: Rule
    rules: tuple[Rule, ...]
    leads: tuple[str, ...]
    lead_basis: tuple[Basis, ...]
    reminders: tuple[tuple[ReminderRule, tuple[str, ...]], ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """One set of rules.

    `version` has `+local` where a file in `ERA_GEO_HOME` has a say; `sha256` is a checksum of every file it was read from.
    """

    id: str
    version: str
    sha256: str
    label: str
    description: str
    notes: tuple[str, ...]
    rules: tuple[Rule, ...]
    leads: tuple[LeadRule, ...]
    reminders: tuple[ReminderRule, ...]
    file: str

    @property
    def printed(self) -> str:
        """The profile as every output names it, such as `lanarkshire-2023 1`."""
        return f"{self.id} {self.version}"

    @cached_property
    def decided(self) -> dict[Facts, Decision]:
        """What `decide` has worked out: a year's caseload has few kinds of case."""
        return {}

    def decide(self, trigger: Trigger, case: Circumstances) -> Decision:
        """Give what the rules say of a case, dates apart."""
        facts = (trigger, case.level, case.risk_level, case.orders, case.supervised, case.community_sentence)
        known = self.decided.get(facts)
        if known is None:
            known = self.decided[facts] = self._decide(trigger, case)
        return known

    def _decide(self, trigger: Trigger, case: Circumstances) -> Decision:
        rules = _Answers([rule for rule in self.rules if rule.trigger is trigger], case)
        leads = _Answers(self.leads, case)
        unknown = rules.unknown(lambda rule: (rule.need, rule.clock and rule.clock.id, rule.every_months))
        rule = next((rule for rule in rules.possible if rule.clock is not None), rules.possible[0])
        reminders = [(reminder, _Answers([reminder], case)) for reminder in self.reminders if reminder.trigger in (None, trigger)]
        return Decision(
            need=rule.need if len({rule.need for rule in rules.possible}) == 1 else Need.CANNOT_SAY,
            rule=rule,
            rules=rules.possible,
            leads=tuple(dict.fromkeys(lead.who for lead in leads.possible)),
            lead_basis=tuple(dict.fromkeys(basis for lead in leads.possible for basis in lead.basis)),
            reminders=tuple(
                (reminder, answers.unknown(lambda rule: rule.id)) for reminder, answers in reminders if answers.possible
            ),
            unknown=tuple(dict.fromkeys([*unknown, *leads.unknown(lambda lead: lead.who)])),
        )


Conditional = TypeVar("Conditional", Rule, LeadRule, ReminderRule)


class _Answers(Generic[Conditional]):
    """Which of some rules is the first to hold, in every way in which the missing facts may turn out."""

    def __init__(self, rules: Sequence[Conditional], case: Circumstances) -> None:
        self._rules: Sequence[Conditional] = rules
        asked = _asked([rule.when for rule in rules])
        self._missing = [fact for fact in asked if getattr(case, fact) is None]
        self._first = {
            values: self._holding(replace(case, **dict(zip(self._missing, values, strict=True))) if values else case)
            for values in product(*(asked[fact] for fact in self._missing))
        }

    @property
    def possible(self) -> tuple[Conditional, ...]:
        """The rules that may be the first to hold, in their order."""
        places = {place for place in self._first.values() if place is not None}
        return tuple(self._rules[place] for place in sorted(places))

    def unknown(self, what: Callable[[Conditional], Hashable]) -> tuple[str, ...]:
        """Name the missing facts that make a difference to `what` of the rule that holds, or to whether one does."""
        meanings: dict[int | None, Hashable] = {None: None, **dict(enumerate(map(what, self._rules)))}
        meant = {values: meanings[place] for values, place in self._first.items()}
        return tuple(fact for place, fact in enumerate(self._missing) if _differs(meant, place))

    def _holding(self, case: Circumstances) -> int | None:
        return next((place for place, rule in enumerate(self._rules) if rule.when.holds(case)), None)


def _differs(meant: Mapping[tuple[Any, ...], Hashable], place: int) -> bool:
    """Whether two ways that differ in one fact alone, the one at `place`, come out differently."""
    seen: dict[tuple[Any, ...], Hashable] = {}
    return any(seen.setdefault(values[:place] + values[place + 1 :], meaning) != meaning for values, meaning in meant.items())


def _asked(whens: Sequence[When]) -> dict[str, tuple[Any, ...]]:
    """Give the facts that conditions ask for, and what each may turn out to be."""
    orders = sorted({order for when in whens for order in when.orders})
    asked: dict[str, tuple[Any, ...]] = {
        "level": (1, 2, 3) if any(when.level for when in whens) else (),
        "risk_level": tuple(RiskLevel) if any(when.risk for when in whens) else (),
        "orders": tuple(some for count in range(len(orders) + 1) for some in combinations(orders, count)) if orders else (),
        "supervised": (True, False) if any(when.supervised is not None for when in whens) else (),
        "community_sentence": (True, False) if any(when.community_sentence is not None for when in whens) else (),
    }
    return {fact: values for fact, values in asked.items() if values}
