"""How far a place reaches: by the addresses on its own streets, and an estimate where they are few."""

from __future__ import annotations

import math
from pathlib import Path

from era_geo.address.search import locate
from era_geo.model import Candidate, Precision
from era_geo.region.region import Region
from tests.address.rows import Row, locality, region_of_rows, road, source, street

X, Y = 300000.0, 650000.0


def region_of(tmp_path: Path, *rows: Row, **more: list[Row]) -> Region:
    return region_of_rows(
        tmp_path / "places.gpkg",
        sources=[source((X - 30000, Y - 30000), (X + 30000, Y + 30000))],
        addresses=rows,
        localities=[locality("Kirkbrae", (X, Y), "town"), locality("Farley", (X + 9000, Y), "village")],
        **more,
    )


def place(text: str, region: Region) -> Candidate:
    (found,) = locate(text, region).candidates
    assert found.precision is Precision.LOCALITY
    return found


def test_a_towns_circle_holds_95_in_100_of_its_addresses_and_is_no_estimate(tmp_path: Path) -> None:
    rows = [row for k in range(10) for row in street(f"Row {k}", (X + 300 * k, Y), range(1, 21))]
    found = place("Kirkbrae", region_of(tmp_path, *rows))
    inside = sum(math.dist(row["at"], (X, Y)) <= found.uncertainty_m for row in rows)
    assert inside >= 0.95 * len(rows)
    assert found.uncertainty_m < 4000
    assert not any("uncalibrated" in note for note in found.notes)


def test_what_lies_nearer_to_another_place_is_not_its_own_unless_it_names_it(tmp_path: Path) -> None:
    near = street("Mill Wynd", (X, Y), range(1, 121))
    far = street("Loan Row", (X + 9000, Y + 100), range(1, 121))
    apart = place("Kirkbrae", region_of(tmp_path, *near, *far))
    (tmp_path / "named").mkdir()
    named = street("Loan Row", (X + 9000, Y + 100), range(1, 121), town="Kirkbrae")  # its post town
    together = place("Kirkbrae", region_of(tmp_path / "named", *near, *named))
    assert apart.uncertainty_m < 2000
    assert together.uncertainty_m > 9000


def test_a_place_with_few_addresses_is_no_smaller_than_such_places_are_and_an_estimate(tmp_path: Path) -> None:
    long = road("Long Road", [(X - 100, Y), (X + 4000, Y)])
    found = place("Kirkbrae", region_of(tmp_path, *street("Long Road", (X, Y), [1, 2]), roads=[long]))
    assert found.uncertainty_m > 1800
    assert any("uncalibrated" in note for note in found.notes)
    (tmp_path / "bare").mkdir()
    assert place("Kirkbrae", region_of(tmp_path / "bare")).uncertainty_m == 1800
