"""The store: versions that stay as they are, people who edit at once, what is found and by whom. Each test on both engines."""

import dataclasses
import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import exc

from era_geo.errors import UsageError
from era_geo.record import tables
from era_geo.record.formjson import form_to_dict
from era_geo.record.privacy import warnings
from era_geo.record.store import Store
from era_geo.record.store_errors import AnswerConflict, Conflict, NoSuchRecord, NotAllowed, StoreError
from era_geo.record.terms import Status
from tests.record.stores import (
    ADMINISTRATOR,
    COLLEAGUE,
    LINK_OFFICER,
    LOCAL,
    NURSE,
    OFFICER,
    STRANGER,
    form,
    judged,
    save,
    signed,
    start,
)


class TestVersions:
    def test_a_record_comes_back_as_it_was_saved(self, store: Store) -> None:
        record_id = start(store)
        document = store.get(OFFICER, record_id)
        assert form_to_dict(document.form) == form_to_dict(form())
        assert (document.version, document.status.value) == (1, "draft")
        assert document.saved.by == OFFICER.printed

    def test_an_edit_is_a_new_version_and_the_old_one_stays(self, store: Store) -> None:
        record_id = start(store)
        assert save(store, record_id, judged(form(), "contact can be managed")) == 2
        assert store.get(OFFICER, record_id).form.analysis.judgement == "contact can be managed"
        assert store.get(OFFICER, record_id, version=1).form.analysis.judgement == "contact is foreseeable"
        assert [line.number for line in store.history(OFFICER, record_id).versions] == [1, 2]

    def test_saving_what_is_saved_changes_nothing(self, store: Store) -> None:
        record_id = start(store)
        written = store.save(OFFICER, record_id, form(), base_version=1)
        assert (written.version, written.new) == (1, False)

    @pytest.mark.parametrize("statement", ["UPDATE versions SET saved_as = 'x'", "DELETE FROM versions"])
    def test_the_database_itself_refuses_to_change_a_version(self, store: Store, statement: str) -> None:
        start(store)
        with pytest.raises(exc.DBAPIError, match="versions is"), store.core.database.engine.begin() as connection:
            connection.execute(sa.text(statement))

    @pytest.mark.parametrize("statement", ["UPDATE trail SET hash = 'x'", "DELETE FROM trail"])
    def test_the_database_itself_refuses_to_change_the_trail(self, store: Store, statement: str) -> None:
        start(store)
        with pytest.raises(exc.DBAPIError, match="trail is"), store.core.database.engine.begin() as connection:
            connection.execute(sa.text(statement))

    def test_a_text_that_looks_like_a_person_is_not_saved_until_confirmed(self, store: Store) -> None:
        typed = judged(form(), "born 03/04/1971")
        with pytest.raises(UsageError, match=r"analysis\.judgement"):
            store.new(OFFICER, typed)
        assert store.list(OFFICER).total == 0
        assert store.new(OFFICER, typed, confirmed=warnings(typed)).version == 1

    def test_what_cannot_be_kept_is_said_at_once_and_travels_with_the_error(self, store: Store) -> None:
        typed = dataclasses.replace(form(reference=" "), lead_agency="navy")
        with pytest.raises(StoreError, match=r"reference.*navy") as caught:
            store.new(OFFICER, typed)
        assert caught.value.form is typed

    def test_hostile_text_in_every_column_is_kept_as_it_is(self, store: Store) -> None:
        hostile = "'; DROP TABLE records; --\x00\u202e\ud800"
        record_id = start(store, form(reference=hostile))
        assert store.get(OFFICER, record_id).form.case.reference == hostile
        assert store.list(OFFICER).total == 1


class TestTwoPeople:
    def test_nobodys_text_is_lost(self, store: Store) -> None:
        record_id = start(store)
        save(store, record_id, judged(form(), "first"), by=COLLEAGUE)
        typed = judged(form(), "second")
        with pytest.raises(Conflict, match="Version 2") as caught:
            save(store, record_id, typed)
        sides = caught.value.sides
        assert [(one.path, one.before, one.after) for one in sides.differences] == [("analysis.judgement", "first", "second")]
        assert [clash.path for clash in sides.merged.conflicts] == ["analysis.judgement"]
        assert "second" not in str(caught.value)
        (kept,) = store.drafts(OFFICER)
        assert kept.id == caught.value.draft
        assert store.open_draft(OFFICER, kept.id)[1].analysis.judgement == "second"
        assert store.get(OFFICER, record_id).form.analysis.judgement == "first"

    def test_changes_to_different_fields_merge(self, store: Store) -> None:
        record_id = start(store)
        save(store, record_id, judged(form(), "first"), by=COLLEAGUE)
        typed = dataclasses.replace(form(), measures=form().measures[:1])
        with pytest.raises(Conflict, match="no field was changed by both") as caught:
            save(store, record_id, typed)
        merged = caught.value.sides.merged
        assert save(store, record_id, merged.form, base=2) == 3
        both = store.get(OFFICER, record_id).form
        assert (both.analysis.judgement, len(both.measures)) == ("first", 1)
        assert merged.taken == ("analysis.judgement",)

    def test_agencies_answer_at_once_each_for_itself(self, store: Store) -> None:
        record_id = start(store)
        landlord, nhs = (next(p for p in form().agencies if p.agency == a) for a in ("landlord:marrow-homes", "nhs"))
        store.answer(NURSE, record_id, dataclasses.replace(nhs, detail="seen on the ward"), base_version=1)
        store.answer(LINK_OFFICER, record_id, dataclasses.replace(landlord, detail="no arrears"), base_version=1)
        parts = {part.agency: part.detail for part in store.get(OFFICER, record_id).form.agencies}
        assert (parts["nhs"], parts["landlord:marrow-homes"]) == ("seen on the ward", "no arrears")

    def test_two_of_one_agency_are_told(self, store: Store) -> None:
        record_id = start(store)
        nhs = next(part for part in form().agencies if part.agency == "nhs")
        store.answer(NURSE, record_id, dataclasses.replace(nhs, detail="one"), base_version=1)
        with pytest.raises(AnswerConflict) as caught:
            store.answer(NURSE, record_id, dataclasses.replace(nhs, detail="two"), base_version=1)
        assert (caught.value.saved.detail, caught.value.typed.detail) == ("one", "two")

    def test_a_draft_is_its_writers_alone(self, store: Store) -> None:
        kept = store.keep_draft(OFFICER, form())
        assert store.drafts(COLLEAGUE) == ()
        with pytest.raises(NoSuchRecord):
            store.open_draft(COLLEAGUE, kept)
        assert store.keep_draft(OFFICER, judged(form(), "more"), draft_id=kept) == kept
        store.drop_draft(COLLEAGUE, kept)
        assert store.open_draft(OFFICER, kept)[1].analysis.judgement == "more"
        store.drop_draft(OFFICER, kept)
        assert store.drafts(OFFICER) == ()


class TestFinding:
    def test_every_word_of_a_search_begins_a_word_of_the_record(self, store: Store) -> None:
        first = start(store, form("ML-2026-7"))
        start(store, judged(form("ML-2026-8"), "a quiet road"))
        assert store.search(OFFICER, "ml 2026").total == 2
        assert [line.id for line in store.search(OFFICER, "FORESEE ml").lines] == [first]
        assert store.search(OFFICER, "mill wynd 2026").total == 2
        assert store.search(OFFICER, "nothing like it").total == 0
        assert store.search(OFFICER, "%").total == 0

    def test_of_many_found_the_newest_are_shown_and_all_are_counted(self, store: Store) -> None:
        found = [start(store, judged(form(f"ML-2026-{number}"), "a quiet road")) for number in range(12)]
        newest = start(store, form("ML-2026-99"))  # and not quiet
        start(store, dataclasses.replace(form("ML-2026-100"), agencies=()))  # nobody's but the lead's
        page = store.search(OFFICER, "quiet ml", limit=1)
        assert (page.total, [line.id for line in page.lines]) == (12, found[-1:])
        whole = store.search(OFFICER, "quiet ml")
        assert (whole.total, [line.id for line in whole.lines]) == (12, found[::-1])
        theirs = store.search(LINK_OFFICER, "ml", limit=1)
        assert (theirs.total, [line.id for line in theirs.lines]) == (13, [newest])
        assert store.search(LINK_OFFICER, "quiet", limit=1).total == 0
        assert store.search(OFFICER, "quiet", status=Status.DRAFT, limit=1).lines == page.lines
        assert store.search(OFFICER, "quiet", status=Status.SIGNED, limit=1).total == 0
        assert store.search(STRANGER, "ml", limit=1).total == 0

    def test_what_was_overwritten_is_not_found(self, store: Store) -> None:
        record_id = start(store)
        save(store, record_id, judged(form(), "a quiet road"))
        assert store.search(OFFICER, "foreseeable").total == 0
        assert store.search(OFFICER, "quiet").total == 1

    def test_people_see_the_records_that_name_their_agency(self, store: Store) -> None:
        record_id = start(store)
        for seer in (OFFICER, NURSE, LINK_OFFICER):
            assert store.list(seer).total == store.search(seer, "abc").total == 1
            assert store.find(seer, "ABC-1") == record_id
        assert store.list(STRANGER).total == store.search(STRANGER, "abc").total == 0
        for look in (store.get, store.history, store.find, store.next_steps):
            with pytest.raises(NoSuchRecord, match="no such record"):
                look(STRANGER, "ABC-1" if look == store.find else record_id)

    def test_a_landlords_search_tells_nothing_of_what_it_may_not_see(self, store: Store) -> None:
        start(store)
        assert store.search(OFFICER, "girls twelve").total == 1
        assert store.search(LINK_OFFICER, "girls twelve").total == 0
        assert store.search(LINK_OFFICER, "mill").total == 1
        assert store.list(LINK_OFFICER).lines[0].level is None

    def test_a_reference_means_the_live_record(self, store: Store) -> None:
        old = signed(store)
        new = signed(store, form(), supersedes=old)
        assert store.find(OFFICER, "ABC-1") == new
        assert store.find(OFFICER, old[:10]) == old
        assert {line.status.value for line in store.list(OFFICER).lines} == {"signed", "superseded"}

    def test_pages_follow_each_other(self, store: Store) -> None:
        ids = [start(store, form(f"R-{number}")) for number in range(5)]
        first, second = store.list(OFFICER, limit=3), store.list(OFFICER, limit=3, offset=3)
        assert [line.id for line in (*first.lines, *second.lines)] == ids[::-1]
        assert (first.total, len(second.lines)) == (5, 2)


def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    with store.core.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


class TestKeys:
    def test_a_script_that_runs_again_starts_no_second_record_and_gets_the_same_answer(self, store: Store) -> None:
        first = store.new(OFFICER, form(), confirmed=warnings(form()), key="row-7")
        save(store, first.record_id, judged(form(), "two"))
        for typed in (form(), judged(form("abc 1"), "the map of the next day")):
            again = store.new(COLLEAGUE, typed, confirmed=warnings(typed), key="row-7")
            assert again == dataclasses.replace(first, new=False)
        assert store.list(OFFICER).total == 1
        assert store.verify(ADMINISTRATOR).is_fine

    def test_keys_are_each_agencys_own_and_each_records_own(self, store: Store) -> None:
        ids = {
            start(store, by=OFFICER, key="row-7"),
            start(store, by=NURSE, key="row-7"),
            start(store, by=OFFICER, key="row-8"),
            start(store, by=OFFICER),
            start(store, by=OFFICER),
        }
        assert len(ids) == 5

    def test_a_key_of_another_case_or_address_is_refused(self, store: Store) -> None:
        start(store, key="row-7")
        base = form()
        elsewhere = dataclasses.replace(base.assessment, site=dataclasses.replace(base.assessment.site, label="1 Other Road"))
        for typed in (form("ABC-2"), dataclasses.replace(base, assessment=elsewhere)):
            with pytest.raises(UsageError, match="another case or address"):
                start(store, typed, key="row-7")
        assert store.list(OFFICER).total == 1

    @pytest.mark.parametrize("key", ["", "Jane Campbell", "x" * 129])
    def test_what_is_no_key_is_refused(self, store: Store, key: str) -> None:
        with pytest.raises(UsageError, match="without blanks"):
            start(store, key=key)

    def test_an_erased_record_frees_its_key(self, store: Store) -> None:
        first = start(store, key="row-7")
        store.erase(ADMINISTRATOR, first, reason="The term is over.")
        assert start(store, key="row-7") != first

    def test_two_that_begin_with_one_key_at_once_start_one_record(self, store: Store) -> None:
        both, found = threading.Barrier(2), []

        def begin() -> None:
            both.wait()
            found.append(start(store, key="row-7"))

        threads = [threading.Thread(target=begin) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2
        assert len(set(found)) == 1


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
def test_on_a_server_a_computer_without_an_agency_is_told_so_and_not_that_there_is_nothing(store: Store) -> None:
    record_id = start(store)
    asked = (
        lambda: store.list(LOCAL),
        lambda: store.search(LOCAL, "mill"),
        lambda: store.find(LOCAL, "ABC-1"),
        lambda: store.get(LOCAL, record_id),
        lambda: store.past_retention(LOCAL, dt.date(2030, 1, 1)),
        lambda: start(store, by=LOCAL),
    )
    for ask in asked:
        with pytest.raises(NotAllowed, match="which agency this computer is of"):
            ask()
