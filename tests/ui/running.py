"""The app as people run it: `era-geo app` in a process of its own, on a free port, with a home of its own."""

import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

from era_geo.settings import Settings

_NOTE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
"""A browser that only notes what it was asked to open."""


@dataclass(frozen=True)
class Server:
    """A running app: its address, its settings, what it wrote to its window, the address it opened in the browser, its process.

    `entry` is the address to open first, as it stands in the app's window: on one's own machine it lets the browser in.
    """

    url: str
    settings: Settings
    log: Path
    opened: Path
    pid: int

    @property
    def entry(self) -> str:
        found = re.search(r"the app is at (\S+)", self.log.read_text(encoding="utf-8"))
        assert found is not None
        return found[1]

    def cookie(self) -> str:
        """Give the cookie that a browser is given at the entry."""
        asking = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        with closing(asking):
            asking.request("GET", self.entry.removeprefix(self.url))
            return asking.getresponse().headers["set-cookie"].partition(";")[0]


@contextmanager
def running_app(folder: Path, settings: Settings, *, port: int | None = None, **environment: str) -> Iterator[Server]:
    """Run the app until the block ends; `environment` is added to this process's own."""
    log, opened = folder / "log.txt", folder / "opened.txt"
    port = port or free_port()
    command = [sys.executable, "-m", "era_geo", "app", "--port", str(port)]
    browser = {"BROWSER": shlex.join([sys.executable, "-c", _NOTE, str(opened), "%s"]), "ERA_GEO_HOME": str(settings.home)}
    with log.open("w") as writing:
        process = subprocess.Popen(
            command, stdout=writing, stderr=subprocess.STDOUT, env={**os.environ, **browser, **environment}, cwd=folder
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, process, log)
            yield Server(url, settings, log, opened, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def free_port() -> int:
    """Give a port that nobody uses at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 150
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=10) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"The app did not start: {log.read_text()}")
