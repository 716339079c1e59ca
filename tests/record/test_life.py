"""The life of a record: its steps, its signature, and that nothing signed ever changes."""

import dataclasses
import json

import pytest

from era_geo.accounts import Role
from era_geo.errors import UsageError
from era_geo.record.access import Action
from era_geo.record.envelope import Signature
from era_geo.record.form import Decision, Review
from era_geo.record.formjson import sha256, signed_bytes
from era_geo.record.privacy import warnings
from era_geo.record.store import Store
from era_geo.record.store_errors import Incomplete, NoSuchRecord, NotAllowed, StoreError
from era_geo.record.terms import CheckOutcome, Outcome, Status
from tests.record.stores import (
    ADMINISTRATOR,
    COLLEAGUE,
    HERE,
    LINK_OFFICER,
    LOCAL,
    NURSE,
    OFFICER,
    OTHER_HERE,
    PICTURE,
    REVIEWER,
    STRANGER,
    account,
    form,
    judged,
    save,
    signed,
    start,
)
from tests.record.test_skipped import late, reasoned

LOOKS_AFTER = account("looks after", STRANGER.agency, Role.ADMINISTRATOR)


class TestSteps:
    def test_from_draft_to_signed(self, store: Store) -> None:
        record_id = start(store)
        assert store.transition(OFFICER, record_id, Action.SEND_OUT) is Status.OUT_FOR_CHECKS
        assert store.transition(OFFICER, record_id, Action.OFFER) is Status.READY_FOR_REVIEW
        store.sign(REVIEWER, record_id, version=1, pictures={2500: PICTURE})
        steps = store.history(OFFICER, record_id).steps
        assert [step.to_status.value for step in steps] == ["out for checks", "ready for review", "signed"]
        assert store.get(OFFICER, record_id).status is Status.SIGNED

    def test_a_return_has_a_reason_which_the_author_reads(self, store: Store) -> None:
        record_id = start(store)
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(NotAllowed, match="give a reason"):
            store.transition(REVIEWER, record_id, Action.RETURN, reason="  ")
        store.transition(REVIEWER, record_id, Action.RETURN, reason="The facing homes were not checked.")
        assert store.history(OFFICER, record_id).steps[-1].reason == "The facing homes were not checked."
        assert save(store, record_id, judged(form(), "checked now")) == 2

    def test_what_is_handed_in_is_not_edited_until_it_is_taken_back(self, store: Store) -> None:
        record_id = start(store)
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(NotAllowed, match="ready for review"):
            save(store, record_id, judged(form(), "later"))
        store.transition(OFFICER, record_id, Action.TAKE_BACK)
        assert save(store, record_id, judged(form(), "later")) == 2

    def test_the_steps_that_are_offered_are_the_ones_that_are_allowed(self, store: Store) -> None:
        record_id = start(store)
        assert store.next_steps(OFFICER, record_id) == (Action.SEND_OUT, Action.OFFER, Action.WITHDRAW)
        assert store.next_steps(NURSE, record_id) == ()
        store.transition(OFFICER, record_id, Action.OFFER)
        assert store.next_steps(REVIEWER, record_id) == (Action.RETURN, Action.WITHDRAW, Action.SIGN)

    def test_signing_is_no_step_of_its_own(self, store: Store) -> None:
        record_id = start(store)
        with pytest.raises(NotAllowed, match="no step"):
            store.transition(REVIEWER, record_id, Action.SIGN)

    @pytest.mark.parametrize("who", [NURSE, LINK_OFFICER, ADMINISTRATOR])
    def test_others_take_no_step(self, store: Store, who: object) -> None:
        record_id = start(store)
        with pytest.raises(NotAllowed):
            store.transition(who, record_id, Action.OFFER)  # type: ignore[arg-type]


class TestSigning:
    def test_the_exact_bytes_and_their_hash_are_frozen(self, store: Store) -> None:
        record_id = signed(store)
        document = store.get(OFFICER, record_id)
        assert isinstance(document.signature, Signature)
        assert document.signature.sha256 == sha256(signed_bytes(document))
        assert document.signature.by == REVIEWER.printed
        assert [picture.sha256 for picture in document.pictures] == [sha256(PICTURE)]

    def test_the_picture_the_addresses_and_the_findings_are_kept(self, store: Store) -> None:
        record_id = signed(store)
        assert store.history(OFFICER, record_id).attachments == ("addresses.json", "findings.json", "map-2500.png")
        assert store.pictures(OFFICER, record_id) == {2500: PICTURE}
        findings = json.loads(store.attachment(OFFICER, record_id, "findings.json").content)
        assert len(findings["findings"]) == len(form().assessment.findings)
        addresses = json.loads(store.attachment(OFFICER, record_id, "addresses.json").content)
        assert [row["address"] for row in addresses["addresses"]] == [row.address for row in form().addresses]

    def test_nobody_edits_what_is_signed(self, store: Store) -> None:
        record_id = signed(store)
        for who in (OFFICER, COLLEAGUE, HERE):
            with pytest.raises(NotAllowed, match="signed"):
                save(store, record_id, judged(form(), "other"), by=who)

    def test_the_author_does_not_sign(self, store: Store) -> None:
        record_id = start(store, by=HERE)
        store.transition(HERE, record_id, Action.OFFER)
        with pytest.raises(NotAllowed, match="Another account signs"):
            store.sign(HERE, record_id, version=1, pictures={})
        store.sign(OTHER_HERE, record_id, version=1, pictures={})
        signature = store.get(HERE, record_id).signature
        assert signature is not None
        assert "not checked" in signature.by

    def test_who_wrote_in_any_version_does_not_sign(self, store: Store) -> None:
        record_id = start(store, by=HERE)
        save(store, record_id, judged(form(), "two"), by=OTHER_HERE)
        save(store, record_id, judged(form(), "three"), by=HERE, base=2)
        store.transition(HERE, record_id, Action.OFFER)
        with pytest.raises(NotAllowed, match="you wrote in it"):
            store.sign(OTHER_HERE, record_id, version=3, pictures={})

    def test_the_version_that_was_read_is_signed_or_none(self, store: Store) -> None:
        record_id = start(store)
        save(store, record_id, judged(form(), "two"))
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(NotAllowed, match="You read version 1; version 2"):
            store.sign(REVIEWER, record_id, version=1, pictures={})
        assert store.get(OFFICER, record_id).signature is None

    def test_what_nobody_decided_is_not_signed_and_all_that_is_missing_is_named(self, store: Store) -> None:
        record_id = start(store, dataclasses.replace(form(), decision=Decision(), lead_agency=""))
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(Incomplete, match=r"lead agency, the outcome, its reasons, who decided, the date"):
            store.sign(REVIEWER, record_id, version=1, pictures={})
        assert store.history(OFFICER, record_id).attachments == ()

    def test_where_somebody_is_to_live_there_is_a_next_look_and_what_was_not_checked_is_explained(self, store: Store) -> None:
        checks = (dataclasses.replace(form().addresses[0], outcome=CheckOutcome.NOT_CHECKED, why_not=" "), *form().addresses[1:])
        silent = tuple(dataclasses.replace(part, outcome=CheckOutcome.NOT_CHECKED, why_not="") for part in form().agencies[:1])
        agencies = (*silent, *form().agencies[1:])
        case = dataclasses.replace(form().case, renewal_on=None)
        record_id = start(store, dataclasses.replace(form(), case=case, review=Review(), addresses=checks, agencies=agencies))
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(Incomplete, match=r"renewal date, why .* did not check, why 1 of the addresses was not checked"):
            store.sign(REVIEWER, record_id, version=1, pictures={})

    def test_a_yearly_review_that_was_skipped_is_signed_with_its_reason_only(self, store: Store) -> None:
        record_id = start(store, late())
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(Incomplete, match="why the yearly review was not done in time"):
            store.sign(REVIEWER, record_id, version=1, pictures={})
        store.transition(REVIEWER, record_id, Action.RETURN, reason="It says no reason.")
        save(store, record_id, reasoned())
        store.transition(OFFICER, record_id, Action.OFFER)
        store.sign(REVIEWER, record_id, version=2, pictures={})

    def test_where_nobody_is_to_live_there_need_be_no_next_look(self, store: Store) -> None:
        decision = dataclasses.replace(form().decision, outcome=Outcome.NOT_MANAGEABLE)
        case = dataclasses.replace(form().case, renewal_on=None)
        record_id = start(store, dataclasses.replace(form(), case=case, review=Review(), decision=decision))
        store.transition(OFFICER, record_id, Action.OFFER)
        store.sign(REVIEWER, record_id, version=1, pictures={})
        assert store.get(OFFICER, record_id).status is Status.SIGNED

    def test_a_reason_that_looks_like_a_person_is_not_kept(self, store: Store) -> None:
        record_id = start(store)
        store.transition(OFFICER, record_id, Action.OFFER)
        with pytest.raises(UsageError, match=r"looks like it holds .*birth.* Say it without"):
            store.transition(REVIEWER, record_id, Action.RETURN, reason="the man born on 3 May 1971 is known here")
        assert store.get(OFFICER, record_id).status is Status.READY_FOR_REVIEW

    def test_the_newer_records_signature_supersedes_the_older(self, store: Store) -> None:
        old = signed(store)
        new = start(store, supersedes=old)
        assert store.get(OFFICER, old).status is Status.SIGNED
        store.transition(OFFICER, new, Action.OFFER)
        store.sign(REVIEWER, new, version=1, pictures={})
        assert store.get(OFFICER, old).status is Status.SUPERSEDED
        assert store.get(OFFICER, old).signature is not None

    def test_only_what_is_signed_is_superseded(self, store: Store) -> None:
        draft = start(store)
        with pytest.raises(NotAllowed, match="Only a signed record"):
            start(store, supersedes=draft)

    def test_a_signed_record_is_withdrawn_with_a_reason(self, store: Store) -> None:
        record_id = signed(store)
        store.transition(REVIEWER, record_id, Action.WITHDRAW, reason="The tenancy was refused.")
        assert store.get(OFFICER, record_id).status is Status.WITHDRAWN


class TestViews:
    def test_a_landlord_gets_the_redacted_view(self, store: Store) -> None:
        record_id = signed(store)
        seen = store.get(LINK_OFFICER, record_id)
        assert seen.redacted_for
        assert seen.form.person.victim_profile == ""
        assert (seen.trail, seen.sharing) == ((), ())
        history = store.history(LINK_OFFICER, record_id)
        assert {(line.saved_as, line.sha256) for line in history.versions} == {("", "")}
        assert history.attachments == ()
        with pytest.raises(NoSuchRecord, match="map pictures only"):
            store.attachment(LINK_OFFICER, record_id, "addresses.json")
        assert store.pictures(LINK_OFFICER, record_id) == {2500: PICTURE}

    def test_breaking_the_glass_needs_a_reason_and_is_logged(self, store: Store) -> None:
        record_id = start(store)
        with pytest.raises(NoSuchRecord):
            store.get(STRANGER, record_id)
        with pytest.raises(NotAllowed, match="reason"):
            store.get(STRANGER, record_id, break_glass="   ")
        assert store.get(STRANGER, record_id, break_glass="A child is in danger tonight.").form.case.reference == "ABC-1"
        entry = store.audit(ADMINISTRATOR, record_id)[-1]
        assert (entry.account, entry.act.value, entry.why) == (STRANGER.key, "consultation", "A child is in danger tonight.")
        assert "breaking the glass" in entry.what

    def test_the_glass_is_broken_by_the_whole_reference_which_an_outsider_can_know(self, store: Store) -> None:
        withdrawn, live = start(store), start(store)
        store.transition(OFFICER, withdrawn, Action.WITHDRAW, reason="Entered twice.")
        document = store.get(STRANGER, "ABC-1", break_glass="A child is in danger tonight.")
        assert (document.id, store.audit(ADMINISTRATOR)[-1].record_id) == (live, live)

    @pytest.mark.parametrize(
        ("named", "reason"),
        [
            ("ABC-1", "Asked about abc-1."),
            ("ABC-1", "The flat at ZZ1 1AA."),
            ("ABC-1", "15 Mill Wynd burns."),
            ("ABC-1", "Born 03/04/1971."),
            ("ABC-", "A child is in danger tonight."),
            ("abc", "A child is in danger tonight."),
            ("NO-1", "A child is in danger tonight."),
        ],
    )
    def test_who_does_not_get_in_learns_nothing_and_the_attempt_is_logged(self, store: Store, named: str, reason: str) -> None:
        start(store)
        said = set()
        for attempt in ((named, reason), ("NO-2", "Somebody is in danger.")):
            before = len(store.audit(LOOKS_AFTER))
            with pytest.raises(NoSuchRecord) as caught:
                store.get(STRANGER, attempt[0], break_glass=attempt[1])
            said.add(str(caught.value))
            (entry,) = store.audit(LOOKS_AFTER)[before:]
            assert (entry.account, entry.record_id, entry.why) == (STRANGER.key, None, "")
            assert "refused" in entry.what
        assert len(said) == 1

    def test_who_may_not_break_it_is_logged_too(self, store: Store) -> None:
        start(store)
        analyst = account("analyst", STRANGER.agency, Role.ANALYST)
        with pytest.raises(NotAllowed, match="role"):
            store.get(analyst, "ABC-1", break_glass="A child is in danger tonight.")
        assert store.audit(LOOKS_AFTER)[-1].account == analyst.key


def test_two_records_do_not_supersede_the_same_one(store: Store) -> None:
    old = signed(store)
    first = start(store, supersedes=old)
    with pytest.raises(NotAllowed, match="already"):
        start(store, supersedes=old)
    store.transition(OFFICER, first, Action.WITHDRAW, reason="Begun by mistake.")
    assert start(store, supersedes=old) != first


class TestLead:
    def test_without_a_lead_the_agency_that_started_it_leads_and_no_landlord(self, store: Store) -> None:
        record_id = start(store, form(lead_agency=""))
        landlord = account("x", "landlord:marrow-homes", *Role)
        for who in (NURSE, landlord):
            with pytest.raises(NotAllowed):
                save(store, record_id, judged(form(lead_agency=""), "taken over"), by=who)
        with pytest.raises(NotAllowed):
            store.erase(landlord, record_id, reason="The term is over.")
        assert store.get(landlord, record_id).redacted_for
        assert save(store, record_id, judged(form(lead_agency=""), "two")) == 2

    @pytest.mark.parametrize("lead", ["landlord:marrow-homes", "support_provider"])
    def test_a_lead_that_is_no_responsible_authority_is_refused(self, store: Store, lead: str) -> None:
        with pytest.raises(StoreError, match="responsible authority"):
            start(store, form(lead_agency=lead))

    def test_a_landlord_starts_no_record_and_gets_no_hash_of_the_whole_form(self, store: Store) -> None:
        with pytest.raises(NotAllowed, match="whole record"):
            start(store, by=LINK_OFFICER)
        record_id = start(store)
        part = dataclasses.replace(form().agencies[1], detail="no arrears")
        confirmed = warnings(form())
        for _ in range(2):
            written = store.answer(LINK_OFFICER, record_id, part, base_version=1, confirmed=confirmed)
            assert (written.version, written.sha256) == (2, "")


def test_in_a_store_on_a_server_nobody_works_alone(store: Store) -> None:
    record_id = start(store)
    if store.core.database.path is not None:
        assert store.list(LOCAL).total == store.search(LOCAL, "mill").total == 1
        assert store.get(LOCAL, record_id).version == 1
        return
    for asked in (lambda: store.list(LOCAL), lambda: store.search(LOCAL, "mill"), lambda: store.get(LOCAL, record_id)):
        with pytest.raises(NotAllowed, match="which agency this computer is of"):
            asked()
