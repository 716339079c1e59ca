"""An area's server, at which people of several agencies sign in, and browsers for three of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from era_geo.settings import Settings
from tests.browser_tools import Visit
from tests.towns import Settle
from tests.ui.officer import Officer
from tests.ui.oidc import CLIENT, SECRET, Provider, provider
from tests.ui.running import Server, free_port, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POLICE, MARROW, COUNCIL = "Police Scotland", "Marrow Homes", "The Council"
ASK = "the MAPPA office, 01555 000000"
CONTENT = """
[auth]
redirect_uri = "{url}/oauth2callback"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_id = "{client}"
client_secret = "{secret}"
cookie_secret = "0123456789abcdef0123456789abcdef"
[people]
roles_claim = "groups"
agency_claim = "organisation"
ask = "{ask}"
[people.roles]
era-officers = "officer"
era-administrators = "administrator"
era-analysts = "analyst"
[people.agencies]
"Police Scotland" = "police"
"Marrow Homes" = "landlord:marrow-homes"
[session]
idle_minutes = 0.5
"""


def written_settings(home: Path, url: str, provider_url: str) -> None:
    """Write `sign-in.toml` for an app that people reach at `url`."""
    path = home / "sign-in.toml"
    path.write_text(CONTENT.format(url=url, provider=provider_url, client=CLIENT, secret=SECRET, ask=ASK))
    path.chmod(0o600)


@dataclass
class Area:
    """An area's server with its provider; `arrive` lets somebody of some groups in, in a browser of their own."""

    server: Server
    provider: Provider
    browser: Browser

    def arrive(self, visit: Visit, sub: str, groups: str, organisation: str) -> Officer:
        self.provider.claims = {"sub": sub, "name": f"Person {sub}", "groups": groups.split(), "organisation": organisation}
        visit.allow(self.server.url)
        visit.allow(self.provider.url)
        somebody = Officer(visit, self.server.url)
        somebody.page.set_default_timeout(60_000)
        visit.open(self.server.url, height=1200)
        somebody.page.get_by_role("button", name="Sign in").click()
        somebody.page.get_by_role("link", name="Records").wait_for()
        somebody.rest()
        return somebody


@pytest.fixture(scope="session")
def area(tmp_path_factory: pytest.TempPathFactory, browser: Browser, settle: Settle) -> Iterator[Area]:
    folder = tmp_path_factory.mktemp("area")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    settle(settings)
    port = free_port()
    with provider() as identities:
        written_settings(settings.home, f"http://127.0.0.1:{port}", identities.url)
        path = settings.home / "sign-in.toml"
        told = path.read_text().replace("[people.agencies]", 'era-reviewers = "reviewer"\n[people.agencies]')
        told = told.replace("[session]", '"The Council" = "housing"\n[session]')
        path.write_text(told.replace("idle_minutes = 0.5", "idle_minutes = 30"))
        with running_app(folder, settings, port=port) as running:
            yield Area(running, identities, browser)


@pytest.fixture
def visits(browser: Browser) -> Iterator[list[Visit]]:
    """Three browsers, watched."""
    contexts = [browser.new_context(reduced_motion="reduce") for _ in range(3)]
    watched = [Visit(context, context.new_page()) for context in contexts]
    for one in watched:
        one._watch()
    yield watched
    for context in contexts:
        context.close()
    assert not [fault for one in watched for fault in one.faults]
