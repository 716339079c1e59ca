"""Who may do what: every action against every role and agency, and nothing by default."""

import itertools

import pytest

from era_geo.accounts import Account, Role
from era_geo.record import access
from era_geo.record.access import Action, Allowed, Refused, Standing, View, Whose, may
from era_geo.record.terms import Status
from tests.record.stores import LINK_OFFICER, LOCAL, account

AGENCIES = frozenset({"police", "nhs", "landlord:marrow-homes"})


def standing(status: Status = Status.DRAFT, **more: object) -> Standing:
    return Standing(**{"status": status, "lead_agency": "police", "agencies": AGENCIES, **more})  # type: ignore[arg-type]


# Who may, over all agencies and roles, in the state that the action is for: written out by hand, as the rules are told to people.
CASE = {"officer", "reviewer"}
READERS = CASE | {"analyst"}
TABLE: dict[Action, tuple[set[str], str, set[Status] | None]] = {
    Action.CREATE: ({"officer"}, "any", None),
    Action.READ_LIST: (READERS | {"administrator"}, "any", None),
    Action.READ: (READERS, "named", None),
    Action.BREAK_GLASS: (CASE, "any", None),
    Action.KEEP_TYPED: ({"officer"}, "any", None),
    Action.EDIT: ({"officer"}, "lead", {Status.DRAFT, Status.OUT_FOR_CHECKS}),
    Action.ANSWER: ({"officer"}, "named", {Status.DRAFT, Status.OUT_FOR_CHECKS}),
    Action.SEND_OUT: ({"officer"}, "lead", {Status.DRAFT}),
    Action.OFFER: ({"officer"}, "lead", {Status.DRAFT, Status.OUT_FOR_CHECKS}),
    Action.TAKE_BACK: ({"officer"}, "lead", {Status.OUT_FOR_CHECKS, Status.READY_FOR_REVIEW}),
    Action.RETURN: ({"reviewer"}, "lead", {Status.READY_FOR_REVIEW}),
    Action.SIGN: ({"reviewer"}, "lead", {Status.READY_FOR_REVIEW}),
    Action.WITHDRAW: (CASE, "lead", set(Status) - {Status.SUPERSEDED, Status.WITHDRAWN}),
    Action.EXPORT: (CASE, "named", None),
    Action.RESTRICT: ({"officer"}, "named", None),
    Action.READ_RESTRICTED: (CASE, "named", None),
    Action.RECHECK: (READERS, "any", None),
    Action.PROPOSALS: (CASE, "lead", None),
    Action.RETAIN: ({"administrator", "reviewer"}, "lead", None),
    Action.ERASE: ({"administrator"}, "lead", None),
    Action.OVERWRITE: ({"administrator"}, "any", None),
    Action.READ_TRAIL: ({"administrator", "reviewer"}, "named", None),
    Action.READ_WHOLE_TRAIL: ({"administrator"}, "any", None),
    Action.VERIFY: ({"administrator", "reviewer"}, "any", None),
    Action.AUDIT_SAMPLE: (READERS | {"administrator"}, "any", None),
}
WHOLE = {
    Action.CREATE,
    Action.EDIT,
    Action.RECHECK,
    Action.READ_TRAIL,
    Action.READ_WHOLE_TRAIL,
    Action.VERIFY,
    Action.AUDIT_SAMPLE,
}
"""What asks for the whole record, so that no landlord may do it."""
ALLOWED_TO = {"any": {"police", "nhs", "landlord:marrow-homes", "education"}, "named": set(AGENCIES), "lead": {"police"}}


@pytest.mark.parametrize("action", Action)
def test_the_table(action: Action) -> None:
    roles, whose, statuses = TABLE[action]
    for role, agency, status in itertools.product(Role, ["police", "nhs", "landlord:marrow-homes", "education"], Status):
        who = account("somebody", agency, role)
        expected = role.value in roles and agency in ALLOWED_TO[whose] and (statuses is None or status in statuses)
        expected = expected and not (action in WHOLE and agency.startswith("landlord"))
        answer = may(who, action, standing(status, holder=agency))
        assert isinstance(answer, Allowed) == expected, (role, agency, status)
        if isinstance(answer, Refused):
            assert answer.sentence.endswith(".")


def test_without_a_role_nothing_is_allowed() -> None:
    nobody = Account("oidc:x", "x", "police", frozenset(), authenticated=True)
    for action, status in itertools.product(Action, Status):
        assert isinstance(may(nobody, action, standing(status, holder="police")), Refused)


def test_signed_in_without_an_agency_nothing_is_allowed() -> None:
    who = Account("oidc:x", "x", None, frozenset(Role), authenticated=True)
    for action, status in itertools.product(Action, Status):
        assert isinstance(may(who, action, standing(status)), Refused)


def test_an_action_without_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(access.RULES, Action.READ)
    assert may(LOCAL, Action.READ, standing()) == Refused("Nobody may read this record.")


def test_an_action_on_a_record_needs_the_record() -> None:
    assert isinstance(may(account("x"), Action.READ), Refused)


def test_a_reviewer_is_not_the_author() -> None:
    both = account("both", "police", Role.OFFICER, Role.REVIEWER)
    ready = standing(Status.READY_FOR_REVIEW, authors=frozenset({both.key}))
    answer = may(both, Action.SIGN, ready)
    assert isinstance(answer, Refused)
    assert "not the author" in answer.sentence
    assert isinstance(may(account("other", "police", Role.REVIEWER), Action.SIGN, ready), Allowed)


def test_a_landlord_sees_the_redacted_view_of_all_it_may_see() -> None:
    for action, status in itertools.product(Action, Status):
        answer = may(LINK_OFFICER, action, standing(status, holder="landlord:marrow-homes"))
        assert isinstance(answer, Refused) or answer.view is View.REDACTED
    assert may(account("x"), Action.READ, standing()) == Allowed(View.FULL)


def test_a_restricted_place_is_its_holders_alone() -> None:
    for action in (Action.RESTRICT, Action.READ_RESTRICTED):
        assert isinstance(may(account("x", "police"), action, standing(holder="police")), Allowed)
        assert isinstance(may(account("x", "nhs"), action, standing(holder="police")), Refused)
        answer = may(LOCAL, action, standing(holder="police"))
        assert isinstance(answer, Refused)
        assert "which agency" in answer.sentence


def test_an_agency_of_the_same_kind_is_another_agency() -> None:
    other = account("x", "landlord:other-homes")
    assert isinstance(may(other, Action.READ, standing()), Refused)
    assert not access.stands(other, Whose.NAMED, standing())


@pytest.mark.parametrize("lead", ["", "landlord:marrow-homes", "support_provider"])
def test_until_a_responsible_authority_leads_the_agency_that_started_the_record_does(lead: str) -> None:
    started = standing(lead_agency=lead, started_by="nhs")
    assert isinstance(may(account("x", "nhs"), Action.EDIT, started), Allowed)
    assert isinstance(may(account("x", "police"), Action.EDIT, started), Refused)
    assert isinstance(may(account("x", "education"), Action.EDIT, started), Refused)
    assert isinstance(may(account("x", "police"), Action.EDIT, standing(lead_agency=lead)), Refused)


@pytest.mark.parametrize("lead", ["", "landlord:marrow-homes"])
@pytest.mark.parametrize("action", [action for action, rule in access.RULES.items() if rule.whose is Whose.LEAD])
def test_a_landlord_never_leads(action: Action, lead: str) -> None:
    everything = account("x", "landlord:marrow-homes", *Role)
    for status in Status:
        answer = may(everything, action, standing(status, lead_agency=lead, started_by="landlord:marrow-homes"))
        assert isinstance(answer, Refused)


def test_in_a_store_that_is_shared_nobody_works_alone_and_restricted_places_are_for_who_signed_in() -> None:
    assert isinstance(may(LOCAL, Action.READ, standing()), Allowed)
    assert isinstance(may(LOCAL, Action.READ, standing(shared=True)), Refused)
    here = account("x", authenticated=False)
    for shared in (False, True):
        answer = may(here, Action.READ_RESTRICTED, standing(holder="police", shared=shared))
        assert isinstance(answer, Refused if shared else Allowed)
    assert isinstance(may(account("x"), Action.READ_RESTRICTED, standing(holder="police", shared=True)), Allowed)


def test_alone_on_ones_own_machine_the_account_stands_for_every_agency() -> None:
    for action in (Action.READ, Action.EDIT, Action.ANSWER, Action.ERASE, Action.EXPORT):
        assert isinstance(may(LOCAL, action, standing()), Allowed)
