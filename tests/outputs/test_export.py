"""All files of an assessment in one folder: whole, named as they must be, and faults told in words."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from era_geo import contract
from era_geo.errors import EraGeoError, UsageError
from era_geo.outputs.export import FORMATS, USUAL_FORMATS, write_all
from tests.outputs import drawn

LIGHT = ("json", "csv")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_form_is_written_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    paths = write_all(drawn.assessment(), None, folder, reference="ABC 2026/1", formats=FORMATS)
    start = "ERA-ABC-2026-1-OFFICIAL-SENSITIVE-"
    expected = (
        "assessment.json", "places.csv", "layers.csv", "gaps.csv", "addresses.csv", "crossings.csv", "sources.csv",
        "about.csv", "check-sheet.csv", "places.gpkg",
        "map.html", "map-1250.png", "map-2500.png", "map-1250.svg", "map-2500.svg", "map-1250.pdf", "map-2500.pdf",
        "record.docx", "check-sheet.docx",
    )  # fmt: skip
    assert [path.name for path in paths] == [start + name for name in expected]
    assert _names(folder) == {start + name for name in expected}, "no temporary file is left"
    assert all(path.stat().st_size > 20 for path in paths)
    assert Document(str(folder / f"{start}record.docx")).paragraphs[0].text == "Environmental Risk Assessment record"
    assert "Reference ABC 2026/1" in (folder / f"{start}map.html").read_text(encoding="utf-8")


def test_the_json_is_the_contract_and_half_characters_do_not_stop_it(tmp_path: Path) -> None:
    broken = drawn.assessment(site=drawn.site(query="mill \udcff wynd"))
    paths = write_all(broken, None, tmp_path, formats=LIGHT)
    document = json.loads(paths[0].read_text(encoding="utf-8"))
    assert document["site"]["query"] == "mill \udcff wynd"
    assert contract.assessment_from_dict(document) == broken


def test_csv_files_open_in_a_spreadsheet(tmp_path: Path) -> None:
    paths = write_all(drawn.assessment(), None, tmp_path, formats=("csv",))
    [places] = [path for path in paths if path.name.endswith("places.csv")]
    assert places.read_bytes().startswith(b"\xef\xbb\xbf")
    with places.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1]["name"] == "'" + drawn.FORMULA
    assert "Bhàigh 北京" in rows[5]["name"]


def test_equal_assessments_give_equal_files(tmp_path: Path) -> None:
    # The maps on paper and the record have such a test of their own.
    first = write_all(drawn.assessment(), None, tmp_path / "a", formats=("html", *LIGHT))
    second = write_all(drawn.assessment(), None, tmp_path / "b", formats=("html", *LIGHT))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.parametrize(
    ("reference", "start"),
    [
        (None, "ERA-no-reference-"),
        ("../../../etc/passwd", "ERA-etc-passwd-"),
        ("ERA-2026-7", "ERA-2026-7-"),
        ("  ", "ERA-no-reference-"),
    ],
)
def test_names_carry_reference_and_marking_only(tmp_path: Path, reference: str | None, start: str) -> None:
    [path] = write_all(drawn.assessment(), None, tmp_path, reference=reference, formats=("json",))
    assert path == tmp_path / f"{start}OFFICIAL-SENSITIVE-assessment.json"


@pytest.mark.parametrize("reference", ["ZZ1 1AA", "case zz11aa", "15 Mill Wynd", "MILL-WYND"])
def test_a_reference_that_tells_the_address_is_refused(tmp_path: Path, reference: str) -> None:
    with pytest.raises(UsageError, match="holds part of the address"):
        write_all(drawn.assessment(), None, tmp_path, reference=reference, formats=LIGHT)
    assert _names(tmp_path) == set()


def test_a_format_that_is_none_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no format odt\. The formats are json, csv, gpkg, html, png, docx, pdf, svg\."):
        write_all(drawn.assessment(), None, tmp_path, formats=("json", "odt"))
    assert set(FORMATS) - set(USUAL_FORMATS) == {"svg"}


def test_files_of_the_same_name_are_replaced(tmp_path: Path) -> None:
    write_all(drawn.assessment(), None, tmp_path, formats=("gpkg", *LIGHT))
    before = _names(tmp_path)
    paths = write_all(drawn.empty(), None, tmp_path, formats=("gpkg", *LIGHT))
    assert _names(tmp_path) == before
    assert json.loads(paths[0].read_text(encoding="utf-8"))["findings"] == []


def test_a_folder_that_is_a_file_is_told_in_words(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for folder in (taken, taken / "below"):
        with pytest.raises(UsageError, match=r"is not a folder\. Name a folder"):
            write_all(drawn.assessment(), None, folder, formats=LIGHT)
    assert taken.read_text() == "mine"


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs Linux's /sys, where not even root may write")
def test_a_folder_that_may_not_be_written_to_is_told_in_words() -> None:
    with pytest.raises(UsageError, match=r"cannot be written to\. Choose a folder of your own"):
        write_all(drawn.assessment(), None, Path("/sys/kernel/era"), formats=LIGHT)


FULL_DISK = """
import resource, sys, warnings
from pathlib import Path
from era_geo.errors import EraGeoError
from era_geo.outputs.export import write_all
from tests.outputs import drawn
write_all(drawn.empty(), None, Path(sys.argv[1]), formats=("json", "csv", "gpkg"))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_all(drawn.assessment(), None, Path(sys.argv[1]), formats=("json", "csv", "gpkg"))
except EraGeoError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
@pytest.mark.parametrize("limit", [3000, 60_000])
def test_a_full_disk_is_told_in_words_and_leaves_what_was_there(tmp_path: Path, limit: int) -> None:
    folder = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder), str(limit)],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True,
    )  # fmt: skip
    assert re.search(r"is full.* No file was written\. Make room, or choose another", done.stdout)
    assert len(_names(folder)) == 10
    [document] = [path for path in folder.iterdir() if path.suffix == ".json"]
    assert json.loads(document.read_text(encoding="utf-8"))["findings"] == [], "the old file, whole"


def test_if_one_file_cannot_be_put_in_its_place_all_is_as_before(tmp_path: Path) -> None:
    [old] = write_all(drawn.empty(), None, tmp_path, reference="ABC-1", formats=("json",))
    before = old.read_bytes()
    in_the_way = tmp_path / "ERA-ABC-1-OFFICIAL-SENSITIVE-about.csv"
    in_the_way.mkdir()
    (in_the_way / "somebody's file").write_text("kept", encoding="utf-8")
    names = _names(tmp_path)
    with pytest.raises(EraGeoError):
        write_all(drawn.assessment(), None, tmp_path, reference="ABC-1", formats=LIGHT)
    assert _names(tmp_path) == names
    assert old.read_bytes() == before
    assert (in_the_way / "somebody's file").read_text(encoding="utf-8") == "kept"
