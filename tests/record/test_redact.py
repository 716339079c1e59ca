"""The landlord's copy: what stays is listed with its reason, everything else goes and is named, and no form of it holds a trace."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from era_geo.accounts import Agency
from era_geo.errors import UsageError
from era_geo.model import Gap, LayerState
from era_geo.outputs.draft import record_document
from era_geo.outputs.record_export import USUAL_RECORD_FORMATS, export_record
from era_geo.record import redact
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import AgencyPart, Form, Measure, Person, PhysicalCheck, PhysicalRow
from era_geo.record.formjson import record_from_dict, record_to_dict, record_to_json
from era_geo.record.redact import KEPT, landlord_of, redacted, removed_fields
from era_geo.record.terms import DESK_CHECKS, PHYSICAL_CHECK, RiskLevel, Status
from tests.docs import redacted_page
from tests.outputs import drawn, record_files
from tests.record import filled

LANDLORD = "landlord:marrow-homes"
IN_ASSESSMENT = {
    "form.assessment.site.query", "form.assessment.site.confirmed_by", "form.assessment.site.pin_reason",
    "form.assessment.parameters.reason", "form.assessment.parameters.address_parameter.reason",
}  # fmt: skip


def _general(path: str) -> str:
    return re.sub(r"\.\d+(?=\.|$)", ".*", path)


def _goes(record: RecordDocument, path: str) -> bool:
    """Whether the text at a path must be gone from the copy."""
    general = _general(path)
    if match := re.match(r"form\.agencies\.(\d+)\.", path):
        return record.form.agencies[int(match[1])].agency != LANDLORD and general not in KEPT
    if match := re.match(r"form\.measures\.(\d+)\.", path):
        return record.form.measures[int(match[1])].owner != LANDLORD
    if match := re.match(r"form\.physical_check\.rows\.(\d+)\.", path):
        return general not in KEPT or record.form.physical_check.rows[int(match[1])].what not in dict(PHYSICAL_CHECK)
    if match := re.match(r"form\.desk_checks\.(\d+)\.", path):
        check = record.form.desk_checks[int(match[1])]
        return general not in KEPT or (check.what, check.agency) not in DESK_CHECKS
    if path.startswith("form.assessment."):
        off = {f"form.assessment.layers.{n}" for n, one in enumerate(record.form.assessment.layers) if one.state is LayerState.OFF}
        hidden = path in IN_ASSESSMENT or path.startswith("form.assessment.neighbours") or path.rpartition(".")[0] in off
        return hidden and not path.endswith(".id")
    return general not in KEPT


def _with_rows() -> RecordDocument:
    """Give a record to which people have added rows of their own, and every text by hand that an assessment may have."""
    form = filled.form()
    rows = (*form.physical_check.rows, PhysicalRow("a thing that people added", True, "x", "y"))
    site = dataclasses.replace(form.assessment.site, pin_reason="moved by hand")
    doors = dataclasses.replace(form.assessment.parameters.address_parameter, reason="more doors by hand")
    parameters = dataclasses.replace(form.assessment.parameters, reason="wider by hand", address_parameter=doors)
    assessment = dataclasses.replace(form.assessment, site=site, parameters=parameters)
    physical = PhysicalCheck(form.physical_check.visited_on, "noon", "somebody", rows)
    return filled.record(dataclasses.replace(form, physical_check=physical, assessment=assessment))


def _sentinels(record: RecordDocument, sentinel: str) -> tuple[RecordDocument, list[str]]:
    """Give the record with a sentinel in each text that must go, and the sentinels."""
    used: list[str] = []

    def change(path: str, text: str) -> str:
        if not _goes(record, path) or re.search(
            r"\.agency$|\.owner$|\.sources\.\d+$|desk_checks\.\d+\.what$|rows\.\d+\.what$", path
        ):
            return text
        used.append(f"{sentinel}{len(used)}q")
        return used[-1]

    return filled.rewritten(record, change), used


def test_no_form_of_the_copy_holds_a_byte_of_what_went(tmp_path: Path) -> None:
    record, used = _sentinels(_with_rows(), "zebrafinch")
    assert len(used) > 45
    whole = record_to_json(record)
    assert all(one in whole for one in used), "the whole record has them all"
    pictures = {1250: record_files.picture(), 2500: record_files.picture()}
    paths = export_record(record, tmp_path, USUAL_RECORD_FORMATS, redacted=True, landlord=LANDLORD, pictures=pictures)
    assert len(paths) == len(USUAL_RECORD_FORMATS)
    for path in paths:
        assert b"zebrafinch" not in record_files.bytes_of(path), path.name


@given(st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789", min_size=6, max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_text_was_it_is_gone_from_json_and_pages(sentinel: str) -> None:
    record, used = _sentinels(_with_rows(), f"zq{sentinel}")
    copy = redacted(record, LANDLORD)
    said = record_to_json(copy) + "\n".join(text for *_, text in record_document(copy).texts())
    assert [one for one in used if one in said] == []


@given(
    st.builds(
        Person, st.text(), st.sampled_from([None, 1, 2, 3]), st.none() | st.sampled_from(RiskLevel), st.just(()), st.booleans()
    )
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
def test_the_copy_is_the_same_whatever_is_known_of_the_person(person: Person) -> None:
    other = filled.record(filled.form(person=person))
    assert record_to_dict(redacted(other, LANDLORD)) == record_to_dict(redacted(filled.record(), LANDLORD))


def test_a_copy_of_a_copy_is_the_same_copy_and_comes_back_from_json() -> None:
    copy = redacted(filled.record(), LANDLORD)
    assert redacted(copy, LANDLORD) == copy
    assert record_from_dict(json.loads(record_to_json(copy))) == copy


def test_whether_a_field_was_filled_in_is_not_told() -> None:
    empty = Form(filled.form().case, filled.form().assessment)
    assert redacted(filled.record(empty)).removed == redacted(filled.record()).removed


def test_a_landlord_keeps_its_own_answer_and_its_own_measures() -> None:
    copy = redacted(filled.record(), LANDLORD)
    own = next(part for part in copy.form.agencies if part.agency == LANDLORD)
    assert own == filled.form().agencies[1]
    assert [measure.text for measure in copy.form.measures] == ["repair the door entry"]
    other = redacted(filled.record(), "landlord:other-homes")
    assert other.form.measures == ()
    assert not any(part.detail for part in other.form.agencies)


def test_a_measure_may_name_its_owner_in_words() -> None:
    form = filled.form(measures=(Measure("mend it", owner="registered social landlord (Marrow-Homes) "),))
    assert len(redacted(filled.record(form), LANDLORD).form.measures) == 1


def test_of_concentration_there_is_the_date_and_nothing_more() -> None:
    copy = redacted(filled.record(), LANDLORD)
    assert copy.form.considered_on == filled.DAY
    words = [text for heading, *_, text in record_document(copy).texts() if heading.startswith("12")]
    assert words == ["20 November 2026"]


def test_the_facts_about_the_place_stay() -> None:
    copy, whole = redacted(filled.record(), LANDLORD).form.assessment, filled.form().assessment
    assert copy.findings == whole.findings
    assert copy.site.label == whole.site.label
    assert copy.sources == whole.sources
    assert {one.id for one in copy.layers} == {one.id for one in whole.layers if one.state is LayerState.FOUND}
    assert copy.neighbours is None
    said = " ".join(f"{gap.what} {gap.why}" for gap in copy.gaps)
    assert "switched off" in said
    assert "homes nearby" in said


@pytest.mark.parametrize("state", [LayerState.NONE_FOUND, LayerState.NOT_LOOKED_FOR])
def test_a_kind_that_is_switched_off_and_one_that_is_not_there_look_the_same(state: LayerState, tmp_path: Path) -> None:
    assessment = filled.form().assessment
    with_gap = (*assessment.gaps, Gap("bus_stop", "found", "Bus stops could not be looked for", "the map ends here"))
    (off,) = (one for one in assessment.layers if one.state is LayerState.OFF)
    other = dataclasses.replace(off, state=state, reason=None, count=0 if state is LayerState.NONE_FOUND else None)
    layers = tuple(other if one is off else one for one in assessment.layers)
    looked = dataclasses.replace(assessment, layers=layers, gaps=with_gap)
    one, another = (filled.record(filled.form(assessment=given)) for given in (assessment, looked))
    assert redacted(one, LANDLORD) == redacted(another, LANDLORD)
    sheets = [
        export_record(given, tmp_path / str(number), ("visit-sheet",), redacted=True, landlord=LANDLORD)[0].read_bytes()
        for number, given in enumerate((one, another))
    ]
    assert sheets[0] == sheets[1]
    assert b"not in the data" not in record_files.bytes_of(tmp_path / "0" / next((tmp_path / "0").iterdir()).name)


def test_that_kinds_may_be_switched_off_is_said_of_every_copy() -> None:
    copy = redacted(filled.record(filled.form(assessment=drawn.empty())))
    assert "switched off" in " ".join(gap.why for gap in copy.form.assessment.gaps)


def test_a_draft_that_nobody_signed_has_no_signature() -> None:
    assert redacted(filled.record(status=Status.DRAFT)).signature is None
    signed = redacted(filled.record()).signature
    assert signed is not None
    assert (signed.by, signed.sha256) == ("", "")


@pytest.mark.parametrize(("named", "says"), [("the landlord", "no agency's id"), ("police", "is no landlord")])
def test_a_copy_is_for_a_landlord_and_nobody_else(named: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        redacted(filled.record(), named)


def test_a_copy_is_for_the_landlord_that_the_record_names() -> None:
    record = filled.record()
    assert landlord_of(record, None) == LANDLORD
    assert landlord_of(record, "landlord:other-homes") == "landlord:other-homes"
    others = tuple(part for part in record.form.agencies if part.agency != LANDLORD)
    assert landlord_of(filled.record(filled.form(agencies=others)), None) == "landlord"
    two = (*record.form.agencies, AgencyPart("landlord:other-homes"))
    with pytest.raises(UsageError, match="several landlords"):
        landlord_of(filled.record(filled.form(agencies=two)), None)


def test_a_landlords_own_view_is_not_made_anew_for_another_reader(tmp_path: Path) -> None:
    own = redacted(filled.record(), LANDLORD)
    (path,) = export_record(own, tmp_path, ("json",), redacted=True)
    assert record_from_dict(json.loads(path.read_text(encoding="utf-8"))) == own


def test_the_copy_says_for_whom_it_is() -> None:
    assert redacted(filled.record(), Agency.LANDLORD).redacted_for == "Registered social landlord"


def test_every_field_either_stays_with_a_reason_or_goes() -> None:
    leaves = set(redact._leaves(RecordDocument, ""))
    assert set(KEPT) <= leaves, "a field that stays is a field"
    gone = {path for path in leaves if path not in KEPT}
    named = set(removed_fields())
    assert all(path in named or any(path.startswith(one) for one in named) for path in gone)
    assert not named & set(KEPT)


def test_the_documentation_is_what_the_rules_say() -> None:
    assert redacted_page.PAGE.read_text(encoding="utf-8") == redacted_page.text(), "run: python -m tests.docs.redacted_page"
