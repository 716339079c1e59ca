"""What each parameter would make agencies check in a year: ERAs times the study's mean, and what is not known is never 0."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from era_geo import cli
from era_geo.errors import DataError
from era_geo.record import effortchart, effortwords
from era_geo.record.effort import effort, read_study

STUDY = (
    "\ufeffwhat,width,unit,properties_counted,properties_not_counted,total,mean,median,nine_in_ten_at_most,properties_in_part\n"
    "homes within,50.0,m,10,0,125,12.5,12,20,0\n"
    "places within,100.0,m,7,3,14,2.0,2,4,0\n"
    "places within,250.0,m,0,10,0,,,,0\n"
    "homes to check at,3.0,doors each side,10,0,60,6.0,6,9,4\n"
)
TOTALS = {"national-2017 1": 908, "lanarkshire-2023 1": 598, "kept-back 1": None}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "out-capacity.csv"
    path.write_text(STUDY, encoding="utf-8")
    return path


def test_a_year_is_the_eras_times_the_mean(study: Path) -> None:
    found = effort(TOTALS, read_study(study))
    assert [profile.checks for profile in found.profiles] == [
        (11350, 1816, None, 5448),
        (7475, 1196, None, 3588),
        (None, None, None, None),
    ]


def test_what_is_not_known_is_told(study: Path) -> None:
    told = " ".join(effortwords.sentences(effort(TOTALS, read_study(study))))
    assert "Places within 100 m: not known for 3 of 10 properties" in told
    assert "Places within 250 m: could not be counted for any property, which is not 0." in told
    assert "Homes to check at 3 doors each side: at least so many; known in part only for 4 of 10" in told
    assert "Homes within 50 m in a year: national-2017 1 11,350, lanarkshire-2023 1 7,475, kept-back 1 not known." in told
    columns, rows = effortwords.table(effort(TOTALS, read_study(study)))
    assert columns[-1] == "kept-back 1: ERAs suppressed a year"
    assert rows[2][3:] == ("not known", 0, 10, "not known", "not known", "not known")


def test_the_chart_has_its_words(study: Path) -> None:
    found = effort(TOTALS, read_study(study))
    root = ET.fromstring(effortchart.render_svg(found))  # noqa: S314 - our own text
    assert root.attrib["role"] == "img"
    assert "11,350" in (root.findtext("{http://www.w3.org/2000/svg}desc") or "")
    assert effortchart.render_png(found).startswith(b"\x89PNG")
    assert effortchart.render_svg(found) == effortchart.render_svg(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "no table of a capacity study"),
        (STUDY.partition("\n")[0] + "\n", "holds no parameter"),
        (STUDY.replace("12.5", "many"), "row 2"),
        (STUDY.replace("12.5", "nan"), "row 2"),
        (STUDY.replace("12.5", "-1"), "row 2"),
        (STUDY + "homes within\n", "row 6"),
    ],
)
def test_another_table_is_told(study: Path, text: str, told: str) -> None:
    study.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=told):
        read_study(study)


def test_the_command_puts_both_halves_together(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    caseload = str(tmp_path / "caseload.csv")
    asked = ["demand", caseload, "--from", "2022-01", "--profile", "national-2017", "--study", str(study)]
    assert cli.run(["demand", caseload, "--write-example"]) == 0
    assert cli.run([*asked, "--json", "--out", str(tmp_path / "out")]) == 0
    document = json.loads(capsys.readouterr().out)
    published = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "demand-1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, published)
    assert document["effort"]["profiles"] == [{"profile": "national-2017 1", "eras": 908, "checks": [11350, 1816, None, 5448]}]
    assert {"effort.csv", "effort.svg", "effort.png", "effort.txt"} < {path.name for path in (tmp_path / "out").iterdir()}
    assert cli.run(asked) == 0
    assert "homes within 50 m" in capsys.readouterr().out
    assert cli.run([*asked, "--share"]) == 0


def test_a_suppressed_number_of_eras_cannot_be_worked_out_from_their_checks(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caseload = tmp_path / "caseload.csv"
    caseload.write_text("level\n2\n2\n2\n", encoding="utf-8")
    asked = ["demand", str(caseload), "--from", "2022-01", "--profile", "national-2017", "--study", str(study), "--share", "--json"]
    assert cli.run(asked) == 0
    (profile,) = json.loads(capsys.readouterr().out)["effort"]["profiles"]
    assert profile == {"profile": "national-2017 1", "eras": None, "checks": [None] * 4}


def test_without_a_study_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    caseload = str(tmp_path / "caseload.csv")
    assert cli.run(["demand", caseload, "--write-example"]) == 0
    assert cli.run(["demand", caseload, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["effort"] is None
