"""Bringing a store of an older version of the program up to date, with a copy of it kept beside it first."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from era_geo.record import audit, migrations, names, tables
from era_geo.record.audit import Act
from era_geo.record.store_engine import Database
from era_geo.record.store_errors import StoreUnavailable

_LOCK = 0x65726167656F
"""Two programs that open an old store at once take the steps once: the number of PostgreSQL's advisory lock."""


def migrate(database: Database, found: str | None, now: Callable[[], dt.datetime]) -> None:
    """Take the steps from `found` (`None`: an empty store) to this program's; all of them or none.

    Raises
    ------
    StoreUnavailable
        If the copy cannot be written, or the store cannot.
    """
    if database.path is not None and found is not None:
        keep_copy(database.path, found, now())
    config = configuration()
    with database.writing() as connection:
        if database.path is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, tables.REVISION)
        _vouch_for_names(connection, now())


def _vouch_for_names(connection: sa.Connection, at: dt.datetime) -> None:
    """Let the trail vouch for the printed names that an older version kept beside it."""
    if told := names.untold(connection):
        what = "brought the store up to date; printed names are held against the trail from now on"
        audit.append(connection, audit.PROGRAM, audit.stamp(at), Act.ALTERATION, what, detail={names.TOLD: told})


def configuration() -> Config:
    """Give Alembic's settings: where the steps lie, and nothing else."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    return config


def steps() -> list[str]:
    """Give the steps' numbers, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()][::-1]


def copies(path: Path) -> list[Path]:
    """Give the copies that were kept beside a SQLite store before it was brought up to date."""
    return sorted(path.parent.glob(f"{path.name}.before-*"))


def keep_copy(path: Path, found: str, at: dt.datetime) -> None:
    """Copy a SQLite store as it stands after the step `found`, beside it, readable by this account only.

    Raises
    ------
    StoreUnavailable
        If the copy cannot be written.
    """
    target = path.with_name(f"{path.name}.before-{tables.REVISION}-was-{found}-{at:%Y%m%dT%H%M%S}")
    try:
        target.touch(mode=0o600)
        source, copy = sqlite3.connect(path), sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            source.close()
            copy.close()
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(
            f"The store of records is older than this program, and the copy that is kept first could not be written beside it "
            f"({type(error).__name__}). Make room in {path.parent}; nothing was changed."
        ) from None
