"""`sign-in.toml`: every fault named at once, no secret repeated; and who somebody is, by the claims of a token."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.accounts import Account, Role
from era_geo.errors import DataError, FaultyFiles, UsageError
from era_geo.settings import Settings
from era_geo.ui import serve
from era_geo.ui.sign_in_settings import FILE, People, Refused, account_of, load

GOOD = """
[auth]
redirect_uri = "https://era.example.org/oauth2callback"
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
client_id = "era-geo"
client_secret = "hush"
cookie_secret = "0123456789abcdef0123456789abcdef"
[people]
roles_claim = "realm.roles"
agency_claim = "org"
ask = "somebody"
roles = {officers = "officer", reviewers = "reviewer"}
agencies = {Police = "police", Homes = "landlord:homes"}
"""
PEOPLE = People.model_validate(
    {
        "roles_claim": "realm.roles",
        "agency_claim": "org",
        "ask": "somebody",
        "roles": {"officers": "officer", "reviewers": "reviewer"},
        "agencies": {"Police": "police", "Homes": "landlord:homes"},
    }
)
CLAIMS: dict[str, Any] = {"iss": "https://id", "sub": "1", "realm": {"roles": ["officers"]}, "org": "Police", "name": "A. Sergeant"}


def written(home: Path, content: str, mode: int = 0o600) -> Path:
    home.mkdir(exist_ok=True)
    path = home / FILE
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    return home


def test_without_the_file_nobody_signs_in(settings: Settings) -> None:
    assert load(settings.home) is None


def test_the_file_says_where_people_come_in_and_for_how_long(settings: Settings) -> None:
    read = load(written(settings.home, GOOD))
    assert read is not None
    assert (read.origin, read.host) == ("https://era.example.org", "era.example.org")
    assert read.session.idle_minutes == 15


def test_every_fault_is_named_at_once_and_no_secret_is(settings: Settings) -> None:
    wrong = (
        GOOD.replace("https://era", "http://era")
        .replace("0123456789abcdef0123456789abcdef", "short-secret")
        .replace('"reviewer"', '"boss"')
        .replace("landlord:homes", "homes")
        .replace("[people]", 'surprise = "hush-hush"\n[people]')
    )
    with pytest.raises(FaultyFiles) as raised:
        load(written(settings.home, wrong))
    places = {fault.where for fault in raised.value.faults}
    assert places == {"auth.redirect_uri", "auth.cookie_secret", "auth.surprise", "people.roles.reviewers", "people.agencies.Homes"}
    assert "short-secret" not in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("content", ["[auth", "", "auth = 3"])
def test_a_broken_file_is_a_sentence_and_never_no_sign_in(settings: Settings, content: str) -> None:
    with pytest.raises(FaultyFiles, match=FILE):
        load(written(settings.home, content))


def test_a_file_that_everybody_may_read_is_refused(settings: Settings) -> None:
    with pytest.raises(DataError, match="chmod 600"):
        load(written(settings.home, GOOD, 0o644))


def test_a_faulty_file_serves_nobody(settings: Settings) -> None:
    written(settings.home, GOOD.replace("client_secret", "client_secrets"))
    with pytest.raises(FaultyFiles):
        serve.run(settings, address="0.0.0.0")  # noqa: S104 - refused


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "localhost", ""])  # noqa: S104 - all are refused
def test_without_sign_in_only_this_machine_is_served(settings: Settings, address: str) -> None:
    with pytest.raises(UsageError, match="no sign-in"):
        serve.run(settings, address=address)


def test_who_somebody_is() -> None:
    who = account_of(CLAIMS, PEOPLE)
    assert isinstance(who, Account)
    assert (who.name, who.agency, who.roles, who.authenticated) == ("A. Sergeant", "police", {Role.OFFICER}, True)
    again = account_of({**CLAIMS, "name": "A. Inspector", "realm": {"roles": ["reviewers", "officers"]}}, PEOPLE)
    assert isinstance(again, Account)
    assert again.key == who.key
    assert again.roles == {Role.OFFICER, Role.REVIEWER}


def test_the_same_number_at_another_provider_is_another_person() -> None:
    keys = {
        account_of({**CLAIMS, "iss": issuer, "sub": subject}, PEOPLE).key  # type: ignore[union-attr]
        for issuer, subject in (("https://id", "1"), ("https://id2", "1"), ("https://id", "2"))
    }
    assert len(keys) == 3


@given(
    st.dictionaries(
        st.sampled_from(["iss", "sub", "realm", "realm.roles", "org", "name"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()),
    )
)
def test_whatever_else_a_token_says_gives_no_role(claims: dict[str, Any]) -> None:
    assert isinstance(account_of(claims, PEOPLE), Refused)
