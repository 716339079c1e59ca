"""nginx with the settings of deploy/, before a running app with sign-in: people get in by https, and only where they should."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from era_geo.settings import Settings
from tests.browser_tools import Visit
from tests.project.files import ROOT
from tests.towns import Settle
from tests.ui.area import written_settings
from tests.ui.officer import Officer
from tests.ui.oidc import Provider, provider
from tests.ui.running import free_port, running_app
from tests.ui.test_sign_in import SERGEANT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NGINX = ROOT / "deploy" / "nginx"


@dataclass
class Site:
    """A proxied app: the port of the proxy, what it logs, and the provider of its sign-in."""

    port: int
    log: Path
    provider: Provider


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Iterator[Site]:
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx is not here (apt-get install nginx-light): the proxy's settings are not tried.")
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    settle(settings)
    port, inner = free_port(), free_port()
    with provider() as identities:
        written_settings(settings.home, f"https://localhost:{port}", identities.url)
        with running_app(folder, settings, port=inner), _nginx(folder / "nginx", port, inner) as log:
            yield Site(port, log, identities)


def _nginx(folder: Path, port: int, inner: int) -> "Running":
    folder.mkdir()
    for name in ("cache", "log"):
        (folder / name).mkdir()
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", "era-geo.key", "-out", "era-geo.pem"], cwd=folder, check=True, capture_output=True)
    upstream = (NGINX / "upstream-host.conf").read_text(encoding="utf-8").replace("8501", str(inner))
    (folder / "upstream.conf").write_text(upstream)
    text = (NGINX / "era-geo.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/etc/nginx/certificates", str(folder)),
        ("/etc/nginx/era-geo-upstream.conf", str(folder / "upstream.conf")),
        ("/var/cache/nginx", str(folder / "cache")),
        ("/var/log/nginx", str(folder / "log")),
        ("era.example.org", "localhost"),
        ("listen 80 ", f"listen 127.0.0.1:{free_port()} "),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    temporary = "".join(f"{kind}_temp_path {folder}/cache/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/log/start.log;\nevents {{}}\n"
        f"http {{ include {folder}/site.conf; access_log off; {temporary} }}\n"
    )
    return Running(folder, port)


class Running:
    """nginx for as long as the block lasts."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def __enter__(self) -> Path:
        command = ["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        self.process = subprocess.Popen(command)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(ConnectionError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return self.folder / "log"
            time.sleep(0.05)
        raise AssertionError("nginx did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def ask(site: Site, path: str, host: str | None = None, sent: bytes | None = None) -> tuple[int, dict[str, list[str]]]:
    context = ssl._create_unverified_context()  # noqa: S323 - our own certificate, made a moment ago
    with closing(http.client.HTTPSConnection("127.0.0.1", site.port, timeout=20, context=context)) as connection:
        connection.request("GET" if sent is None else "PUT", path, sent, {"Host": host or f"localhost:{site.port}"})
        answer = connection.getresponse()
        headers: dict[str, list[str]] = {}
        for name, value in answer.getheaders():
            headers.setdefault(name.lower(), []).append(value)
        answer.read()
        return answer.status, headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/media/nothing"])
def test_every_answer_has_each_security_header_once(site: Site, path: str) -> None:
    _, headers = ask(site, path)
    for name in ("strict-transport-security", "x-content-type-options", "referrer-policy", "content-security-policy"):
        assert len(headers.get(name, [])) == 1, name
    assert not re.search(r"\d", headers.get("server", [""])[0])


def test_only_what_is_for_people_is_reachable(site: Site) -> None:
    assert ask(site, "/healthz")[0] == 200
    assert ask(site, "/media/nothing")[0] == 403
    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"):
        assert ask(site, path)[0] == 404
    with pytest.raises(http.client.RemoteDisconnected):
        ask(site, "/", "elsewhere.example")


def test_only_an_upload_may_be_large(site: Site) -> None:
    large = b"x" * 3_000_000
    assert ask(site, "/", sent=large)[0] == 413
    assert ask(site, "/_stcore/upload_file/a/b", sent=large)[0] == 403


def test_an_agency_behind_one_address_signs_in_at_nine_in_the_morning(site: Site) -> None:
    assert {ask(site, "/oauth2callback")[0] for _ in range(150)}.isdisjoint({429, 503})


@pytest.mark.browser
def test_an_officer_works_through_the_proxy_and_no_log_names_page_or_person(browser: "Browser", site: Site) -> None:
    site.provider.claims = dict(SERGEANT)
    context = browser.new_context(reduced_motion="reduce", ignore_https_errors=True)
    visit = Visit(context, context.new_page())
    visit._watch()
    url = f"https://localhost:{site.port}"
    visit.allow(url)
    visit.allow(site.provider.url)
    visit.page.set_default_timeout(60_000)
    visit.open(url)
    visit.page.get_by_role("button", name="Sign in").click()
    officer = Officer(visit, url)
    officer.heading("Assess a property").wait_for()
    officer.rest()
    officer.find("PF1, 27 Wallace Street, ZZ1 2BU")
    cookies = {cookie.get("name"): cookie for cookie in context.cookies()}
    assert cookies["_streamlit_user"].get("secure")
    assert cookies["_streamlit_user"].get("httpOnly")
    context.close()
    assert not visit.faults, visit.faults
    written = "".join(file.read_text() for file in site.log.iterdir())
    assert " 200 " in written
    for word in ("Wallace", "Sergeant", "_stcore", "code=", "oauth2callback", "127.0.0.1"):
        assert word not in written
