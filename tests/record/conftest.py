"""The store on both engines, each test with one of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from era_geo.record import tables
from era_geo.record.store import Store, open_store
from era_geo.settings import Settings
from tests.postgres import Server
from tests.record.stores import Clock

DATABASE = "era_geo"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, made once."""
    home = tmp_path_factory.mktemp("made")
    open_store(Settings(home=home)).close()
    return home / "records.db"


@pytest.fixture(scope="session")
def made_postgres(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with a store, made once."""
    url = postgres.create(DATABASE)
    open_store(Settings(home=tmp_path_factory.mktemp("made"), store_url=url)).close()
    return postgres


def emptied(server: Server) -> str:
    """Empty the store on the server, past its own guards, and give its URL."""
    names = ", ".join(table.name for table in tables.metadata.sorted_tables)
    server.execute(
        f"SET session_replication_role = replica; TRUNCATE {names} RESTART IDENTITY; INSERT INTO trail_head VALUES (1, 0, '')",
        DATABASE,
    )
    return server.url(DATABASE)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty store on either engine."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        home.mkdir()
        shutil.copy(request.getfixturevalue("made"), home / "records.db")
        return Settings(home=home)
    return Settings(home=home, store_url=emptied(request.getfixturevalue("made_postgres")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(store_settings: Settings, clock: Clock) -> Iterator[Store]:
    with open_store(store_settings, now=clock) as opened:
        yield opened
