"""Restricted places outlive what becomes of a record: their holder has them still, and nobody else learns of it."""

import dataclasses

import pytest

from era_geo.accounts import Account, Role
from era_geo.record.access import Action
from era_geo.record.form import Form
from era_geo.record.restricted import RestrictedKind, RestrictedPlace
from era_geo.record.store import Store
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.record.store_save import Written
from tests.record.stores import (
    ADMINISTRATOR,
    COLLEAGUE,
    HERE,
    LOCAL,
    NURSE,
    OFFICER,
    PICTURE,
    REVIEWER,
    STRANGER,
    account,
    all_rows,
    form,
    signed,
    start,
)
from tests.record.tamper import tamper

NOTE = "behind the hall"
VERIFIER = account("auditor", "nhs", Role.ADMINISTRATOR, Role.REVIEWER)


def place(x: float = 0.0, who: str = "nhs", by: str = NURSE.key) -> RestrictedPlace:
    return RestrictedPlace(RestrictedKind.REFUGE, ((240100.0 + x, 750050.0),), who, by, NOTE)


def without(agency: str) -> Form:
    """Give the drawn form as somebody saves it who has dropped an agency."""
    base = form()
    return dataclasses.replace(base, agencies=tuple(part for part in base.agencies if part.agency != agency))


def drop(store: Store, record_id: str) -> Written:
    return store.save(OFFICER, record_id, without("nhs"), base_version=1)


def traces(store: Store, who: Account, record_id: str) -> list[str]:
    """Give what an account's trails have about restricted places."""
    entries = [*store.audit(who, record_id), *store.audit(who)]
    return [entry.what for entry in entries if "restricted" in f"{entry.what} {entry.parts} {entry.detail}"]


def test_an_agency_that_is_dropped_still_has_its_places_and_nothing_else_of_the_record(store: Store) -> None:
    record_id = start(store)
    kept = store.add_restricted(NURSE, record_id, place())
    store.add_restricted(NURSE, record_id, place(5))
    drop(store, record_id)
    assert [one.place.note for one in store.restricted(NURSE, record_id)] == [NOTE, NOTE]
    (holding,) = store.holdings(NURSE)
    assert (holding.record_id, holding.places, holding.named, holding.carry_to) == (record_id, 2, False, None)
    assert store.find(NURSE, "ABC-1", held=True) == record_id
    for refused in (
        lambda: store.get(NURSE, record_id),
        lambda: store.find(NURSE, "ABC-1"),
        lambda: store.add_restricted(NURSE, record_id, place(9)),
        lambda: store.offered(NURSE, record_id),
        lambda: store.restricted(STRANGER, record_id),
        lambda: store.find(STRANGER, "ABC-1", held=True),
    ):
        with pytest.raises(NoSuchRecord):
            refused()
    store.remove_restricted(NURSE, record_id, kept)
    assert len(store.restricted(NURSE, record_id)) == 1
    assert store.verify(ADMINISTRATOR).is_fine


def test_who_drops_an_agency_is_told_the_same_whether_or_not_it_holds_places(store: Store) -> None:
    told = []
    for places in (0, 2):
        record_id = start(store)
        for number in range(places):
            store.add_restricted(NURSE, record_id, place(number))
        told.append(drop(store, record_id).dropped_says)
        assert traces(store, ADMINISTRATOR, record_id) == []
    assert store.holdings(OFFICER) == ()
    assert told[0] == told[1]
    assert "NHS" in told[0]
    again = store.save(OFFICER, record_id, form(), base_version=2)
    assert again.dropped_says == ""


def test_a_fault_in_places_of_a_dropped_agency_is_told_to_it_alone(store: Store) -> None:
    record_id = start(store)
    store.add_restricted(NURSE, record_id, place())
    drop(store, record_id)
    tamper(store, "DELETE FROM restricted_places")
    assert [(fault.state.value, fault.record_id) for fault in store.verify(VERIFIER).faults] == [("missing", record_id)]
    assert store.verify(ADMINISTRATOR).faults == ()


class TestSuperseding:
    @pytest.fixture
    def old(self, store: Store) -> str:
        """A signed record with which two agencies hold places."""
        record_id = signed(store)
        for number in range(2):
            store.add_restricted(NURSE, record_id, place(number))
        store.add_restricted(OFFICER, record_id, place(3, "police", OFFICER.key))
        return record_id

    def test_the_holder_carries_its_places_over_and_the_older_record_keeps_them(self, store: Store, old: str) -> None:
        newer = start(store, supersedes=old)
        assert [store.offered(who, newer) for who in (NURSE, OFFICER, COLLEAGUE, REVIEWER)] == [2, 1, 1, 0]
        assert {one.carry_to for one in store.holdings(NURSE)} == {newer}
        assert store.carry_over(NURSE, newer) == 2
        assert store.carry_over(NURSE, newer) == 0
        assert store.offered(NURSE, newer) == 0
        assert store.offered(OFFICER, newer) == 1
        assert {one.place for one in store.restricted(NURSE, newer)} == {one.place for one in store.restricted(NURSE, old)}
        assert {(one.record_id, one.carry_to) for one in store.holdings(NURSE)} == {(newer, None), (old, None)}
        assert store.verify(ADMINISTRATOR).is_fine
        assert traces(store, VERIFIER, newer)
        assert not any("over" in one for one in traces(store, ADMINISTRATOR, newer))
        assert all(NOTE not in str(entry) for entry in store.audit(VERIFIER, newer))

    def test_a_holder_that_leaves_its_places_is_not_asked_again(self, store: Store, old: str) -> None:
        newer = start(store, supersedes=old)
        assert store.carry_over(NURSE, newer, take=False) == 0
        assert (store.offered(NURSE, newer), store.restricted(NURSE, newer)) == (0, ())
        assert {one.carry_to for one in store.holdings(NURSE)} == {None}
        assert not any("left" in one for one in traces(store, ADMINISTRATOR, newer))

    def test_a_record_that_skipped_the_question_passes_it_on(self, store: Store, old: str) -> None:
        second = start(store, supersedes=old)
        store.transition(OFFICER, second, Action.OFFER)
        store.sign(REVIEWER, second, version=1, pictures={2500: PICTURE})
        third = start(store, supersedes=second)
        assert store.offered(NURSE, third) == 2
        store.carry_over(NURSE, second, take=False)
        assert store.offered(NURSE, third) == 0

    def test_an_agency_that_the_newer_record_does_not_name_is_told_of_no_newer_record(self, store: Store, old: str) -> None:
        newer = start(store, without("nhs"), supersedes=old)
        assert [one.carry_to for one in store.holdings(NURSE)] == [None]
        for ask in (store.offered, store.carry_over):
            with pytest.raises(NoSuchRecord):
                ask(NURSE, newer)

    def test_what_is_erased_is_gone_and_what_was_carried_over_stays(self, store: Store, old: str) -> None:
        newer = start(store, supersedes=old)
        store.carry_over(NURSE, newer)
        store.erase(ADMINISTRATOR, old, reason="The term is over.")
        assert len(store.restricted(NURSE, newer)) == 2
        assert store.verify(ADMINISTRATOR).is_fine
        store.erase(ADMINISTRATOR, newer, reason="The term is over.")
        assert [row for row in all_rows(store) if NOTE in row] == []
        assert store.holdings(NURSE) == ()


def test_an_account_of_a_computer_without_an_agency_holds_nothing(store: Store) -> None:
    with pytest.raises(NotAllowed, match="which agency this computer is of"):
        store.holdings(LOCAL)
    if store.core.database.path is None:
        with pytest.raises(NotAllowed, match="only who signed in"):
            store.holdings(HERE)
    else:
        assert store.holdings(HERE) == ()
