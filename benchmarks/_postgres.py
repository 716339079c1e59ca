"""A PostgreSQL server of the benchmark's own, with PostGIS, reached through a socket in its own folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_VERSIONS = "/usr/lib/postgresql"
_USER = "postgres"  # PostgreSQL refuses to be run by root
# As osm2pgsql's manual advises for an import on a machine of this size; both peers get them.
_SETTINGS = {
    "listen_addresses": "''", "shared_buffers": "1GB", "maintenance_work_mem": "1GB", "work_mem": "64MB", "fsync": "off",
    "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "8GB", "wal_level": "minimal", "max_wal_senders": "0",
    "autovacuum": "off",
}  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A running server. `data` is the folder of its files, `socket` the folder to connect to."""

    data: Path
    socket: Path
    programs: Path

    @property
    def arguments(self) -> list[str]:
        """What PostgreSQL's own programs, and osm2pgsql, are told to reach it."""
        return ["--host", str(self.socket), "--username", _USER, "-d", "bench"]

    def processor_s(self) -> float:
        """Give the processor seconds of the server and of all processes that work or have worked for it (Linux)."""
        process = (self.data / "postmaster.pid").read_text(encoding="ascii").split()[0]
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        return (sum(_ticks(process)) + sum(sum(_ticks(child)[:2]) for child in children)) / os.sysconf("SC_CLK_TCK")

    def run(self, sql: str) -> str:
        """Run statements and give what they print."""
        program = [str(self.programs / "psql"), *self.arguments, "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return subprocess.run(program, check=True, capture_output=True, text=True).stdout

    def load(self, table: str, lines: Path) -> None:
        """Fill a table from a file in PostgreSQL's text format."""
        program = [str(self.programs / "psql"), *self.arguments, "--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1"]
        with lines.open("rb") as file:
            subprocess.run([*program, "-c", f"COPY {table} FROM STDIN"], check=True, stdin=file)


def _ticks(process: str) -> list[int]:
    """Give a process's own ticks as user and as system, and the same of its ended children; noughts for one that is gone."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return [0, 0, 0, 0]
    return [int(ticks) for ticks in told[11:15]]


def lacking(*also: str) -> str | None:
    """Say in a line what is not installed here: PostgreSQL with PostGIS, or one of the programs `also`; `None` if all is."""
    programs = _programs()
    if programs is None or not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return "PostgreSQL with PostGIS is not installed (Debian: postgresql-15-postgis-3)"
    missing = [name for name in also if shutil.which(name) is None]
    return f"{missing[0]} is not installed (Debian: {missing[0]})" if missing else None


def _programs() -> Path | None:
    found = sorted(Path(_VERSIONS).glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Run a server that keeps everything in `folder`, with a database `bench` that has PostGIS and hstore."""
    programs = _programs()
    assert programs is not None, "ask `lacking` first"  # noqa: S101 - a mistake of the caller's
    data, socket = folder / "data", folder / "socket"
    socket.mkdir(parents=True)
    if os.geteuid() == 0:
        for path in (folder, socket):
            shutil.chown(path, _USER)
    _as_user([programs / "initdb", "--pgdata", data, "--username", _USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"])
    settings = " ".join(f"-c {key}={value}" for key, value in {**_SETTINGS, "unix_socket_directories": str(socket)}.items())
    control = [programs / "pg_ctl", "--pgdata", data, "--wait", "--silent", "--log", folder / "log"]
    _as_user([*control, "--options", settings, "start"])
    try:
        made = Server(data, socket, programs)
        subprocess.run([programs / "createdb", "--host", socket, "--username", _USER, "bench"], check=True)
        made.run("CREATE EXTENSION postgis; CREATE EXTENSION hstore")
        yield made
    finally:
        _as_user([*control, "--mode", "fast", "stop"])


def _as_user(program: Sequence[str | Path]) -> None:
    prefix = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, program)], check=True, stdout=subprocess.DEVNULL, cwd="/")
