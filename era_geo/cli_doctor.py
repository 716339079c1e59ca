"""`era-geo doctor`: does this installation work, and if not, what to do."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable

import sqlalchemy as sa
import typer

from era_geo import __version__, crs, front, layerset
from era_geo import settings as settings_module
from era_geo.errors import EraGeoError
from era_geo.record import tables
from era_geo.record.calendar import load_calendar
from era_geo.record.profileload import load_profile, load_profiles
from era_geo.record.store import open_store
from era_geo.record.store_engine import FILE
from era_geo.region import shelf
from era_geo.settings import Settings


def examine() -> int:
    """Examine each part in turn, print a line for each, and give the exit code: 1 if any part fails."""
    settings = settings_module.load()
    parts: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("program", _program),
        ("folder", _folder),
        ("national grid", _grid),
        ("layer files", _layers),
        ("rule profiles", _profiles),
        ("working days", _working_days),
        ("training town", _town),
        ("regions", _regions),
        ("records", _records),
    )
    failed = 0
    for name, part in parts:
        try:
            typer.echo(f"ok    {name}: {part(settings)}")
        except (EraGeoError, OSError) as error:
            failed += 1
            typer.echo(f"FAIL  {name}: {error}")
    return 1 if failed else 0


def _program(_: Settings) -> str:
    return f"era-geo {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _folder(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    probe = settings.home / ".doctor"
    probe.write_text("", encoding="utf-8")
    probe.unlink()
    return str(settings.home)


def _grid(_: Settings) -> str:
    """Hold the conversion against a test point that Ordnance Survey publishes (Caister water tower)."""
    east, north = crs.point_to_bng(1.716073973, 52.658007833)
    if abs(east - 651409.804) > 0.01 or abs(north - 313177.450) > 0.01:
        raise EraGeoError("The OSTN15 grid gives wrong coordinates. Install the program anew.")
    return "OSTN15, right to the centimetre"


def _layers(settings: Settings) -> str:
    layers = layerset.load(settings)
    return f"{len(layers.layers)} layers, version {layers.version}"


def _profiles(settings: Settings) -> str:
    known = load_profiles(settings)
    return f"{', '.join(profile.printed for profile in known.values())}; in use: {load_profile(settings).id}"


def _working_days(settings: Settings) -> str:
    return load_calendar(settings).label


def _town(settings: Settings) -> str:
    region = front.open_region(front.TRAINING_TOWN, settings)
    return f"{region.query('SELECT count(*) FROM addresses')[0][0]} addresses"


def _regions(settings: Settings) -> str:
    return ", ".join(region.name for region in shelf.list_regions(settings))


def _records(settings: Settings) -> str:
    """Open the store and count; one that is not there yet is not made."""
    if settings.store_url is None and not (settings.home / FILE).exists():
        return "none saved yet"
    with open_store(settings) as store, store.core.database.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(tables.records)).scalar_one()
        return f"{count} in {connection.dialect.name}"
