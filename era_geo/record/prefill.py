"""A new form: what is known when an assessment becomes a record is filled in, everything else is left empty for people."""

from __future__ import annotations

from collections.abc import Sequence

from era_geo.accounts import Agency, agency_kind
from era_geo.model import Assessment
from era_geo.record.form import AddressCheck, AgencyPart, Case, DeskCheck, Form, PhysicalCheck, PhysicalRow
from era_geo.record.terms import CONTACTS, DESK_CHECKS, PHYSICAL_CHECK, Trigger


def new_form(
    assessment: Assessment,
    reference: str,
    *,
    trigger: Trigger | None = None,
    profile: str = "",
    agencies: Sequence[str] = tuple(Agency),
) -> Form:
    """Give the form of a new record.

    Filled in: the agencies with the contact role of the guidance (5.1), the addresses that the assessment asks to check, the desk
    checks (5.2) and the physical check's list (5.3). No agency is asked yet, nothing is checked yet, nobody has judged.

    Parameters
    ----------
    assessment
        The facts about the vicinity, without restricted places.
    reference
        The case reference; never a name.
    profile
        The rule profile's name and version as printed, such as `lanarkshire-2023 1`.
    agencies
        Ids of the agencies that take part (`era_geo.accounts`). Each has to be one.

    Raises
    ------
    UsageError
        If one of `agencies` is no agency's id.
    """
    return Form(
        case=Case(reference, trigger, profile),
        assessment=assessment,
        agencies=tuple(AgencyPart(agency, contact=CONTACTS[agency_kind(agency)]) for agency in agencies),
        addresses=addresses_to_check(assessment),
        desk_checks=tuple(DeskCheck(what, agency) for what, agency in DESK_CHECKS),
        physical_check=PhysicalCheck(rows=tuple(PhysicalRow(what) for what, _ in PHYSICAL_CHECK)),
    )


def addresses_to_check(assessment: Assessment) -> tuple[AddressCheck, ...]:
    """Give the addresses that agencies are asked to check, nearest first, none of them checked yet."""
    homes = assessment.neighbours.to_check if assessment.neighbours else ()
    return tuple(AddressCheck(home.address, home.relation, home.distance_m, home.ref) for home in homes)
