"""A real PostgreSQL server for the tests: made in a folder of its own, reached by a socket there, gone when the tests are over."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

DEBIAN = Path("/usr/lib/postgresql")
SUPERUSER = "era_geo"
WAL_MB = 1
"""Size of a file of the server's log: small, so that a test can take the room from everything that is larger."""


class Server:
    """A running server. Databases are made on it by name; `stop` and `start` are for tests of lost connections."""

    def __init__(self, programs: Path, folder: Path, user: str | None, *, durable: bool = False) -> None:
        self.programs, self.folder, self.user, self.durable = programs, folder, user, durable
        self.data = folder / "data"

    def run(self, program: str, *words: str) -> None:
        """Run one of the server's programs, not as root: it refuses to."""
        command = [str(self.programs / program), *words]
        with (self.folder / "log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, user=self.user, cwd=self.folder)

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c max_connections=40"
        options += "" if self.durable else " -c fsync=off"
        self.run(
            "pg_ctl", "--pgdata", str(self.data), "--wait", "--options", options, "--log", str(self.folder / "server.log"), "start"
        )

    def stop(self) -> None:
        """End every connection at once, as a server that dies does."""
        self.run("pg_ctl", "--pgdata", str(self.data), "--wait", "--mode", "immediate", "stop")

    @contextmanager
    def no_room(self, process: int) -> Iterator[None]:
        """Let one of the server's processes write no file past the size of its log's, as on a full disk."""
        prlimit = ["prlimit", f"--pid={process}"]
        subprocess.run([*prlimit, f"--fsize={WAL_MB << 20}:"], check=True, user=self.user)
        try:
            yield
        finally:
            subprocess.run([*prlimit, "--fsize=unlimited:"], check=True, user=self.user)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database and give its URL."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)


def programs() -> Path | None:
    """Find the server's programs: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return max(DEBIAN.glob("*/bin/initdb"), default=Path("/initdb")).parent if DEBIAN.is_dir() else None


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Run a server for as long as the block lasts; skip the test where there is none to run.

    What is saved need not survive the machine in a test; a benchmark asks for a `durable` server.
    """
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: `deploy/install-test-tools` installs it on Debian.")
    folder = Path(tempfile.mkdtemp(prefix="era-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    server = Server(found, folder, user, durable=durable)
    try:
        if user:
            shutil.chown(folder, user)
        server.run(
            "initdb", "--pgdata", str(server.data), "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--no-sync",
            f"--wal-segsize={WAL_MB}",
        )  # fmt: skip
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this test run's own."""
    with running() as server:
        yield server
