"""The connection to the store: SQLite or PostgreSQL, opened, brought up to date, and every fault of theirs made a sentence."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from era_geo.errors import UsageError
from era_geo.record import tables
from era_geo.record.store_errors import StoreTooNew, StoreUnavailable

FILE = "records.db"
BUSY_SECONDS = 10.0
"""How long a save waits for another one to end."""
_WRITE = "era_geo_write"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}",
)
_CAUSES = (
    (("disk is full", "no space left", "disk full", "file too large", "could not extend file"), "the disk is full. Make room"),
    (("disk i/o error",), "the disk is full or damaged. Make room, or look at the disk"),
    (("locked", "busy", "lock timeout", "lock_timeout"), "another program holds it. Close that program, or wait a moment"),
    (
        ("readonly", "read-only", "permission denied", "unable to open"),
        "it may not be written here. Look at the folder's permissions",
    ),
    (("malformed", "not a database", "file is encrypted"), "the file is damaged. Put the last backup in its place"),
    (("password authentication", "does not exist"), "the server refused the account. Look at store_url"),
)
_CODES = {
    "53100": "disk full",
    "55P03": "lock timeout",
    "40P01": "lock timeout",
    "25006": "read-only",
    "42501": "permission denied",
    "28P01": "password authentication",
    "28000": "password authentication",
    "3D000": "does not exist",
}
"""What PostgreSQL's codes mean, in a sign of the causes above."""
_LOST = "the connection was lost or refused. See that the server runs and can be reached"


class Database:
    """An open store: its engine, and the two ways to use it. `path` is the SQLite file, `None` on PostgreSQL."""

    def __init__(self, engine: sa.Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection on which everything is read as of one moment."""
        with self._used(write=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are all kept when the block ends, or none of them."""
        with self._used(write=True) as connection:
            yield connection

    @contextmanager
    def _used(self, *, write: bool) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect().execution_options(**self._options(write=write)) as connection, connection.begin():
                yield connection
        except exc.DBAPIError as error:
            raise StoreUnavailable(_sentence(error, write=write)) from None

    def _options(self, *, write: bool) -> dict[str, Any]:
        """SQLite reads as of one moment anyway; PostgreSQL does where it is asked to."""
        as_of_one_moment = {} if write or self.path is not None else {"isolation_level": "REPEATABLE READ"}
        return {_WRITE: write, **as_of_one_moment}

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_database(url: str | None, folder: Path, now: Callable[[], dt.datetime]) -> Database:
    """Open the store at `url`, or the SQLite file in `folder`, made if it is not there, and bring it up to date.

    Raises
    ------
    UsageError
        If the URL is not one of SQLite or PostgreSQL, or the PostgreSQL driver is not installed.
    StoreUnavailable
        If the store cannot be reached or written.
    StoreTooNew
        If a newer version of the program wrote it.
    """
    address = _address(url, folder)
    path = Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None
    if path is not None:
        _make_private(path)
    database = Database(_engine(address), path)
    try:
        _bring_up_to_date(database, now)
    except BaseException:
        database.close()
        raise
    return database


def _address(url: str | None, folder: Path) -> sa.URL:
    try:
        address = sa.make_url(url) if url else sa.URL.create("sqlite", database=str(folder / FILE))
    except exc.ArgumentError:
        raise UsageError("store_url is not a URL. Write postgresql+psycopg://ACCOUNT@HOST/DATABASE, or leave it out.") from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageError(f"store_url: records are kept in SQLite or PostgreSQL, not in {address.get_backend_name()!r}.")
    if address.get_backend_name() == "sqlite":
        if not address.database or address.database == ":memory:":
            raise UsageError("store_url: a SQLite store is a file, such as sqlite:////srv/era-geo/records.db.")
        return address
    if find_spec("psycopg") is None:
        raise UsageError("store_url names PostgreSQL, whose driver is not installed. Install it: pip install 'era-geo[postgres]'.")
    return address.set(drivername="postgresql+psycopg")


def _make_private(path: Path) -> None:
    """Make the file and its folder, readable by this account only; what is there already keeps its permissions."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(f"The store of records cannot be made at {path}: {error.strerror}.") from None


def _engine(address: sa.URL) -> sa.Engine:
    # Parameters are what people typed: they never get into a message or a log.
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c lock_timeout={int(BUSY_SECONDS * 1000)} -c timezone=UTC"
    return sa.create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": int(BUSY_SECONDS), "options": options, "application_name": "era-geo"},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, in words
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: sa.Connection) -> None:
    """Take the right to write at once: a reader that becomes a writer later may be refused when it has done half its work."""
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _bring_up_to_date(database: Database, now: Callable[[], dt.datetime]) -> None:
    found = _revision(database)
    if found == tables.REVISION:
        return
    from era_geo.record.store_migrate import migrate  # noqa: PLC0415 - slow to import, and needed once for each version

    if found is not None and found > tables.REVISION:
        raise StoreTooNew(
            f"The store of records was written by a newer version of era-geo (step {found}; this version knows {tables.REVISION}). "
            "Install that version or a later one; nothing was changed."
        )
    migrate(database, found, now)


def _revision(database: Database) -> str | None:
    """Give the last step that was taken, `None` for an empty store."""
    with database.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: Any = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
        return None if found is None else str(found)


def _sentence(error: exc.DBAPIError, *, write: bool) -> str:
    """Say what is wrong with the store; nothing of the statement or its values."""
    code = getattr(error.orig, "sqlstate", None) or ""  # PostgreSQL's; its words may be of any language
    told = f"{_CODES.get(code, '')} {error.orig}".lower()
    cause = next((words for signs, words in _CAUSES if any(sign in told for sign in signs)), None)
    if cause is None and isinstance(error, exc.IntegrityError | exc.ProgrammingError | exc.DataError):
        cause = f"it refused a value ({type(error.orig).__name__}). Run `era-geo record verify`, and report this"
    elif cause is None and "is never changed" in told:
        cause = "what is saved is never changed"
    what = "Nothing was saved" if write else "The records cannot be read"
    return f"{what}: {cause or _LOST}, and try again."
