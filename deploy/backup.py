#!/usr/bin/env python3
"""Back up era-geo, restore it, and rehearse the restoring.

    backup.py make FOLDER [--regions] [--keep N]      one file, era-geo-TIME.tar.gz, readable by this account only
    backup.py restore FILE HOME [--store-url URL]     into an empty home (and an empty database)
    backup.py rehearse FILE                           restores into a scratch place, looks whether all is there, and removes it

What is backed up: the records (a consistent copy of the SQLite store, or `pg_dump` of the PostgreSQL database), settings, sign-in,
layer files, profiles, holidays, audits that are being answered, and texts that could not be saved. Regions are left out unless
asked for: they are built again from open data, and a record keeps what it was made from. Unfinished drafts and batches are left
out: they are kept for days only.

The file holds OFFICIAL-SENSITIVE data and the sign-in's secrets. It belongs on an encrypted disk. Standard library only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

STORE, DUMP, MANIFEST = "records.db", "records.dump", "manifest.json"
KEPT = ("settings.toml", "sign-in.toml", "holidays.toml", "layers", "profiles", "audits", "unsaved", "ended-sign-ins")
NAME = "era-geo-{time:%Y%m%dT%H%M%SZ}.tar.gz"


class BackupError(Exception):
    """A back-up that could not be made, or cannot be trusted. The message says what to do."""


def main(arguments: list[str]) -> int:
    """Do what is asked, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=os.environ.get("ERA_GEO_HOME"), help="ERA_GEO_HOME, if it is not set.")
    parts = parser.add_subparsers(dest="part", required=True)
    make_parser = parts.add_parser("make")
    make_parser.add_argument("folder", type=Path)
    make_parser.add_argument("--regions", action="store_true", help="Also the region files.")
    make_parser.add_argument("--keep", type=int, default=0, help="Remove all but the newest N back-ups in the folder.")
    restore_parser = parts.add_parser("restore")
    restore_parser.add_argument("file", type=Path)
    restore_parser.add_argument("to", type=Path, metavar="home")
    restore_parser.add_argument("--store-url", default=None, help="The empty PostgreSQL database to restore into.")
    parts.add_parser("rehearse").add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    if given.part == "make" and given.home is None:
        parser.error("Say what to back up: set ERA_GEO_HOME, or give --home.")
    os.umask(0o077)
    try:
        if given.part == "make":
            _say(f"Made {make(given.home, given.folder, regions=given.regions)}.")
            _remove_old(given.folder, given.keep)
        elif given.part == "restore":
            restore(given.file, given.to, given.store_url)
            _say(f"Restored into {given.to}. Run `era-geo doctor` and `era-geo record verify` there before people use it.")
        else:
            _say(f"Rehearsed: {rehearse(given.file, _store_url(given.home))}.")
    except (BackupError, OSError, sqlite3.Error, tarfile.TarError) as error:
        print(f"backup.py: {error}", file=sys.stderr)
        return 1
    return 0


def make(home: Path, folder: Path, *, regions: bool = False) -> Path:
    """Back up a home, and the database its settings name, into one file in `folder`; it is there whole or not at all."""
    if not home.is_dir():
        raise BackupError(f"{home} is not a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch:
        content = Path(scratch) / "content"
        content.mkdir()
        _copy_store(home, content)
        for name in (*KEPT, *(["regions"] if regions else [])):
            _copy(home / name, content / name)
        listed = sorted(path.stem for path in (home / "regions").glob("*.gpkg"))
        manifest = {"made": _now().isoformat(), "regions": listed, "files": _checksums(content)}
        (content / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        unfinished = Path(scratch) / "unfinished.tar.gz"
        with tarfile.open(unfinished, "w:gz") as archive:
            archive.add(content, arcname="era-geo")
        _flush(unfinished)
        made = folder / NAME.format(time=_now())
        unfinished.replace(made)
    return made


def restore(file: Path, home: Path, store_url: str | None) -> None:
    """Restore a back-up into an empty home; records that lay in PostgreSQL go into the empty database of `store_url`."""
    if home.exists() and any(home.iterdir()):
        raise BackupError(f"{home} is not empty. Restore into an empty folder, look at it, and then put it in the old one's place.")
    with unpacked(file) as content:
        if (content / DUMP).exists():
            if not store_url:
                raise BackupError(
                    "The records of this back-up are a PostgreSQL database. Name the empty one to restore into: --store-url."
                )
            _postgres("pg_restore", store_url, "--exit-on-error", "--no-owner", "--single-transaction", str(content / DUMP))
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in content.iterdir():
            if path.name not in (DUMP, MANIFEST):
                shutil.move(path, home / path.name)
        for path in home.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)


def rehearse(file: Path, store_url: str | None) -> str:
    """Restore into a scratch folder, look whether all is there, and remove it; give what was found, in words.

    A PostgreSQL database is restored into a scratch one on the server of `store_url`, beside the real one.
    """
    if not _has_dump(file):
        store_url = None
    with tempfile.TemporaryDirectory(prefix="era-geo-rehearsal-") as scratch, _scratch_database(store_url) as database:
        home = Path(scratch) / "home"
        restore(file, home, database)
        tables = _count_postgres(database) if database else _count_sqlite(home / STORE)
        _try_program(home, database or f"sqlite:///{home / STORE}")
    counted = ", ".join(f"{name} {count}" for name, count in tables.items() if count) or "no rows"
    return (
        f"every file has its checksum, the program works on it, the records and their trail are unaltered, and they hold: {counted}"
    )


def _try_program(home: Path, store_url: str) -> None:
    """Let the program that is installed beside this Python look at what was restored."""
    program = Path(sys.executable).with_name("era-geo")
    if not program.exists():
        raise BackupError("era-geo is not installed beside this Python, so nobody can say whether what was restored works.")
    environment = {**os.environ, "ERA_GEO_HOME": str(home), "ERA_GEO_STORE_URL": store_url}
    for words in (["doctor"], ["record", "verify"]):
        done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BackupError(f"What was restored does not work ({' '.join(words)}):\n{done.stdout}{done.stderr}")


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """Unpack a back-up into a scratch folder, its checksums proved."""
    with tempfile.TemporaryDirectory(prefix="era-geo-restore-") as scratch:
        try:
            with tarfile.open(file, "r:gz") as archive:
                archive.extractall(scratch, filter="data")
            content = Path(scratch) / "era-geo"
            manifest = json.loads((content / MANIFEST).read_text(encoding="utf-8"))
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise BackupError(f"{file.name} is damaged or no back-up of era-geo ({type(error).__name__}). Take another.") from error
        found = _checksums(content)
        wrong = sorted(name for name in {*found, *manifest["files"]} if found.get(name) != manifest["files"].get(name))
        if wrong:
            raise BackupError(f"{file.name} is damaged: {', '.join(wrong)} is not as it was. Take another.")
        yield content


def _copy_store(home: Path, content: Path) -> None:
    """Copy the records as of one moment, while people may go on working."""
    url = _store_url(home)
    if url and url.startswith("postgresql"):
        _postgres("pg_dump", url, "--format=custom", "--no-owner", "--file", str(content / DUMP))
        return
    store = Path(urlsplit(url).path[1:]) if url else home / STORE
    if not store.exists():
        return  # no record was ever saved here
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as source, closing(sqlite3.connect(content / STORE)) as copy:
        source.backup(copy)
        (whole,) = copy.execute("PRAGMA integrity_check").fetchone()
    if whole != "ok":
        raise BackupError(f"The store {store} is damaged ({whole}). Nothing was backed up; keep the older back-ups.")


def _store_url(home: Path | None) -> str | None:
    """Give where the records lie: as the environment says, else as the home's settings do, else `None` for the home itself."""
    settings = home / "settings.toml" if home else None
    named = tomllib.loads(settings.read_text(encoding="utf-8")).get("store_url") if settings and settings.exists() else None
    return os.environ.get("ERA_GEO_STORE_URL") or named


def _postgres(program: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on the database of a URL. A password comes from PGPASSFILE, never from the command line."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is not installed. On Debian: apt install postgresql-client.")
    done = subprocess.run([program, *_connection(url), "--no-password", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} did not succeed: {done.stderr.strip()}")


def _connection(url: str) -> list[str]:
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query))
    found = {
        "--host": parts.hostname or named.get("host"),
        "--port": parts.port or named.get("port"),
        "--username": parts.username,
        "--dbname": parts.path.lstrip("/"),
    }
    return [f"{option}={value}" for option, value in found.items() if value]


@contextmanager
def _scratch_database(url: str | None) -> Iterator[str | None]:
    if url is None:
        yield None
        return
    name = f"era_geo_rehearsal_{os.getpid()}"
    parts = urlsplit(url)
    _psql(url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        _psql(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _psql(url: str, statement: str) -> str:
    command = ["psql", *_connection(url), "--no-password", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"psql did not succeed: {done.stderr.strip()}")
    return done.stdout


def _count_postgres(url: str) -> dict[str, int]:
    names = _psql(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").split()
    return {name: int(_psql(url, f'SELECT count(*) FROM "{name}"')) for name in names}


def _count_sqlite(store: Path) -> dict[str, int]:
    if not store.exists():
        return {}
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _has_dump(file: Path) -> bool:
    with unpacked(file) as content:
        return (content / DUMP).exists()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)


def _checksums(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file but the manifest, by its path below `folder`."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _remove_old(folder: Path, keep: int) -> None:
    if keep > 0:
        for old in sorted(folder.glob("era-geo-*.tar.gz"))[:-keep]:
            old.unlink()
            _say(f"Removed {old.name}.")


def _flush(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def _say(text: str) -> None:
    print(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
