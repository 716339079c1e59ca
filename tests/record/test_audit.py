"""The audit trail: what section 62 asks to be logged is logged, in one chain, and holds nothing of a record."""

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable

import pytest

from era_geo.accounts import Role
from era_geo.errors import UsageError
from era_geo.record import audit, tables
from era_geo.record.access import Action
from era_geo.record.form import AgencyPart
from era_geo.record.formjson import canonical, sha256
from era_geo.record.restricted import RestrictedKind, RestrictedPlace
from era_geo.record.store import Store, open_store
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.settings import Settings
from tests.record import filled
from tests.record.stores import (
    ADMINISTRATOR,
    HERE,
    LINK_OFFICER,
    LOCAL,
    NURSE,
    OFFICER,
    REVIEWER,
    STRANGER,
    account,
    form,
    judged,
    save,
    signed,
    start,
)

REFUGE = RestrictedPlace(RestrictedKind.REFUGE, ((240100.0, 750050.0),), "police", OFFICER.key, "behind the hall")


def share(store: Store, record_id: str, **more: object) -> audit.Anchor:
    given = {"recipient": "Link Officer", "basis": "DPA 2018 s.35", "files": {"a.pdf": "1" * 64}, "version": 1, "redacted": True}
    return store.disclosed(OFFICER, record_id, **{**given, **more})  # type: ignore[arg-type]


def acts(store: Store, record_id: str) -> list[str]:
    return [entry.act.value for entry in store.audit(ADMINISTRATOR, record_id)]


def test_each_thing_done_is_an_entry_of_its_kind(store: Store) -> None:
    record_id = start(store)
    done: list[tuple[str, Callable[[], object]]] = [
        ("alteration", lambda: save(store, record_id, judged(form(), "two"))),
        ("consultation", lambda: store.get(OFFICER, record_id)),
        ("consultation", lambda: store.history(OFFICER, record_id)),
        ("collection", lambda: store.add_restricted(OFFICER, record_id, REFUGE)),
        ("consultation", lambda: store.restricted(OFFICER, record_id)),
        ("disclosure", lambda: share(store, record_id)),
        ("combination", lambda: store.recheck(OFFICER, lambda old: old, "town")),
        ("alteration", lambda: store.retain(REVIEWER, record_id, dt.date(2036, 1, 1), reason="The usual term.")),
        ("alteration", lambda: store.transition(OFFICER, record_id, Action.OFFER)),
    ]
    expected = ["collection"]
    for act, do in done:
        do()
        expected.append(act)
        assert acts(store, record_id) == expected
    store.erase(ADMINISTRATOR, record_id, reason="The term is over.")
    assert store.audit(ADMINISTRATOR)[-1].act is audit.Act.ERASURE


def test_lists_and_searches_are_consultations_that_name_the_records(store: Store) -> None:
    ids = [start(store, form(f"R-{number}")) for number in range(3)]
    store.list(NURSE)
    store.search(NURSE, "girls twelve")
    listed, searched = store.audit(ADMINISTRATOR)[-2:]
    assert set(listed.detail["records"]) == set(searched.detail["records"]) == set(ids)
    assert "girls" not in str(searched)
    assert (listed.account, listed.agency, listed.roles) == (NURSE.key, "nhs", ("officer",))


def test_entries_are_chained_by_their_hashes(store: Store) -> None:
    record_id = start(store)
    store.get(OFFICER, record_id)
    with store.core.database.reading() as connection:
        rows = connection.execute(tables.trail.select().order_by(tables.trail.c.seq)).all()
        anchor = audit.anchor(connection)
    last = ""
    for number, row in enumerate(rows, 1):
        entry = audit.read_entry(row.entry)
        assert (entry.seq, entry.previous) == (number, last)
        assert canonical(entry.to_dict()).decode() == row.entry
        assert sha256(row.entry.encode()) == row.hash
        last = row.hash
    assert anchor == audit.Anchor(len(rows), last)


def test_the_time_is_the_given_clocks(store: Store) -> None:
    start(store)
    assert [entry.at for entry in store.audit(ADMINISTRATOR)] == ["2026-11-23T09:00:01.000000Z"]


def test_no_word_of_a_record_is_in_the_trail(store: Store) -> None:
    record_id = signed(store)
    save(store, start(store, form("R-2")), judged(form("R-2"), "three"))
    store.list(OFFICER)
    store.search(OFFICER, "mill wynd")
    store.add_restricted(OFFICER, record_id, REFUGE)
    share(store, record_id)
    trail = " ".join(str(entry) for entry in store.audit(ADMINISTRATOR)).casefold()
    chosen = {str(value) for value in (*audit.Act, *Action)}
    words = {text for _, text in filled.texts(form()) if len(text) > 6 and text not in chosen} | {"behind the hall", "R-2"}
    assert len(words) > 40
    assert [word for word in words if word.casefold() in trail and word != "landlord:marrow-homes"] == []


def test_a_refused_act_leaves_no_entry_and_no_change(store: Store) -> None:
    record_id = start(store)
    before = store.audit(ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        store.erase(OFFICER, record_id, reason="No.")
    assert store.audit(ADMINISTRATOR) == before


class TestDisclosures:
    def test_a_disclosure_has_its_recipient_and_basis_and_stands_in_the_sharing_log(self, store: Store) -> None:
        record_id = start(store)
        share(store, record_id)
        (line,) = store.get(OFFICER, record_id).sharing
        assert (line.recipient, line.basis, line.by) == ("Link Officer", "DPA 2018 s.35", OFFICER.printed)
        assert line.what == "version 1, redacted, as pdf"

    @pytest.mark.parametrize(
        "more", [{"recipient": " "}, {"basis": ""}, {"basis": "about ABC-1"}, {"recipient": "born 03/04/1971"}]
    )
    def test_it_is_refused_without_them_or_with_more_than_them(self, store: Store, more: dict[str, str]) -> None:
        record_id = start(store)
        with pytest.raises(UsageError):
            share(store, record_id, **more)
        with pytest.raises(UsageError):
            store.for_export(OFFICER, record_id, **{"recipient": "Link Officer", "basis": "s.35", **more})

    def test_a_landlord_exports_the_redacted_view_only(self, store: Store) -> None:
        record_id = start(store)
        document = store.for_export(LINK_OFFICER, record_id, recipient="Housing manager", basis="Tenancy agreement")
        assert document.redacted_for
        with pytest.raises(NotAllowed, match="redacted"):
            store.disclosed(LINK_OFFICER, record_id, recipient="x", basis="y", files={}, version=1, redacted=False)


class TestRestricted:
    def test_only_the_holding_agency_reads_it_and_no_version_has_it(self, store: Store) -> None:
        record_id = start(store)
        place_id = store.add_restricted(OFFICER, record_id, REFUGE)
        (held,) = store.restricted(OFFICER, record_id)
        assert (held.id, held.place) == (place_id, REFUGE)
        assert store.may_hold(OFFICER, record_id)
        assert store.restricted(NURSE, record_id) == ()
        document = store.for_export(OFFICER, record_id, recipient="Court", basis="DPA 2018 s.35")
        assert "behind the hall" not in str(document)

    def test_it_is_entered_for_ones_own_agency_and_taken_out_by_it(self, store: Store) -> None:
        record_id = start(store)
        with pytest.raises(NotAllowed, match="your own"):
            store.add_restricted(NURSE, record_id, REFUGE)
        place_id = store.add_restricted(OFFICER, record_id, REFUGE)
        with pytest.raises(NoSuchRecord):
            store.remove_restricted(NURSE, record_id, place_id)
        store.remove_restricted(OFFICER, record_id, place_id)
        assert store.restricted(OFFICER, record_id) == ()

    def test_whose_computer_it_is_must_be_known_and_on_a_server_who_signs_in(self, store: Store) -> None:
        record_id = start(store)
        on_server = store.core.database.path is None
        here, said = (HERE, "who signed in") if on_server else (LOCAL, "which agency")
        with pytest.raises(NotAllowed, match=said):
            store.restricted(here, record_id)
        assert not store.may_hold(here, record_id)


class TestWhoReads:
    def test_of_restricted_places_the_trail_tells_their_holder_alone(self, store: Store) -> None:
        record_id = start(store)
        place_id = store.add_restricted(OFFICER, record_id, REFUGE)
        store.restricted(OFFICER, record_id)
        store.remove_restricted(OFFICER, record_id, place_id)
        other = dataclasses.replace(ADMINISTRATOR, agency="nhs")
        for about in (record_id, None):
            assert sum("restricted" in entry.what for entry in store.audit(ADMINISTRATOR, about)) == 3
            assert not any("restricted" in entry.what for entry in store.audit(other, about))
        for document, told in (
            (store.get(OFFICER, record_id), True),
            (store.get(NURSE, record_id), False),
            (store.get(LINK_OFFICER, record_id), False),
            (store.get(STRANGER, record_id, break_glass="A child is in danger."), False),
            (store.for_export(OFFICER, record_id, recipient="Court", basis="s.35"), False),
        ):
            assert ("restricted place" in str(document.trail)) is told

    def test_a_landlord_reads_no_trail_whatever_its_role(self, store: Store) -> None:
        record_id = start(store)
        landlord = account("x", "landlord:marrow-homes", *Role)
        for about in (record_id, None):
            with pytest.raises(NotAllowed, match="whole record"):
                store.audit(landlord, about)

    def test_the_whole_trail_is_that_of_ones_own_records(self, store: Store) -> None:
        ours = start(store)
        theirs = dataclasses.replace(form("T-1"), lead_agency="education", agencies=(AgencyPart("education"),))
        their_id = start(store, theirs, by=STRANGER)
        store.list(STRANGER)
        store.list(OFFICER)
        own = [(entry.record_id, entry.account) for entry in store.audit(ADMINISTRATOR)]
        assert own == [(ours, OFFICER.key), (None, OFFICER.key)]
        elsewhere = dataclasses.replace(ADMINISTRATOR, agency="education")
        assert {entry.record_id for entry in store.audit(elsewhere)} == {their_id, None}
        store.erase(ADMINISTRATOR, ours, reason="The term is over.")
        assert store.audit(ADMINISTRATOR)[-1].act is audit.Act.ERASURE
        assert ours not in {entry.record_id for entry in store.audit(elsewhere)}

    def test_every_look_has_an_entry(self, store: Store) -> None:
        record_id = signed(store)
        looks = {
            "export": lambda: store.for_export(OFFICER, record_id, recipient="Court", basis="s.35"),
            "pictures": lambda: store.pictures(OFFICER, record_id),
            "proposals": lambda: store.proposals(OFFICER),
        }
        for name, look in looks.items():
            before = len(store.audit(ADMINISTRATOR))
            look()
            added = store.audit(ADMINISTRATOR)[before:]
            assert [entry.act for entry in added] == [audit.Act.CONSULTATION], name


def test_many_at_once_make_one_chain(store_settings: Settings, store: Store) -> None:
    record_id = start(store)
    faults: list[BaseException] = []

    def look() -> None:
        try:
            with open_store(store_settings) as own:
                for _ in range(5):
                    own.get(OFFICER, record_id)
        except BaseException as error:  # noqa: BLE001 - a thread's fault is the test's
            faults.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(store.audit(ADMINISTRATOR)) == 21
    assert store.verify(ADMINISTRATOR).is_fine
