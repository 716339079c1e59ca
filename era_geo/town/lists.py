"""Writes the official lists of the town in the real lists' own columns, and the labels that say which row means which object.

All of it is invented, as the town is. What the lists get wrong they get wrong on purpose, as real ones do: other spellings,
coordinates some way off, two rows for one school, a service that has closed, places that the map lacks and none for some
that it has, child minders without an address.
"""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from shapely import Point
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from era_geo.crs import to_lonlat
from era_geo.town.objects import Town
from era_geo.town.plan import FOLDER
from era_geo.town.registers import codepoint_rows, gazetteer_rows, uprn_rows
from era_geo.town.shapes import XY, points
from era_geo.town.survey import Survey

COUNCIL, COUNCIL_CODE = "Strathmarrow", "S12999999"
_FIRST_UPRN = 999_900_900_001
_USUAL = {"council": COUNCIL, "council_code": COUNCIL_CODE, "status": "Active", "denomination": "Non-denominational"}
Row = Mapping[str, Any]


class ListWriter:
    """Writes the lists of a town. `origin` is where the plan's own origin lies (EPSG:27700)."""

    def __init__(self, town: Town, origin: XY) -> None:
        self._town = town
        self._survey = Survey(town)
        self._origin = origin
        self._uprns = count(_FIRST_UPRN)
        self._labels: list[Row] = []

    def write(self, folder: Path) -> list[Path]:
        """Write every list into `folder` and give the files; `labels.csv` has the truth about the others."""
        folder.mkdir(parents=True, exist_ok=True)
        entries = tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))
        columns = tomllib.loads((FOLDER / "list-columns.toml").read_text(encoding="utf-8"))["columns"]
        written = []
        for list_, templates in columns.items():
            file = templates.pop("file")
            written.append(_write(folder / file, self._rows(file, entries[list_], templates)))
        written.append(_write(folder / "open-uprn.csv", uprn_rows(self._town)))
        written.append(_write(folder / "gazetteer.csv", gazetteer_rows(self._town)))
        written.append(_write(folder / "codepoint-open.csv", codepoint_rows(self._town, COUNCIL_CODE), header=False))
        return [*written, _write(folder / "labels.csv", self._labels)]

    def _rows(self, file: str, entries: Iterable[Row], templates: Mapping[str, str]) -> Iterator[Row]:
        for entry in entries:
            values: dict[str, Any] = defaultdict(str, {**_USUAL, **entry})
            if not entry.get("unlocated"):
                values.update(self._located(entry, file))
            values.update(zip(("line1", "line2"), [*entry.get("lines", ()), "", ""], strict=False))
            values["by_council"] = "Yes" if entry.get("provider") == "Local Authority" else "No"
            for stage in entry.get("stages", [""]):
                values["stage"] = stage
                yield {column: text.format_map(values) for column, text in templates.items()}

    def _located(self, entry: Row, file: str) -> Row:
        """Give where a row says its place lies, and note which object it means."""
        ref = self._ref(entry["of"]) if "of" in entry else None
        shape = self._survey.shape(ref) if ref else translate(Point(points(entry["at"])[0]), *self._origin)
        key = entry.get("key", entry["name"]).strip()
        self._labels.append({"list": file, "key": key, "name": entry["name"], "object": ref or ""})
        east, north = points(entry.get("off", "0,0"))[0]
        spot = translate(shape.representative_point(), east, north)
        lon, lat = to_lonlat(spot.x, spot.y)
        uprn = next(self._uprns)
        return {
            "easting": spot.x, "northing": spot.y, "lon": lon[0], "lat": lat[0], "postcode": self._postcode(shape),
            "uprn": uprn, "published_uprn": f"{uprn}.0" if entry.get("uprn") else "",
        }  # fmt: skip

    def _ref(self, of: str) -> str:
        """Give the object that an entry means: by the plan's id, or a shop by its name."""
        kind, _, name = of.partition(":")
        if kind != "shop":
            return self._town.named[of]
        return next(f"osm:node/{node.id}" for node in self._town.nodes if node.tags.get("name") == name)

    def _postcode(self, shape: BaseGeometry) -> str:
        known = [address for address in self._town.addresses if address.postcode]
        return min(known, key=lambda address: shape.distance(Point(address.easting, address.northing))).postcode or ""


def _write(path: Path, rows: Iterable[Row], *, header: bool = True) -> Path:
    """Write rows as the real lists are: UTF-8, commas, lines ended by CR LF; texts in quotes where there is no header."""
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), quoting=csv.QUOTE_MINIMAL if header else csv.QUOTE_NONNUMERIC)
        if header:
            writer.writeheader()
        writer.writerows(found)
    return path
