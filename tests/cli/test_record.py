"""`era-geo record`: the life of a record on the command line, one person after another, and a sentence for every mistake."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from era_geo.accounts import Account, Role
from tests.cli.conftest import Ran
from tests.cli.test_cli import FAR, HOME, OTHER, ROAD, drawing

Run = Callable[..., Ran]
ADDRESS = "Flat 2/1, 15 Mill Wynd, Invermarrow"
SAID = {
    "analysis.judgement": "contact is foreseeable",
    "decision.outcome": "manageable",
    "decision.reasons": "visits are in place",
    "decision.decided_by": "detective sergeant",
    "decision.decided_on": "2026-11-23",
    "review.review_on": "2027-11-23",
    "case.notified_on": "2026-11-20",
    "person.level": "2",
}


class Person:
    """Who is at the computer: tests put another account of the operating system in front of it."""

    def __init__(self) -> None:
        self.name = "anna"
        self.agency: str | None = "police"

    def account(self, agency: str | None = None) -> Account:
        return Account(f"os:{self.name}", self.name, agency or self.agency, frozenset(Role), authenticated=False)


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    somebody = Person()
    monkeypatch.setattr("era_geo.accounts.local_account", somebody.account)
    return somebody


@pytest.fixture
def at_desk(era_geo: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, person: Person) -> Run:
    """The command line with an empty store, beside the training town."""
    monkeypatch.setenv("ERA_GEO_STORE_URL", f"sqlite:///{tmp_path / 'records.db'}")
    return era_geo


@pytest.fixture
def record(at_desk: Run) -> str:
    ran = at_desk(
        "record", "new", ADDRESS, "--reference", "ML-1", "--lead", "police", "--trigger", "first registration", "--confirm"
    )
    assert ran.code == 0, ran.err
    return ran.out.split()[-1]


def fill(at_desk: Run) -> None:
    ran = at_desk("record", "set", "ML-1", *(f"{field}={value}" for field, value in SAID.items()), "--confirm")
    assert (ran.code, ran.out) == (0, "Saved as version 2.\n"), ran.err


@pytest.fixture
def signed(at_desk: Run, record: str, person: Person) -> str:
    fill(at_desk)
    assert at_desk("record", "hand-in", "ML-1").code == 0
    person.name = "bert"
    ran = at_desk("record", "sign", "ML-1", "--version", "2")
    assert ran.code == 0, ran.err
    assert "not checked by sign-in" in ran.out
    person.name = "anna"
    return record


def begin_again(at_desk: Run) -> Ran:
    """Start the record that is to supersede the signed one."""
    ran = at_desk("record", "new", ADDRESS, "--reference", "ML-2", "--lead", "police", "--supersedes", "ML-1", "--confirm")
    assert ran.code == 0, ran.err
    return ran


class TestWriting:
    def test_a_script_that_is_run_again_with_its_key_starts_no_second_record(self, at_desk: Run) -> None:
        first, again = (
            at_desk("record", "new", ADDRESS, "--reference", "ML-1", "--lead", "police", "--key", "row-7", "--confirm")
            for _ in range(2)
        )
        assert (first.code, again.code, again.out) == (0, 0, first.out)
        assert "nothing was started now" in again.err
        assert json.loads(at_desk("record", "list", "--json").out)["total"] == 1

    def test_a_record_begins_with_what_the_map_knows(self, at_desk: Run, record: str) -> None:
        document = json.loads(at_desk("record", "show", "ML-1", "--json").out)
        assert (document["id"], document["status"], document["version"]) == (record, "draft", 1)
        assert document["form"]["assessment"]["site"]["label"].startswith("Flat 2/1, 15 Mill Wynd")
        assert len(document["form"]["agencies"]) == 10
        assert document["form"]["case"]["profile"] == "national-2017 1"

    def test_single_fields_are_set(self, at_desk: Run, record: str) -> None:
        fill(at_desk)
        form = json.loads(at_desk("record", "show", record[:8], "--json").out)["form"]
        assert (form["person"]["level"], form["decision"]["outcome"]) == (2, "manageable")
        assert at_desk("record", "set", "ML-1", "person.level=2").out.startswith("Nothing differs from version 2")

    @pytest.mark.parametrize(
        ("value", "says"),
        [
            ("judgement", "FIELD=VALUE"),
            ("analysis.judgment=x", "no field 'judgment'. Here there are: risk_to_person, facts, judgement"),
            ("analysis=x", "several fields: risk_to_person, facts, judgement"),
            ("agencies[navy].detail=x", "no field 'navy'"),
            ("assessment.as_of=2026-01-01", "no such field"),
            ("person.level=7", "MAPPA levels are 1, 2 and 3"),
            ("case.due_on=soon", "case.due_on"),
        ],
    )
    @pytest.mark.usefixtures("record")
    def test_a_field_or_value_that_does_not_fit_is_said(self, at_desk: Run, value: str, says: str) -> None:
        ran = at_desk("record", "set", "ML-1", value)
        assert ran.code in (1, 2)
        assert says in ran.err
        assert "Traceback" not in ran.err

    @pytest.mark.usefixtures("record")
    def test_a_text_that_looks_like_a_person_is_shown_and_not_saved(self, at_desk: Run) -> None:
        ran = at_desk("record", "set", "ML-1", "analysis.facts=born 03/04/1971")
        assert ran.code == 2
        assert "analysis.facts: looks like" in ran.err
        assert at_desk("record", "set", "ML-1", "analysis.facts=born 03/04/1971", "--confirm").code == 0

    @pytest.mark.usefixtures("record")
    def test_what_show_printed_is_edited_and_saved(self, at_desk: Run, tmp_path: Path) -> None:
        file = tmp_path / "record.json"
        file.write_text(
            at_desk("record", "show", "ML-1", "--json").out.replace('"judgement": ""', '"judgement": "watch"'), encoding="utf-8"
        )
        assert at_desk("record", "edit", "ML-1", str(file)).out == "Saved as version 2.\n"
        assert at_desk("record", "edit", "ML-1", str(file)).out.startswith("Nothing differs")

    @pytest.mark.usefixtures("record")
    def test_an_edit_of_an_older_version_loses_nothing(self, at_desk: Run, tmp_path: Path) -> None:
        file = tmp_path / "record.json"
        file.write_text(
            at_desk("record", "show", "ML-1", "--json").out.replace('"judgement": ""', '"judgement": "watch"'), encoding="utf-8"
        )
        fill(at_desk)
        ran = at_desk("record", "edit", "ML-1", str(file))
        assert ran.code == 1
        assert "Version 2 of this record was saved" in ran.err
        kept = Path(ran.err.partition("The whole form is in ")[2].partition(":")[0])
        assert json.loads(kept.read_text(encoding="utf-8"))["analysis"]["judgement"] == "watch"
        assert kept.stat().st_mode & 0o077 == 0

    def test_mistakes_are_sentences(self, at_desk: Run, tmp_path: Path) -> None:
        for words, says in (
            (["new"], "in one way"),
            (["new", ADDRESS], "give the case reference"),
            (["new", ADDRESS, "--reference", "x", "--trigger", "nothing"], "--trigger nothing"),
            (["show", "nowhere"], "no such record"),
            (["list", "--status", "lost"], "--status lost"),
            (["edit", "x", str(tmp_path / "none.json")], "cannot be read"),
            (["verify", str(tmp_path / "none.json")], "cannot be read"),
            (["verify", "--anchor", "x"], "--anchor x"),
            (["erase", "x", "--reason", "y"], "--yes"),
        ):
            ran = at_desk("record", *words)
            assert ran.code in (1, 2)
            assert says in ran.err, words


class TestLife:
    @pytest.mark.usefixtures("record")
    def test_the_author_does_not_sign_and_another_account_does(self, at_desk: Run, person: Person) -> None:
        fill(at_desk)
        at_desk("record", "send-out", "ML-1")
        at_desk("record", "hand-in", "ML-1")
        assert "Another account signs" in at_desk("record", "sign", "ML-1", "--version", "2").err
        person.name = "bert"
        assert at_desk("record", "return", "ML-1", "--reason", "Ask the school.").out == "The record is draft.\n"
        assert "Ask the school." in at_desk("record", "history", "ML-1").out

    @pytest.mark.usefixtures("signed")
    def test_signed_exported_and_verified(self, at_desk: Run, tmp_path: Path) -> None:
        out = tmp_path / "out"
        words = [
            "--to",
            str(out),
            "--recipient",
            "Procurator Fiscal",
            "--basis",
            "DPA 2018 s.35",
            "--format",
            "json",
            "--format",
            "docx",
        ]
        ran = at_desk("record", "export", "ML-1", *words)
        assert ran.code == 0, ran.err
        files = sorted(out.iterdir())
        assert {path.suffix for path in files} == {".json", ".docx"}
        ran = at_desk("record", "verify", *map(str, files))
        assert (ran.code, ran.out.count("unaltered: ")) == (0, 2)
        (changed,) = (path for path in files if path.suffix == ".json")
        changed.write_text(changed.read_text(encoding="utf-8").replace("visits are in place", "none"), encoding="utf-8")
        ran = at_desk("record", "verify", str(changed))
        assert ran.code == 1
        assert "decision.reasons" in ran.out
        assert "Procurator Fiscal" in at_desk("record", "show", "ML-1").out
        anchor = at_desk("record", "verify").out.split()[-1]
        assert json.loads(at_desk("record", "verify", "--anchor", anchor, "--json").out)["fine"]

    @pytest.mark.usefixtures("record")
    def test_due_says_by_when_and_by_which_rules(self, at_desk: Run) -> None:
        fill(at_desk)
        document = json.loads(at_desk("record", "due", "--as-of", "2026-11-23", "--json").out)
        (row,) = document["rows"]
        assert (row["reference"], row["due"]["due_on"], row["due"]["days_left"]) == ("ML-1", "2026-12-02", 9)
        assert "overdue by" in at_desk("record", "due", "--as-of", "2026-12-24").out

    @pytest.mark.usefixtures("record")
    def test_rules_say_who_leads_who_has_how_long_and_on_what_it_rests(self, at_desk: Run) -> None:
        fill(at_desk)
        told = json.loads(at_desk("record", "rules", "ML-1", "--as-of", "2026-11-23", "--json").out)
        assert [part["working_days"] for part in told["parts"]] == [2, 5]
        assert told["parts"][-1]["due_on"] == told["due_on"] == "2026-12-02"
        said = at_desk("record", "rules", "ML-1", "--as-of", "2026-12-24").out
        assert "It is overdue." in said
        assert "Rests on: " in said

    @pytest.mark.usefixtures("signed")
    def test_nothing_new_where_the_region_is_the_same(self, at_desk: Run) -> None:
        ran = at_desk("record", "recheck", "--json")
        (held,) = json.loads(ran.out)
        assert (held["outcome"], held["reasons"]) == ("nothing new", [])
        assert at_desk("record", "proposals").out == ""

    def test_a_new_nursery_within_the_radius_is_a_proposed_review(self, at_desk: Run, tmp_path: Path) -> None:
        before = f"{HOME}\n{OTHER}\n{ROAD}\n{FAR}"
        at_desk(*drawing(before, tmp_path / "before.osm"), "mapped")
        ran = at_desk("record", "new", "2 Mill Wynd", "--region", "mapped", "--reference", "ML-2", "--confirm")
        assert ran.code == 0, ran.err
        nursery = "nursery area 60,0 90,0 90,40 60,40 amenity=kindergarten name='Little Steps'"
        at_desk(*drawing(f"{before}\n{nursery}", tmp_path / "after.osm"), "mapped")
        ran = at_desk("record", "recheck", "--region", "mapped")
        assert "ML-2: a review is proposed" in ran.out
        assert "Little Steps, is listed now (50 m from the property" in ran.out
        ran = at_desk("record", "proposals")
        assert "Little Steps" in ran.out
        assert at_desk("record", "answer", ran.out.split()[0], "A review is begun.").code == 0
        assert at_desk("record", "proposals").out == ""
        assert "[A review is begun.]" in at_desk("record", "proposals", "--answered").out

    def test_the_case_file_audit_from_draw_to_summary(self, at_desk: Run, signed: str, tmp_path: Path) -> None:
        now = dt.datetime.now(tz=dt.UTC)
        quarter = f"{now.year}Q{(now.month + 2) // 3}"
        at_desk("record", "sample", "--quarter", quarter, "--forms", str(tmp_path / "forms"))
        assert at_desk("record", "sample", "--quarter", quarter, "--seed", "3").out.startswith("Not placed")
        assert "is no quarter" in at_desk("record", "sample", "--quarter", "summer").err
        form = tmp_path / "form.json"
        given = {"record_id": signed, "local_authority": "Marrowshire", "level": 2, "quarter": quarter, "auditor": "reviewer"}
        given |= {"audited_on": "2026-11-23", "themes": ["late"], "answers": [{"question": "led", "mark": "met"}]}
        form.write_text(json.dumps(given), encoding="utf-8")
        tally = json.loads(at_desk("record", "audit-summary", str(form)).out)
        assert (tally["quarter"], tally["unfinished"]) == (quarter, [signed])
        assert json.loads(at_desk("record", "audit-summary", str(form), "--for-managers").out)["files"] is None
        form.write_text("{}", encoding="utf-8")
        assert "is no audit form" in at_desk("record", "audit-summary", str(form)).err

    @pytest.mark.usefixtures("record")
    def test_live_records_nearby_are_a_number_for_the_police_only(self, at_desk: Run, person: Person) -> None:
        assert "0 other cases" in at_desk("record", "near", "ML-1", "--within", "500").out
        person.agency = "nhs"
        assert at_desk("record", "near", "ML-1", "--within", "500").out == "To be considered by police.\n"

    def test_kept_until_and_erased(self, at_desk: Run, signed: str) -> None:
        assert json.loads(at_desk("record", "list", "--without-retention", "--json").out)["records"][0]["id"] == signed
        assert "1 records do not say how long" in at_desk("record", "due").err
        at_desk("record", "retain", "ML-1", "--until", "2020-01-01", "--reason", "The usual term.")
        assert json.loads(at_desk("record", "list", "--without-retention", "--json").out)["total"] == 0
        assert json.loads(at_desk("record", "list", "--past-retention", "--json").out)["records"][0]["id"] == signed
        ran = at_desk("record", "erase", "ML-1", "--reason", "The term is over.", "--yes")
        assert ran.out.startswith(f"Erased {signed}: 2 versions")
        assert json.loads(at_desk("record", "list", "--json").out) == {"total": 0, "offset": 0, "records": []}
        ran = at_desk("record", "verify")
        assert (ran.code, "1 erased, 0 faults" in ran.out) == (0, True)
        assert "erasure" in at_desk("record", "audit").out

    @pytest.mark.usefixtures("record")
    def test_restricted_places_are_the_agencys_own(self, at_desk: Run, person: Person) -> None:
        ran = at_desk("record", "restrict", "ML-1", "--at", "239900,751900", "--kind", "refuge", "--note", "behind the hall")
        assert ran.code == 0, ran.err
        (held,) = json.loads(at_desk("record", "restricted", "ML-1").out)
        assert held["note"] == "behind the hall"
        assert "behind the hall" not in at_desk("record", "show", "ML-1", "--json").out
        person.agency = "nhs"
        assert json.loads(at_desk("record", "restricted", "ML-1").out) == []
        assert "Say one thing" in at_desk("record", "restrict", "ML-1", "--leave", "--carry-over").err

    def test_restricted_places_are_offered_to_the_newer_record_and_stay_their_holders(
        self, at_desk: Run, signed: str, person: Person, tmp_path: Path
    ) -> None:
        person.agency = "nhs"
        at_desk("record", "restrict", "ML-1", "--at", "239900,751900")
        person.agency = "police"
        assert "restricted" not in begin_again(at_desk).err
        person.agency = "nhs"
        newer = json.loads(at_desk("record", "list", "--status", "draft", "--json").out)["records"][0]["id"]
        ran = at_desk("record", "restricted", newer)
        assert (ran.out, f"restrict {newer[:8]} --carry-over" in ran.err) == ("[]\n", True)
        assert at_desk("record", "restrict", newer, "--carry-over").out.startswith("Carried over: 1.")
        person.agency = "police"
        form = json.loads(at_desk("record", "show", newer, "--json").out)
        form["form"]["agencies"] = [part for part in form["form"]["agencies"] if part["agency"] != "nhs"]
        (tmp_path / "form.json").write_text(json.dumps(form))
        assert (
            "without this record from now on: NHS" in at_desk("record", "edit", newer, str(tmp_path / "form.json"), "--confirm").err
        )
        person.agency = "nhs"
        assert [(one["record_id"], one["named"]) for one in json.loads(at_desk("record", "restricted").out)] == [
            (newer, False),
            (signed, True),
        ]
        (held,) = json.loads(at_desk("record", "restricted", newer).out)
        assert (held["outline"], held["within_radius"]) == ([[239900.0, 751900.0]], None)
        assert at_desk("record", "restrict", newer, "--remove", held["id"]).out == "Taken out.\n"
