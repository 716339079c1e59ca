"""A kept record as files: the same facts in each, all or none, the kept map, hostile text harmless, the redacted copy without."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import re
from pathlib import Path
from typing import Any

import docx
import pytest

from era_geo.errors import DataError, UsageError
from era_geo.outputs.check_sheet_entry import enter_check_sheet
from era_geo.outputs.check_sheet_read import read_check_sheet
from era_geo.outputs.draft import record_document
from era_geo.outputs.pdf import drawable
from era_geo.outputs.record_export import RECORD_FORMATS, USUAL_RECORD_FORMATS, export_record, kept_pictures
from era_geo.outputs.table import BOM
from era_geo.record.form import AddressCheck
from era_geo.record.formjson import record_from_dict, with_pictures
from era_geo.record.terms import CheckOutcome, Status
from tests.outputs import drawn, record_files
from tests.record import filled

PICTURES = {1250: record_files.picture(), 2500: record_files.picture()}
SPEAKING = ("docx", "pdf", "html", "gpkg")
MARKED = "ERA-ABC-1-OFFICIAL-SENSITIVE-record-v3"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("whole")
    paths = export_record(filled.record(), folder, RECORD_FORMATS, pictures=PICTURES)
    assert sorted(folder.iterdir()) == sorted(paths), "no temporary file is left"
    return {path.name.removeprefix(MARKED): path for path in paths}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    paths = export_record(
        filled.record(), tmp_path_factory.mktemp("copy"), redacted=True, landlord="landlord:marrow-homes", pictures=PICTURES
    )
    return {path.name.removeprefix(f"{MARKED}-redacted"): path for path in paths}


def test_names_carry_reference_marking_version_and_whether_it_is_a_copy(whole: dict[str, Path], copy: dict[str, Path]) -> None:
    assert set(whole) == {".docx", ".pdf", ".html", ".json", ".gpkg", "-visit-sheet.pdf", "-check-sheet.csv", "-check-sheet.docx"}
    assert set(copy) == {".docx", ".pdf", ".html", ".json", ".gpkg", "-visit-sheet.pdf"}


@pytest.mark.parametrize("ending", [f".{one}" for one in SPEAKING])
def test_each_form_says_all_that_the_record_says(whole: dict[str, Path], ending: str) -> None:
    said = record_files.text_of(whole[ending])
    shown = drawable if ending == ".pdf" else str
    document = record_document(filled.record())
    missing = [text for *_, text in document.texts() if record_files.squeezed(shown(text)) not in said]
    # What no reader can see, and a mark's letter apart from its number, are written otherwise.
    assert [text for text in missing if text.isprintable() and not re.fullmatch(r"\d+ \w", text)] == []


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".html", ".gpkg", ".json"])
def test_everything_that_people_typed_is_in_each_form(whole: dict[str, Path], ending: str) -> None:
    said = record_files.text_of(whole[ending])
    form = dataclasses.replace(filled.form(), assessment=drawn.empty())
    typed = [text for path, text in filled.texts(form) if not path.startswith("assessment") and not _is_id(path)]
    assert len(typed) > 30
    assert [text for text in typed if record_files.squeezed(text) not in said] == []


def _is_id(path: str) -> bool:
    return bool(re.search(r"agenc|owner|\.ref$", path))


def test_the_json_is_the_record(whole: dict[str, Path]) -> None:
    assert record_from_dict(json.loads(whole[".json"].read_text(encoding="utf-8"))) == filled.record()


def test_equal_records_give_equal_files(whole: dict[str, Path], tmp_path: Path) -> None:
    # DOCX and GeoPackage have such a test of their own.
    for path in export_record(filled.record(), tmp_path, ["pdf", "html", "json", "visit-sheet"], pictures=PICTURES):
        assert path.read_bytes() == (whole[".docx"].parent / path.name).read_bytes(), path.name


def test_a_kept_map_is_printed_as_it_was(tmp_path: Path) -> None:
    record = with_pictures(filled.record(), PICTURES)
    [path] = export_record(record, tmp_path, ["docx"], pictures=PICTURES)
    pictures = [part.blob for part in docx.Document(str(path)).part.package.iter_parts() if part.partname.endswith(".png")]
    assert PICTURES[1250] in pictures
    with pytest.raises(DataError, match="not the one that was kept"):
        export_record(record, tmp_path, ["docx"], pictures={**PICTURES, 2500: PICTURES[2500] + b" "})
    with pytest.raises(DataError, match="was not given"):
        export_record(record, tmp_path, ["pdf"])


def test_maps_can_be_drawn_for_keeping() -> None:
    pictures = kept_pictures(filled.record(), None)
    assert set(pictures) == {1250, 2500}
    assert all(content.startswith(b"\x89PNG") for content in pictures.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"formats": ["docx", "odt"]}, "There is no format odt"),
        ({"formats": ["pdf"], "template": Path("x.docx")}, "A template is for the format docx"),
        ({"formats": ["check-sheet"], "redacted": True}, "no list of homes"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_written(tmp_path: Path, options: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        export_record(filled.record(), tmp_path / "out", pictures=PICTURES, **options)
    assert not (tmp_path / "out").exists()


def test_a_reference_that_holds_the_address_names_no_file(tmp_path: Path) -> None:
    form = filled.form()
    form = dataclasses.replace(form, case=dataclasses.replace(form.case, reference="Mill Wynd 15"))
    with pytest.raises(UsageError, match="part of the address"):
        export_record(filled.record(form), tmp_path, ["json"])


def test_a_record_that_may_still_be_filled_in_has_room_and_a_signed_one_has_not() -> None:
    live = record_document(filled.record(filled.form(measures=()), status=Status.DRAFT))
    signed = record_document(filled.record(filled.form(measures=())))
    room = [text for _, caption, _, text in live.texts() if caption == "Measures"]
    assert len(room) >= 20
    assert not any(room)
    assert next(text for _, caption, _, text in signed.texts() if caption == "Measures") == "Nothing was entered."
    asked = "Never write here whether other managed people live nearby"
    assert any(asked in text for *_, text in live.texts())
    assert not any(asked in text for *_, text in signed.texts())


def test_the_copy_says_where_something_is_missing(copy: dict[str, Path]) -> None:
    for ending in (".docx", ".html", ".pdf"):
        said = record_files.text_of(copy[ending])
        assert "redactedcopy" in said.casefold()
        assert said.count(record_files.squeezed("Not in this copy. It is in the whole record.")) >= 8
        assert record_files.squeezed("This copy was made for: Registered social landlord (marrow-homes).") in said


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".html", ".gpkg", ".json", "-visit-sheet.pdf"])
def test_nothing_that_the_copy_leaves_out_is_in_any_byte_of_it(copy: dict[str, Path], ending: str) -> None:
    content = record_files.bytes_of(copy[ending])
    squeezed = record_files.squeezed(content.decode("utf-8", "replace"))
    gone = (
        "girls under twelve", "intelligence log reference fourteen", "system was down", "toddlers", "nothing on the log",
        "register seen",
        "open referral", "after school hours", "visiting sergeant", "swings in use", "behind the close", "graffiti on the stair",
        "place four is in view", "contact is foreseeable", "weekly unannounced visit", "Jane Campbell", "visits are in place",
        "education disagreed", "a nursery opens", "no officer was free", "head of the moon unit", "section 35", "trail officer",
        "first author", "second reviewer", "sharing officer", "lift out of order", "category one", "2/1 15 mill wynd", "An officer",
        "not relevant", "Sexual Harm", "shpo", "Flat 2/2", "17 Mill Wynd",
    )  # fmt: skip
    assert [text for text in gone if record_files.squeezed(text) in squeezed] == []


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".html", ".gpkg", ".json"])
def test_what_a_landlord_needs_is_in_the_copy(copy: dict[str, Path], ending: str) -> None:
    said = record_files.text_of(copy[ending]).casefold()
    needed = (
        "ABC-1",
        "repair the door entry",
        "manageable with conditions",
        "tenancy history is clear",
        "common close, door entry",
    )
    assert [text for text in needed if record_files.squeezed(text).casefold() not in said] == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every text is hostile, in every field."""
    attacks = [*drawn.HOSTILE, "{{ record }}", "{{ section 3 }}", '#import "x.typ"', '*b* _i_ $x$ @ref <label> \\ [c] #eval("1")']
    numbers = itertools.count()

    def attack(path: str, text: str) -> str:
        if path.startswith("form.assessment"):
            return text  # it is hostile already
        number = next(numbers)
        return f"{attacks[number % len(attacks)]} {number}"

    record = filled.rewritten(filled.record(signature=None), attack)
    paths = export_record(record, tmp_path_factory.mktemp("hostile"), RECORD_FORMATS, pictures=PICTURES)
    assert all(re.fullmatch(r"ERA-[\w.-]+", path.name) for path in paths)
    return {path.suffix: path for path in paths if "sheet" not in path.name} | {
        "sheet": next(path for path in paths if path.name.endswith("visit-sheet.pdf")),
        "csv": next(path for path in paths if path.suffix == ".csv"),
    }


def test_hostile_text_in_every_field_is_text_in_every_form(hostile: dict[str, Path]) -> None:
    page = hostile[".html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    body = record_files.bytes_of(hostile[".docx"]).decode("utf-8", "replace")
    assert "<script" not in body
    for ending in (".docx", ".pdf", ".html", ".gpkg"):
        said = record_files.text_of(hostile[ending])
        for attack in (drawn.MARKUP, drawn.FORMULA, "{{ record }}", '#import "x.typ"', '#eval("1")'):
            assert record_files.squeezed(attack) in said, (ending, attack)
    written = hostile[".html"].read_text(encoding="utf-8")
    assert not {"\u202e", "\x1b", "\x00"} & set(written)


def test_hostile_cells_of_the_check_sheet_are_no_formulas(hostile: dict[str, Path]) -> None:
    text = hostile["csv"].read_text(encoding="utf-8").removeprefix(BOM)
    assert not re.search(r'(^|,|")[=@]', text.replace("'=", ""), re.MULTILINE)


def test_the_page_asks_for_nothing_and_runs_nothing(whole: dict[str, Path]) -> None:
    page = whole[".html"].read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "<script" not in page
    assert page.count('class="marking"') == 2


def test_usual_formats_are_all_but_the_check_sheet() -> None:
    assert set(RECORD_FORMATS) - set(USUAL_RECORD_FORMATS) == {"check-sheet"}


def test_the_check_sheet_is_the_records_own_with_what_is_known_by_now_and_reads_back_the_same(tmp_path: Path) -> None:
    form = filled.form()
    checked = dataclasses.replace(
        form.addresses[0], agency="police", asked_on=dt.date(2026, 11, 20), outcome=CheckOutcome.NOTHING_HELD, note="by phone"
    )
    by_hand = AddressCheck("The Bothy, Mill Wynd", agency="a post of its own")
    form = dataclasses.replace(form, addresses=(checked, *form.addresses[1:], by_hand))
    empty = dataclasses.replace(form, addresses=tuple(AddressCheck(one.address, ref=one.ref) for one in form.addresses))
    paths = export_record(filled.record(form), tmp_path, ("check-sheet",))
    assert len(paths) == 2
    for path in paths:
        rows, faults = read_check_sheet(path)
        assert not faults
        assert [row.address for row in rows] == [one.address for one in form.addresses]
        entered = enter_check_sheet(rows, empty, path.name).form.addresses
        assert (entered[0].agency, entered[0].asked_on, entered[0].outcome) == ("police", checked.asked_on, checked.outcome)
        assert entered[-1].agency == by_hand.agency
