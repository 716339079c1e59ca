"""The streets of the address index: which places make one, what it is called, where it lies, and the numbers on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.region import address_streets, columns
from era_geo.region.draft import in_chunks
from tests.address.rows import Row, address, region_of_rows, road

CELL_M = 300
TABLES = ("street_keys", "street_aliases", "streets", "street_numbers", "house_names", "street_lines")


def tables(path: Path, **rows: list[Row]) -> dict[str, list[tuple[Any, ...]]]:
    region = region_of_rows(path, **rows)
    return {table: region.query(f"SELECT * FROM {table}") for table in TABLES}


def flooded(places: set[tuple[int, int, int]]) -> list[set[tuple[int, int, int]]]:
    """Part (key, column, row) of cells into those that touch, one by one."""
    parts: list[set[tuple[int, int, int]]] = []
    for place in places:
        key, x, y = place
        near = [part for part in parts if any(k == key and abs(x - i) <= 1 and abs(y - j) <= 1 for k, i, j in part)]
        parts = [part for part in parts if part not in near] + [{place}.union(*near)]
    return parts


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(-4, 5).map(lambda cell: cell * CELL_M) | st.floats(-1200, 1800),
            st.integers(-4, 5).map(lambda cell: cell * CELL_M) | st.floats(-1200, 1800),
        ),
        max_size=60,
    )
)
def test_places_of_one_key_in_touching_cells_are_one_street(places: list[tuple[int, float, float]]) -> None:
    cells = [(key, int(x // CELL_M), int(y // CELL_M)) for key, x, y in places]
    points = np.array([place[1:] for place in places]).reshape(-1, 2)
    street, turn = address_streets.touching(np.array([key for key, _, _ in places], np.int64), points)
    found: dict[int, set[tuple[int, int, int]]] = {}
    for number, cell in zip(street.tolist(), cells, strict=True):
        found.setdefault(number, set()).add(cell)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, flooded(set(cells))))
    assert sorted(found) == list(range(len(found)))
    assert len(set(zip(turn.tolist(), cells, strict=True))) == len(set(turn.tolist())) == len(set(cells))


def a_town() -> dict[str, list[Row]]:
    """Give streets of every kind: of several names, towns and stretches, with and without houses or roads."""
    houses = [
        address((place * 70.0, 10.0 * (place % 3)), number, street, house=house, town=town)
        for place, (number, street, house, town) in enumerate(
            [
                ("1", "Mill Wynd", None, "Milton"), ("3-7", "Mill Wynd", None, "Milton"), ("4,6,11", "mill wynd", None, "Aberton"),
                (None, "Mill Wynd", "Rose Cottage", None), (None, "Mill Wynd", None, None), ("The Lodge", "Mill Wynd", "", ""),
                ("12/3", "Mill Wynd", "12", "Aberton"), ("2", "St. John's Rd", None, None), ("2", "Saint Johns Road", None, None),
                ("5", None, None, "Milton"), ("6", "---", None, None),
            ]
        )
    ]  # fmt: skip
    far = [address((5000.0 + place, 0.0), str(place), "Mill Wynd", town=f"Town {place % 10}") for place in range(12)]
    lone = [address((9000.0, 0.0), "1", "Mill Wynd"), address((12000.0, 0.0), "1", "Mill Wynd")]
    roads = [
        road("Mill Wynd", [(0, 0), (700, 0)]), road("Mill Wynd", [(20000, 0), (20200, 0)]), road("Kirkgate", [(0, 50), (900, 50)]),
        road("The Kirkgate", [(0, 50), (20, 50)]), road("Abbey Close", [(100, 100), (110, 100)]), road("", [(0, 0), (1, 1)]),
    ]  # fmt: skip
    return {"addresses": [*houses, *far, *lone], "roads": roads}


def test_streets_are_numbered_by_key_and_size_and_those_without_addresses_last(tmp_path: Path) -> None:
    found = tables(tmp_path / "town.gpkg", **a_town())
    keys = dict(found["street_keys"])
    rows = [(keys[key], name, houses, has_line) for _, key, name, _, _, _, _, houses, has_line in found["streets"]]
    assert rows == [
        ("mill wynd", "Mill Wynd", 12, 0),
        ("mill wynd", "Mill Wynd", 7, 1),
        ("mill wynd", "Mill Wynd", 1, 0),
        ("mill wynd", "Mill Wynd", 1, 0),
        ("mill wynd", "Mill Wynd", 0, 1),
        ("saint johns road", "Saint Johns Road", 2, 0),
        ("abbey close", "Abbey Close", 0, 1),
        ("kirkgate", "Kirkgate", 0, 1),
    ]


def test_towns_are_the_most_common_first_then_by_the_alphabet_and_eight_at_most(tmp_path: Path) -> None:
    found = tables(tmp_path / "town.gpkg", **a_town())
    towns = [json.loads(row[3]) for row in found["streets"]]
    assert towns[0] == [f"Town {number}" for number in range(8)]
    assert towns[1] == ["Aberton", "Milton"]
    assert towns[2:] == [[]] * 6


def test_every_number_that_an_address_covers_is_on_its_street(tmp_path: Path) -> None:
    found = tables(tmp_path / "town.gpkg", **a_town())
    second = sorted((fid, base) for _, base, street, fid in found["street_numbers"] if street == 2)
    assert second == [(1, 1), (2, 3), (2, 5), (2, 7), (3, 4), (3, 6), (3, 11), (4, -1), (6, -1), (7, 12)]
    assert sorted(row[3] for row in found["street_numbers"] if row[2] in (3, 4)) == [24, 25]
    assert found["house_names"] == [("12", 7), ("lodge", 6), ("rose cottage", 4)]


def test_a_street_lies_where_its_road_is_nearest_to_the_middle(tmp_path: Path) -> None:
    houses = [address((x, 40.0), str(number), "Mill Wynd") for number, x in enumerate((0, 100, 250), 1)]
    lone = [address((5000.0, 7.0), "9", "Mill Wynd"), address((5000.0, 7.0), "11", "Mill Wynd")]
    line = road("Mill Wynd", [(-20, 0), (90, 0), (260, 0)])
    found = tables(tmp_path / "one.gpkg", addresses=[*houses, *lone], roads=[line])
    (_, _, _, _, *centre, reach, _, _), other = found["streets"]
    assert centre == [90, 0]
    assert reach == pytest.approx(170)
    assert other[4:7] == (5000, 7, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_it_makes_no_difference_how_many_are_read_and_written_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = tables(tmp_path / "whole.gpkg", **a_town())
    monkeypatch.setattr(address_streets, "in_chunks", lambda cursor: in_chunks(cursor, size))
    monkeypatch.setattr(address_streets, "_ROAD_POINTS_AT_ONCE", size)
    monkeypatch.setattr(columns, "_ROWS_A_STATEMENT", size)
    assert tables(tmp_path / "parts.gpkg", **a_town()) == whole


def test_a_region_without_streets_has_none(tmp_path: Path) -> None:
    assert tables(tmp_path / "none.gpkg") == {table: [] for table in TABLES}
