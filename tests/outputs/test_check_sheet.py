"""The address-check sheet: safe to open, and read back from whatever programs and hands made of it."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import datetime as dt
import io
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.model import Assessment, NeighbourAddress
from era_geo.outputs.check_sheet import Column, Outcome, sheet_csv, sheet_document
from era_geo.outputs.check_sheet_read import CheckRow, match_check_sheet, read_check_sheet
from era_geo.outputs.docx_record import render_docx
from tests.outputs import drawn

TYPED = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
FILLED = {
    Column.AGENCY: "Housing",
    Column.ASKED_ON: "22/11/2026",
    Column.OUTCOME: "Nothing held",
    Column.NOTE: "=1+1 is a note",
}


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def _heading(rows: list[list[str]]) -> int:
    return next(number for number, row in enumerate(rows) if row[0] == Column.NUMBER)


def _write(
    folder: Path, *filled: dict[Column, str], encoding: str = "utf-8", delimiter: str = ",", assessment: Assessment | None = None
) -> Path:
    """Write the sheet as CSV with `filled` in its first rows, as a spreadsheet would."""
    rows = _rows(sheet_csv(assessment or drawn.assessment()))
    first = _heading(rows) + 1
    for row, values in zip(rows[first:], filled, strict=False):
        for column, value in values.items():
            row[list(Column).index(column)] = value
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = folder / "sheet.csv"
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    return path


def _docx(folder: Path, *filled: dict[Column, str], assessment: Assessment | None = None) -> Path:
    document = docx.Document(io.BytesIO(render_docx(sheet_document(assessment or drawn.assessment(), "ABC-1"), {})))
    for row, values in zip(document.tables[0].rows[1:], filled, strict=False):
        for column, value in values.items():
            row.cells[list(Column).index(column)].text = value
    path = folder / "sheet.docx"
    document.save(str(path))
    return path


def _with_homes(*homes: NeighbourAddress) -> Assessment:
    neighbours = drawn.assessment().neighbours
    assert neighbours is not None
    return drawn.assessment(neighbours=dataclasses.replace(neighbours, to_check=homes))


def test_the_sheet_carries_marking_reference_and_the_list_nearest_first_and_no_formula() -> None:
    rows = _rows(sheet_csv(drawn.assessment(), "ABC-1"))
    assert rows[0][:3] == ["OFFICIAL-SENSITIVE", "Address check", "Reference ABC-1. Facts as of 22 November 2026."]
    assert {len(row) for row in rows} == {len(Column)}
    body = rows[_heading(rows) + 1 :]
    assert [row[1] for row in body] == ["Flat 2/2, 15 Mill Wynd", '\'=cmd|" /C calc"!A0']
    assert [row[2:5] for row in body] == [["same stair", "0", "1"], ["facing", "14", "not known"]]
    assert not any(row[5:10] != [""] * 5 for row in body), "what came of it is for people to write"
    said = " ".join(row[0] for row in rows)
    assert "nothing held, concern, or not checked" in said
    assert "Write no name, no date of birth" in said
    assert "Flat 2/1" not in said, "the property's own address is not on it"


def test_the_document_is_marked_turned_and_holds_nothing_of_the_property() -> None:
    written = docx.Document(io.BytesIO(render_docx(sheet_document(drawn.assessment(), "ABC-1"), {})))
    page: Any = written.sections[0]
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((297, 210), abs=0.1)
    assert "OFFICIAL-SENSITIVE" in page.header.paragraphs[0].text
    assert "Reference ABC-1" in "".join(paragraph.text for paragraph in page.footer.paragraphs)
    assert [cell.text for cell in written.tables[0].rows[0].cells] == list(Column)
    assert len(written.tables[0].rows) == 3
    assert "Flat 2/1, 15 Mill Wynd" not in " ".join(paragraph.text for paragraph in written.paragraphs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_filled_sheet_is_read_back_whatever_way_it_was_saved(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = _write(tmp_path, FILLED | {Column.AGENCY: "Càs"}, encoding=encoding, delimiter=delimiter)
    rows, faults = read_check_sheet(path)
    assert faults == ()
    number = _heading(_rows(sheet_csv(drawn.assessment()))) + 2
    assert rows[0] == CheckRow(
        where=f"row {number}",
        address="Flat 2/2, 15 Mill Wynd",
        ref="osm:node/5",
        agency="Càs",
        asked_on=dt.date(2026, 11, 22),
        outcome=Outcome.NOTHING_HELD,
        why_not=None,
        note="=1+1 is a note",
    )
    assert rows[1].outcome is None
    checked, unknown = match_check_sheet(rows, drawn.assessment(), path.name)
    assert unknown == ()
    assert [one.is_answered for one in checked] == [True, False]
    assert checked[1].home.address == '=cmd|" /C calc"!A0', "matched though a spreadsheet's apostrophe stood before it"
    assert checked[1].rows[0].address == '=cmd|" /C calc"!A0'


def test_a_filled_document_says_the_same_as_a_filled_table(tmp_path: Path) -> None:
    by_docx, no_faults = read_check_sheet(_docx(tmp_path, FILLED))
    by_csv, _ = read_check_sheet(_write(tmp_path, FILLED))
    assert no_faults == ()
    assert [dataclasses.replace(row, where="") for row in by_docx] == [dataclasses.replace(row, where="") for row in by_csv]
    assert by_docx[0].where == "table 1, row 2"


@pytest.mark.parametrize("write", [_write, _docx])
def test_all_faults_are_told_at_once_with_their_rows_and_without_what_the_cells_say(tmp_path: Path, write: Any) -> None:
    homes = [NeighbourAddress(f"{number} Mill Wynd", "facing", 9.0, f"osm:node/{number}") for number in range(1, 6)]
    filled = (
        {Column.OUTCOME: "Secret person"},
        {Column.OUTCOME: "not checked", Column.ASKED_ON: "soon, Secret"},
        {Column.OUTCOME: "not checked: nobody has access"},
        {Column.ADDRESS: "", Column.NOTE: "Secret"},
        {Column.OUTCOME: "concern", Column.ASKED_ON: "2026-11-22"},
    )
    rows, faults = read_check_sheet(write(tmp_path, *filled, assessment=_with_homes(*homes)))
    assert [fault.what.split(" ")[:3] for fault in faults] == [
        ["The", "outcome", "must"], ["It", "was", "not"], ["The", "date", "in"], ["There", "is", "no"],
    ]  # fmt: skip
    assert len({fault.where for fault in faults}) == 3
    assert "Secret" not in " ".join(map(str, faults))
    assert [(row.outcome, row.why_not) for row in rows] == [
        (Outcome.NOT_CHECKED, "nobody has access"),
        (Outcome.CONCERN, None),
    ]


def test_rows_of_another_case_and_second_answers_are_told_and_two_agencies_are_not() -> None:
    home = drawn.assessment().neighbours.to_check[0]  # type: ignore[union-attr] # it has neighbours
    row = CheckRow("row 9", home.address, home.ref, "Housing", None, Outcome.CONCERN, None, None)
    rows = (
        row,
        dataclasses.replace(row, where="row 10", agency="NHS"),
        dataclasses.replace(row, where="row 11"),
        dataclasses.replace(row, where="row 12", ref="osm:node/6"),
        dataclasses.replace(row, where="row 13", address="99 Hill Street"),
    )
    checked, faults = match_check_sheet(rows, drawn.assessment(), "sheet.csv")
    assert [one.where for one in checked[0].rows] == ["row 9", "row 10"]
    assert [fault.where for fault in faults] == ["row 11", "row 12", "row 13"]
    assert "row 9" in faults[0].what
    assert checked[1].rows == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("other.csv", b"Name,Street\nA,B\n", "no heading row"),
        ("empty.csv", b"", "no heading row"),
        ("picture.csv", codecs.BOM_UTF8 + bytes(range(256)) * 4, "Save it as CSV"),
        ("broken.csv", b'Address,Outcome,Reference in the data\n"1 Mill', "damaged"),
        ("broken.docx", b"PK\x03\x04 and no more", "damaged or no DOCX"),
        ("text.docx", b"Dear colleague", "damaged or no DOCX"),
    ],
)
def test_a_file_that_is_no_sheet_is_one_fault_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    rows, [fault] = read_check_sheet(path)
    assert rows == ()
    assert said in fault.what
    assert read_check_sheet(tmp_path / "none.csv")[1][0].file == "none.csv"


def test_columns_may_stand_in_any_order_and_lines_above_may_be_gone(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("outcome;reference in the data;ADDRESS\nConcern;osm:node/5;flat 2/2,  15 mill wynd\n;;\n")
    rows, faults = read_check_sheet(path)
    assert faults == ()
    checked, unknown = match_check_sheet(rows, drawn.assessment(), path.name)
    assert unknown == ()
    assert [row.outcome for row in checked[0].rows] == [Outcome.CONCERN]


@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys((Column.AGENCY, Column.OUTCOME, Column.ASKED_ON), TYPED)),
        max_size=2,
    )
)
def test_whatever_is_typed_is_a_row_or_a_fault(tmp_path_factory: pytest.TempPathFactory, filled: list[dict[Column, str]]) -> None:
    rows, faults = read_check_sheet(_write(tmp_path_factory.mktemp("typed"), *filled))
    assert len(rows) + len({fault.where for fault in faults}) == 2


def test_a_list_that_holds_nobody_says_so(tmp_path: Path) -> None:
    text = sheet_csv(drawn.empty())
    assert "The homes to check were not listed." in text
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    assert read_check_sheet(path) == ((), ())
