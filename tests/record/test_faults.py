"""What the store must survive: a kill at any moment, a full disk, a locked file, a lost connection, older and newer stores."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command

from era_geo.errors import UsageError
from era_geo.record import store_engine, store_migrate, tables
from era_geo.record.formjson import form_to_dict
from era_geo.record.store import Store, open_store
from era_geo.record.store_errors import StoreTooNew, StoreUnavailable
from era_geo.settings import Settings
from tests.postgres import Server, running
from tests.record.stores import ADMINISTRATOR, OFFICER, Clock, form, judged, save, start

ROUNDS = 20
LONG = "".join(random.Random(1).choices("abcdefgh ijklmn opqrst", k=3_000_000))
"""More text than the store has room for, and none that packing makes small."""
SAVER = """
import os, sys
from pathlib import Path
from era_geo.settings import Settings
from era_geo.record.store import open_store
from tests.record.stores import OFFICER, judged, save

def work(record_id, home, url):
    store = open_store(Settings(home=Path(home), store_url=url or None))
    document = store.get(OFFICER, record_id)
    version, form = document.version, document.form
    while True:
        version = save(store, record_id, judged(form, f"text {version + 1}"), base=version)
        os.write(1, f"saved {version}\\n".encode())

for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        work(*sys.argv[1:])
    os.write(1, f"child {child}\\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"ended 0\\n")
"""


def test_a_kill_at_any_moment_of_a_save_leaves_the_old_or_the_new_version_whole(store_settings: Settings, clock: Clock) -> None:
    chance = random.Random(20261123)
    with open_store(store_settings, now=clock) as store:
        record_id = start(store)
        store.core.database.close()  # the saver's children begin without a connection of this process
        words = [sys.executable, "-c", SAVER, record_id, str(store_settings.home), store_settings.store_url or ""]
        saver = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        for turn in range(ROUNDS):
            last = _killed(saver, chance.uniform(0.0, 0.1))
            document = store.get(OFFICER, record_id)
            assert document.version in (last, last + 1), "what was said to be saved is there, and at most the one in hand besides"
            assert document.form.analysis.judgement == f"text {document.version}"
            assert document.version > turn + 1, "the saver was killed while it worked"
        saver.communicate()
        assert store.verify(ADMINISTRATOR).is_fine
        assert save(store, record_id, judged(form(), "last"), base=document.version) == document.version + 1


def _killed(saver: subprocess.Popen[str], after: float) -> int:
    """Let a child of the saver save one version after the other, kill it, and give the last version that it said was saved."""
    assert saver.stdin is not None
    assert saver.stdout is not None
    saver.stdin.write("go\n")
    saver.stdin.flush()
    told = {"child": 0, "saved": 0}
    while not all(told.values()):
        word, number = saver.stdout.readline().split()
        told[word] = int(number)
    time.sleep(after)
    os.kill(told["child"], signal.SIGKILL)
    while "ended" not in told:
        word, number = saver.stdout.readline().split()
        told[word] = int(number)
    return told["saved"]


@contextmanager
def no_room(path: Path) -> Iterator[None]:
    """Let no file of this process grow past the size of the store, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def on_sqlite(made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(made, tmp_path / "records.db")
    with open_store(Settings(home=tmp_path), now=Clock()) as store:
        yield store


def test_a_full_disk_is_a_sentence_and_loses_nothing_typed(on_sqlite: Store) -> None:
    path = on_sqlite.core.database.path
    assert path is not None
    record_id = start(on_sqlite)
    typed = judged(form(), LONG)
    with no_room(path), pytest.raises(StoreUnavailable, match="Nothing was saved: the disk is full") as caught:
        on_sqlite.save(OFFICER, record_id, typed, base_version=1)
    assert caught.value.form is typed
    assert on_sqlite.get(OFFICER, record_id).version == 1
    assert save(on_sqlite, record_id, typed) == 2
    assert on_sqlite.verify(ADMINISTRATOR).is_fine


def test_a_locked_file_is_a_sentence_and_loses_nothing_typed(on_sqlite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id = start(on_sqlite)
    monkeypatch.setattr(store_engine, "_PRAGMAS", (*store_engine._PRAGMAS[:-1], "PRAGMA busy_timeout = 50"))
    on_sqlite.close()
    path = on_sqlite.core.database.path
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    typed = judged(form(), "two")
    with pytest.raises(StoreUnavailable, match="another program holds it") as caught:
        save(on_sqlite, record_id, typed)
    assert caught.value.form is typed
    other.execute("ROLLBACK")
    other.close()
    assert save(on_sqlite, record_id, typed) == 2


def test_no_word_of_a_record_is_in_an_error_or_its_chain(on_sqlite: Store) -> None:
    path = on_sqlite.core.database.path
    assert path is not None
    typed = judged(form(), LONG)
    with no_room(path), pytest.raises(StoreUnavailable) as caught:
        start(on_sqlite, typed)
    error: BaseException | None = caught.value
    assert error is not None
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert LONG[:20] not in str(error)


def test_what_is_no_store_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"this is no database, however long it may be" * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_store(Settings(home=tmp_path))


def test_where_nothing_can_be_written_it_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_store(Settings(home=tmp_path / "home"))


@pytest.mark.parametrize(
    ("url", "says"),
    [("nonsense", "not a URL"), ("mysql://host/db", "not in 'mysql'"), ("sqlite://", "is a file")],
)
def test_a_url_that_cannot_be_used_is_said(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        open_store(Settings(home=tmp_path, store_url=url))


class TestLostConnection:
    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with running() as server:
            yield server

    def test_in_the_middle_of_a_save(self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = Settings(home=tmp_path, store_url=server.create("lost"))
        with open_store(settings, now=Clock()) as store:
            record_id = start(store)
            typed = judged(form(), "two")
            append = store_engine.sa.Connection.execute
            left = [6]

            def dying(connection: object, *words: object, **more: object) -> object:
                left[0] -= 1
                if left[0] == 0:
                    server.stop()
                return append(connection, *words, **more)  # type: ignore[arg-type]

            with monkeypatch.context() as patch:
                patch.setattr(store_engine.sa.Connection, "execute", dying)
                with pytest.raises(StoreUnavailable, match="connection was lost") as caught:
                    save(store, record_id, typed)
            assert left[0] <= 0
            assert caught.value.form is typed
            with pytest.raises(StoreUnavailable, match=r"cannot be read|Nothing was saved"):
                store.get(OFFICER, record_id)
            server.start()
            assert store.get(OFFICER, record_id).version == 1
            assert save(store, record_id, typed) == 2
            assert store.verify(ADMINISTRATOR).is_fine

    def test_no_server_is_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnavailable, match="connection was lost or refused"):
            open_store(Settings(home=tmp_path, store_url=f"postgresql://x@/x?host={tmp_path}"))


class TestVersions:
    def test_an_older_store_migrates_with_all_that_is_in_it_and_a_copy_is_kept(self, tmp_path: Path) -> None:
        store = open_store(Settings(home=tmp_path), now=Clock())
        record_id = start(store)
        path = store.core.database.path
        assert path is not None
        _back(store, "0001")
        with open_store(Settings(home=tmp_path), now=Clock()) as newer:
            assert form_to_dict(newer.get(OFFICER, record_id).form) == form_to_dict(form())
            assert newer.proposals(OFFICER) == ()
            assert newer.verify(ADMINISTRATOR).is_fine
        (copy,) = store_migrate.copies(path)
        with sqlite3.connect(copy) as kept:
            assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert kept.execute("SELECT COUNT(*) FROM versions").fetchone() == (1,)
        kept.close()

    def test_a_migration_that_fails_leaves_the_older_store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = open_store(Settings(home=tmp_path), now=Clock())
        start(store)
        _back(store, "0001")
        monkeypatch.setattr(command, "upgrade", _half_a_step)
        with pytest.raises(RuntimeError):
            open_store(Settings(home=tmp_path))
        with sqlite3.connect(tmp_path / "records.db") as raw:
            assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert raw.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchone() is None
        raw.close()

    def test_a_newer_store_is_refused_and_not_touched(self, store_settings: Settings, store: Store) -> None:
        start(store)
        with store.core.database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
        with pytest.raises(StoreTooNew, match=r"newer version of era-geo \(step 0999"):
            open_store(store_settings)
        with store.core.database.writing() as connection:
            assert connection.exec_driver_sql("SELECT COUNT(*) FROM versions").scalar() == 1
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{tables.REVISION}'")

    def test_the_newest_step_is_the_one_that_the_program_knows(self) -> None:
        assert store_migrate.steps()[-1] == tables.REVISION


def _back(store: Store, step: str) -> None:
    """Make a store what an older version of the program left."""
    with store.core.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE proposals")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{step}'")
    store.close()


def _half_a_step(config: object, _revision: str) -> None:
    connection = config.attributes["connection"]  # type: ignore[attr-defined]
    connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
    raise RuntimeError


def test_the_store_is_for_this_account_only(tmp_path: Path) -> None:
    open_store(Settings(home=tmp_path / "home")).close()
    for path in (tmp_path / "home").glob("records.db*"):
        assert path.stat().st_mode & 0o077 == 0
