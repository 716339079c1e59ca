"""Verifying: whatever somebody changes behind the program's back is found and named, and what was erased is erased."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from era_geo.errors import UsageError
from era_geo.record import tables
from era_geo.record.audit import Anchor
from era_geo.record.formjson import record_from_dict, record_to_json, sha256
from era_geo.record.store import Store
from era_geo.record.store_errors import NotAllowed
from era_geo.record.store_rows import content_of, pack
from era_geo.record.verify import State
from tests.record.stores import ADMINISTRATOR, NURSE, OFFICER, PICTURE, REVIEWER, form, judged, save, signed, start
from tests.record.tamper import tamper


def faults(store: Store, *anchors: Anchor) -> list[tuple[str, str]]:
    return [(verdict.state.value, verdict.what) for verdict in store.verify(ADMINISTRATOR, anchors).faults]


@pytest.fixture
def kept(store: Store) -> str:
    """A store with three records; the id of the signed one."""
    record_id = signed(store)
    save(store, start(store, form("R-2")), judged(form("R-2"), "two"))
    start(store, form("R-3"))
    assert faults(store) == []
    return record_id


class TestRecords:
    @pytest.mark.usefixtures("kept")
    def test_all_is_well_and_counted(self, store: Store) -> None:
        report = store.verify(REVIEWER)
        assert report.is_fine
        assert (report.records, report.erased) == (3, ())
        assert report.parts == (1 + 3 + 1 + 2 + 1) + (2 + 1) + (1 + 1)

    def test_a_changed_version_is_named(self, store: Store, kept: str) -> None:
        other = content_of(judged(form(), "nothing to fear"))
        tamper(store, "UPDATE versions SET form = :form WHERE record_id = :id", form=pack(other), id=kept)
        (verdict,) = store.verify(ADMINISTRATOR).faults
        assert (verdict.state, verdict.what, verdict.record_id) == (State.ALTERED, "version 1", kept)

    def test_a_changed_version_is_named_though_its_hash_was_changed_with_it(self, store: Store, kept: str) -> None:
        other = content_of(judged(form(), "nothing to fear"))
        change = "UPDATE versions SET form = :form, sha256 = :sha WHERE record_id = :id"
        tamper(store, change, form=pack(other), sha=sha256(other), id=kept)
        assert faults(store) == [("altered", "version 1")]

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ("UPDATE versions SET saved_by = 'oidc:x' WHERE record_id = :id", ("altered", "version 1")),
            ("UPDATE versions SET form = :junk WHERE record_id = :id", ("altered", "version 1")),
            ("DELETE FROM versions WHERE record_id = :id", ("missing", "version 1")),
            ("UPDATE contents SET content = :packed WHERE sha256 = :picture", ("altered", "attachment map-2500.png")),
            ("DELETE FROM contents WHERE sha256 = :picture", ("altered", "attachment map-2500.png")),
            ("DELETE FROM attachments WHERE name = 'map-2500.png'", ("missing", "attachment map-2500.png")),
            ("UPDATE attachments SET name = 'other.png' WHERE name = 'map-2500.png'", ("added", "attachment other.png")),
            ("UPDATE signatures SET document = :packed", ("altered", "signature")),
            ("UPDATE signatures SET signed_as = 'somebody else'", ("altered", "signature")),
            ("UPDATE signatures SET authenticated = NOT authenticated", ("altered", "signature")),
            ("DELETE FROM signatures", ("missing", "signature")),
            ("UPDATE steps SET reason = 'because' WHERE record_id = :id AND seq = 1", ("altered", "step 1")),
            ("DELETE FROM steps WHERE record_id = :id AND seq = 2", ("missing", "step 2")),
            ("UPDATE records SET status = 'draft' WHERE id = :id", ("altered", "status")),
            ("UPDATE records SET reference = 'R-9' WHERE id = :id", ("altered", "line in lists")),
            ("UPDATE records SET level = 1 WHERE id = :id", ("altered", "line in lists")),
            ("DELETE FROM named_agencies WHERE agency = 'nhs'", ("altered", "line in lists")),
            ("UPDATE records SET salt = 'x' WHERE id = :id", ("altered", "version 1")),
        ],
    )
    def test_whatever_is_changed_is_named(self, store: Store, kept: str, change: str, named: tuple[str, str]) -> None:
        tamper(store, change, id=kept, junk=b"junk", packed=pack(b"another picture"), picture=sha256(PICTURE))
        assert named in faults(store)

    @pytest.mark.usefixtures("kept")
    def test_an_older_version_shown_as_the_newest_is_named(self, store: Store) -> None:
        tamper(store, "UPDATE records SET version = 1 WHERE reference = 'R-2'")
        assert faults(store) == [("altered", "version shown")]

    def test_a_version_that_was_put_in_is_named(self, store: Store, kept: str) -> None:
        columns = "form, sha256, saved_at, saved_by, saved_as"
        tamper(store, f"INSERT INTO versions SELECT record_id, 2, {columns} FROM versions WHERE record_id = :id", id=kept)
        assert faults(store) == [("added", "version 2")]

    def test_a_record_that_is_gone_without_an_erasure_is_missing(self, store: Store, kept: str) -> None:
        of_record = [f"DELETE FROM {table.name} WHERE record_id = :id" for table in tables.OF_RECORD]
        by_number = [
            f"DELETE FROM {name} WHERE record_no = (SELECT no FROM records WHERE id = :id)"
            for name in ("named_agencies", "search_terms")
        ]
        tamper(store, *of_record, *by_number, "DELETE FROM records WHERE id = :id", id=kept)
        assert faults(store) == [("missing", "record")]

    def test_only_those_who_look_after_the_store_verify_it(self, store: Store) -> None:
        with pytest.raises(NotAllowed):
            store.verify(NURSE)


class TestTrail:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE trail SET entry = REPLACE(entry, 'oidc:officer one', 'oidc:somebody') WHERE seq = 2",
            "UPDATE trail SET entry = 'junk' WHERE seq = 2",
            "UPDATE trail SET entry = '[]' WHERE seq = 2",
            "UPDATE trail SET hash = 'x' WHERE seq = 2",
            "UPDATE trail SET record_id = NULL WHERE seq = 2",
            "DELETE FROM trail WHERE seq = 2",
            "UPDATE trail SET (entry, hash) = (SELECT entry, hash FROM trail WHERE seq = 3) WHERE seq = 2",
        ],
    )  # fmt: skip
    @pytest.mark.usefixtures("kept")
    def test_a_changed_removed_or_reordered_entry_is_named(self, store: Store, change: str) -> None:
        tamper(store, change)
        found = faults(store)
        assert {what for state, what in found if what.startswith("trail entry")} <= {"trail entry 2", "trail entry 3"}
        assert ("altered", "trail entry 3" if change.startswith("DELETE") else "trail entry 2") in found

    @pytest.mark.usefixtures("kept")
    def test_a_trail_that_was_cut_short_is_named(self, store: Store) -> None:
        tamper(store, "DELETE FROM trail WHERE seq = (SELECT MAX(seq) FROM trail)")
        assert ("missing", "end of the trail") in faults(store)

    def test_cutting_it_short_with_its_end_contradicts_the_anchor_of_an_export_or_a_note(self, store: Store, kept: str) -> None:
        anchor = store.verify(ADMINISTRATOR).anchor
        store.get(OFFICER, kept)
        assert faults(store, anchor) == []
        cut = "DELETE FROM trail WHERE seq >= :last"
        end = "UPDATE trail_head SET entries = :rest, hash = (SELECT hash FROM trail WHERE seq = :rest)"
        tamper(store, cut, end, last=anchor.entries, rest=anchor.entries - 1)
        assert ("missing", "end of the trail") not in faults(store)
        assert ("missing", f"trail entries after {anchor.entries - 1}") in faults(store, anchor)

    @pytest.mark.usefixtures("kept")
    def test_cutting_it_short_before_a_signature_contradicts_the_signature(self, store: Store) -> None:
        end = "UPDATE trail_head SET entries = 1, hash = (SELECT hash FROM trail WHERE seq = 1)"
        tamper(store, "DELETE FROM trail WHERE seq > 1", end)
        assert ("missing", "trail entries after 1") in faults(store)

    @pytest.mark.usefixtures("kept")
    def test_a_trail_that_was_written_anew_contradicts_an_anchor(self, store: Store) -> None:
        anchor = store.verify(ADMINISTRATOR).anchor
        with store.core.database.reading() as connection:
            rows = connection.execute(sa.select(tables.trail).order_by(tables.trail.c.seq)).all()
        last, statements = "", []
        for row in rows:
            data = json.loads(row.entry) | {"previous": last, "account": "oidc:nobody"}
            text = json.dumps(data, sort_keys=True, separators=(",", ":"))
            last = sha256(text.encode())
            statements.append(
                f"UPDATE trail SET entry = '{text.replace(chr(39), chr(39) * 2)}', hash = '{last}' WHERE seq = {row.seq}"
            )
        with store.core.database.engine.connect() as connection:
            escaped = [statement.replace(":", r"\:") for statement in statements]
        tamper(
            store,
            *escaped,
            f"UPDATE trail_head SET hash = '{last}'",
            f"UPDATE signatures SET trail_head = '{last}', trail_entries = {len(rows)}",
        )
        assert ("altered", f"trail up to entry {anchor.entries}") in faults(store, anchor)
        assert ("altered", "signature") in faults(store)


class TestErased:
    def test_what_was_erased_verifies_as_erased(self, store: Store, kept: str) -> None:
        store.erase(ADMINISTRATOR, kept, reason="The term is over.")
        report = store.verify(ADMINISTRATOR)
        assert report.is_fine
        assert report.erased == (kept,)

    def test_what_was_put_back_is_named(self, store: Store, kept: str) -> None:
        with store.core.database.reading() as connection:
            (row,) = connection.execute(sa.select(tables.records).where(tables.records.c.id == kept)).mappings()
        store.erase(ADMINISTRATOR, kept, reason="The term is over.")
        with store.core.database.writing() as connection:
            connection.execute(tables.records.insert().values(dict(row)))
        assert faults(store) == [("added", "record")]


class TestFiles:
    @pytest.fixture
    def exported(self, store: Store, kept: str, tmp_path: Path) -> Path:
        """The signed record's JSON, exported and logged."""
        document = store.for_export(OFFICER, kept, recipient="Court", basis="DPA 2018 s.35")
        path = tmp_path / "record.json"
        path.write_text(record_to_json(document), encoding="utf-8")
        files = {path.name: sha256(path.read_bytes())}
        store.disclosed(OFFICER, kept, recipient="Court", basis="DPA 2018 s.35", files=files, version=1, redacted=False)
        return path

    def verdict(self, store: Store, path: Path) -> tuple[State, str]:
        (found,) = store.verify_files(ADMINISTRATOR, [path])
        return found.state, found.says

    def test_as_it_was_exported(self, store: Store, exported: Path) -> None:
        assert self.verdict(store, exported)[0] is State.UNALTERED

    def test_a_changed_field_is_named(self, store: Store, exported: Path) -> None:
        exported.write_text(exported.read_text(encoding="utf-8").replace("contact is foreseeable", "no contact"), encoding="utf-8")
        assert self.verdict(store, exported) == (State.ALTERED, "It differs from version 1 in analysis.judgement.")

    def test_a_changed_signature_or_status_is_found(self, store: Store, exported: Path) -> None:
        exported.write_text(
            exported.read_text(encoding="utf-8").replace('"status": "signed"', '"status": "draft"'), encoding="utf-8"
        )
        state, says = self.verdict(store, exported)
        assert state is State.ALTERED
        assert "stands around it" in says

    def test_another_kind_of_file_is_known_by_its_content(self, store: Store, kept: str, tmp_path: Path) -> None:
        path = tmp_path / "sheet.pdf"
        path.write_bytes(b"%PDF a sheet")
        assert self.verdict(store, path)[0] is State.UNKNOWN
        files = {path.name: sha256(path.read_bytes())}
        store.disclosed(OFFICER, kept, recipient="Court", basis="DPA 2018 s.35", files=files, version=1, redacted=False)
        assert self.verdict(store, path)[0] is State.UNALTERED
        path.write_bytes(b"%PDF another sheet")
        assert self.verdict(store, path)[0] is State.UNKNOWN

    def test_of_an_erased_record_it_is_erased_and_not_altered(self, store: Store, kept: str, exported: Path) -> None:
        store.erase(ADMINISTRATOR, kept, reason="The term is over.")
        state, says = self.verdict(store, exported)
        assert state is State.ERASED
        assert "2026-11-23" in says
        exported.write_text(exported.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert self.verdict(store, exported)[0] is State.ERASED

    def test_the_trail_that_it_was_exported_from_must_still_be_there(self, store: Store, exported: Path) -> None:
        document = record_from_dict(json.loads(exported.read_text(encoding="utf-8")))
        assert "entries, the last with the hash" in document.trail[-1].what
        end = "UPDATE trail_head SET entries = 5, hash = (SELECT hash FROM trail WHERE seq = 5)"
        tamper(store, "DELETE FROM exported_files", "DELETE FROM trail WHERE seq > 5", end)
        states = {(verdict.state, verdict.what) for verdict in store.verify_files(ADMINISTRATOR, [exported])}
        assert (State.MISSING, "trail entries after 5") in states

    def test_a_record_of_another_store_is_not_known(self, store: Store, exported: Path) -> None:
        data = json.loads(exported.read_text(encoding="utf-8")) | {"id": "0" * 32}
        exported.write_text(json.dumps(data), encoding="utf-8")
        assert self.verdict(store, exported)[0] is State.UNKNOWN

    def test_a_file_that_cannot_be_read_is_said(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"nowhere\.json cannot be read"):
            store.verify_files(ADMINISTRATOR, [tmp_path / "nowhere.json"])
