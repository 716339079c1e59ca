"""Verifying: whatever somebody changes behind the program's back is found and named, and what was erased is erased."""

import dataclasses
import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from era_geo.accounts import Role
from era_geo.errors import UsageError
from era_geo.record import tables
from era_geo.record.audit import Act, Anchor
from era_geo.record.calendar import make_calendar
from era_geo.record.formjson import record_from_dict, record_to_json, sha256
from era_geo.record.profileload import load_profile
from era_geo.record.restricted import RestrictedKind, RestrictedPlace
from era_geo.record.store import Store
from era_geo.record.store_due import Rules
from era_geo.record.store_errors import NotAllowed
from era_geo.record.store_rows import content_of, file_digest, pack
from era_geo.record.verify_trail import State
from era_geo.settings import Settings
from tests.record.stores import (
    ADMINISTRATOR,
    NURSE,
    OFFICER,
    PICTURE,
    REVIEWER,
    account,
    all_rows,
    form,
    judged,
    save,
    signed,
    start,
)
from tests.record.tamper import tamper
from tests.record.test_recheck import NURSERY, newer

PLACE = RestrictedPlace(RestrictedKind.REFUGE, ((240100.0, 750050.0),), "police", OFFICER.key, "behind the hall")


def faults(store: Store, *anchors: Anchor) -> list[tuple[str, str]]:
    return [(verdict.state.value, verdict.what) for verdict in store.verify(ADMINISTRATOR, anchors).faults]


def proposed(store: Store, record_id: str) -> str:
    """Let a newer look propose a review, and give the proposal's id."""
    store.recheck(OFFICER, lambda _: newer(NURSERY), "town")
    (proposal,) = (one.id for one in store.proposals(OFFICER) if one.record_id == record_id)
    return proposal


@pytest.fixture
def kept(store: Store) -> str:
    """A store with three records; the id of the signed one."""
    record_id = signed(store, key="row-7")
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
        assert report.parts == (1 + 3 + 1 + 2 + 2 + 1) + (2 + 2) + (1 + 2)

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
            ("UPDATE records SET retain_until = '2020-01-01' WHERE id = :id", ("altered", "retention date")),
            ("UPDATE records SET signed_at = '2020' WHERE id = :id", ("altered", "time of signing")),
            ("UPDATE records SET supersedes = :id WHERE reference = 'R-3'", ("altered", "what it supersedes")),
            ("DELETE FROM search_terms WHERE term = 'graffiti'", ("altered", "word index")),
            ("UPDATE search_terms SET open_to_all = NOT open_to_all WHERE term = 'graffiti'", ("altered", "word index")),
            ("UPDATE restricted_places SET place = '{}'", ("altered", "restricted place")),
            ("DELETE FROM restricted_places", ("missing", "restricted place")),
            ("UPDATE proposals SET answer = 'no'", ("altered", "proposal")),
            ("DELETE FROM proposals", ("missing", "proposal")),
            ("UPDATE caller_keys SET key = 'row-8'", ("altered", "caller's key")),
            ("DELETE FROM caller_keys", ("missing", "caller's key")),
            (
                "UPDATE people SET printed = 'x' WHERE key = 'oidc:reviewer'",
                ("altered", "printed name of oidc:reviewer"),
            ),
            ("DELETE FROM people WHERE key = 'oidc:reviewer'", ("missing", "printed name of oidc:reviewer")),
            ("INSERT INTO people (key, printed) VALUES ('oidc:x', 'x')", ("added", "printed name of oidc:x")),
            ("DELETE FROM exported_files", ("missing", "file given out")),
            ("UPDATE records SET salt = 'x' WHERE id = :id", ("altered", "version 1")),
        ],
    )
    def test_whatever_is_changed_is_named(self, store: Store, kept: str, change: str, named: tuple[str, str]) -> None:
        place = store.add_restricted(OFFICER, kept, PLACE)
        proposal = proposed(store, kept)
        store.answer_proposal(OFFICER, proposal, "It was there before.")
        store.disclosed(OFFICER, kept, recipient="Court", basis="s.35", files={"a.pdf": "0" * 64}, version=1, redacted=False)
        assert faults(store) == []
        tamper(store, change, id=kept, junk=b"junk", packed=pack(b"another picture"), picture=sha256(PICTURE))
        state, what = named
        known = {"restricted place": f"restricted place {place}", "proposal": f"proposal {proposal}"}
        assert (state, known.get(what, what)) in faults(store)

    def test_a_date_that_the_rules_do_not_give_is_named(self, store: Store, kept: str) -> None:
        rules = Rules(load_profile(Settings()), lambda _: make_calendar())
        store.due(OFFICER, rules, dt.date(2026, 11, 23))
        assert store.verify(ADMINISTRATOR, rules=rules).is_fine
        tamper(store, "UPDATE records SET next_on = '2036-01-01' WHERE id = :id", id=kept)
        (fault,) = store.verify(ADMINISTRATOR, rules=rules).faults
        assert (fault.what, fault.record_id) == ("due date", kept)

    def test_of_others_records_only_the_number_of_faults_is_told(self, store: Store, kept: str) -> None:
        tamper(store, "UPDATE records SET reference = 'R-9' WHERE id = :id", "UPDATE trail SET hash = 'x' WHERE seq = 1", id=kept)
        elsewhere = dataclasses.replace(ADMINISTRATOR, agency="education")
        report = store.verify(elsewhere)
        assert (report.is_fine, report.elsewhere) == (False, 1)
        assert {(fault.what.partition(" ")[0], fault.record_id) for fault in report.faults} == {("trail", None)}
        assert store.verify(ADMINISTRATOR).elsewhere == 0

    def test_that_there_is_a_restricted_place_is_told_to_its_holder_alone(self, store: Store, kept: str) -> None:
        parts = store.verify(ADMINISTRATOR).parts
        store.add_restricted(OFFICER, kept, PLACE)
        assert store.verify(ADMINISTRATOR).parts == parts
        tamper(store, "DELETE FROM restricted_places")
        assert len(store.verify(ADMINISTRATOR).faults) == 1
        assert store.verify(dataclasses.replace(ADMINISTRATOR, agency="nhs")).faults == ()

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
        (found,) = store.verify_files(REVIEWER, [path])
        return found.state, found.says

    def test_as_it_was_exported(self, store: Store, exported: Path) -> None:
        assert self.verdict(store, exported)[0] is State.UNALTERED

    def test_a_changed_field_is_named(self, store: Store, kept: str, exported: Path) -> None:
        exported.write_text(exported.read_text(encoding="utf-8").replace("contact is foreseeable", "no contact"), encoding="utf-8")
        before = len(store.audit(ADMINISTRATOR))
        assert self.verdict(store, exported) == (State.ALTERED, "It differs from version 1 in analysis.judgement.")
        (entry,) = store.audit(ADMINISTRATOR)[before:]
        assert (entry.act, entry.record_id, entry.account) == (Act.CONSULTATION, kept, REVIEWER.key)

    def test_rows_are_named_by_number_and_never_by_what_they_are_about(self, store: Store, exported: Path) -> None:
        data = json.loads(exported.read_text(encoding="utf-8"))
        for rows in (data["form"]["measures"], data["form"]["addresses"]):
            rows[1] = {name: value and "other" if name in {"text", "address"} else value for name, value in rows[1].items()}
        del data["form"]["agencies"][0]
        exported.write_text(json.dumps(data), encoding="utf-8")
        _, says = self.verdict(store, exported)
        assert "measures[2].text" in says
        assert "addresses[2].address" in says
        assert "(3 rows, and 2 in the file)" in says
        assert not {word for word in ("Mill", "door", "visit", "police", "nhs") if word in says}

    @pytest.mark.parametrize("agency", ["education", "police"])
    def test_who_may_not_read_the_record_is_told_only_whether_it_is_altered(
        self, store: Store, kept: str, exported: Path, agency: str
    ) -> None:
        who = dataclasses.replace(ADMINISTRATOR, agency=agency)
        (found,) = store.verify_files(who, [exported])
        assert (found.state, found.record_id) == (State.UNALTERED, kept if agency == "police" else None)
        exported.write_text(exported.read_text(encoding="utf-8").replace("contact is foreseeable", "x"), encoding="utf-8")
        before = len(store.audit(ADMINISTRATOR))
        (found,) = store.verify_files(who, [exported])
        assert found.state is State.ALTERED
        assert "judgement" not in found.says
        assert len(store.audit(ADMINISTRATOR)) == before

    def test_a_landlord_verifies_nothing(self, store: Store, exported: Path) -> None:
        landlord = account("x", "landlord:marrow-homes", *Role)
        with pytest.raises(NotAllowed, match="whole record"):
            store.verify_files(landlord, [exported])
        with pytest.raises(NotAllowed, match="whole record"):
            store.verify(landlord)

    def test_a_forged_file_is_not_believed_because_somebody_listed_it(self, store: Store, kept: str, exported: Path) -> None:
        forged = exported.read_text(encoding="utf-8").replace("contact is foreseeable", "no contact")
        exported.write_text(forged, encoding="utf-8")
        entries = {entry.act: entry.seq for entry in store.audit(ADMINISTRATOR) if entry.record_id == kept}
        with store.core.database.reading() as connection:
            salt = connection.execute(sa.select(tables.records.c.salt).where(tables.records.c.id == kept)).scalar_one()
        plain = sha256(exported.read_bytes())
        for digest in (plain, file_digest(salt, plain)):
            for seq in (entries[Act.COLLECTION], entries[Act.DISCLOSURE]):
                put_in = "INSERT INTO exported_files (sha256, seq, record_id) VALUES (:sha, :seq, :id)"
                tamper(store, put_in, sha=digest, seq=seq, id=kept)
        assert self.verdict(store, exported)[0] is State.ALTERED
        assert [what for _, what in faults(store)] == ["file given out"] * 4

    def test_the_trail_does_not_hold_a_hash_by_which_a_file_could_be_guessed(self, store: Store, exported: Path) -> None:
        held = " ".join(row for row in all_rows(store))
        assert sha256(exported.read_bytes()) not in held
        assert self.verdict(store, exported)[0] is State.UNALTERED

    def test_a_page_or_a_document_of_an_erased_record_is_known_by_the_id_in_it(
        self, store: Store, kept: str, tmp_path: Path
    ) -> None:
        page, document, other = tmp_path / "a.html", tmp_path / "a.docx", tmp_path / "b.html"
        page.write_text(f"<p>{kept}, version 1</p>", encoding="utf-8")
        other.write_text(f"<p>{'0' * 32}</p>", encoding="utf-8")
        with zipfile.ZipFile(document, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("word/document.xml", f"<w:t>{kept}, version 1</w:t>")
        assert [self.verdict(store, path)[0] for path in (page, document)] == [State.UNKNOWN] * 2
        store.erase(ADMINISTRATOR, kept, reason="The term is over.")
        found = [self.verdict(store, path)[0] for path in (page, document, other)]
        assert found == [State.ERASED, State.ERASED, State.UNKNOWN]

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
