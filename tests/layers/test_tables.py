"""Tables as people's programs save them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from era_geo.errors import DataError, EraGeoError, UsageError
from era_geo.region import tables


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return path


def cells(path: Path) -> list[list[str]]:
    return [list(line.cells) for line in tables.read(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_that_spreadsheets_have(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, 'Name,Town\r\n"Café £5","Milton"\r\n'.encode(encoding))
    assert cells(path) == [["Name", "Town"], ["Café £5", "Milton"]]


def test_a_character_late_in_a_large_file_decides_its_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, b"Name\n" + b"plain\n" * 300_000 + "Café\n".encode("cp1252"))
    assert [line.cells for line in tables.read(path)][-1] == ["Café"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, f'"Name, full"{delimiter}Town\n"Mill; School"{delimiter}Milton\n'.encode())
    assert cells(path) == [["Name, full", "Town"], ["Mill; School", "Milton"]]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = written(tmp_path, b'Name,What\n"a","two\nlines"\n\nb,one\n')
    assert [(line.number, line.cells[0]) for line in tables.read(path)] == [(1, "Name"), (2, "a"), (4, "b")]


@pytest.mark.parametrize(
    "content",
    [b'Name\n"breaks off', b"Name\x00\x01\n\x00", b"PK\x03\x04\x81\x8d\x8f\x90\x9d" * 10, b"\xff\xfeN"],
    ids=["unclosed", "binary", "zip", "half"],
)
def test_what_is_no_table_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    with pytest.raises(DataError, match=r"list\.csv"):
        cells(path)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"list\.csv cannot be read"):
        cells(tmp_path / "list.csv")


def test_the_beginning_leaves_out_the_record_that_it_breaks_off_in() -> None:
    assert tables.beginning(b"a,b\n1,2\n3,") == [["a", "b"], ["1", "2"]]
    assert tables.beginning(b"a,b\n1,2\n") == [["a", "b"], ["1", "2"]]
    assert tables.beginning("Straße;é\n".encode("cp1252")) == [["Straße", "é"]]
    assert tables.beginning("a,b\n1,ü".encode()[:-1]) == [["a", "b"]]
    assert tables.beginning(b"\x00\x01\x02") == []
    assert tables.beginning(b"") == []


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff")), min_size=2, max_size=4), min_size=1
    )
)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_a_spreadsheet_writes_is_read_back(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["first", "second"], *rows])
    path = written(tmp_path, text.getvalue().encode())
    # The line ends inside a cell are its own; only records without any text are left out.
    assert cells(path) == [["first", "second"], *(row for row in rows if any(row))]


@given(content=st.binary(max_size=300))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    assert isinstance(tables.beginning(content), list)
    try:
        cells(path)
    except EraGeoError as error:
        assert "list.csv" in str(error)  # noqa: PT017 - either way is right, but never another exception
