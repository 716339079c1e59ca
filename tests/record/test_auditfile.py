"""Audit forms as files: what is written is read again, and what is none is told without repeating it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from era_geo.errors import DataError, UsageError
from era_geo.record.auditfile import audit_from_dict, audit_to_json, quarter_of
from era_geo.record.themes import QUESTIONS, Answer, AuditForm, AuditMark

FORM = AuditForm("a" * 32, "North Lanarkshire", 2, "2026Q3")


def test_a_filled_form_comes_back_as_it_was() -> None:
    answers = tuple(Answer(question.id, AuditMark.PARTLY, "seen") for question in QUESTIONS)
    filled = dataclasses.replace(FORM, answers=answers, themes=("late",), auditor="auditor", audited_on=dt.date(2026, 10, 1))
    assert audit_from_dict(json.loads(audit_to_json(filled)), "form.json") == filled
    assert audit_from_dict(json.loads(audit_to_json(FORM)), "form.json") == FORM


@pytest.mark.parametrize("data", [None, [], {"record_id": 3}, {**json.loads(audit_to_json(FORM)), "level": "secret text"}])
def test_what_is_no_form_is_told_without_its_content(data: object) -> None:
    with pytest.raises(DataError, match=r"form\.json is no audit form") as told:
        audit_from_dict(data, "form.json")
    assert "secret text" not in str(told.value)


def test_forms_of_one_quarter_are_counted_together() -> None:
    assert quarter_of([FORM, FORM]) == "2026Q3"
    for forms in ([], [FORM, dataclasses.replace(FORM, quarter="2026Q2")]):
        with pytest.raises(UsageError, match="one quarter at a time"):
            quarter_of(forms)
