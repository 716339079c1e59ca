"""The text of the other process says the same as reading object by object; where it ends early, it says after how many objects."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from era_geo.errors import DataError
from era_geo.region.osm import objects
from era_geo.region.osm.extract import Extract
from era_geo.region.osm.objects import Found, Text
from era_geo.region.readers import SourceFile

ODD = ("a b", "a,b=c@d%e", "%20%", "%", "x1y2", "n1,n2", "line\nbreak\ttab", "Sràid 🏠 ß", "=HYPERLINK(1)", " ", "'\"<&>")


def extract(path: Path) -> Extract:
    return Extract.open(SourceFile(path, 1, "0" * 64))


def map_of(values: tuple[str, ...], path: Path) -> Path:
    nodes = "".join(
        f'<node id="{i}" version="1" lat="56.1{i}" lon="-3.{i}"><tag k="amenity" v={quoteattr(value)}/>'
        f'<tag k={quoteattr(value or "-")} v="key"/></node>'
        for i, value in enumerate(values, 1)
    ).replace("\n", "&#10;")
    path.write_text(f'<osm version="0.6">{nodes}</osm>', encoding="utf-8")
    return path


def from_text(path: Extract) -> Iterator[Found]:
    for block in Text(path).blocks():
        yield from objects.parsed(block)


def places(found: Iterator[Found]) -> list[tuple[str, int, dict[str, str] | None, list[float]]]:
    """Give what was found with its numbers read, because 1 and 1.0 are one place."""
    told = []
    for one in found:
        numbers = one.place.replace("n", " ").replace("x", " ").replace("y", " ").replace(",", " ").split()
        told.append((one.kind, one.id, one.tags, [float(number) for number in numbers]))
    return told


def test_signs_that_the_text_escapes_come_back(tmp_path: Path) -> None:
    found = list(from_text(extract(map_of(ODD, tmp_path / "odd.osm"))))
    assert [(one.tags or {})["amenity"] for one in found] == list(ODD)
    assert all((one.tags or {})[value] == "key" for one, value in zip(found, ODD, strict=True))


@settings(max_examples=15)
@given(
    st.lists(
        st.text(st.characters(max_codepoint=0xFFFFF, exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=20),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    path = map_of(tuple(values), tmp_path_factory.mktemp("any") / "any.osm")
    assert places(from_text(extract(path))) == places(objects.one_by_one(extract(path)))


def test_on_a_real_county_both_ways_of_reading_agree(real_data: Path) -> None:
    county = extract(real_data / "osm" / "rutland-2022-07-20.osm.pbf")
    text = places(from_text(county))
    assert len(text) > 15_000
    assert text == places(objects.one_by_one(county))


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_blocks_have_whole_lines_and_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    path = extract(map_of(ODD, tmp_path / "odd.osm"))
    whole = b"".join(Text(path).blocks())
    monkeypatch.setattr(objects, "BLOCK_BYTES", size)
    text = Text(path)
    counts = []
    blocks = []
    for block in text.blocks():
        blocks.append(block)
        counts.append(text.given)
    assert b"".join(blocks) == whole
    assert all(block.endswith(b"\n") for block in blocks)
    assert text.given == counts[-1] == len(ODD)
    assert text.whole


def test_of_a_line_that_is_cut_short_nothing_is_given() -> None:
    assert list(objects._whole_lines(io.BytesIO(b"n1 x\nn2 y\nn3"))) == [b"n1 x\nn2 y\n"]
    assert list(objects._whole_lines(io.BytesIO(b"n1"))) == []


def test_the_rest_is_given_from_where_the_text_ended(tmp_path: Path) -> None:
    path = extract(map_of(ODD, tmp_path / "odd.osm"))
    whole = places(from_text(path))
    for ended in range(len(ODD) + 1):
        assert places(objects.one_by_one(path, ended)) == whole[ended:]


def test_a_program_that_cannot_run_gives_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Text(extract(map_of(ODD, tmp_path / "odd.osm")))
    monkeypatch.setattr(text, "_program", ["/bin/false" if os.name == "posix" else "where.exe"])
    assert list(text.blocks()) == []
    assert (text.given, text.whole) == (0, False)


def test_a_cut_file_is_damaged_not_short(real_data: Path, tmp_path: Path) -> None:
    county = real_data / "osm" / "rutland-2022-07-20.osm.pbf"
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(county.read_bytes()[: county.stat().st_size // 2])
    with pytest.raises(DataError, match="damaged or cut short"):
        list(objects.one_by_one(extract(cut)))
