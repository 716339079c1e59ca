"""Sign-in end to end, against a real OpenID Connect provider on loopback: who is let in, who is not, and for how long."""

import hashlib
import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from era_geo import front
from era_geo.settings import Settings
from era_geo.ui.batch_jobs import BatchJobs, Facts
from era_geo.ui.sign_ins import FOLDER
from tests.browser_tools import Visit
from tests.towns import Settle
from tests.ui.area import ASK, written_settings
from tests.ui.officer import Officer
from tests.ui.oidc import SECRET, Provider, provider
from tests.ui.running import Server, free_port, running_app
from tests.ui.test_way import ADDRESS

pytestmark = pytest.mark.browser

SERGEANT = {"sub": "1", "name": "A. Sergeant", "groups": ["era-officers", "staff"], "organisation": "Police Scotland"}


@dataclass
class Site:
    """An app that asks for sign-in, and its provider."""

    server: Server
    provider: Provider


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    settle(settings)
    port = free_port()
    with provider() as identities:
        written_settings(settings.home, f"http://127.0.0.1:{port}", identities.url)
        with running_app(folder, settings, port=port) as running:
            yield Site(running, identities)


@pytest.fixture
def guest(visit: Visit, site: Site) -> Officer:
    """Somebody before the sign-in."""
    site.provider.claims, site.provider.token_changes, site.provider.other_key = dict(SERGEANT), {}, False
    visit.allow(site.server.url)
    visit.allow(site.provider.url)
    somebody = Officer(visit, site.server.url)
    somebody.page.set_default_timeout(60_000)
    visit.open(site.server.url)
    somebody.heading("Sign in").wait_for()
    somebody.rest()
    return somebody


def sign_in(guest: Officer) -> None:
    guest.page.get_by_role("button", name="Sign in").click()


def at_work(guest: Officer) -> Officer:
    sign_in(guest)
    guest.heading("Assess a property").wait_for()
    guest.rest()
    return guest


def is_shut_out(guest: Officer) -> bool:
    shown = [guest.page.get_by_role("textbox").count(), guest.page.get_by_role("link", name="Data").count()]
    return not any(shown) and "Wallace" not in guest.page.content()


def test_nothing_is_there_before_sign_in_on_any_page(guest: Officer, site: Site) -> None:
    assert is_shut_out(guest)
    for page in ("data", "help"):
        guest.page.goto(f"{site.server.url}/{page}")
        guest.heading("Sign in").wait_for()
        guest.rest()
        assert is_shut_out(guest)
    # Streamlit first looks for itself below the page's path, and Chromium writes that it is not there.
    guest.visit.faults[:] = [fault for fault in guest.visit.faults if "404 (Not Found)" not in fault]
    assert guest.visit.barriers() == []


@pytest.mark.parametrize("path", ["/media/0123.csv", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_files_beside_the_pages_are_closed_too(site: Site, path: str) -> None:
    with pytest.raises(HTTPError, match="403"):
        urllib.request.urlopen(site.server.url + path)  # noqa: S310 - our own server
    with urllib.request.urlopen(f"{site.server.url}/_stcore/health") as answer:  # noqa: S310 - our own server
        assert answer.status == 200


def test_an_officer_signs_in_works_and_signs_out(guest: Officer, site: Site) -> None:
    at_work(guest)
    assert guest.page.get_by_text("A. Sergeant, Police. Signed in as officer.").count() == 1
    guest.find(ADDRESS)
    assert guest.page.get_by_text("You confirm it as A. Sergeant (signed in, Police).").count() == 1
    guest.confirm()
    guest.look()
    cookies = guest.visit.context.cookies()
    held = [cookie for cookie in cookies if cookie.get("name") == "_streamlit_user"]
    assert held
    assert held[0].get("httpOnly")
    assert held[0].get("expires", 0) < time.time() + 11 * 3600
    guest.go("Data")
    assert guest.heading("Add a region").count() == 1
    assert guest.page.get_by_role("button", name="Build the region").count() == 0

    assert guest.visit.context.request.get(f"{site.server.url}/media/0123.csv").status == 404
    out = site.provider.signed_out
    guest.press("Sign out")
    guest.heading("Sign in").wait_for()
    assert is_shut_out(guest)
    assert site.provider.signed_out == out + 1
    guest.visit.context.add_cookies(cookies)  # type: ignore[arg-type] # what was given is what is taken
    assert guest.visit.context.request.get(f"{site.server.url}/media/0123.csv").status == 403
    guest.page.goto(site.server.url)
    guest.page.get_by_text("You have signed out.").wait_for()
    assert is_shut_out(guest)


def test_a_window_left_open_does_nothing_once_its_sign_in_has_ended_elsewhere(guest: Officer, site: Site) -> None:
    site.provider.claims |= {"sub": "4", "groups": ["era-officers", "era-analysts"]}
    folder = begun_batch(site)
    at_work(guest)
    guest.go("Batch")
    second = Officer(guest.visit.beside(), site.server.url)
    second.begin()
    noted = site.server.settings.home / FOLDER
    before = set(noted.glob("*"))
    guest.press("Delete it and its files")
    button = guest.page.get_by_role("button", name="Yes, delete it").element_handle()
    second.page.get_by_role("button", name="Sign out").click()
    end = time.monotonic() + 60
    while set(noted.glob("*")) == before and time.monotonic() < end:
        time.sleep(0.02)
    button.evaluate("button => button.click()")  # at once: the window finds out by itself within seconds
    guest.page.get_by_text("You have signed out.").wait_for()
    assert is_shut_out(guest)
    assert folder.exists()
    at_work(guest)
    guest.go("Batch")
    guest.press("Delete it and its files")
    guest.press("Yes, delete it")
    guest.page.get_by_text("You have begun none yet.").wait_for()
    assert not folder.exists()


def begun_batch(site: Site) -> Path:
    """Give the folder of a batch that the next person to sign in has begun, and that has failed."""
    who = f"{site.provider.url}\0{site.provider.claims['sub']}"
    jobs = BatchJobs(site.server.settings.home, f"oidc:{hashlib.sha256(who.encode()).hexdigest()[:32]}")
    folder = jobs.new_folder()
    facts = Facts("homes.csv", "table.csv", 3, front.TRAINING_TOWN, ".csv", (), time.time())
    (folder / "job.json").write_text(json.dumps(asdict(facts)), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"groups": ["staff"]}, "has no role"),
        ({"groups": None}, "has no role"),
        ({"groups": ["era-officers "]}, "has no role"),
        ({"organisation": "Elsewhere"}, "does not say which agency"),
        ({"organisation": ["Police Scotland", "Marrow Homes"]}, "more than one agency"),
    ],
)
def test_whoever_has_no_role_or_agency_is_told_whom_to_ask_and_sees_nothing(
    guest: Officer, site: Site, claims: dict[str, Any], why: str
) -> None:
    site.provider.claims |= claims
    sign_in(guest)
    guest.heading("No access").wait_for()
    guest.rest()
    assert any(why in said for said in guest.said())
    assert guest.page.get_by_text(ASK).count() == 1
    assert is_shut_out(guest)
    assert guest.visit.barriers() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-app"},
        {"exp": 1_000_000_000, "iat": 999_999_000},
        {"nonce": "replayed"},
        {"iss": "https://elsewhere.invalid"},
    ],
    ids=["audience", "expired", "nonce", "issuer"],
)
def test_a_token_that_does_not_fit_lets_nobody_in(guest: Officer, site: Site, changes: dict[str, Any]) -> None:
    site.provider.token_changes = changes
    sign_in(guest)
    guest.page.wait_for_load_state()
    guest.heading("Sign in").wait_for()
    guest.rest()
    assert is_shut_out(guest)


def test_a_token_signed_by_another_lets_nobody_in(guest: Officer, site: Site) -> None:
    site.provider.other_key = True
    sign_in(guest)
    guest.page.wait_for_load_state()
    guest.heading("Sign in").wait_for()
    guest.rest()
    assert is_shut_out(guest)


def test_a_forged_callback_and_cookie_let_nobody_in(guest: Officer, site: Site) -> None:
    guest.page.goto(f"{site.server.url}/oauth2callback?code=abc&state=def")
    guest.heading("Sign in").wait_for()
    forged = {"name": "_streamlit_user", "value": '{"is_logged_in": true, "sub": "1"}', "url": site.server.url}
    guest.visit.context.add_cookies([forged])  # type: ignore[list-item]
    guest.page.goto(site.server.url)
    guest.heading("Sign in").wait_for()
    assert is_shut_out(guest)


def test_a_screen_that_nobody_touches_is_emptied_and_the_work_is_kept(guest: Officer) -> None:
    at_work(guest)
    guest.find(ADDRESS)
    guest.confirm()
    guest.page.get_by_text("You were signed out because the app was not used for a while.").wait_for(timeout=60_000)
    assert is_shut_out(guest)
    guest.page.reload()
    guest.heading("Sign in").wait_for()
    assert is_shut_out(guest)
    at_work(guest)
    guest.page.get_by_role("button", name="Carry on where you left off").first.click()
    guest.heading("3. Decide how far to look").wait_for()


def test_another_person_at_the_same_window_finds_nothing_of_the_first(guest: Officer, site: Site) -> None:
    at_work(guest)
    guest.find(ADDRESS)
    guest.press("Sign out")
    guest.heading("Sign in").wait_for()
    site.provider.claims |= {"sub": "2", "name": "B. Link", "organisation": "Marrow Homes"}
    at_work(guest)
    assert guest.field("Address, postcode").input_value() == ""
    assert guest.page.get_by_role("button", name="Carry on where you left off").count() == 0
    assert "Wallace" not in guest.page.content()


def test_an_administrator_keeps_regions_and_assesses_nobody(guest: Officer, site: Site) -> None:
    site.provider.claims |= {"sub": "3", "groups": ["era-administrators"]}
    sign_in(guest)
    guest.page.locator("h1", has_text="Records").wait_for()
    guest.rest()
    guest.page.get_by_text("Look after the records").wait_for()
    guest.go("Data")
    assert guest.page.get_by_role("button", name="Build the region").count() == 1
    assert guest.page.get_by_role("link", name="Assess", exact=True).count() == 0


def test_the_servers_window_names_nobody(site: Site) -> None:
    written = site.server.log.read_text(encoding="utf-8")
    assert "people sign in" in written
    for word in ("Sergeant", "Wallace", "Link", SECRET, "code="):
        assert word not in written


def test_the_home_is_nobody_elses(site: Site, tmp_path: Path) -> None:
    assert not [file for file in site.server.settings.home.rglob("drafts/*/*") if file.stat().st_mode & 0o077]
