"""Erasing: nothing of a record is left in any table, in the file's bytes, or in the trail."""

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from era_geo.errors import UsageError
from era_geo.record import erase as erase_module
from era_geo.record import store_migrate, tables
from era_geo.record.access import Action
from era_geo.record.attachments import Attachment
from era_geo.record.restricted import RestrictedKind, RestrictedPlace
from era_geo.record.store import Store, open_store
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.record.verify_trail import State
from era_geo.settings import Settings
from tests.postgres import Server
from tests.record.stores import ADMINISTRATOR, COLLEAGUE, OFFICER, PICTURE, REVIEWER, STRANGER, all_rows, form, judged, save, start

SENTINEL = "zyzzyva"
REFERENCE = "QXJ-77"
PLACE = RestrictedPlace(RestrictedKind.REFUGE, ((240100.0, 750050.0),), "police", OFFICER.key, f"{SENTINEL} refuge")


def said(text: str) -> str:
    return f"{SENTINEL} {text}"


@pytest.fixture
def gone(store: Store) -> tuple[str, list[bytes]]:
    """A record with something of its own in every table; its id, and pieces of everything that is stored packed."""
    first = judged(form(REFERENCE), said("first"))
    record_id = start(store, first, key=f"{SENTINEL}-row-7")
    save(store, record_id, judged(form(REFERENCE), said("second")))
    store.keep_draft(COLLEAGUE, judged(form(REFERENCE), said("draft")), record_id=record_id, base_version=2)
    store.keep_draft(COLLEAGUE, judged(form(REFERENCE), said("unsaved")))
    store.add_restricted(OFFICER, record_id, PLACE)
    store.transition(OFFICER, record_id, Action.OFFER)
    store.transition(REVIEWER, record_id, Action.RETURN, reason=said("reason"))
    store.transition(OFFICER, record_id, Action.OFFER)
    files = (Attachment("notes.txt", "text/plain", said("notes").encode()),)
    store.sign(REVIEWER, record_id, version=2, pictures={2500: PICTURE}, files=files)
    with store.core.database.writing() as connection:
        stamp = {
            "id": "p" * 32,
            "record_id": record_id,
            "key": "k" * 64,
            "made_at": "2026",
            "region": "town",
            "words": said("news"),
        }
        connection.execute(tables.proposals.insert().values(stamp))
        packed = [
            bytes(row[0])
            for column in (tables.versions.c.form, tables.signatures.c.document, tables.contents.c.content, tables.drafts.c.form)
            for row in connection.execute(sa.select(column))
        ]
    return record_id, [content[-48:-8] for content in packed]


def erase(store: Store, record_id: str) -> None:
    done = store.erase(ADMINISTRATOR, record_id, reason="The term is over.")
    assert (done.versions, done.overwritten) == (2, True)


def test_no_row_of_any_table_knows_it_but_the_trail_by_its_id(store: Store, gone: tuple[str, list[bytes]]) -> None:
    record_id, _ = gone
    start(store, form("R-2"))
    before = [row for row in all_rows(store) if record_id in row]
    assert {row.partition(":")[0] for row in before} >= {table.name for table in tables.OF_RECORD}
    erase(store, record_id)
    left = list(all_rows(store))
    assert [row for row in left if SENTINEL in row or REFERENCE in row or "qxj" in row] == []
    assert {row.partition(":")[0] for row in left if record_id in row} == {"trail"}
    assert store.list(OFFICER).total == store.search(OFFICER, "mill").total == 1
    assert store.search(OFFICER, SENTINEL).total == 0
    assert store.drafts(COLLEAGUE) == ()


def test_the_entry_of_the_erasure_holds_nothing_of_it(store: Store, gone: tuple[str, list[bytes]]) -> None:
    record_id, _ = gone
    store.list(ADMINISTRATOR)  # so that the trail has this person's name already
    erase(store, record_id)
    entry = store.audit(ADMINISTRATOR)[-1]
    assert (entry.act.value, entry.record_id, entry.why) == ("erasure", record_id, "The term is over.")
    assert (dict(entry.detail), entry.parts) == ({}, ())


def test_it_verifies_as_erased(store: Store, gone: tuple[str, list[bytes]]) -> None:
    erase(store, gone[0])
    report = store.verify(ADMINISTRATOR)
    assert report.is_fine
    assert report.erased == (gone[0],)
    assert State.ERASED.is_fine


def test_the_bytes_of_the_file_hold_nothing_of_it(store: Store, gone: tuple[str, list[bytes]]) -> None:
    path = store.core.database.path
    if path is None:
        pytest.skip("PostgreSQL's files are looked at below.")
    record_id, pieces = gone
    store.core.database.engine.dispose()
    start(store, form("R-2"))
    marks = [SENTINEL.encode(), REFERENCE.encode(), *pieces]
    before = b"".join(file.read_bytes() for file in path.parent.glob("records.db*"))
    assert [mark for mark in marks if mark not in before] == []
    erase(store, record_id)
    after = b"".join(file.read_bytes() for file in path.parent.glob("records.db*"))
    assert [mark for mark in marks if mark in after] == []


def test_the_bytes_of_the_tables_hold_nothing_of_it_on_postgresql(
    store: Store, gone: tuple[str, list[bytes]], request: pytest.FixtureRequest
) -> None:
    if store.core.database.path is not None:
        pytest.skip("SQLite's file is looked at above.")
    server: Server = request.getfixturevalue("postgres")
    erase(store, gone[0])
    server.execute("CHECKPOINT")
    with store.core.database.reading() as connection:
        oid = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar_one()
    files = [path for path in (server.data / "base" / str(oid)).iterdir() if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert len(content) > 1_000_000
    assert [mark for mark in (SENTINEL.encode(), REFERENCE.encode(), *gone[1]) if mark in content] == []


def test_copies_that_the_program_kept_go_too(store: Store, gone: tuple[str, list[bytes]]) -> None:
    path = store.core.database.path
    if path is None:
        pytest.skip("Copies are kept beside a SQLite file.")
    store_migrate.keep_copy(path, "0001", dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    (copy,) = store_migrate.copies(path)
    done = store.erase(ADMINISTRATOR, gone[0], reason="The term is over.")
    assert done.copies_removed == (copy.name,)
    assert not copy.exists()


def test_who_is_reading_keeps_the_room_from_being_overwritten_and_it_is_said(store_settings: Settings, store: Store) -> None:
    record_id = start(store)
    if store.core.database.path is None:
        pytest.skip("PostgreSQL waits for readers instead.")
    with open_store(store_settings) as other, other.core.database.reading() as connection:
        connection.exec_driver_sql("SELECT COUNT(*) FROM records").scalar()
        assert not store.erase(ADMINISTRATOR, record_id, reason="The term is over.").overwritten
    second = start(store, form("R-2"))
    assert store.erase(ADMINISTRATOR, second, reason="The term is over.").overwritten


def test_on_a_server_too_who_is_reading_keeps_the_room_and_it_is_said(
    store_settings: Settings, store: Store, gone: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.core.database.path is not None:
        pytest.skip("SQLite is looked at above.")
    monkeypatch.setattr(erase_module, "_PATIENCE_S", 0.0)
    with open_store(store_settings) as other, other.core.database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql("SELECT 1").scalar()  # no lock on any table, but a view of the store as it was
        assert not store.erase(ADMINISTRATOR, gone[0], reason="The term is over.").overwritten
    assert store.overwrite(ADMINISTRATOR) == (True, ())


def test_an_erasure_that_was_cut_short_can_be_finished(
    store: Store, gone: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(erase_module, "overwrite", lambda _: False)
        assert not store.erase(ADMINISTRATOR, gone[0], reason="The term is over.").overwritten
    with pytest.raises(NotAllowed):
        store.overwrite(OFFICER)
    assert store.overwrite(ADMINISTRATOR) == (True, ())
    assert store.overwrite(ADMINISTRATOR) == (True, ())


def test_drafts_of_the_case_go_with_its_last_record_however_they_spell_the_reference(store: Store) -> None:
    first, second = start(store, form(REFERENCE)), start(store, form("qxj/77"))
    store.keep_draft(COLLEAGUE, form(f" {REFERENCE.lower()} "))
    store.keep_draft(COLLEAGUE, form("R-2"))
    assert store.erase(ADMINISTRATOR, first, reason="The term is over.").drafts_left == 1
    assert len(store.drafts(COLLEAGUE)) == 2
    assert store.erase(ADMINISTRATOR, second, reason="The term is over.").drafts_left == 0
    assert [draft.reference for draft in store.drafts(COLLEAGUE)] == ["R-2"]


def test_files_of_the_case_go_with_its_last_record_and_others_stay(store: Store, store_settings: Settings) -> None:
    first, second = start(store, form(REFERENCE)), start(store, form("qxj/77"))
    home = store_settings.home
    files = {
        home / "unsaved" / "a.json": {"case": {"reference": REFERENCE.lower()}},
        home / "unsaved" / "b.json": {"case": {"reference": "R-2"}},
        home / "drafts" / "somebody" / "0123.json": {"reference": "QXJ 77", "text": "2 Mill Wynd"},
        home / "drafts" / "somebody" / "4567.json": {"reference": "", "text": "2 Mill Wynd"},
        home / "audits" / "somebody" / "89ab.json": {"record_id": first},
        home / "audits" / "somebody" / "cdef.json": {"record_id": second},
    }
    for path, document in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
    (home / "unsaved" / "no.json").write_text("{", encoding="utf-8")
    store.erase(ADMINISTRATOR, first, reason="The term is over.")
    assert [path.name for path in files if not path.exists()] == ["89ab.json"], "the case goes on in another record"
    done = store.erase(ADMINISTRATOR, second, reason="The term is over.")
    assert [path.name for path in files if path.exists()] == ["b.json", "4567.json"]
    assert {"a.json", "0123.json", "cdef.json"} <= set(done.copies_removed)


@pytest.mark.parametrize("who", [OFFICER, REVIEWER])
def test_only_the_lead_agencys_administrator_erases(store: Store, who: object) -> None:
    record_id = start(store)
    with pytest.raises(NotAllowed, match="administrator"):
        store.erase(who, record_id, reason="No.")  # type: ignore[arg-type]
    elsewhere = dataclasses.replace(ADMINISTRATOR, agency="nhs")
    with pytest.raises(NotAllowed, match="lead agency"):
        store.erase(elsewhere, record_id, reason="No.")


def test_a_reason_that_holds_what_is_erased_is_refused(store: Store) -> None:
    record_id = start(store)
    with pytest.raises(UsageError, match="the case reference"):
        store.erase(ADMINISTRATOR, record_id, reason="ABC-1 moved away.")
    assert store.get(OFFICER, record_id).version == 1


def test_what_is_erased_is_no_record_any_more(store: Store) -> None:
    record_id = start(store)
    store.erase(ADMINISTRATOR, record_id, reason="The term is over.")
    with pytest.raises(NoSuchRecord):
        store.get(OFFICER, record_id)
    with pytest.raises(NoSuchRecord):
        store.erase(ADMINISTRATOR, record_id, reason="Again.")


def test_past_its_retention_date_it_is_listed(store: Store) -> None:
    record_id = start(store)
    store.retain(REVIEWER, record_id, dt.date(2030, 1, 1), reason="The usual term.")
    assert store.past_retention(OFFICER, dt.date(2030, 1, 1)) == ()
    (line,) = store.past_retention(OFFICER, dt.date(2030, 1, 2))
    without = start(store, form("R-2"))
    assert [one.id for one in store.without_retention(OFFICER)] == [without]
    assert [store.count_without_retention(who) for who in (OFFICER, STRANGER)] == [1, 0]
    assert (line.id, line.retain_until) == (record_id, dt.date(2030, 1, 1))


def test_a_migrated_copy_is_one_file_of_this_account(tmp_path: Path) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        path = store.core.database.path
        assert path is not None
        store_migrate.keep_copy(path, "0001", dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
        (copy,) = store_migrate.copies(path)
        assert copy.stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0
