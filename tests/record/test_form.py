"""The form and the record as JSON: whole there and back, equal bytes for equal records, every fault told and no content with it."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from era_geo.errors import DataError
from era_geo.record.envelope import Saved
from era_geo.record.form import Case, Form, Measure
from era_geo.record.formjson import (
    canonical,
    form_from_dict,
    form_to_dict,
    record_from_dict,
    record_to_dict,
    record_to_json,
    signed_bytes,
    with_pictures,
)
from era_geo.record.terms import Status
from tests.outputs import drawn
from tests.record import filled

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "record-1.json"


def test_a_form_comes_back_whole_from_json() -> None:
    text = json.dumps(form_to_dict(filled.form()))
    assert form_from_dict(json.loads(text)) == filled.form()


def test_an_empty_form_stays_empty() -> None:
    empty = Form(Case("ABC-1"), drawn.empty())
    data = form_to_dict(empty)
    assert data["decision"] == {"outcome": None, "decided_by": "", "decided_on": None, "reasons": "", "dissent": ""}
    assert data["person"]["level"] is None
    assert form_from_dict(data) == empty


def test_a_record_comes_back_whole_and_fits_the_published_schema() -> None:
    document = json.loads(record_to_json(filled.record()))
    assert document["schema"] == "era-geo/record/1"
    jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8"))).validate(document)
    assert record_from_dict(document) == filled.record()


def test_half_characters_and_hostile_text_come_back_as_they_were() -> None:
    form = filled.rewritten(filled.form(), lambda _, text: f"{text} \udcff {drawn.TURNED} {drawn.MARKUP}")
    assert form_from_dict(json.loads(canonical(form_to_dict(form)))) == form


def test_the_bytes_that_are_hashed_are_the_same_whatever_the_order_of_keys() -> None:
    data = form_to_dict(filled.form())
    turned = dict(reversed(list(data.items())))
    assert canonical(data) == canonical(turned)
    assert canonical(json.loads(canonical(data))) == canonical(data)
    assert canonical(data) != canonical({**data, "lead_agency": "housing"})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_number_is_lost(number: float) -> None:
    read = json.loads(canonical({"n": number}))["n"]
    assert read == number
    assert canonical({"n": read}) == canonical({"n": number})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_hashed(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical([number])


def test_a_signature_stands_for_what_the_version_says_and_not_for_what_happens_after() -> None:
    document = filled.record()
    later = dataclasses.replace(document, status=Status.SUPERSEDED, sharing=(), trail=(), signature=None)
    assert signed_bytes(later) == signed_bytes(document)
    assert signed_bytes(dataclasses.replace(document, version=4)) != signed_bytes(document)
    assert signed_bytes(with_pictures(document, {1250: b"png"})) != signed_bytes(document)
    for path, _ in filled.texts(document.form):
        changed = filled.rewritten(document.form, lambda where, text, path=path: text + "x" if where == path else text)
        assert signed_bytes(dataclasses.replace(document, form=changed)) != signed_bytes(document), path


def _broken(change: Any) -> str:
    data = copy.deepcopy(record_to_dict(filled.record()))
    change(data)
    with pytest.raises(DataError) as caught:
        record_from_dict(data)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_all_faults_are_told_at_once_and_no_content() -> None:
    def change(data: dict[str, Any]) -> None:
        data["form"]["person"]["level"] = "secret words"
        data["form"]["measures"][0]["by_date"] = "next secret week"
        data["form"]["decision"]["outcome"] = "secretly fine"
        del data["form"]["case"]

    message = _broken(change)
    for field in ("form.person.level", "form.measures.0.by_date", "form.decision.outcome", "form.case"):
        assert field in message
    assert "secret" not in message.replace("secretly", "secret")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda data: data["form"]["person"].update(date_of_birth="1 May 1980"),
            "form.person.date_of_birth: this field is not known",
        ),
        (lambda data: data["form"]["person"].update(level=4), "MAPPA levels are 1, 2 and 3"),
        (lambda data: data["form"]["person"].update(level="2"), "person.level: the value is not written as it must be"),
        (lambda data: data["form"]["person"].update(supervised=1), "person.supervised"),
        (lambda data: data["form"]["assessment"].update(schema="era-geo/assessment/9"), "form.assessment.schema"),
        (lambda data: data.update(schema="era-geo/record/2"), "This is not a record"),
        (lambda data: data["saved"].update(at="2026-11-22T09:30:00"), "a time says its zone"),
    ],
)
def test_each_fault_is_told(change: Any, said: str) -> None:
    assert said.removeprefix("form.") in _broken(change)


def test_an_older_document_without_a_later_field_is_read() -> None:
    data = form_to_dict(filled.form())
    del data["review"]["not_done_reason"]
    assert form_from_dict(data).review.not_done_reason == ""


@given(st.lists(st.builds(Measure, st.text(), st.text(), st.none() | st.dates(), st.none() | st.dates()), max_size=3), st.text())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
def test_any_text_comes_back(measures: list[Measure], reference: str) -> None:
    form = Form(Case(reference), drawn.empty(), measures=tuple(measures))
    assert form_from_dict(json.loads(canonical(form_to_dict(form)))) == form


def test_times_are_kept_in_their_zone() -> None:
    saved = Saved("somebody", dt.datetime(2026, 7, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    document = dataclasses.replace(filled.record(), saved=saved)
    assert record_from_dict(json.loads(record_to_json(document))).saved.at == saved.at
