"""`era-geo sheet read`: a sheet as the program wrote it, filled in, and read back from the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from era_geo import cli
from era_geo.outputs import table
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
HEADING = "No."


@pytest.fixture(scope="module")
def written(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder into which an assessment of the training town has been written."""
    folder = tmp_path_factory.mktemp("written")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ERA_GEO_HOME", str(home))
        assert cli.run(["assess", "12 High Street, Invermarrow", "--out", str(folder), "--reference", "LAN-7"]) == 0
    return folder


def filled(folder: Path, target: Path, *answers: tuple[str, str, str, str]) -> Path:
    """Fill in agency, date, outcome and reason of the first rows."""
    (sheet,) = folder.glob("*check-sheet.csv")
    rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8").removeprefix(table.BOM), newline="")))
    first = next(number for number, row in enumerate(rows) if row[0] == HEADING) + 1
    for row, answer in zip(rows[first:], answers, strict=False):
        row[5:9] = answer
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return target


def assessment(folder: Path) -> Path:
    (path,) = folder.glob("*assessment.json")
    return path


def test_what_came_of_each_address_and_who_has_not_answered(era_geo: Run, written: Path, tmp_path: Path) -> None:
    homes = json.loads(assessment(written).read_text(encoding="utf-8"))["neighbours"]["to_check"]
    sheet = filled(written, tmp_path / "sheet.csv", ("Housing", "22/11/2026", "Nothing held", ""))
    ran = era_geo("sheet", "read", sheet, "--assessment", assessment(written))
    assert (ran.code, ran.err) == (0, "")
    assert f"{homes[0]['address']}: nothing held; Housing; asked on 22 November 2026" in ran.out
    assert f"for 1 of the {len(homes)} addresses" in ran.out
    assert all(home["address"] in ran.out.partition("Not answered for")[2] for home in homes[1:])


def test_all_faults_come_at_once_with_their_rows_beside_what_could_be_read(era_geo: Run, written: Path, tmp_path: Path) -> None:
    answers = [("", "", "concern", ""), ("Police", "soon", "maybe", ""), ("Police", "", "not checked", "")]
    ran = era_geo("sheet", "read", filled(written, tmp_path / "sheet.csv", *answers))
    assert ran.code == 2
    assert "concern 1" in ran.out
    assert "3 faults" in ran.err
    assert [said.split(",")[1].strip()[:6] for said in ran.err.splitlines()[1:]] == ["row 10", "row 10", "row 11"]
    assert "soon" not in ran.err


def test_json_is_one_document_whatever_is_wrong(era_geo: Run, written: Path, tmp_path: Path) -> None:
    sheet = filled(written, tmp_path / "sheet.csv", ("", "", "concern", ""), ("", "", "perhaps", ""))
    ran = era_geo("sheet", "read", sheet, "--assessment", assessment(written), "--json")
    document = json.loads(ran.out)
    assert ran.code == 2
    assert document["rows"][0]["outcome"] == "concern"
    assert [one["is_answered"] for one in document["addresses"][:2]] == [True, False]
    assert [fault["where"] for fault in document["faults"]] == ["row 10"]


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("{", "no JSON document"), ("[]", "not an assessment")])
def test_a_file_that_is_no_assessment_is_told_in_a_sentence(
    era_geo: Run, written: Path, tmp_path: Path, content: str | None, said: str
) -> None:
    other = tmp_path / "other.json"
    if content is not None:
        other.write_text(content, encoding="utf-8")
    ran = era_geo("sheet", "read", filled(written, tmp_path / "sheet.csv"), "--assessment", other)
    assert ran.code == (2 if content is None else 1)
    assert said in ran.err
