"""The record on a person's desk: what is typed is never lost, whoever else saves, and what is read is read once."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from era_geo.record.form import Form
from era_geo.record.store import Store, open_store
from era_geo.settings import Settings
from era_geo.ui import record_desk
from tests.record.stores import LINK_OFFICER, NURSE, OFFICER, start

COLLEAGUE_OF_THE_NURSE = dataclasses.replace(NURSE, key="oidc:another nurse", name="another nurse")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with open_store(Settings(home=tmp_path)) as opened:
        monkeypatch.setattr(record_desk, "store", lambda: opened)
        monkeypatch.setattr(record_desk, "account", lambda: NURSE)
        monkeypatch.setattr(record_desk.st, "session_state", {})
        yield opened


def _saying(form: Form, detail: str) -> Form:
    agencies = (dataclasses.replace(part, detail=detail) if part.agency == "nhs" else part for part in form.agencies)
    return dataclasses.replace(form, agencies=tuple(agencies))


def _detail(form: Form) -> str:
    return next(part.detail for part in form.agencies if part.agency == "nhs")


def test_where_a_colleague_answered_meanwhile_the_person_sees_both_and_the_next_save_stands(store: Store) -> None:
    record_id = start(store)
    desk = record_desk.open_record(record_id)
    desk.form = _saying(desk.form, "what I typed")
    colleague = next(part for part in _saying(desk.document.form, "hers").agencies if part.agency == "nhs")
    store.answer(COLLEAGUE_OF_THE_NURSE, record_id, colleague, base_version=1)
    assert record_desk.answer(desk) is False
    assert desk.overtaken
    assert (_detail(desk.document.form), _detail(desk.form)) == ("hers", "what I typed")
    desk.form = _saying(desk.form, "hers, and what I typed")
    assert record_desk.answer(desk) is True
    assert _detail(store.get(OFFICER, record_id).form) == "hers, and what I typed"


def test_what_is_read_of_a_version_is_read_once_however_often_the_page_is_drawn(store: Store) -> None:
    desk = record_desk.open_record(start(store))
    entries = [desk.once("history", lambda: store.history(NURSE, desk.document.id)) for _ in range(3)]
    assert entries[0] is entries[2]
    assert record_desk.open_record(desk.document.id).read == {}


def test_an_agency_that_does_not_lead_saves_its_answer_alone_or_all_that_is_its_own(store: Store) -> None:
    desk = record_desk.open_record(start(store))
    assert desk.fills_in_for == "nhs"
    desk.form = _saying(desk.form, "nothing held")
    answers_first = desk.only_answers
    visit = dataclasses.replace(desk.form.physical_check, visited_at="after school")
    desk.form = dataclasses.replace(desk.form, physical_check=visit)
    assert (answers_first, desk.only_answers) == (True, False)
    assert record_desk.save(desk)
    after = store.get(OFFICER, desk.document.id).form
    assert (_detail(after), after.physical_check.visited_at) == ("nothing held", "after school")


def test_what_is_typed_into_a_record_that_another_leads_is_kept_and_offered_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = start(store)
    monkeypatch.setattr(record_desk, "account", lambda: LINK_OFFICER)
    desk = record_desk.open_record(record_id)
    agencies = (
        dataclasses.replace(part, detail="no arrears") if part.agency == LINK_OFFICER.agency else part
        for part in desk.form.agencies
    )
    desk.form = dataclasses.replace(desk.form, agencies=tuple(agencies))
    record_desk.keep()
    again = record_desk.open_record(record_id)
    (draft,) = record_desk.drafts_of(again)
    record_desk.carry_on(again, draft)
    assert record_desk.answer(again)
    assert "no arrears" in [part.detail for part in store.get(OFFICER, record_id).form.agencies]
