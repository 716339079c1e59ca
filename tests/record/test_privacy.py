"""Texts that look like a name or a personal number draw a warning; the words that records are full of do not."""

from __future__ import annotations

import dataclasses

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import accounts, shipped
from era_geo.errors import UsageError
from era_geo.model import LayerState
from era_geo.record import terms
from era_geo.record.form import AddressCheck, AgencyPart, Analysis, Case, Decision, Form, Measure
from era_geo.record.prefill import new_form
from era_geo.record.privacy import BIRTH, CHI_NUMBER, EMAIL, NAME, NI_NUMBER, PHONE, look, require_confirmed, warnings
from tests.outputs import drawn

ADDRESSES = (
    ("Flat 2/1, 12 Ross Campbell Court, Motherwell, ML1 1AB", "flat 2/1 12 ross campbell court motherwell"),
    ("3 John Smith Way, Airdrie", "3 John Smith Way"),
    ("15 Mill Wynd, Invermarrow", "15 Mill Wynd Invermarrow, ZZ1 1AA"),
    ("17 Heather Bank, Craig", "000123456789"),
    ("17 Heather Bank, Craig", "240000, 750000"),
)
"""What is found, and what was asked for."""
PERSONS = (
    "John Smith lives there", "john smith", "Mr Wotherspoon", "Mrs. O'Hare said", "DS Campbell called", "J. Smith", "JOHN SMITH",
    "SMITH, John", "known as Buckfast Bobby", "ref JOHN-SMITH-12", "Isla McDonald", "Craig Campbell",
    "Ross Kemp", "named Wee Davey", "Eilidh Stewart-Brown", "mr brown", "Agreed with Jane Campbell, SOLO",
    "Dr Finlay attends", "John\nSmith", "J SMITH",
)  # fmt: skip
OTHER = (
    ("dob 12/3/80", BIRTH), ("DOB: 1980", BIRTH), ("born on 3 March 1974", BIRTH), ("03/04/1981", BIRTH), ("1981-04-03", BIRTH),
    ("AB123456C", NI_NUMBER), ("ab 12 34 56 c", NI_NUMBER), ("07700 900123", PHONE), ("0131 496 0000", PHONE),
    ("+44 7700 900123", PHONE), ("(01698) 496 000", PHONE), ("a.b@c.scot", EMAIL),
)  # fmt: skip
HARMLESS = (
    "James Watt Street", "St John Fisher school", "John Street", "15 Mill Wynd", "Craig Road", "Victoria Park", "Grant Avenue",
    "will grant access", "mark brown doors", "Link Officer", "ERA-2026-117", "ABC 2026/1", "240000 750000", "NS 12345 67890",
    "UPRN 000123456789", "asked on 22/11/2026", "ML3 0AA", "Queen Elizabeth Hospital", "Stirling Castle", "Heather Bank",
    "Police Scotland", "lanarkshire-2023 1", "the 2/1 flat", "osm:way/1001", "Ross Hall", "opens 09:30-17:00", "Rowan Court",
    "Robert Burns Centre", "Alexander Graham Bell House", "Mill Dr Hamilton", "Dr Gray's Hospital", "Level 2, high", "Iona Abbey",
    "tenancy from 1 May 2019", "nearest school 120 m, see place 4", "10 to 12 children at 3 pm", "2026-11-22T09:30:00Z",
)  # fmt: skip


def _kinds(text: str, field: str = "analysis.facts") -> set[str]:
    return {warning.what for warning in look(field, text)}


@pytest.mark.parametrize("text", PERSONS)
def test_a_text_that_looks_like_a_name_is_seen(text: str) -> None:
    assert _kinds(text) == {NAME}


@pytest.mark.parametrize(("text", "kind"), OTHER)
def test_a_number_or_address_of_a_person_is_seen(text: str, kind: str) -> None:
    assert _kinds(text) == {kind}


def test_a_chi_number_is_known_by_its_check_digit() -> None:
    valid = [f"010180123{digit}" for digit in range(10) if _kinds(f"010180123{digit}") == {CHI_NUMBER}]
    assert len(valid) == 1


@pytest.mark.parametrize("text", HARMLESS)
def test_the_words_of_records_draw_no_warning(text: str) -> None:
    assert _kinds(text) == set()


def test_the_program_s_own_words_draw_no_warning() -> None:
    said = [label for label, _ in (*terms.DESK_CHECKS, *terms.PHYSICAL_CHECK)] + list(terms.CONTACTS.values())
    said += [agency.label for agency in accounts.Agency]
    said += [term.label for kind in terms.Term.__subclasses__() for term in kind]
    assert [text for text in said if _kinds(text)] == []
    assert warnings(new_form(drawn.assessment(), "ABC-1")) == ()


def test_the_training_town_s_names_draw_next_to_no_warning() -> None:
    names: set[str] = set()
    for one in osmium.FileProcessor(str(shipped.TRAINING_TOWN)):
        names |= {value for key in ("name", "addr:street", "operator") if (value := one.tags.get(key))}
    assert len(names) > 200
    seen = sorted(name for name in names if _kinds(name))
    assert len(seen) <= 2, seen  # a shop that bears its owner's name is a person's name


def test_every_field_that_is_typed_is_looked_through_and_named() -> None:
    form = Form(
        Case("JOHN-SMITH"),
        drawn.assessment(),
        agencies=(AgencyPart("police", contact="Ann Brown", detail="AB123456C"),),
        addresses=(AddressCheck("2 Mill Wynd", note="07700 900123"),),
        measures=(Measure("see to it", owner="Mr Reid"),),
        analysis=Analysis(judgement="born 3 May 1980"),
    )
    assert {(warning.field, warning.what) for warning in warnings(form)} == {
        ("case.reference", NAME), ("agencies.0.contact", NAME), ("agencies.0.detail", NI_NUMBER), ("addresses.0.note", PHONE),
        ("measures.0.owner", NAME), ("analysis.judgement", BIRTH),
    }  # fmt: skip


def test_who_decided_is_named_and_nothing_more_of_them() -> None:
    form = Form(Case("ABC-1"), drawn.assessment(), decision=Decision(decided_by="Jane Campbell, detective sergeant, 07700 900123"))
    assert [warning.what for warning in warnings(form)] == [PHONE]


def test_a_place_that_is_called_as_a_person_is_a_place() -> None:
    drawn_one = drawn.assessment()
    pub = dataclasses.replace(drawn_one.findings[1], name="Annie Smith")
    assessment = dataclasses.replace(drawn_one, findings=(pub,))
    assert warnings(Form(Case("A"), assessment, analysis=Analysis(facts="Annie Smith is in view"))) == ()
    assert warnings(Form(Case("A"), drawn_one, analysis=Analysis(facts="Annie Smith is in view")))


def test_nothing_passes_unconfirmed_and_no_text_is_repeated() -> None:
    form = Form(Case("ABC-1"), drawn.assessment(), analysis=Analysis(facts="Zebedee: Mr Zebedee", judgement="a.b@zebedee.scot"))
    with pytest.raises(UsageError) as caught:
        require_confirmed(form)
    assert "analysis.facts looks like it holds a person's name" in str(caught.value)
    assert "analysis.judgement" in str(caught.value)
    assert "zebedee" not in str(caught.value).casefold()
    require_confirmed(form, confirmed=warnings(form))
    with pytest.raises(UsageError):
        require_confirmed(form, confirmed=warnings(form)[:1])


def test_what_was_confirmed_once_is_not_asked_again_until_it_changes() -> None:
    first = Form(Case("ABC-1"), drawn.assessment(), analysis=Analysis(facts="Mr Reid"))
    second = dataclasses.replace(first, lead_agency="police")
    require_confirmed(second, before=first)
    with pytest.raises(UsageError):
        require_confirmed(dataclasses.replace(second, analysis=Analysis(facts="Mr Reid, again")), before=first)


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    for warning in look("analysis.facts", text):
        assert 0 <= warning.start < warning.end <= len(text)


@given(
    st.sampled_from(["callum", "fiona", "james", "Eilidh", "MARGARET"]),
    st.sampled_from(["macdonald", "Thomson", "O'Donnell", "SINCLAIR"]),
    st.sampled_from(["", "lives with ", "seen by ", "The tenant is "]),
    st.sampled_from(["", " at number 2", ", aged 34", ".", "\n"]),
)
def test_a_name_is_seen_wherever_it_stands(given_name: str, surname: str, before: str, after: str) -> None:
    text = f"{before}{given_name} {surname}{after}"
    found = [text[warning.start : warning.end] for warning in look("f", text) if warning.what == NAME]
    assert any(given_name in one and surname in one for one in found)


@given(st.integers(0, 99), st.integers(0, 9_999_999), st.sampled_from(["", " ", "-"]))
def test_a_phone_number_is_seen_in_any_grouping(area: int, rest: int, space: str) -> None:
    assert _kinds(f"ring 07{area:02}{space}{rest:07}") & {PHONE, CHI_NUMBER}


def test_a_warning_holds_no_text() -> None:
    [warning] = look("analysis.facts", "Mr Zebedee")
    assert "Zebedee" not in repr(warning)
    assert (warning.start, warning.end) == (0, 10)


def asked_for(label: str, query: str) -> Form:
    made = drawn.assessment()
    return new_form(dataclasses.replace(made, site=dataclasses.replace(made.site, label=label, query=query)), "ABC-1")


@pytest.mark.parametrize(("label", "query"), ADDRESSES)
def test_an_ordinary_address_that_was_asked_for_draws_no_warning(label: str, query: str) -> None:
    assert warnings(asked_for(label, query)) == ()


@pytest.mark.parametrize("more", ["John Smith, ", "dob 12/3/80 ", "07700 900123 "])
@pytest.mark.parametrize(("label", "query"), ADDRESSES[:3])
def test_what_stands_beside_the_address_draws_one(label: str, query: str, more: str) -> None:
    if "John Smith" not in label:
        assert [warning.field for warning in warnings(asked_for(label, more + query))] == ["assessment.site.query"]


def test_every_reason_that_was_typed_for_the_assessment_is_looked_through() -> None:
    made, said = drawn.assessment(), "as John Smith asked"
    layers = (dataclasses.replace(made.layers[0], state=LayerState.OFF, reason=said), *made.layers[1:])
    parameters = dataclasses.replace(made.parameters, reason=said)
    site = dataclasses.replace(made.site, pin_reason=said)
    found = warnings(new_form(dataclasses.replace(made, site=site, parameters=parameters, layers=layers), "ABC-1"))
    fields = ["assessment.site.pin_reason", "assessment.parameters.reason", "assessment.layers.0.reason"]
    assert [warning.field for warning in found] == fields
