"""`era-geo record` for one's own part: another agency's answer, an assessment made before, drafts, what is kept."""

import json
from pathlib import Path

import pytest

from tests.cli.test_record import ADDRESS, Person, Run, at_desk, fill, person, record, signed

__all__ = ["at_desk", "person", "record", "signed"]


@pytest.mark.usefixtures("record")
def test_another_agency_sets_its_own_part_and_nothing_else(at_desk: Run, person: Person) -> None:
    person.name, person.agency = "nora", "nhs"
    ran = at_desk("record", "set", "ML-1", "agencies[nhs].outcome=nothing held", "agencies[nhs].answered_on=2026-11-24")
    assert (ran.code, ran.out) == (0, "Saved as version 2.\n"), ran.err
    ran = at_desk("record", "set", "ML-1", "agencies[nhs].detail=x", "decision.reasons=visits are in place")
    assert ran.code == 2
    assert "decision.reasons" in ran.err
    person.agency = "police"
    form = json.loads(at_desk("record", "show", "ML-1", "--json").out)["form"]
    assert [part["outcome"] for part in form["agencies"] if part["agency"] == "nhs"] == ["nothing held"]
    assert form["decision"]["reasons"] == ""


def test_a_record_begins_from_an_assessment_with_whatever_options_it_had(at_desk: Run, tmp_path: Path) -> None:
    looked = at_desk("assess", ADDRESS, "--radius", "60", "--set-by", "the duty officer", "--off", "shop=no bearing", "--json")
    file = tmp_path / "looked.json"
    file.write_text(looked.out, encoding="utf-8")
    ran = at_desk("record", "new", "--assessment", str(file), "--reference", "ML-7", "--lead", "police", "--confirm")
    assert ran.code == 0, ran.err
    facts = json.loads(at_desk("record", "show", "ML-7", "--json").out)["form"]["assessment"]
    assert facts == json.loads(looked.out)
    assert facts["parameters"]["radius_m"] == 60
    file.write_text("{}", encoding="utf-8")
    ran = at_desk("record", "new", "--assessment", str(file), "--reference", "ML-8")
    assert ran.code in {1, 2}
    assert "Traceback" not in ran.err


@pytest.mark.usefixtures("signed")
def test_what_was_kept_is_written_to_a_file_once(at_desk: Run, tmp_path: Path) -> None:
    names = json.loads(at_desk("record", "history", "ML-1", "--json").out)["attachments"]
    picture = tmp_path / "map.png"
    name = next(one for one in names if one.endswith(".png"))
    assert at_desk("record", "kept", "ML-1", name, "--to", str(picture)).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    again = at_desk("record", "kept", "ML-1", name, "--to", str(picture))
    assert (again.code, "exists" in again.err) == (2, True)


@pytest.mark.usefixtures("record")
def test_drafts_are_listed_written_and_thrown_away(at_desk: Run, tmp_path: Path) -> None:
    fill(at_desk)
    base = at_desk("record", "set", "ML-1", "decision.reasons=other words", "--base-version", "1", "--confirm")
    assert base.code != 0, "somebody saved meanwhile: what was typed is kept as a draft"
    (draft,) = json.loads(at_desk("record", "drafts", "--json").out)
    form = tmp_path / "draft.json"
    assert at_desk("record", "drafts", draft["id"], "--to", str(form)).code == 0
    assert json.loads(form.read_text(encoding="utf-8"))["decision"]["reasons"] == "other words"
    assert draft["id"] in at_desk("record", "drafts").out
    assert at_desk("record", "drafts", draft["id"], "--drop").out == "Thrown away.\n"
    assert at_desk("record", "drafts").out == ""
    assert at_desk("record", "drafts", "--drop").code == 2
