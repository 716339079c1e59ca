"""One running app for all browser tests: the training town, which builds itself, and the town with hostile names."""

import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest

from era_geo.region.build import build
from era_geo.settings import Settings
from era_geo.town import draw_town, write_pbf
from tests.browser_tools import Visit
from tests.ui.officer import Officer

HOSTILE = "hostile-town"
DAMAGED = "damaged"
_NOTE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
"""A browser that only notes what it was asked to open."""


@dataclass(frozen=True)
class Server:
    """A running app: its address, its settings, what it wrote to its window, and the address it opened in the browser."""

    url: str
    settings: Settings
    log: Path
    opened: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`era-geo app` on a free port, with a home of its own."""
    folder = tmp_path_factory.mktemp("app")
    settings = Settings(home=folder / "home")
    build([write_pbf(draw_town(hostile=True), folder / "hostile.osm.pbf")], name=HOSTILE, settings=settings)
    (settings.regions / f"{DAMAGED}.gpkg").write_bytes(b"SQLite format 3\0 and then nothing")
    log, opened = folder / "log.txt", folder / "opened.txt"
    port = _free_port()
    with log.open("w") as writing:
        command = [sys.executable, "-m", "era_geo", "app", "--port", str(port)]
        environment = {
            **os.environ,
            "ERA_GEO_HOME": str(settings.home),
            "ERA_GEO_RADIUS_LIMIT_M": "200",
            "BROWSER": shlex.join([sys.executable, "-c", _NOTE, str(opened), "%s"]),
        }
        process = subprocess.Popen(command, stdout=writing, stderr=subprocess.STDOUT, env=environment, cwd=folder)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, process, log)
            yield Server(url, settings, log, opened)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def officer(visit: Visit, server: Server) -> Officer:
    """Somebody at work with the app, on its first page."""
    visit.allow(server.url)
    at_work = Officer(visit, server.url)
    at_work.begin()
    return at_work


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"The app did not start: {log.read_text()}")
