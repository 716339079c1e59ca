"""What the store must survive: a kill at any moment, a full disk, a locked file, a lost connection, older and newer stores."""

from __future__ import annotations

import dataclasses
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from era_geo.errors import UsageError
from era_geo.record import names, store_engine, store_migrate, tables
from era_geo.record.formjson import canonical, form_to_dict, sha256
from era_geo.record.store import Store, open_store
from era_geo.record.store_errors import StoreTooNew, StoreUnavailable
from era_geo.settings import Settings
from tests.postgres import Server, running
from tests.record.stores import ADMINISTRATOR, OFFICER, Clock, form, judged, save, start
from tests.record.tamper import tamper

ROUNDS = 20
LONG = "".join(random.Random(1).choices([chr(0x2500 + number) for number in range(512)] + [" "] * 8, k=750_000))
"""More text than the store has room for, none that packing makes small, and without a word to look up."""
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
def no_room(store: Store, request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no file of the store grow any more, as on a full disk."""
    path = store.core.database.path
    if path is None:
        server: Server = request.getfixturevalue("postgres")
        with store.core.database.reading() as connection:  # of the one connection that the store has
            process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with server.no_room(process):
            yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_a_sentence_and_loses_nothing_typed(store: Store, request: pytest.FixtureRequest) -> None:
    record_id = start(store)
    typed = judged(form(), LONG)
    with no_room(store, request), pytest.raises(StoreUnavailable, match="Nothing was saved: the disk is full") as caught:
        store.save(OFFICER, record_id, typed, base_version=1)
    assert caught.value.form is typed
    assert store.get(OFFICER, record_id).version == 1
    assert save(store, record_id, typed) == 2
    assert store.verify(ADMINISTRATOR).is_fine


@pytest.mark.parametrize("store_settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("code", "says"), [("53100", "the disk is full"), ("55P03", "another program holds it")])
def test_a_servers_code_is_understood_whatever_its_language(store: Store, code: str, says: str) -> None:
    raise_it = f"DO $$ BEGIN RAISE EXCEPTION 'Es ist ein Fehler aufgetreten' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(StoreUnavailable, match=says), store.core.database.writing() as connection:
        connection.exec_driver_sql(raise_it)


def test_a_lock_is_a_sentence_and_loses_nothing_typed(store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(store_engine, "_PRAGMAS", (*store_engine._PRAGMAS[:-1], "PRAGMA busy_timeout = 50"))
    with open_store(store_settings, now=Clock()) as store, open_store(store_settings, now=Clock()) as other:
        record_id = start(store)
        typed = judged(form(), "two")
        with other.core.database.writing() as connection:
            connection.execute(sa.select(tables.records).with_for_update())
            with pytest.raises(StoreUnavailable, match="another program holds it") as caught:
                save(store, record_id, typed)
        assert caught.value.form is typed
        assert save(store, record_id, typed) == 2


def test_no_word_of_a_record_is_in_an_error_or_its_chain(store: Store, request: pytest.FixtureRequest) -> None:
    typed = judged(form(), LONG)
    with no_room(store, request), pytest.raises(StoreUnavailable) as caught:
        start(store, typed)
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
    @pytest.fixture
    def old_settings(self, store_settings: Settings) -> Iterator[Settings]:
        """Settings of a store on either engine; what the test does to a server's is made good again."""
        yield store_settings
        open_store(store_settings).close()

    @pytest.fixture
    def record_id(self, old_settings: Settings) -> str:
        """The one record of a store that the first version of the program has left."""
        with open_store(old_settings, now=Clock()) as store:
            started = start(store)
            _back(store)
        return started

    def test_an_older_store_migrates_with_all_that_is_in_it(self, old_settings: Settings, record_id: str) -> None:
        with open_store(old_settings, now=Clock()) as newer:
            assert form_to_dict(newer.get(OFFICER, record_id).form) == form_to_dict(form())
            assert newer.get(OFFICER, record_id).trail[0].by == OFFICER.printed
            assert newer.proposals(OFFICER) == ()
            assert start(newer, key="row-7") == start(newer, key="row-7")
            assert newer.verify(ADMINISTRATOR).is_fine
            with newer.core.database.reading() as connection:
                context = MigrationContext.configure(connection)
                assert compare_metadata(context, tables.metadata) == []

    @pytest.mark.usefixtures("record_id")
    def test_names_that_an_older_version_kept_are_held_against_the_trail_from_then_on(self, old_settings: Settings) -> None:
        with open_store(old_settings, now=Clock()) as newer:
            entry = newer.audit(ADMINISTRATOR)[-1]
            assert "brought the store up to date" not in " ".join(one.what for one in newer.audit(ADMINISTRATOR)[:-1])
            assert (entry.account, "brought the store up to date" in entry.what) == ("program", True)
            tamper(newer, "UPDATE people SET printed = 'x' WHERE key = 'oidc:officer one'")
            faults = newer.verify(ADMINISTRATOR).faults
            assert [(one.state.value, one.what) for one in faults] == [("altered", "printed name of oidc:officer one")]

    @pytest.mark.usefixtures("record_id")
    def test_a_copy_of_an_older_file_is_kept(self, old_settings: Settings) -> None:
        open_store(old_settings).close()
        copies = store_migrate.copies(old_settings.home / "records.db")
        assert len(copies) == (old_settings.store_url is None)
        for copy in copies:
            with sqlite3.connect(copy) as kept:
                assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
                assert kept.execute("SELECT COUNT(*) FROM versions").fetchone() == (1,)
            kept.close()

    @pytest.mark.usefixtures("record_id")
    def test_a_migration_that_fails_leaves_the_older_store(self, old_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(command, "upgrade", _half_a_step)
            with pytest.raises(RuntimeError):
                open_store(old_settings)
        engine = sa.create_engine(old_settings.store_url or f"sqlite:///{old_settings.home / 'records.db'}")
        with engine.connect() as raw:
            assert raw.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
            assert not sa.inspect(raw).has_table("half")
        engine.dispose()
        open_store(old_settings).close()

    def test_two_programs_that_open_an_older_store_at_once_bring_it_up_to_date_once(
        self, old_settings: Settings, record_id: str
    ) -> None:
        both, found = threading.Barrier(2), []

        def arrive() -> None:
            both.wait()
            with open_store(old_settings, now=Clock()) as store:
                found.append(store.get(OFFICER, record_id).version)

        threads = [threading.Thread(target=arrive) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [1, 1]
        with open_store(old_settings) as store:
            assert sum("up to date" in entry.what for entry in store.audit(ADMINISTRATOR)) == 1

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


def _back(store: Store) -> None:
    """Make a store what the first version of the program left: the later steps, and what the trail has from them, undone."""
    entry = _without_names(store)
    tamper(
        store,
        "DROP TABLE proposals",
        "DROP TABLE caller_keys",
        "DROP INDEX ix_search_terms_open",
        "ALTER TABLE people DROP COLUMN salt",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE trail SET entry = :entry, hash = :hash",
        "UPDATE trail_head SET hash = :hash",
        entry=entry,
        hash=sha256(entry.encode()),
    )


def _without_names(store: Store) -> str:
    """Give the trail's one entry as the first version wrote it."""
    (entry,) = store.audit(ADMINISTRATOR)
    detail = {name: value for name, value in entry.detail.items() if name != names.TOLD}
    return canonical(dataclasses.replace(entry, detail=detail).to_dict()).decode()


def _half_a_step(config: object, _revision: str) -> None:
    connection = config.attributes["connection"]  # type: ignore[attr-defined]
    connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
    raise RuntimeError


def test_the_store_is_for_this_account_only(tmp_path: Path) -> None:
    open_store(Settings(home=tmp_path / "home")).close()
    for path in (tmp_path / "home").glob("records.db*"):
        assert path.stat().st_mode & 0o077 == 0
