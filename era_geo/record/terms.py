"""The words an ERA record is written in: triggers, levels, orders, outcomes, and the lists of the 2017 guidance.

Each is the value kept in the store and in JSON; `label` gives the words for a screen or a page.
"""

from __future__ import annotations

from enum import StrEnum

from era_geo.accounts import Agency


class Term(StrEnum):
    """A kept value whose words for people are its own, with a capital letter; a member that reads badly so says its own."""

    @property
    def label(self) -> str:
        """Give the words for a screen or a page."""
        return _LABELS.get(self, self.value[:1].upper() + self.value[1:])


class Trigger(Term):
    """What made this ERA necessary."""

    FIRST_REGISTRATION = "first registration"
    CHANGE_OF_ADDRESS = "change of address"
    ANNUAL_REVIEW = "annual review"
    CHANGED_CIRCUMSTANCES = "changed circumstances"
    CHANGED_ENVIRONMENT = "changed environment"
    PROPOSED_ADDRESS = "proposed address"


class RiskLevel(Term):
    """Risk of serious harm, as the case team has assessed it. The program never works it out."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


class Order(Term):
    """Orders that the rules ask about."""

    SHPO = "shpo"
    SRO = "sro"
    LICENCE = "licence"
    COMMUNITY_PAYBACK = "community payback"


class CheckOutcome(Term):
    """What came of asking an agency or looking something up."""

    NOTHING_HELD = "nothing held"
    CONCERN = "concern"
    NOT_CHECKED = "not checked"


class Outcome(Term):
    """The outcome, which a named person gives. The wording is this program's proposal."""

    MANAGEABLE = "manageable"
    MANAGEABLE_WITH_CONDITIONS = "manageable with conditions"
    NOT_MANAGEABLE = "not manageable"
    MORE_NEEDED = "more information needed"


class Tenure(Term):
    """How the home is held."""

    COUNCIL = "council"
    HOUSING_ASSOCIATION = "housing association"
    PRIVATE_LET = "private let"
    OWNED = "owned"
    SUPPORTED = "supported accommodation"
    HOSTEL = "hostel or temporary accommodation"
    OTHER = "other"


class Status(Term):
    """Where a record stands in its life."""

    DRAFT = "draft"
    OUT_FOR_CHECKS = "out for checks"
    READY_FOR_REVIEW = "ready for review"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


_LABELS: dict[StrEnum, str] = {
    Order.SHPO: "Sexual Harm Prevention Order (SHPO)",
    Order.SRO: "Sexual Risk Order (SRO)",
    Order.LICENCE: "Criminal justice licence",
    Order.COMMUNITY_PAYBACK: "Community payback order",
    CheckOutcome.NOT_CHECKED: "Not checked (say why)",
}

CONTACTS: dict[Agency, str] = {
    Agency.POLICE: "offender management unit (SOPU)",
    Agency.JUSTICE_SOCIAL_WORK: "justice social worker",
    Agency.CHILDREN_AND_FAMILIES: "children and families social worker",
    Agency.ADULT_PROTECTION: "adult protection officer",
    Agency.EDUCATION: "education officer",
    Agency.HOUSING: "Sex Offender Liaison Officer (SOLO)",
    Agency.LANDLORD: "Link Officer",
    Agency.NHS: "liaison officer or MAPPA lead",
    Agency.PRISON: "MAPPA co-ordinator",
    Agency.SUPPORT_PROVIDER: "where it gives an intensive package",
}
"""Who takes part (NASSO ERA guidance 2017, 5.1), by kind of agency, and the role in which each is spoken to."""

DESK_CHECKS = (
    ("Case management systems, children and families included", "Justice social work"),
    ("Adult protection", "Justice social work"),
    ("Council tax", "Housing"),
    ("Housing benefit", "Housing"),
    ("Electoral register", "Housing"),
    ("Housing and homelessness systems", "Housing"),
    ("Private landlord register", "Housing"),
    ("Care Inspectorate website", "Housing"),
    ("Accommodation: type, size, tenure, entrance and door entry, room location, floor plan", "Housing"),
    ("", "Police"),
    ("", "Education"),
    ("", "NHS"),
    ("", "Prison service"),
)
"""Desk checks and who does them: NASSO ERA guidance 2017, 5.2. The last four rows could not be read: the agency fills them in."""

PHYSICAL_CHECK = (
    ("Play parks", ("play_area",)),
    ("Community centres", ("community_centre",)),
    ("Churches", ("place_of_worship",)),
    ("Shops", ("shop",)),
    ("Schools and nurseries", ("school", "nursery")),
    ("Sheltered housing", ("sheltered_housing",)),
    ("CCTV (it protects)", ("cctv",)),
    ("Licensed premises", ("licensed",)),
    ("Children's toys or equipment seen nearby", ()),
)
"""The physical check's list (NASSO ERA guidance 2017, 5.3), and the layers that speak to each. It goes on where it could not be
read, so free rows follow."""

FREE_ROWS = 5
"""Empty rows after a list that goes on where it could not be read."""
