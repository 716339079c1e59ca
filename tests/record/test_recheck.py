"""Records held against a newer region: what has come within the radius is proposed, with the reason in words, and only that."""

import dataclasses
import datetime as dt

import pytest
import shapely

from era_geo.errors import UsageError
from era_geo.model import Assessment, LayerState
from era_geo.record.access import Action
from era_geo.record.recheck import Outcome, compare
from era_geo.record.store import Store
from era_geo.record.store_errors import NotAllowed
from tests.outputs import drawn
from tests.record.stores import ADMINISTRATOR, LINK_OFFICER, NURSE, OFFICER, STRANGER, form, judged, save, signed, start

OLD = form().assessment
NURSERY = drawn.finding("school", "Little Steps", shapely.box(70, 0, 90, 20), 60.0, members=("osm:way/7001",))
NEW_DAY = dt.date(2027, 2, 1)


def newer(*more: object, date: dt.date = NEW_DAY, old: Assessment = OLD) -> Assessment:
    """Give the same look on a newer map, with more places on it."""
    sources = tuple(dataclasses.replace(source, date=date) for source in old.sources)
    return dataclasses.replace(old, as_of=NEW_DAY, sources=sources, findings=(*old.findings, *more))  # type: ignore[arg-type]


class TestHolding:
    def test_a_new_nursery_is_a_proposed_review_with_the_reason_in_words(self, store: Store) -> None:
        record_id = signed(store)
        (held,) = store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
        assert (held.record_id, held.outcome) == (record_id, Outcome.PROPOSED)
        (reason,) = held.reasons
        assert "Little Steps, is listed now (60 m from the property, with a radius of 100 m)" in reason
        assert "not yet a change on the ground" in reason
        (proposal,) = store.proposals(OFFICER)
        assert (proposal.record_id, proposal.region, proposal.words, proposal.answer) == (record_id, "town", reason, None)

    def test_the_same_place_is_proposed_once(self, store: Store) -> None:
        signed(store)
        for _ in range(2):
            store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
        assert len(store.proposals(OFFICER)) == 1

    def test_nothing_new_proposes_nothing(self, store: Store) -> None:
        signed(store)
        (held,) = store.recheck(OFFICER, lambda _: newer(), "town")
        assert (held.outcome, held.reasons, store.proposals(OFFICER)) == (Outcome.NOTHING_NEW, (), ())

    def test_a_region_older_than_the_record_is_said(self, store: Store) -> None:
        mapped = tuple(dataclasses.replace(source, kind="osm") for source in OLD.sources)
        old = dataclasses.replace(OLD, sources=mapped)
        signed(store, form(assessment=old))
        (held,) = store.recheck(OFFICER, lambda _: newer(NURSERY, date=dt.date(2020, 1, 1), old=old), "town")
        assert held.outcome is Outcome.OLDER
        assert "2020-01-01" in held.says
        assert store.proposals(OFFICER) == ()

    def test_what_could_not_be_looked_at_is_said_and_the_others_are_held_all_the_same(self, store: Store) -> None:
        first, second = start(store, form("R-1")), start(store, form("R-2"))
        calls: list[Assessment] = []

        def look(old: Assessment) -> Assessment:
            calls.append(old)
            if len(calls) == 1:
                raise UsageError("The property lies outside the region.")
            return newer(NURSERY)

        held = {one.record_id: one for one in store.recheck(OFFICER, look, "town")}
        assert (held[first].outcome, held[first].says) == (Outcome.COULD_NOT_LOOK, "The property lies outside the region.")
        assert held[second].outcome is Outcome.PROPOSED

    def test_only_live_records_that_name_the_agency_are_held(self, store: Store) -> None:
        old = signed(store)
        new = signed(store, supersedes=old)
        gone = start(store, form("R-9"))
        store.transition(OFFICER, gone, Action.WITHDRAW, reason="Refused.")
        assert [held.record_id for held in store.recheck(OFFICER, lambda _: newer(), "town")] == [new]
        assert store.recheck(STRANGER, lambda _: newer(), "town") == ()
        with pytest.raises(NotAllowed):
            store.recheck(LINK_OFFICER, lambda _: newer(), "town")

    def test_it_is_a_combination_in_the_trail_and_changes_no_version(self, store: Store) -> None:
        record_id = signed(store)
        store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
        entry = store.audit(ADMINISTRATOR, record_id)[-1]
        assert (entry.act.value, entry.what) == ("combination", "held against a region: a review is proposed")
        assert store.get(OFFICER, record_id).version == 1
        assert store.verify(ADMINISTRATOR).is_fine

    def test_the_newest_version_is_held(self, store: Store) -> None:
        record_id = start(store)
        save(store, record_id, dataclasses.replace(judged(form(), "two"), assessment=newer(NURSERY)))
        (held,) = store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
        assert held.outcome is Outcome.NOTHING_NEW


class TestAnswering:
    def test_a_person_of_the_lead_agency_decides(self, store: Store) -> None:
        signed(store)
        store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
        (proposal,) = store.proposals(NURSE)
        with pytest.raises(NotAllowed):
            store.answer_proposal(NURSE, proposal.id, "No.")
        with pytest.raises(NotAllowed, match="Say what was decided"):
            store.answer_proposal(OFFICER, proposal.id, " ")
        store.answer_proposal(OFFICER, proposal.id, "A review is begun.")
        assert store.proposals(OFFICER) == ()
        assert [one.answer for one in store.proposals(OFFICER, answered=True)] == ["A review is begun."]
        assert (store.proposals(LINK_OFFICER), store.proposals(STRANGER)) == ((), ())


class TestComparing:
    def test_a_place_that_was_drawn_anew_is_no_news(self) -> None:
        before = newer(NURSERY)
        moved = dataclasses.replace(NURSERY, members=("osm:way/9999",), distance_m=61.0)
        assert compare(before, newer(moved)) == ()

    def test_a_place_that_went_is_told_and_proposes_nothing(self) -> None:
        (news,) = compare(newer(NURSERY), newer())
        assert not news.proposes
        assert "no longer listed" in news.words

    def test_a_place_of_a_kind_that_could_not_be_looked_for_is_told_so(self) -> None:
        layers = tuple(
            dataclasses.replace(result, state=LayerState.NOT_LOOKED_FOR, count=None, reason="not kept")
            if result.id == "school"
            else result
            for result in OLD.layers
        )
        (news,) = compare(dataclasses.replace(OLD, layers=layers), newer(NURSERY))
        assert news.proposes
        assert "could not look for this kind of place" in news.words

    def test_the_key_is_the_places_own(self) -> None:
        nearer = dataclasses.replace(NURSERY, distance_m=40.0)
        keys = {compare(OLD, newer(one))[0].key for one in (NURSERY, nearer)}
        assert len(keys) == 1
