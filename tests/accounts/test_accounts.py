"""Accounts: what an agency's id may be, and who is at work on a computer of one's own."""

import os
import sys

import pytest

from era_geo.accounts import Account, Agency, Role, agency_kind, agency_label, local_account
from era_geo.errors import UsageError


def test_the_account_of_this_computer_has_every_role_and_is_not_checked() -> None:
    account = local_account("police")
    assert account.key == f"os:{account.name}"
    assert account.roles == set(Role)
    assert account.kind is Agency.POLICE
    assert not account.authenticated
    assert "not checked" in account.printed
    assert local_account().agency is None


@pytest.mark.skipif(sys.platform == "win32", reason="Accounts by number are POSIX's.")
def test_whose_account_it_is_the_system_says_and_no_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd  # noqa: PLC0415 - there is none on Windows

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "the reviewer")
    assert local_account().name == pwd.getpwuid(os.geteuid()).pw_name

    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert local_account().name == f"user {os.geteuid()}"


@pytest.mark.parametrize("agency", [*Agency, "landlord:marrow-homes", "support_provider:kirk-trust.2"])
def test_an_agency_is_a_kind_or_a_kind_and_a_name(agency: str) -> None:
    assert agency.startswith(agency_kind(agency))
    assert agency_kind(agency).label in agency_label(agency)


@pytest.mark.parametrize(
    "agency", ["", "Police", "polis", "landlord:", "landlord:Marrow Homes", "landlord:a\nb", "police\n", "landlord:../x"]
)
def test_anything_else_is_refused_with_a_sentence(agency: str) -> None:
    with pytest.raises(UsageError, match="no agency's id"):
        Account("oidc:1", "A. Sergeant", agency, frozenset(), authenticated=True)


def test_a_signed_in_account_is_printed_with_its_agency() -> None:
    account = Account("oidc:1", "A. Link", "landlord:marrow-homes", frozenset({Role.OFFICER}), authenticated=True)
    assert account.printed == "A. Link (signed in, Registered social landlord (marrow-homes))"
