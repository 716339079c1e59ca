"""Back up, restore, rehearse: what comes back is what was there, and what is damaged or in the way is refused with a sentence."""

import os
import runpy
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from era_geo import shipped
from era_geo.record.store import Store, open_store
from era_geo.settings import Settings
from tests.deploy.home_names import home_names
from tests.postgres import Server, running
from tests.project.files import ROOT
from tests.record.stores import form, start
from tests.record.tamper import tamper

PROGRAM = ROOT / "deploy" / "backup.py"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with records, settings, a layer file, a region, a draft."""
    folder = tmp_path / "home"
    for name in ("layers/places", "regions", "drafts/ab"):
        (folder / name).mkdir(parents=True)
    (folder / "settings.toml").write_text('set_by = "Lanarkshire MAPPA"\n')
    shutil.copy(shipped.LAYERS / "places" / "school.toml", folder / "layers/places")
    (folder / "regions/falkirk.gpkg").write_bytes(b"a region")
    (folder / "drafts/ab/0.json").write_text('{"text": "15 Mill Wynd"}')
    with open_store(Settings(home=folder)) as store:
        keep(store, "MG-1", "MG-2")
    return folder


def keep(store: Store, *references: str) -> None:
    for reference in references:
        start(store, form(reference))


def run(*words: object, home: Path | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
    given = {key: value for key, value in os.environ.items() if not key.startswith("ERA_GEO_")} | environment
    if home is not None:
        given["ERA_GEO_HOME"] = str(home)
    command = [sys.executable, str(PROGRAM), *map(str, words)]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def made(home: Path, folder: Path, *words: str, **environment: str) -> Path:
    done = run("make", folder, *words, home=home, **environment)
    assert done.returncode == 0, done.stderr
    return max(folder.glob("era-geo-*.tar.gz"))


def references(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return [reference for (reference,) in connection.execute("SELECT reference FROM records ORDER BY 1")]


def test_what_comes_back_is_what_was_there_while_people_go_on_working(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "records.db", isolation_level=None)) as at_work:
        at_work.execute("BEGIN IMMEDIATE")
        at_work.execute("CREATE TABLE not_saved_yet (n)")
        file = made(home, tmp_path / "backups")
        at_work.execute("ROLLBACK")
    back = tmp_path / "back"
    done = run("restore", file, back)
    assert done.returncode == 0, done.stderr
    assert references(back / "records.db") == ["MG-1", "MG-2"]
    assert (back / "settings.toml").read_text() == (home / "settings.toml").read_text()
    assert (back / "layers/places/school.toml").is_file()
    assert not (back / "regions").exists()
    assert not (back / "drafts").exists()
    assert not [path for path in (file, *back.rglob("*")) if path.is_file() and path.stat().st_mode & 0o077]


def test_regions_come_along_when_asked_for(home: Path, tmp_path: Path) -> None:
    run("restore", made(home, tmp_path / "backups", "--regions"), tmp_path / "back")
    assert (tmp_path / "back/regions/falkirk.gpkg").read_bytes() == b"a region"


def test_nothing_is_restored_over_what_is_there(home: Path, tmp_path: Path) -> None:
    done = run("restore", made(home, tmp_path / "backups"), home)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert references(home / "records.db") == ["MG-1", "MG-2"]


@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(home: Path, tmp_path: Path, damage: str) -> None:
    file = made(home, tmp_path / "backups")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "changed":
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(tmp_path / "inside", filter="data")
        (tmp_path / "inside/era-geo/settings.toml").write_text("set_by = 'somebody else'\n")
        with tarfile.open(file, "w:gz") as archive:
            archive.add(tmp_path / "inside/era-geo", arcname="era-geo")
    else:
        file.write_text("no archive")
    done = run("restore", file, tmp_path / "back")
    assert done.returncode == 1
    assert "Take another" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "back").exists()


def test_a_damaged_store_is_never_backed_up_as_if_it_were_whole(home: Path, tmp_path: Path) -> None:
    store = home / "records.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.read_bytes())
    content[4096:8192] = os.urandom(4096)
    store.write_bytes(content)
    done = run("make", tmp_path / "backups", home=home)
    assert done.returncode == 1
    assert not list((tmp_path / "backups").glob("*.tar.gz"))


def test_old_backups_go(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"era-geo-2020010{day}T000000Z.tar.gz").touch()
    made(home, folder, "--keep", "2")
    left = sorted(path.name for path in folder.iterdir())
    assert left[0] == "era-geo-20200104T000000Z.tar.gz"
    assert len(left) == 2


def test_the_rehearsal_restores_elsewhere_and_leaves_nothing_behind(home: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = run("rehearse", made(home, tmp_path / "backups"), TMPDIR=str(scratch))
    assert done.returncode == 0, done.stderr
    assert "records 2" in done.stdout
    assert not list(scratch.iterdir())


def test_the_rehearsal_finds_what_was_altered_behind_the_programs_back(home: Path, tmp_path: Path) -> None:
    with open_store(Settings(home=home)) as store:
        tamper(store, "UPDATE versions SET saved_by = 'somebody else'")
    done = run("rehearse", made(home, tmp_path / "backups"))
    assert done.returncode == 1
    assert "record verify" in done.stderr


def test_the_rehearsal_finds_a_store_that_cannot_be_opened(home: Path, tmp_path: Path) -> None:
    with open_store(Settings(home=home)) as store:
        tamper(store, "UPDATE alembic_version SET version_num = '9999'")
    done = run("rehearse", made(home, tmp_path / "backups"))
    assert done.returncode == 1
    assert "FAIL  records" in done.stderr


def test_all_that_the_program_writes_in_its_home_is_kept_or_left_for_a_reason() -> None:
    left = {
        "regions": "built again from open data",
        "downloads": "fetched again",
        "drafts": "kept for days only",
        "batches": "kept for days only",
        "region-work": "kept for days only",
        "records.db": "copied as of one moment",
        "nominatim-turn.json": "whose turn it is to ask a geocoder, for seconds",
        ".doctor": "gone at once",
    }
    backup = runpy.run_path(str(PROGRAM))
    assert home_names() == {*backup["KEPT"], *left}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


def test_records_in_postgresql_go_there_and_back(server: Server, home: Path, tmp_path: Path) -> None:
    for file in home.glob("records.db*"):
        file.unlink()
    url = server.create("kept")
    with open_store(Settings(home=home, store_url=url)) as store:
        keep(store, "MG-1", "MG-2", "MG-3")
    path = {"PATH": f"{server.programs}:{os.environ['PATH']}"}
    file = made(home, tmp_path / "backups", ERA_GEO_STORE_URL=url, **path)

    done = run("rehearse", file, ERA_GEO_STORE_URL=url, **path)
    assert "records 3" in done.stdout, done.stderr
    with psycopg.connect(host=str(server.folder), user="era_geo", dbname="postgres") as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    assert not [name for name in names if "rehearsal" in name]

    assert "--store-url" in run("restore", file, tmp_path / "none", **path).stderr
    done = run("restore", file, tmp_path / "back", "--store-url", server.create("restored"), **path)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(host=str(server.folder), user="era_geo", dbname="restored") as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchone() == (3,)
