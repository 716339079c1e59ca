"""The app's server: this machine only, everything from here, nothing of an address in its log."""

import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.browser_tools import Visit
from tests.ui.conftest import Server


def test_a_port_that_is_taken_is_a_sentence_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "era_geo", "app", "--no-browser", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"Port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.browser
def test_the_app_opens_itself_in_the_browser_once_it_is_up(server: Server) -> None:
    end = time.monotonic() + 20
    while not server.opened.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert server.opened.read_text().startswith(f"{server.url}/?key=")


@pytest.mark.browser
def test_whoever_has_no_key_is_told_how_to_get_in(server: Server, visit: Visit) -> None:
    visit.allow(server.url)
    visit.open(server.url)
    visit.page.get_by_role("heading", name="This app is for the account that started it").wait_for()
    assert visit.barriers() == []
    visit.open(server.entry)
    visit.page.get_by_role("heading", name="Assess a property").wait_for()
    assert "key" not in visit.page.url
    visit.open(server.url)
    visit.page.get_by_role("heading", name="Assess a property").wait_for()
    visit.faults[:] = [fault for fault in visit.faults if "403 (Forbidden)" not in fault]


@pytest.mark.browser
def test_every_answer_forbids_other_hosts(server: Server) -> None:
    for path in (server.entry.removeprefix(server.url), "/map-files/leaflet.js", "/_stcore/health"):
        with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(server.url + path) as answer:
            policy = answer.headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "//" not in policy
            assert answer.headers["referrer-policy"] == "no-referrer"
