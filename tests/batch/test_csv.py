"""A CSV in, a CSV out: one row for each row, in order, whatever the row says and however the file is written."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from era_geo.batch import intake
from era_geo.errors import DataError, UsageError

Batch = Callable[..., Any]
HEADING = "ref,Address,Postcode,status"
ROWS = (
    'a1,"1 Mill Wynd, Drawnton",ZZ1 1AA,mine',
    "a2,3 mill wynd drawnton,,=1+2",
    "a3,77 Mill Wynd,,",
    "a4,,,",
    "a5,Mill Wynd,,@x",
    "a6,5 Mill Wynd,ZZ1 1AA,-5",
)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "in.csv", "\n".join((HEADING, *ROWS)) + "\n")


class TestRows:
    def test_one_row_for_each_row_in_order_with_its_own_columns(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        summary = batch(source, tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert [row["ref"] for row in rows] == ["a1", "a2", "a3", "a4", "a5", "a6"]
        assert rows[0]["Address"] == "1 Mill Wynd, Drawnton"
        assert rows[0]["status (input)"] == "mine"
        assert summary.rows == 6

    def test_every_row_has_a_status_and_a_sentence(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert [row["status"] for row in rows] == ["matched", "matched", "contradiction", "bad input", "matched", "matched"]
        assert all(row["message"] for row in rows)

    def test_a_matched_row_says_what_is_near(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        first = read(tmp_path / "out.csv")[0]
        assert (first["matched_number"], first["matched_street"], first["precision"]) == ("1", "Mill Wynd", "building")
        assert (first["n_school"], first["nearest_school_band"]) == ("1", "within")
        assert 87 < float(first["nearest_school_m"]) < 88
        assert (first["n_play_area"], first["nearest_play_area_m"]) == ("0", "")

    def test_a_layer_that_was_not_looked_for_is_empty_and_said_so(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        first = read(tmp_path / "out.csv")[0]
        assert first["n_library"] == ""
        assert "Libraries could not be looked for" in first["gaps"]

    def test_a_row_that_was_not_matched_has_no_counts(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        row = read(tmp_path / "out.csv")[2]
        assert (row["n_school"], row["lon"], row["gaps"]) == ("", "", "")

    def test_the_second_table_has_every_finding_by_row(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        rows, findings = read(tmp_path / "out.csv"), read(tmp_path / "out-findings.csv")
        assert {found["row"] for found in findings} == {"2", "3", "6", "7"}
        for number, row in enumerate(rows, 2):
            mine = [found for found in findings if found["row"] == str(number)]
            for layer in ("school", "shop"):
                of_layer = [found for found in mine if found["layer"] == layer]
                assert len(of_layer) == int(row[f"n_{layer}"] or 0)
                assert (of_layer[0]["distance_m"] if of_layer else "") == row[f"nearest_{layer}_m"]

    def test_a_bad_row_is_told_with_its_number(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        summary = batch(source, tmp_path / "out.csv")
        assert [number for number, _ in summary.bad] == [5]

    def test_no_cell_is_a_formula(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        cells = [
            value
            for name in ("out.csv", "out-findings.csv")
            for row in read(tmp_path / name)
            for key, value in row.items()
            if not key.endswith(("_m", "lon", "lat"))
        ]
        assert "'=1+2" in cells
        assert "'=HYPERLINK(1)" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_encodings_and_delimiters(self, batch: Batch, tmp_path: Path, encoding: str, delimiter: str) -> None:
        lines = [delimiter.join(cells) for cells in (("name", "address"), ("Café", "1 Mill Wynd"), ("Señor", "3 Mill Wynd"))]
        batch(write(tmp_path / "in.txt", "\r\n".join(lines), encoding), tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert [row["name"] for row in rows] == ["Café", "Señor"]
        assert [row["status"] for row in rows] == ["matched", "matched"]

    def test_a_row_with_too_many_cells_is_bad_and_the_others_go_on(self, batch: Batch, tmp_path: Path) -> None:
        batch(write(tmp_path / "in.csv", "ref,address\na,1 Mill Wynd,Drawnton\nb,3 Mill Wynd\nc\n"), tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert [row["status"] for row in rows] == ["bad input", "matched", "bad input"]
        assert "Row 2 has 3 cells" in rows[0]["message"]

    @pytest.mark.parametrize(
        ("text", "bad"),
        [
            ('ref,address\na,1 Mill Wynd\nb,"3 Mill Wynd\nc,5 Mill Wynd\n', "b"),
            ('ref,address\na,"1 Mill Wynd\nb,"3 Mill Wynd"\nc,"5 Mill Wynd, Drawnton"\n', "a"),
            ('ref,address\na,1 Mill Wynd\nb,3 Mill Wynd\nc,"5 Mill Wynd', "c"),
            ('ref,address\n"a,1 Mill Wynd\nb,3 Mill Wynd\nc,"5 Mill Wynd, Drawnton"\n', "a,1 Mill Wynd\n"),
        ],
    )
    def test_a_quote_that_is_never_closed_is_one_bad_row(self, batch: Batch, tmp_path: Path, text: str, bad: str) -> None:
        batch(write(tmp_path / "in.csv", text), tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert len(rows) == 3
        (told,) = [row for row in rows if row["status"] != "matched"]
        assert (told["ref"], told["status"]) == (bad, "bad input")
        assert "quotation mark" in told["message"]

    def test_a_quote_that_is_never_closed_swallows_no_more_than_its_row_of_a_long_table(self, tmp_path: Path) -> None:
        more = [f"r{n},{'x' * 900}" for n in range(400)]
        source = write(tmp_path / "in.csv", "\n".join(["ref,address", 'a,"1 Mill Wynd', *more, 'z,"3 Mill Wynd"']) + "\n")
        assert intake.open_table(source).count == 402
        (part,) = intake.open_table(source).parts(1000)
        assert list(part.faults) == [0]
        assert list(part.numbers) == list(range(2, 404))

    def test_a_note_of_many_lines_is_one_cell(self, batch: Batch, tmp_path: Path) -> None:
        note = "\n".join(f"line {n}, of many" for n in range(200))
        batch(write(tmp_path / "in.csv", f'address,note\n1 Mill Wynd,"{note}"\n3 Mill Wynd,\n'), tmp_path / "out.csv")
        rows = read(tmp_path / "out.csv")
        assert [row["status"] for row in rows] == ["matched", "matched"]
        assert rows[0]["note"] == note

    def test_a_heading_with_an_open_quote_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="Row 1"):
            intake.open_table(write(tmp_path / "in.csv", 'ref,"address\na,1 Mill Wynd\n'))

    @pytest.mark.parametrize("delimiter", ["^", "~", ":"])
    def test_rare_delimiters(self, batch: Batch, tmp_path: Path, delimiter: str) -> None:
        lines = [delimiter.join(cells) for cells in (("ref", "address"), ("a", "1 Mill Wynd, Drawnton"))]
        batch(write(tmp_path / "in.csv", "\n".join(lines)), tmp_path / "out.csv")
        assert [(row["ref"], row["status"]) for row in read(tmp_path / "out.csv")] == [("a", "matched")]

    def test_excels_line_that_names_the_delimiter(self, batch: Batch, tmp_path: Path) -> None:
        text = "sep=;\r\nref,no;address\r\na;1 Mill Wynd, Drawnton\r\nb;\r\n"
        summary = batch(write(tmp_path / "in.csv", text, "utf-8-sig"), tmp_path / "out.csv")
        assert [(row["ref,no"], row["status"]) for row in read(tmp_path / "out.csv")] == [("a", "matched"), ("b", "bad input")]
        assert [number for number, _ in summary.bad] == [3]

    def test_delimiter_and_encoding_as_told(self, tmp_path: Path) -> None:
        source = write(tmp_path / "in.csv", "name;a,b;address\nCaf\xe9;x;1 Mill Wynd\n", "mac-roman")
        table = intake.open_table(source, delimiter=";", encoding="mac-roman")
        assert table.columns == ("name", "a,b", "address")
        (part,) = table.parts(10)
        assert part.data.column("name").to_pylist() == ["Caf\xe9"]
        assert intake.open_table(source, delimiter="tab").columns == ("name;a,b;address",)

    @pytest.mark.parametrize(
        ("asked", "told"),
        [({"delimiter": "ab"}, "--delimiter"), ({"encoding": "klingon"}, "--encoding"), ({"encoding": "hex"}, "hex")],
    )
    def test_no_delimiter_and_no_encoding(self, source: Path, asked: dict[str, str], told: str) -> None:
        with pytest.raises(UsageError, match=told):
            intake.open_table(source, **asked)

    def test_a_quote_inside_a_cell_is_no_fault(self, batch: Batch, tmp_path: Path) -> None:
        batch(write(tmp_path / "in.csv", 'ref,address\n"a"b,1 Mill Wynd\nc,3 Mill Wynd\n'), tmp_path / "out.csv")
        assert [row["status"] for row in read(tmp_path / "out.csv")] == ["matched", "matched"]

    def test_out_is_not_written_over_unless_asked(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        batch(source, tmp_path / "out.csv")
        with pytest.raises(UsageError, match="--replace"):
            batch(source, tmp_path / "out.csv")
        batch(source, tmp_path / "out.csv", replace=True)

    def test_a_table_without_rows_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no rows"):
            intake.open_table(write(tmp_path / "in.csv", "address\n"))

    def test_nothing_is_left_beside_the_output(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        (tmp_path / "to").mkdir()
        batch(source, tmp_path / "to" / "out.csv")
        assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["out-findings.csv", "out.csv"]
