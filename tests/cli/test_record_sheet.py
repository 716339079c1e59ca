"""`era-geo record sheet`: a filled check sheet becomes a new version of its record, or nothing at all."""

import csv
import io
import json
from pathlib import Path

import pytest

from era_geo.outputs import table
from tests.cli.test_record import Person, Run, at_desk, person, record

__all__ = ["at_desk", "person", "record"]


@pytest.fixture
def sheet(at_desk: Run, record: str, tmp_path: Path) -> Path:
    """The record's own sheet, its first address answered for."""
    ran = at_desk(
        "record", "export", record, "--to", tmp_path / "out", "--recipient", "housing", "--basis", "duty", "--format", "check-sheet"
    )
    assert ran.code == 0, ran.err
    (path,) = (tmp_path / "out").glob("*check-sheet.csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8").removeprefix(table.BOM), newline="")))
    first = next(number for number, row in enumerate(rows) if row[0] == "No.") + 1
    rows[first][5:9] = ["Police", "22/11/2026", "not checked", "no access"]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def form(at_desk: Run, record: str) -> dict[str, object]:
    data: dict[str, object] = json.loads(at_desk("record", "show", record, "--json").out)
    return data


def test_what_the_sheet_says_is_printed_and_saved_as_a_version_with_its_event(at_desk: Run, record: str, sheet: Path) -> None:
    tried = at_desk("record", "sheet", record, sheet, "--dry-run")
    assert (tried.code, form(at_desk, record)["version"]) == (0, 1)
    ran = at_desk("record", "sheet", record, sheet)
    assert (ran.code, ran.err) == (0, "")
    assert "outcome: empty -> not checked" in ran.out
    assert "asked on: empty -> 2026-11-22" in ran.out
    assert "Saved as version 2." in ran.out
    saved = form(at_desk, record)
    first = saved["form"]["addresses"][0]  # type: ignore[index]
    assert (first["agency"], first["asked_on"], first["why_not"]) == ("police", "2026-11-22", "no access")
    assert any("saved version 2" in str(event) for event in saved["trail"])  # type: ignore[attr-defined]
    again = at_desk("record", "sheet", record, sheet)
    assert "nothing was saved" in again.out
    assert form(at_desk, record)["version"] == 2


def test_a_sheet_with_a_fault_is_not_entered(at_desk: Run, record: str, sheet: Path, person: Person) -> None:
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("not checked,no access", "perhaps,"), encoding="utf-8")
    ran = at_desk("record", "sheet", record, sheet)
    assert ran.code == 2
    assert "The outcome must be one of" in ran.err
    assert form(at_desk, record)["version"] == 1
