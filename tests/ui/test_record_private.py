"""Restricted places on the screen: offered to a newer record, and still there for an agency that a record names no longer."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from era_geo.record.store import Store, open_store
from era_geo.settings import Settings
from era_geo.ui import record_desk, record_page, record_private
from tests.record.stores import NURSE, OFFICER, form, signed, start
from tests.record.test_holdings import place, without


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with open_store(Settings(home=tmp_path)) as opened:
        monkeypatch.setattr(record_desk, "store", lambda: opened)
        for module in (record_desk, record_private):
            monkeypatch.setattr(module, "account", lambda: NURSE)
        yield opened


def page() -> None:
    import streamlit as st  # noqa: PLC0415 - a page for itself

    st.session_state["shown"]()


def drawn(show: Callable[[], None]) -> AppTest:
    app = AppTest.from_function(page)
    app.session_state["shown"] = show
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(one.proto.body for one in app.get("html"))


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


@pytest.fixture
def old(store: Store) -> str:
    record_id = signed(store)
    store.add_restricted(NURSE, record_id, place())
    return record_id


def test_a_newer_record_offers_its_holder_to_carry_places_over(store: Store, old: str) -> None:
    newer = start(store, supersedes=old)
    desk = record_desk.Desk(store.get(NURSE, newer), form(), form())
    app = drawn(lambda: record_private._restricted(desk))
    app.toggle[0].set_value(True).run()
    assert "Your agency holds restricted places with the record that this one supersedes: 1." in said(app)
    press(app, "Carry them over to this record")
    assert len(store.restricted(NURSE, newer)) == 1
    assert "supersedes" not in said(app)


def test_places_of_a_dropped_agency_are_listed_for_it_and_can_be_taken_out(store: Store) -> None:
    record_id = start(store)
    store.add_restricted(NURSE, record_id, place())
    store.save(OFFICER, record_id, without("nhs"), base_version=1)
    app = drawn(record_private.holdings)
    assert "ABC-1" not in said(app)
    app.toggle[0].set_value(True).run()
    assert "It names your agency no longer" in said(app)
    press(app, "Take them out")
    assert store.holdings(NURSE) == ()


def test_who_drops_an_agency_reads_what_that_means_before_it_is_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_desk, "account", lambda: OFFICER)
    desk = record_desk.open_record(start(store))
    assert desk is not None
    for changed, warned in ((without("nhs"), True), (dataclasses.replace(form(), considered_on=None), False)):
        desk.form = changed
        told = " ".join(one.value.replace("\\", "") for one in drawn(lambda: record_page._save(desk)).warning)
        assert ("without this record from now on: NHS" in told) is warned
