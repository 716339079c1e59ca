"""A new form: what is known is filled in, and nothing else."""

from __future__ import annotations

import pytest

from era_geo.accounts import Agency
from era_geo.errors import UsageError
from era_geo.record.form import Analysis, Decision, Person, PropertyFacts, Review
from era_geo.record.prefill import new_form
from era_geo.record.terms import CONTACTS, DESK_CHECKS, PHYSICAL_CHECK, Trigger
from tests.outputs import drawn


def test_agencies_addresses_and_lists_are_there_and_unanswered() -> None:
    form = new_form(drawn.assessment(), "ABC-1", trigger=Trigger.ANNUAL_REVIEW, profile="national-2017 1")
    assert (form.case.reference, form.case.trigger, form.case.profile) == ("ABC-1", Trigger.ANNUAL_REVIEW, "national-2017 1")
    assert [part.agency for part in form.agencies] == list(Agency)
    assert all(part.outcome is None and part.asked_on is None and not part.detail for part in form.agencies)
    assert [(one.address, one.relation, one.distance_m, one.ref) for one in form.addresses] == [
        ("Flat 2/2, 15 Mill Wynd", "same stair", 0.0, "osm:node/5"),
        ('=cmd|" /C calc"!A0', "facing", 14.0, None),
    ]
    assert [(check.what, check.agency) for check in form.desk_checks] == list(DESK_CHECKS)
    assert [row.what for row in form.physical_check.rows] == [what for what, _ in PHYSICAL_CHECK]
    assert all(row.seen is None for row in form.physical_check.rows)


def test_what_people_judge_is_empty() -> None:
    form = new_form(drawn.assessment(), "ABC-1")
    assert (form.person, form.property, form.analysis) == (Person(), PropertyFacts(), Analysis())
    assert (form.decision, form.review, form.measures, form.considered_on) == (Decision(), Review(), (), None)


def test_every_kind_of_agency_has_the_role_to_speak_to() -> None:
    assert set(CONTACTS) == set(Agency)
    form = new_form(drawn.assessment(), "ABC-1", agencies=("police", "landlord:marrow-homes"))
    assert [part.contact for part in form.agencies] == ["offender management unit (SOPU)", "Link Officer"]


def test_what_is_no_agency_is_told() -> None:
    with pytest.raises(UsageError, match="no agency's id"):
        new_form(drawn.assessment(), "ABC-1", agencies=("the neighbours",))


def test_an_assessment_that_listed_no_homes_gives_no_addresses() -> None:
    assert new_form(drawn.empty(), "ABC-1").addresses == ()
