"""One place from several sources: precision and recall of the merging, where the truth is known.

Edinburgh's council schools carry the Scottish Government's own school number, which the merging does not look at: that is the
truth between the two lists. In the training town the project knows which row of a list is which object of the map.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks._report import ROOT, Report, real_data
from era_geo import layerset
from era_geo.region.build import build
from era_geo.region.region import Region, Window, open_region
from era_geo.settings import Settings
from era_geo.vicinity import nearby
from era_geo.vicinity.merge import PlaceObject, merge

EDINBURGH: Window = (300_000, 655_000, 345_000, 690_000)
Pair = frozenset[str]


def main() -> None:
    """Measure and save."""
    report = Report("conflation", "One place, several sources: precision and recall")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        _edinburgh(report, settings, real_data() / "official")
        _town(report, settings)
    report.notes.append("Precision: of the pairs merged, how many are one place. Recall: of those that are, how many were merged.")
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
    council = {item.ref: number.get(item.name or "") for item in objects if not item.ref.startswith("sg_school_roll:")}
    truth = {frozenset((ref, roll[seed])) for ref, seed in council.items() if seed in roll}
    known = {ref for pair in truth for ref in pair}
    found = {pair for pair in merged_pairs(objects) if pair & known}
    tell(report, "council schools and school roll, Edinburgh", truth, found)


def _town(report: Report, settings: Settings) -> None:
    """Hold the training town's lists against its map; the truth is written beside the lists."""
    folder = ROOT / "data" / "training-lists"
    sources = [ROOT / "data" / "training-town.osm.pbf", *sorted(folder.glob("*.csv"))]
    build([path for path in sources if path.name != "labels.csv"], name="town", settings=settings)
    region = open_region("town", settings)
    objects = places(region, (230_000, 740_000, 250_000, 760_000), settings)
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {name: row["object"] for row in csv.DictReader(file) for name in (row["key"], row["name"])}
    drawn = {item.ref for item in objects if item.list_id is None}
    rows = {item.ref: labels.get(item.ref.partition(":")[2]) for item in objects if item.list_id is not None}
    truth = {frozenset((row, ref)) for row, ref in rows.items() if ref in drawn}
    # A row is merged with a whole place of the map: it counts once, by the labelled object if that is among its members.
    found = set()
    for place in merged_places(objects):
        of_map = {item.ref for item in place if item.list_id is None}
        for row in (item.ref for item in place if item.list_id is not None and item.ref in rows):
            found |= {frozenset((row, rows[row] if rows[row] in of_map else min(of_map)))} if of_map else set()
    tell(report, "lists and map, training town", truth, found)


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
