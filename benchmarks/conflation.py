"""One place from several sources: precision and recall of the merging, where the truth is known.

Edinburgh's council schools carry the Scottish Government's own school number, which the merging does not look at: that is the
truth between the two lists, but for sites that the project found to be others. In the training town the project knows which row
of a list is which object of the map. In Rutland the project has labelled what the map draws as several objects.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

from benchmarks._report import Report, real_data
from era_geo import layerset, shipped
from era_geo.region.build import build
from era_geo.region.region import Region, Window, open_region
from era_geo.settings import Settings
from era_geo.vicinity import nearby
from era_geo.vicinity.merge import PlaceObject, merge

EDINBURGH: Window = (300_000, 655_000, 345_000, 690_000)
RUTLAND: Window = (470_000, 290_000, 510_000, 325_000)
OTHER_SITES = {
    "Boroughmuir High School",
    "Portobello High School",
    "St Crispin's Special School",
    "Boroughmuir High School Annexe (St Oswald's Hall)",
    "Dean Park Primary School Annexe",
    "Pentland Primary School (Nursery Annexe)",
    "Towerbank Primary School Annexe",
}
"""Labelled by the project: three schools that moved between the two lists (the sites lie 0.4 to 3.7 km apart), four annexes."""
_UNLABELLED = ("pitch",)
"""Nobody can say where one court ends and the next, drawn on the same ground, begins."""
_NOTES = (
    "Precision: of the pairs merged, how many are one place. Recall: of those that are, how many were merged.",
    (
        f"Edinburgh: {len(OTHER_SITES)} council sites bear the number of a school that the roll has on another site: three schools "
        "moved, four annexes. The project labels them as two places, and they are kept apart; by the number alone they are missed."
    ),
    (
        "Edinburgh's nurseries: labelled by the project in benchmarks/conflation_nurseries.csv, by name, address and postcode. The "
        "two lists lie some years apart: a nursery at the same door under another name is one place; one that moved is two; five "
        "that nobody could label are left out."
    ),
    (
        "What remains of the nurseries. Merged, and two: three that moved less far than postcodes locate, and a playgroup "
        "with the name and postcode of a school's nursery class. Apart, and one: eleven that bear another name today at the "
        "same door, or share only a chain's or a quarter's name with it (to go by the postcode alone would also take two "
        "neighbours for one, and hide one of them); five whose coordinates in the council's list lie 0.5 to 6.6 km from the "
        "service's postcode; one whose postcode is not in Code-Point Open."
    ),
    (
        "Rutland: labelled by the project in benchmarks/conflation_rutland.csv, all layers but pitches. One school is 32 objects "
        "and so 496 of the pairs; therefore the places that came out whole are counted too."
    ),
)
Pair = frozenset[str]


def main() -> None:
    """Measure and save."""
    report = Report("conflation", "One place, several sources: precision and recall")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        _edinburgh(report, settings, real_data() / "official")
        _nurseries(report, settings, real_data() / "official")
        _rutland(report, settings, real_data() / "osm")
        _town(report, settings)
    report.notes += _NOTES
    report.save()


def _edinburgh(report: Report, settings: Settings, folder: Path) -> None:
    """Hold council schools against the school roll; the truth is the school number that both files carry."""
    lists = [folder / "school-roll-2023.csv", folder / "edinburgh-schools.csv"]
    build(lists, name="edinburgh", settings=settings)
    region = open_region("edinburgh", settings)
    with lists[1].open(encoding="utf-8-sig", newline="") as file:
        number = {row["SITE_NAME"].strip(): row["SEED_NO"].strip() for row in csv.DictReader(file)}
    objects = places(region, EDINBURGH, settings, "school")
    roll = {item.ref.rpartition(":")[2]: item.ref for item in objects if item.ref.startswith("sg_school_roll:")}
    council = {item.ref: item.name or "" for item in objects if not item.ref.startswith("sg_school_roll:")}
    numbered = {frozenset((ref, roll[number[name]])): name for ref, name in council.items() if number.get(name) in roll}
    truth = {pair for pair, name in numbered.items() if name not in OTHER_SITES}
    known = {ref for pair in numbered for ref in pair}
    found = {pair for pair in merged_pairs(objects) if pair & known}
    what = "council schools and school roll, Edinburgh"
    tell(report, what, truth, found)
    report.add(f"{what}: recall by the number alone", 100 * len(found & set(numbered)) / len(numbered), "%")


def _nurseries(report: Report, settings: Settings, folder: Path) -> None:
    """Hold the council's nurseries against the Care Inspectorate's services, which only postcodes locate, by the labels."""
    names = ("codepoint-open-scotland-2020-08.zip", "care-inspectorate-2026-05-31.csv", "edinburgh-nurseries.csv")
    build([folder / name for name in names], name="nurseries", settings=settings)
    with Path(__file__).with_name("conflation_nurseries.csv").open(encoding="utf-8", newline="") as file:
        labels = {f"edinburgh_nurseries:{row['nursery']}": row["service"] for row in csv.DictReader(file)}
    truth = {frozenset((ref, f"care_inspectorate:{service}")) for ref, service in labels.items() if service}
    pairs = merged_pairs(places(open_region("nurseries", settings), EDINBURGH, settings, "nursery"))
    tell(report, "council nurseries and Care Inspectorate, Edinburgh", truth, {pair for pair in pairs if pair & set(labels)})


def _rutland(report: Report, settings: Settings, folder: Path) -> None:
    """Hold the map against itself: grounds, buildings and nodes of one place, as the project has labelled them."""
    build([folder / "rutland-2022-07-20.osm.pbf"], name="rutland", settings=settings)
    objects = [item for item in places(open_region("rutland", settings), RUTLAND, settings) if item.layer not in _UNLABELLED]
    labelled: dict[str, set[str]] = defaultdict(set)
    with Path(__file__).with_name("conflation_rutland.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labelled[row["place"]].add(row["object"])
    truth = {frozenset(pair) for members in labelled.values() for pair in combinations(members, 2)}
    whole = [members for place in merged_places(objects) if (members := {item.ref for item in place}) in labelled.values()]
    what = "grounds, buildings and nodes of the map, Rutland"
    report.add(f"{what}: objects", len(objects), "objects")
    tell(report, what, truth, merged_pairs(objects))
    report.add(f"{what}: places of several objects", len(labelled), "places")
    report.add(f"{what}: of them found whole", len(whole), "places")


def _town(report: Report, settings: Settings) -> None:
    """Hold the training town's lists against its map; the truth is written beside the lists."""
    with (shipped.TRAINING_LISTS / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {(row["list"], row[column]): row["object"] for row in csv.DictReader(file) for column in ("key", "name")}
    build(shipped.TRAINING_SOURCES, name="town", settings=settings)
    region = open_region("town", settings)
    files = {source.fid: source.name for source in region.sources}
    objects = places(region, (230_000, 740_000, 250_000, 760_000), settings)
    drawn = {item.ref for item in objects if item.list_id is None}
    rows = {item.ref: _labelled(item, labels, files) for item in objects if item.list_id is not None}
    truth = {frozenset((row, ref)) for row, ref in rows.items() if ref in drawn}
    # A row is merged with a whole place of the map: it counts once, by the labelled object if that is among its members.
    found = set()
    for place in merged_places(objects):
        of_map = {item.ref for item in place if item.list_id is None}
        for row in (item.ref for item in place if item.list_id is not None):
            found |= {frozenset((row, rows[row] if rows[row] in of_map else min(of_map)))} if of_map else set()
    tell(report, "lists and map, training town", truth, found)


def _labelled(row: PlaceObject, labels: Mapping[tuple[str, str], str], files: Mapping[int, str]) -> str:
    """Give the object that a list's row means, empty where the map lacks it; labels bear the row's key or its name."""
    file, key = files[row.source_id], row.ref.partition(":")[2]
    return next(labels[file, name] for name in (key, row.name or "") if (file, name) in labels)


def places(region: Region, window: Window, settings: Settings, *wanted: str) -> list[PlaceObject]:
    """Read the objects of some layers (all without any) in a window."""
    layers = layerset.load(settings)
    return nearby.read(region, window, layers, wanted or tuple(layers.ids))


def merged_places(objects: Iterable[PlaceObject]) -> list[list[PlaceObject]]:
    """Give the places that the merging makes, layer by layer."""
    by_layer: dict[str, list[PlaceObject]] = {}
    for item in objects:
        by_layer.setdefault(item.layer, []).append(item)
    return [place for of_layer in by_layer.values() for place in merge(of_layer)]


def merged_pairs(objects: Iterable[PlaceObject]) -> set[Pair]:
    """Give the pairs of source objects that the merging takes for one place."""
    return {frozenset((a.ref, b.ref)) for place in merged_places(objects) for a in place for b in place if a.ref < b.ref}


def tell(report: Report, what: str, truth: set[Pair], found: set[Pair]) -> None:
    """Take down precision and recall, and print the pairs that went wrong."""
    right = truth & found
    report.add(f"{what}: pairs that are one place", len(truth), "pairs")
    report.add(f"{what}: precision", 100 * len(right) / max(len(found), 1), "%")
    report.add(f"{what}: recall", 100 * len(right) / max(len(truth), 1), "%")
    for pair in sorted(map(sorted, found - truth)):
        print("    merged, and two:", *pair, sep="  ")
    for pair in sorted(map(sorted, truth - found)):
        print("    apart, and one: ", *pair, sep="  ")


if __name__ == "__main__":
    main()
