"""What changed between two maps: drawn worlds, one against another, and Rutland in three years held against its extracts."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from era_geo import crs, layerset
from era_geo.layerset import LayerSet
from era_geo.outputs import change_words
from era_geo.region.build import build as build_region
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.change_things import Kind, Of
from era_geo.vicinity.changes import Change, Changes, changes
from tests.vicinity.sites import site_at
from tests.vicinity.test_listed import SCHOOLS
from tests.world import ORIGIN, World, box_geojson, build

# What every drawn map has, so that its silence means something; all of it far from the property.
ELSEWHERE = """
farplay   area 700,700 720,700 720,720 700,720     leisure=playground
farpitch  area 750,700 790,700 790,720 750,720     leisure=pitch
farschool area 700,800 760,800 760,850 700,850     amenity=school name="Far School"
farpub    node 705,760                             amenity=pub name="Far Inn"
farpark   area 800,800 860,800 860,850 800,850     leisure=park
farhome   area 900,700 910,700 910,710 900,710     building=house
fargate   node 902,745                             barrier=gate
farroad   way  700,690 900,690                     highway=residential
corner    node -700,-700                           barrier=bollard
"""
BOX = box_geojson((ORIGIN[0] - 2000, ORIGIN[1] - 2000, ORIGIN[0] + 2000, ORIGIN[1] + 2000))
ANCHOR = Anchor.of(site_at(0, 0))
SWINGS = "swings area 50,0 80,0 80,30 50,30 leisure=playground name='New Swings'"


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> LayerSet:
    return layerset.load(Settings(home=tmp_path_factory.mktemp("home")))


def region(tmp_path: Path, name: str, drawn: str, *, bare: bool = False) -> Region:
    date = {"old": "2018-02-27T12:00:00Z", "new": "2022-07-20T12:00:00Z"}[name]
    return build(drawn if bare else f"{ELSEWHERE}\n{drawn}", tmp_path, name=name, date=date, boundary=BOX)


def compare(tmp_path: Path, layers: LayerSet, old: str, new: str, radius_m: float = 200) -> Changes:
    return changes(region(tmp_path, "old", old), region(tmp_path, "new", new), ANCHOR, radius_m, layers)


def told(found: Changes) -> list[tuple[Kind, Of]]:
    return [(change.kind, change.of) for change in found.changes]


def said(found: Changes, layers: LayerSet) -> list[str]:
    return [change_words.sentence(change, {layer.id: layer.label for layer in layers.layers}) for change in found.changes]


def test_a_place_that_appeared_is_told_by_layer_name_and_both_dates(tmp_path: Path, layers: LayerSet) -> None:
    found = compare(tmp_path, layers, "", SWINGS)
    assert said(found, layers) == [
        "Play areas: 'New Swings' is on the map of 20 July 2022 and was not on that of 27 February 2018."
    ]
    (change,) = found.changes
    assert (change.kind, change.distance_m, change.old) == (Kind.APPEARED, 50.0, None)
    assert change_words.place(change) == "50 m east"
    assert "1 place appeared" in change_words.summary(found)


def test_a_place_that_went(tmp_path: Path, layers: LayerSet) -> None:
    assert said(compare(tmp_path, layers, SWINGS, ""), layers) == [
        "Play areas: 'New Swings' was on the map of 27 February 2018 and is not on that of 20 July 2022."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(SWINGS, f"hut node 5,300 shop=kiosk\n{SWINGS}", id="another number"),
        pytest.param("a node 60,10 leisure=playground", "a area 62,0 80,0 80,30 62,30 leisure=playground", id="point to outline"),
        pytest.param(
            "a area 50,0 90,0 90,30 50,30 leisure=pitch",
            "a area 50,0 68,0 68,30 50,30 leisure=pitch\nb area 72,0 90,0 90,30 72,30 leisure=pitch",
            id="split",
        ),
        pytest.param(
            "a area 50,0 90,0 90,30 50,30 amenity=school name='Mill School'\n"
            "b area 50,45 90,45 90,80 50,80 amenity=school name='Mill School'",
            "c area 50,0 90,0 90,80 50,80 amenity=school name='Mill School'",
            id="merged into a campus",
        ),
        pytest.param(
            "a area 50,0 90,0 90,30 50,30 leisure=pitch sport=tennis",
            "b node 5,300 shop=kiosk\na area 50,0 90,0 90,30 50,30 leisure=pitch sport=soccer",
            id="tagged anew",
        ),
        pytest.param(
            "a area 50,0 80,0 80,12 50,12 building=terrace",
            "a area 50,0 60,0 60,12 50,12 building=house\nb area 60,0 70,0 70,12 60,12 building=house\n"
            "c area 70,0 80,0 80,12 70,12 building=house",
            id="terrace to houses",
        ),
        pytest.param(
            "a area 50,0 58,0 58,8 50,8 building=yes",
            "z node 5,300 shop=kiosk\na area 52,2 61,2 61,11 52,11 building=house",
            id="house drawn from another picture",
        ),
        pytest.param(
            "a way 20,20 180,20 highway=footway",
            "a way 20,20 90,20 highway=footway\nb way 90,20 180,21 highway=path",
            id="split path",
        ),
        pytest.param(
            "a way 20,20 180,20 highway=track",
            "z way 5,300 9,300 highway=service\na way 20,20 180,20 highway=path",
            id="track to path",
        ),
        pytest.param("a node 20,20 barrier=gate", "z node 5,300 shop=kiosk\na node 21,21 barrier=gate", id="gate"),
        pytest.param(
            "a area 50,0 80,0 80,30 50,30 leisure=playground", "a area 46,0 80,0 80,40 46,40 leisure=playground", id="edge by 4 m"
        ),
    ],
)  # fmt: skip
def test_what_was_only_drawn_anew_is_no_change(tmp_path: Path, layers: LayerSet, old: str, new: str) -> None:
    found = compare(tmp_path, layers, old, new)
    assert not found.changes, said(found, layers)
    assert "no change" in change_words.summary(found)


@pytest.mark.parametrize(
    ("old", "new", "kind", "of", "words"),
    [
        (SWINGS, SWINGS.replace("50,", "40,"), Kind.MOVED, Of.PLACE, "is 40 m away on the map of 20 July 2022 and was 50 m"),
        (SWINGS, SWINGS.replace("New", "Old"), Kind.RENAMED, Of.PLACE, "is called 'Old Swings' on the map"),
        (SWINGS, SWINGS.replace(" name='New Swings'", ""), Kind.RENAMED, Of.PLACE, "has no name on the map"),
        (SWINGS, SWINGS.replace("playground", "park"), Kind.RELAYERED, Of.PLACE, "'New Swings' is among Parks and"),
        ("", "a area 20,0 30,0 30,9 20,9 building=house", Kind.APPEARED, Of.BUILDING, "A house is on the map"),
        ("", "a area 20,0 30,0 30,9 20,9 building=industrial", Kind.APPEARED, Of.BUILDING, "An industrial building is on the map"),
        ("a way 20,20 180,20 highway=footway", "", Kind.WENT, Of.PATH, "A footpath was on the map"),
        ("", "a way 20,20 180,20 highway=residential name='Mill Wynd'", Kind.APPEARED, Of.PATH, "The street 'Mill Wynd' is on"),
        ("", "a node 20,20 barrier=kissing_gate", Kind.APPEARED, Of.ENTRANCE, "A kissing gate is on the map"),
        ("", "a area 20,0 60,0 60,40 20,40 leisure=pitch", Kind.APPEARED, Of.PLACE, "skate parks: an unnamed pitch is on the map"),
    ],
)  # fmt: skip
def test_each_change_is_told_once_and_never_by_number(
    tmp_path: Path, layers: LayerSet, *, old: str, new: str, kind: Kind, of: Of, words: str
) -> None:
    found = compare(tmp_path, layers, old, new)
    assert told(found) == [(kind, of)]
    (sentence,) = said(found, layers)
    assert words in sentence
    assert "osm" not in sentence


def test_a_neighbour_of_the_same_kind_is_new(tmp_path: Path, layers: LayerSet) -> None:
    """Two bus stops of one name stand in one street; two schools share a campus; a footpath runs beside its street."""
    old = (
        "a node 20,20 highway=bus_stop name='Mill Wynd'\ns area 50,50 150,50 150,150 50,150 amenity=school name='Mill School'\n"
        "r way 20,-20 180,-20 highway=residential"
    )
    new = (
        f"{old}\nb node 20,62 highway=bus_stop name='Mill Wynd'\nt node 60,60 amenity=school name='Kirk Academy'\n"
        "f way 20,-23 180,-23 highway=footway"
    )
    found = compare(tmp_path, layers, old, new)
    assert told(found) == [(Kind.APPEARED, Of.PLACE), (Kind.APPEARED, Of.PLACE), (Kind.APPEARED, Of.PATH)]
    assert {change.new.name for change in found.changes if change.new} == {"Mill Wynd", "Kirk Academy", None}


def test_places_then_entrances_then_buildings_then_paths_each_nearest_first(tmp_path: Path, layers: LayerSet) -> None:
    new = (
        "p way 5,5 9,100 highway=path\nb area 10,0 20,0 20,9 10,9 building=house\ng node 30,0 barrier=gate\n"
        "far area 100,0 130,0 130,30 100,30 leisure=pitch\nnear area 60,0 80,0 80,30 60,30 leisure=playground"
    )
    found = compare(tmp_path, layers, "", new)
    assert [(change.of, change.distance_m) for change in found.changes] == [
        (Of.PLACE, 60.0), (Of.PLACE, 100.0), (Of.ENTRANCE, 30.0), (Of.BUILDING, 10.0), (Of.PATH, pytest.approx(7.1, abs=0.1)),
    ]  # fmt: skip


def test_a_building_told_as_a_place_is_not_told_twice(tmp_path: Path, layers: LayerSet) -> None:
    found = compare(tmp_path, layers, "", "a area 50,0 90,0 90,30 50,30 building=school amenity=school name='Mill School'")
    assert told(found) == [(Kind.APPEARED, Of.PLACE)]


def test_where_a_map_holds_none_of_a_layer_its_silence_is_a_gap(tmp_path: Path, layers: LayerSet) -> None:
    old = region(tmp_path, "old", "farroad way 700,690 900,690 highway=residential\nc node 0,500 barrier=gate", bare=True)
    found = changes(old, region(tmp_path, "new", f"{SWINGS}\nh area 10,0 20,0 20,9 10,9 building=house"), ANCHOR, 200, layers)
    assert not found.changes
    (gap,) = [gap for gap in found.gaps if gap.layer == "play_area"]
    assert "1 found only in 'new'" in gap.what
    assert "holds no object of this layer at all" in gap.why
    assert [gap.field for gap in found.gaps if gap.layer is None] == ["changes of buildings"]


def test_where_a_map_does_not_cover_the_circle_nothing_appeared_or_went(tmp_path: Path, layers: LayerSet) -> None:
    half = box_geojson((ORIGIN[0] - 2000, ORIGIN[1] - 2000, ORIGIN[0] + 20, ORIGIN[1] + 2000))
    old = build(f"{ELSEWHERE}\nz node -50,0 leisure=playground", tmp_path, name="old", boundary=half)
    new = region(tmp_path, "new", f"{SWINGS}\nz node -70,0 leisure=playground\nf way 20,20 90,90 highway=path")
    moved = changes(old, new, ANCHOR, 200, layers)
    assert told(moved) == [], "the two points bear different numbers, and whatever lies beyond the edge could not be seen"
    assert {"play_area", "school", None} <= {gap.layer for gap in moved.gaps}
    assert any("reaches past the area" in gap.why for gap in moved.gaps)


def test_what_only_a_list_shows_that_the_other_region_lacks_is_a_gap(tmp_path: Path, layers: LayerSet) -> None:
    roll = tmp_path / "school-roll-2023.csv"
    head = SCHOOLS.strip()
    corners = [(-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4)]

    def edition(*schools: tuple[str, float, float]) -> None:
        rows = [*schools, *((f"Corner {n}", east, north) for n, (east, north) in enumerate(corners))]
        lines = [
            f"55{sum(map(ord, name)):05},Primary,{name},,,,ZZ1 1AA,,,{ORIGIN[0] + e:.0f},{ORIGIN[1] + n:.0f},"
            for name, e, n in rows
        ]
        roll.write_text("\n".join([head, *lines, ""]), encoding="utf-8")

    def with_roll(name: str) -> Region:
        settings = Settings(home=tmp_path / "home")
        drawn = World(ELSEWHERE).write(tmp_path / f"{name}.osm")
        build_region([drawn, roll], name=name, settings=settings, boundary=BOX, themes=())
        return open_region(name, settings)

    edition()
    before = with_roll("before")
    edition(("St Brigid's Primary", 60, 0))
    after, without = with_roll("after"), region(tmp_path, "old", "")
    (change,) = changes(before, after, ANCHOR, 200, layers).changes
    assert change.kind is Kind.APPEARED
    assert change.new is not None
    assert change.new.refs[0].startswith("sg_school_roll:")
    unheard = changes(without, after, ANCHOR, 200, layers)
    assert not unheard.changes
    assert any(gap.layer == "school" and "1 found only in 'after'" in gap.what for gap in unheard.gaps)


def mirrored(change: Change) -> Change:
    kind = {Kind.APPEARED: Kind.WENT, Kind.WENT: Kind.APPEARED}.get(change.kind, change.kind)
    turned = {"old": change.new, "new": change.old, "shown_old": change.shown_new, "shown_new": change.shown_old}
    return replace(change, kind=kind, bearing_deg=None, **turned)


def as_set(found: Changes) -> set[Change]:
    return {replace(change, bearing_deg=None) for change in found.changes}


KINDS = [
    "leisure=playground", "leisure=pitch", "leisure=park name=Green", "amenity=school name='Mill School'", "building=house",
    "building=school", "amenity=school", "leisure=playground name=Green",
]  # fmt: skip
CELLS = st.integers(-4, 4).map(lambda step: 25 * step)
AREAS = st.tuples(CELLS, CELLS, st.sampled_from([10, 25, 40]), st.sampled_from(KINDS))
WAYS = st.tuples(CELLS, CELLS, st.sampled_from([30, 90]), st.sampled_from(["highway=footway", "highway=service name=Row"]))
WORLDS = st.tuples(st.lists(AREAS, max_size=5), st.lists(WAYS, max_size=3))


def drawn(areas: list[tuple[int, int, int, str]], ways: list[tuple[int, int, int, str]]) -> str:
    lines = [
        f"a{n} area {x},{y} {x + size},{y} {x + size},{y + size} {x},{y + size} {tags}"
        for n, (x, y, size, tags) in enumerate(areas)
    ]
    return "\n".join(
        [*lines, *(f"w{n} way {x + 1},{y + 2} {x + size},{y + 3} {tags}" for n, (x, y, size, tags) in enumerate(ways))]
    )


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=WORLDS, other=WORLDS)
def test_backwards_the_same_changes_are_told_backwards_and_of_itself_none(
    tmp_path_factory: pytest.TempPathFactory, layers: LayerSet, one: tuple, other: tuple
) -> None:
    folder = tmp_path_factory.mktemp("worlds")
    a, b = region(folder, "old", drawn(*one)), region(folder, "new", drawn(*other))
    there, back = changes(a, b, ANCHOR, 60, layers), changes(b, a, ANCHOR, 60, layers)
    assert as_set(there) == {mirrored(change) for change in as_set(back)}
    assert {gap.layer for gap in there.gaps} == {gap.layer for gap in back.gaps}
    assert not changes(a, a, ANCHOR, 60, layers).changes


YEARS = {"2018": "2018-02-27", "2021": "2021-05-07", "2022": "2022-07-20"}
PLAIN = {"amenity": {"school", "pub", "library", "place_of_worship"}, "leisure": {"playground", "pitch", "park"}}


@pytest.fixture(scope="module")
def rutlands(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Region]:
    settings = Settings(home=tmp_path_factory.mktemp("rutlands"))
    for year, date in YEARS.items():
        build_region([real_data / "osm" / f"rutland-{date}.osm.pbf"], name=year, settings=settings)
    return {year: open_region(year, settings) for year in YEARS}


@dataclass
class Extract:
    """What plain pyosmium reads: the objects of some common kinds (tag, one of its points), and every name and number there is."""

    path: Path
    objects: dict[str, tuple[str, shapely.Point]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for thing in osmium.FileProcessor(str(self.path)).with_locations():
            ref = f"osm:{('relation', 'way', 'node')[thing.is_way() + 2 * thing.is_node()]}/{thing.id}"
            tags = dict(thing.tags)
            if not tags:
                continue
            self.names[ref] = tags.get("name", "")
            tag = next((f"{key}={tags[key]}" for key, values in PLAIN.items() if tags.get(key) in values), None)
            if tag is None or thing.is_relation():
                continue
            places = [thing.location] if thing.is_node() else [node.location for node in thing.nodes if node.location.valid()]
            if places:
                east, north = crs.to_bng([places[0].lon], [places[0].lat])
                self.objects[ref] = tag, shapely.Point(east[0], north[0])

    def without(self, other: "Extract") -> list[tuple[str, shapely.Point]]:
        """Give objects that the other has not: neither their number, nor their name, nor any of their kind within 300 m."""
        names = set(other.names.values()) - {""}
        return [
            (ref, point)
            for ref, (tag, point) in sorted(self.objects.items())
            if ref not in other.names
            and self.names[ref] not in names
            and not any(tag == its_tag and point.distance(its_point) < 300 for its_tag, its_point in other.objects.values())
        ]


def _of(tags: dict[str, str], *, is_node: bool) -> Of | None:
    """Say which kind of object plain tags are; buildings and paths are ways, gates are points."""
    if is_node:
        return Of.ENTRANCE if tags.get("barrier") == "gate" else None
    return Of.BUILDING if "building" in tags else Of.PATH if "highway" in tags else None


_COMMON = {"barrier": {"gate"}, "building": {"house", "yes", "detached", "garage"}, "highway": {"footway", "path", "residential"}}


class Shapes:
    """What plain pyosmium reads of buildings, gates and paths: the line through the nodes of each, or its point."""

    def __init__(self, path: Path) -> None:
        found: list[tuple[Of, str, list[tuple[float, float]]]] = []
        self.common: set[str] = set()
        for thing in osmium.FileProcessor(str(path)).with_locations():
            tags = dict(thing.tags)
            of = _of(tags, is_node=thing.is_node()) if tags and not thing.is_relation() else None
            if of is None:
                continue
            ref = f"osm:{'node' if thing.is_node() else 'way'}/{thing.id}"
            places = [thing.location] if thing.is_node() else [node.location for node in thing.nodes if node.location.valid()]
            found.append((of, ref, [(place.lon, place.lat) for place in places]))
            if any(tags.get(key) in values for key, values in _COMMON.items()):
                self.common.add(ref)
        lonlat = np.array([point for _, _, points in found for point in points])
        metres = np.column_stack(crs.to_bng(lonlat[:, 0], lonlat[:, 1]))
        parts = np.split(metres, np.cumsum([len(points) for _, _, points in found])[:-1])
        self.shapes: dict[Of, dict[str, shapely.Geometry]] = {of: {} for of in Of}
        for (of, ref, _), points in zip(found, parts, strict=True):
            self.shapes[of][ref] = shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)

    def without(self, other: "Shapes", of: Of, apart_m: float = 40.0) -> list[tuple[str, shapely.Point]]:
        """Give common objects that the other has not: neither their number, nor anything of their kind near; a point of each."""
        theirs = shapely.STRtree(list(other.shapes[of].values()))
        only = {ref: shape for ref, shape in self.shapes[of].items() if ref in self.common and ref not in other.shapes[of]}
        shapes = np.array(list(only.values()), dtype=object)
        near = set(theirs.query(shapes, predicate="dwithin", distance=apart_m)[0].tolist())
        return [(ref, shapely.get_point(shape, 0) or shape) for i, (ref, shape) in enumerate(only.items()) if i not in near]

    def moved(self, other: "Shapes") -> list[tuple[str, shapely.Point]]:
        """Give the gates that stand 8 to 60 m from where the other has the same gate, and have no other gate near."""
        gates = self.shapes[Of.ENTRANCE]
        tree = shapely.STRtree([*gates.values(), *other.shapes[Of.ENTRANCE].values()])
        return [
            (ref, point)
            for ref, point in gates.items()
            if 8 < point.distance(other.shapes[Of.ENTRANCE].get(ref, point)) < 60
            and len(tree.query(point, predicate="dwithin", distance=120)) == 2
        ]


@pytest.fixture(scope="module")
def shapes(real_data: Path) -> dict[str, Shapes]:
    return {year: Shapes(real_data / "osm" / f"rutland-{date}.osm.pbf") for year, date in YEARS.items()}


def fates(
    rutlands: dict[str, Region], years: tuple[str, str], ref: str, point: shapely.Point, layers: LayerSet
) -> set[tuple[Kind, Of]]:
    """Give what is told of one object, as seen from 40 m beside it."""
    beside = Anchor(shapely.Point(point.x + 40, point.y), 0.0)
    found = changes(rutlands[years[0]], rutlands[years[1]], beside, 150, layers)
    return {(one.kind, one.of) for one in found.changes for side in (one.new, one.old) if side and ref in side.refs}


@pytest.mark.real_data
@pytest.mark.parametrize("of", [Of.BUILDING, Of.ENTRANCE, Of.PATH])
@pytest.mark.parametrize("kind", [Kind.APPEARED, Kind.WENT])
def test_buildings_gates_and_paths_against_the_extracts_themselves(
    rutlands: dict[str, Region], shapes: dict[str, Shapes], layers: LayerSet, *, of: Of, kind: Kind
) -> None:
    years = ("2018", "2022") if kind is Kind.APPEARED else ("2022", "2018")
    covered = shapely.intersection(rutlands["2018"].coverage, rutlands["2022"].coverage)
    only = [one for one in shapes["2022"].without(shapes["2018"], of) if covered.contains(one[1].buffer(200))][:3]
    assert only, "four years of mapping differ"
    for ref, point in only:
        assert (kind, of) in fates(rutlands, years, ref, point, layers), (ref, point)


@pytest.mark.real_data
def test_a_move_against_the_extracts_themselves(rutlands: dict[str, Region], shapes: dict[str, Shapes], layers: LayerSet) -> None:
    covered = shapely.intersection(rutlands["2018"].coverage, rutlands["2022"].coverage)
    moved = [one for one in shapes["2022"].moved(shapes["2018"]) if covered.contains(one[1].buffer(200))][:3]
    assert moved, "somebody moved a gate in four years"
    for ref, point in moved:
        assert (Kind.MOVED, Of.ENTRANCE) in fates(rutlands, ("2018", "2022"), ref, point, layers), (ref, point)


@pytest.fixture(scope="module")
def extracts(real_data: Path) -> dict[str, Extract]:
    return {year: Extract(real_data / "osm" / f"rutland-{date}.osm.pbf") for year, date in YEARS.items()}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("2018", "2021", Kind.APPEARED), ("2018", "2022", Kind.APPEARED), ("2018", "2022", Kind.WENT), ("2021", "2022", Kind.WENT)],
)
def test_rutland_against_the_extracts_themselves(
    rutlands: dict[str, Region], extracts: dict[str, Extract], layers: LayerSet, *, old: str, new: str, kind: Kind
) -> None:
    """What plainly only one of two extracts has is told: that it appeared, or that it went."""
    here, there = (new, old) if kind is Kind.APPEARED else (old, new)
    covered = shapely.intersection(rutlands[old].coverage, rutlands[new].coverage)
    only = [one for one in extracts[here].without(extracts[there]) if covered.contains(one[1].buffer(200))][:3]
    assert only, "two years of mapping differ somewhere"
    for ref, point in only:
        found = changes(rutlands[old], rutlands[new], Anchor(shapely.Point(point.x + 40, point.y), 0.0), 150, layers)
        fates = {change.kind for change in found.changes for side in (change.new, change.old) if side and ref in side.refs}
        assert kind in fates, (ref, extracts[here].objects[ref], found.changes)


@pytest.mark.real_data
def test_rutland_of_one_year_has_not_changed_and_backwards_is_backwards(rutlands: dict[str, Region], layers: LayerSet) -> None:
    oakham = Anchor(shapely.Point(486100, 308900), 0.0)
    assert not changes(rutlands["2022"], rutlands["2022"], oakham, 250, layers).changes
    there, back = (changes(rutlands[a], rutlands[b], oakham, 250, layers) for a, b in (("2018", "2022"), ("2022", "2018")))
    assert there.changes
    assert as_set(there) == {mirrored(change) for change in as_set(back)}
