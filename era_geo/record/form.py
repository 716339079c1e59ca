"""The ERA form: what one version of a record holds.

Map facts come from the assessment, which is kept whole and as it was. Everything else is for people and is empty until filled.
Empty is `""`, `None` or `()`, never a guess. There is no field for a name, a date of birth or an account of an offence; the
outcome and its reasons are a named professional's. Who saved a version, when, its status and its signature belong to the store
(`store.py`), restricted places to a table of their own (`restricted.py`): neither is in the form.

The nineteen headings and what stands under each: NASSO ERA guidance 2017, sections 5.1 to 5.3, and the domain's own practice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from era_geo.model import Assessment
from era_geo.record.terms import CheckOutcome, Order, Outcome, RiskLevel, Tenure, Trigger


@dataclass(frozen=True)
class Case:
    """Heading 2: the reference, why this ERA is made, under which rules, and its dates.

    `profile` is the rule profile's name and version as printed, such as `lanarkshire-2023 1`. `local_authority` is the council
    area's name, which the case-file audit samples by.
    """

    reference: str
    trigger: Trigger | None = None
    profile: str = ""
    local_authority: str = ""
    notified_on: dt.date | None = None
    renewal_on: dt.date | None = None
    due_on: dt.date | None = None
    registered_on: dt.date | None = None
    moved_on: dt.date | None = None
    needed_by: dt.date | None = None
    sentenced_on: dt.date | None = None


@dataclass(frozen=True)
class Person:
    """Heading 3: no more about the person than the rules need. `level` is the MAPPA level, 1 to 3.

    An empty list of `orders` says nothing; `no_orders` says that somebody has looked and there is none.
    """

    mappa_category: str = ""
    level: int | None = None
    risk_level: RiskLevel | None = None
    orders: tuple[Order, ...] = ()
    registered: bool | None = None
    supervised: bool | None = None
    victim_profile: str = ""
    no_orders: bool = False
    community_sentence: bool | None = None


@dataclass(frozen=True)
class AgencyPart:
    """Heading 4: one agency's part. `agency` is its id (`era_geo.accounts`), `contact` a role, never a person's private details."""

    agency: str
    contact: str = ""
    asked_on: dt.date | None = None
    answered_on: dt.date | None = None
    outcome: CheckOutcome | None = None
    why_not: str = ""
    detail: str = ""


@dataclass(frozen=True)
class PropertyFacts:
    """Heading 5: what housing knows of the property; where it lies is in the assessment's site."""

    tenure: Tenure | None = None
    kind: str = ""
    size: str = ""
    floor: str = ""
    entrance: str = ""
    outlook: str = ""
    multiple_occupancy: bool | None = None
    outside_space: str = ""
    notes: str = ""


@dataclass(frozen=True)
class AddressCheck:
    """Heading 8: an address that agencies are asked to check, and what came of it.

    `relation` and `distance_m` are as the assessment had them; an address that a person added has neither.
    """

    address: str
    relation: str = ""
    distance_m: float | None = None
    ref: str | None = None
    agency: str = ""
    outcome: CheckOutcome | None = None
    note: str = ""
    asked_on: dt.date | None = None
    why_not: str = ""


@dataclass(frozen=True)
class DeskCheck:
    """Heading 9: one desk check."""

    what: str
    agency: str
    done_on: dt.date | None = None
    outcome: CheckOutcome | None = None
    note: str = ""


@dataclass(frozen=True)
class PhysicalRow:
    """Heading 10: one line of the visit's list. `seen` is None until somebody looked."""

    what: str
    seen: bool | None = None
    where: str = ""
    note: str = ""


@dataclass(frozen=True)
class PhysicalCheck:
    """Heading 10: the visit."""

    visited_on: dt.date | None = None
    visited_at: str = ""
    by: str = ""
    rows: tuple[PhysicalRow, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Headings 11 and 13: facts relied on and judgement, apart."""

    risk_to_person: str = ""
    facts: str = ""
    judgement: str = ""


@dataclass(frozen=True)
class Measure:
    """Heading 14: a measure, who sees to it, and by when."""

    text: str
    owner: str = ""
    by_date: dt.date | None = None
    done_on: dt.date | None = None


@dataclass(frozen=True)
class Decision:
    """Heading 15: the outcome with its reasons and any dissent, by a named professional (name and role)."""

    outcome: Outcome | None = None
    decided_by: str = ""
    decided_on: dt.date | None = None
    reasons: str = ""
    dissent: str = ""


@dataclass(frozen=True)
class Review:
    """Heading 16: when to look again and what would bring that forward. `not_done_reason`: why an annual review is not done."""

    review_on: dt.date | None = None
    watch_for: str = ""
    not_done_reason: str = ""


@dataclass(frozen=True)
class Form:
    """One version of a record, all headings; `considered_on` is heading 12, the date on which police considered concentration."""

    case: Case
    assessment: Assessment
    person: Person = field(default_factory=Person)
    lead_agency: str = ""
    agencies: tuple[AgencyPart, ...] = ()
    property: PropertyFacts = field(default_factory=PropertyFacts)
    addresses: tuple[AddressCheck, ...] = ()
    desk_checks: tuple[DeskCheck, ...] = ()
    physical_check: PhysicalCheck = field(default_factory=PhysicalCheck)
    considered_on: dt.date | None = None
    analysis: Analysis = field(default_factory=Analysis)
    measures: tuple[Measure, ...] = ()
    decision: Decision = field(default_factory=Decision)
    review: Review = field(default_factory=Review)
