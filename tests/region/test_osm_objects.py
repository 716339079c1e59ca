"""The text of the other process says the same as reading object by object; where it ends early, nothing is lost or doubled."""

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
from era_geo.region.osm.objects import Found
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


def places(found: Iterator[Found | None]) -> list[tuple[str, int, dict[str, str] | None, list[float]]]:
    """Give what was found with its numbers read, because 1 and 1.0 are one place."""
    told = []
    for one in found:
        assert one is not None
        numbers = one.place.replace("n", " ").replace("x", " ").replace("y", " ").replace(",", " ").split()
        told.append((one.kind, one.id, one.tags, [float(number) for number in numbers]))
    return told


def test_signs_that_the_text_escapes_come_back(tmp_path: Path) -> None:
    found = list(objects.read(extract(map_of(ODD, tmp_path / "odd.osm"))))
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
    whole = [one for one in objects._from_text(extract(path)) if one is not None]
    assert places(iter(whole)) == places(objects._one_by_one(extract(path)))


def test_on_a_real_county_both_ways_of_reading_agree(real_data: Path) -> None:
    county = extract(real_data / "osm" / "rutland-2022-07-20.osm.pbf")
    text = places(objects._from_text(county))
    assert len(text) > 15_000
    assert text == places(objects._one_by_one(county))


def test_a_process_that_ends_early_is_taken_over_from_where_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = extract(map_of(ODD, tmp_path / "odd.osm"))
    whole = places(objects.read(path))
    kept = list(objects._from_text(path))
    for ended in range(len(ODD) + 1):
        monkeypatch.setattr(objects, "_from_text", lambda _, ended=ended: iter([*kept[:ended], None]))
        assert places(objects.read(path)) == whole


def test_a_program_that_cannot_run_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = extract(map_of(ODD, tmp_path / "odd.osm"))
    whole = places(objects.read(path))
    monkeypatch.setattr(objects.sys, "executable", "/bin/false" if os.name == "posix" else "where.exe")
    assert places(objects.read(path)) == whole


def test_a_cut_file_is_damaged_not_short(real_data: Path, tmp_path: Path) -> None:
    county = real_data / "osm" / "rutland-2022-07-20.osm.pbf"
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(county.read_bytes()[: county.stat().st_size // 2])
    with pytest.raises(DataError, match="damaged or cut short"):
        list(objects.read(extract(cut)))
