"""Settling: what SQL writes as it was staged, and what the merger makes, are together what the merger alone would make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo.region import address_groups, addresses, flat_buildings, gpkg
from era_geo.region.address_merge import WORDS, Merger, Staged
from era_geo.region.address_words import house_key
from era_geo.region.draft import Draft, StagedAddress
from era_geo.region.progress import silent

COLUMNS = ("ref", *WORDS, "building_id", "sources", "spread_m", "geom")
# Two buildings, the smaller one in the larger, and a shed 30 m off that nobody has for his own.
BUILDINGS = {
    "osm:way/1": shapely.box(0, 0, 60, 60),
    "osm:way/2": shapely.box(20, 20, 40, 40),
    "osm:way/3": shapely.box(90, 0, 95, 9),
}


@contextmanager
def drafted(rows: Sequence[StagedAddress]) -> Iterator[Draft]:
    """Give a draft with the buildings and these addresses, not settled yet."""
    with TemporaryDirectory() as folder, Draft(Path(folder) / "draft.gpkg") as draft:
        draft.add("buildings", {"ref": list(BUILDINGS)}, np.array([shapely.multipolygons([box]) for box in BUILDINGS.values()]))
        draft.stage_addresses(rows)
        yield draft


def settled(draft: Draft) -> list[tuple[Any, ...]]:
    addresses.settle(draft, silent)
    return draft.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM addresses ORDER BY fid").fetchall()


def building(row: StagedAddress) -> int | None:
    """Give by pen and paper the fid of a staged address's building."""
    refs = list(BUILDINGS)
    if row.own_building in BUILDINGS:
        return refs.index(row.own_building) + 1
    around = [ref for ref, box in BUILDINGS.items() if shapely.intersects_xy(box, row.easting, row.northing)]
    return refs.index(min(around, key=lambda ref: BUILDINGS[ref].area)) + 1 if around else None


def merged(draft: Draft, rows: Sequence[StagedAddress]) -> tuple[list[tuple[Any, ...]], Counter[tuple[int, str]], Merger]:
    """Give the rows that the merger makes of all objects, how many each source has a part in, and the merger."""
    keyed = sorted(
        ((house_key(row.number, row.flat, row.street, row.house), row.exactness, fid, row) for fid, row in enumerate(rows, 1))
    )
    ways: dict[str, set[str]] = {}
    for key, _, _, row in keyed:
        if row.authority and row.uprn:
            ways.setdefault(row.uprn, set()).add(key)
    merger = Merger(draft.connection, {uprn: len(keys) for uprn, keys in ways.items() if len(keys) > 1})
    found, kept = [], Counter[tuple[int, str]]()
    for _, group in groupby(keyed, key=lambda entry: entry[0]):
        for house in merger.houses([Staged(fid, building(row), row) for _, _, fid, row in group]):
            *words, easting, northing = merger.row(house)
            found.append((*words, gpkg.point_blob(easting, northing)))
            kept.update({(one.address.source_id, "addresses") for one in house})
    return found, kept, merger


def by_content(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def address(ref: str, x: float, y: float, **more: Any) -> StagedAddress:
    words = {"source_id": 1, "exactness": 0, "number": "1", "street": "Mill Wynd", **more}
    return StagedAddress(ref=ref, easting=float(x), northing=float(y), **words)


objects = st.builds(
    lambda n, x, y, number, flat, street, postcode, uprn, own, authority: address(
        f"x:{n}", x, y, number=number, flat=flat, street=street, postcode=postcode, uprn=uprn, source_id=1 + authority,
        own_building=None if authority else own, exactness=10 * authority, authority=authority,
        house=None if number else "The Mill", classification="RD" if authority else None,
    ),
    st.integers(0, 99), st.sampled_from((1, 21, 24.5, 30, 50, 70, 92, 130, 620)), st.sampled_from((1, 26, 27, 5000)),
    st.sampled_from(("1", "2", None)), st.sampled_from((None, None, "1")), st.sampled_from(("Mill Wynd", "mill wynd", None)),
    st.sampled_from((None, "ZZ1 1AA", "ZZ1 1AB")), st.sampled_from((None, "5", "6")),
    st.sampled_from((None, None, "osm:way/1", "osm:way/9")), st.sampled_from((0, 0, 1)),
)  # fmt: skip


@given(st.lists(objects, max_size=14))
def test_settling_gives_what_the_merger_alone_gives(rows: list[StagedAddress]) -> None:
    with drafted(rows) as draft, pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat_buildings, "seat", lambda _: None)  # what it does to the rows afterwards is none of the merger's
        expected, kept, merger = merged(draft, rows)
        found = settled(draft)
        assert by_content(found) == by_content(expected)
        assert {entry: count for entry, count in draft.kept.items() if entry[1] == "addresses"} == kept
        assert draft.merged == +merger.told
        assert draft.count("addresses") == len(found)


MIXED = [
    address("b:1", 30, 30, number="9", own_building="osm:way/1"),  # alone, in its own building though a smaller one is around it
    address("a:1", 30, 30, number="3", flat="2", postcode="ZZ1 1AA", flats="1-4"),  # alone, in the smallest building around it
    address("a:2", 5, 5, number="2"),  # with the next one in one building, 50 m off
    address("a:3", 55, 5, number="2", town="Milton"),
    address("a:4", 500, 0, number="2", own_building="osm:way/9"),  # the same words where nobody else is; its building is not built
    address("a:5", 524, 0, number="2", postcode="ZZ1 1AB"),  # within 25 m of it
    address("a:6", 900, 0, number="2"),  # the same words again, alone
    address("g:7", 700, 0, number="8", uprn="7", authority=1, source_id=2, exactness=10),  # worded in two ways, each only once
    address("g:7", 701, 0, number="4", uprn="7", authority=1, source_id=2, exactness=10),
    address("g:8", 720, 0, number="5", uprn="8", authority=1, source_id=2, exactness=10, classification="RD"),  # alone
    address("a:9", 740, 0, number="6", uprn="7"),  # alone: a map's UPRN joins nothing
]


def test_houses_alone_and_shared_come_in_the_order_of_their_words() -> None:
    with drafted(MIXED) as draft:
        found = settled(draft)
        brief = [(row[0], row[2], *row[10:13]) for row in found]
        assert brief == [
            ("a:2 a:3", "2", 1, "[1]", 0.0),
            ("a:4 a:5", "2", None, "[1]", 24.0),
            ("a:6", "2", None, "[1]", 0.0),
            ("a:1", "3", 2, "[1]", 0.0),
            ("g:8", "5", None, "[2]", 0.0),
            ("a:9", "6", None, "[1]", 0.0),
            ("g:7", "8", None, "[2]", 1.0),
            ("b:1", "9", 1, "[1]", 0.0),
        ]
        assert found[3][:10] == ("a:1", "2", "3", None, "Mill Wynd", None, "ZZ1 1AA", None, "1-4", None)
        assert found[4][9] == "RD"
        assert draft.kept == Counter({(1, "addresses"): 6, (2, "addresses"): 2})


def test_only_what_may_be_one_house_with_others_is_given_to_the_merger() -> None:
    with drafted(MIXED) as draft:
        address_groups.find(draft, addresses._buildings(draft))
        assert [MIXED[fid - 1].ref for (fid,) in draft.connection.execute("SELECT fid FROM shared ORDER BY fid")] == [
            "a:2", "a:3", "a:4", "a:5", "g:7", "g:7",
        ]  # fmt: skip


def test_the_window_index_has_each_address_at_its_place() -> None:
    with drafted(MIXED) as draft:
        found = settled(draft)
        draft.finish()
        boxes = draft.connection.execute("SELECT id, minx, maxx, miny, maxy FROM rtree_addresses_geom ORDER BY id").fetchall()
        assert [box[0] for box in boxes] == list(range(1, len(found) + 1))
        places = gpkg.points_of([row[-1] for row in found])
        assert places[0].tolist() == [5.0, 5.0], "the first of two that are as exact"
        assert np.array([box[1:] for box in boxes]) == pytest.approx(places[:, [0, 0, 1, 1]], abs=0.001)
        extent = draft.connection.execute(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'addresses'"
        ).fetchone()
        assert extent == (*places.min(axis=0), *places.max(axis=0))


def test_nothing_staged_is_no_address() -> None:
    with drafted([]) as draft:
        assert settled(draft) == []
        draft.finish()


def test_what_is_not_known_is_null_and_a_geometry_a_blob() -> None:
    with drafted([address("a:1", 1, 1, street=None)]) as draft:
        assert set(draft.connection.execute("SELECT typeof(ref), typeof(geom) FROM buildings")) == {("text", "blob")}
        draft.add("localities", {"ref": ["n:1", "n:2"], "name": [None, "Milton"]}, np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert draft.connection.execute("SELECT typeof(name), typeof(geom) FROM localities").fetchall() == [
            ("null", "blob"),
            ("text", "blob"),
        ]
        assert draft.connection.execute("SELECT typeof(street), typeof(number), key FROM staged").fetchone() == (
            "null",
            "text",
            "|1||",
        )
