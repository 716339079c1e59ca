"""Files of addresses and postcodes as publishers write them, a row at a time, and regions built from them beside a drawn world."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from era_geo.region import row_facts
from era_geo.region.build import build
from era_geo.region.region import Region, RegionSource, open_region
from era_geo.region.row_facts import RowFacts
from era_geo.settings import Settings
from tests.world import MARGIN_M, ORIGIN, World, box_geojson, grown

OSG = (
    "UPRN", "LOGICAL_STATUS", "CLASSIFICATION_CODE", "SAO_START_NUMBER", "SAO_START_SUFFIX", "SAO_TEXT", "PAO_START_NUMBER",
    "PAO_START_SUFFIX", "PAO_END_NUMBER", "PAO_TEXT", "STREET_DESCRIPTOR", "TOWN_NAME", "POSTCODE", "X_COORDINATE", "Y_COORDINATE",
    "BLPU_RPC",
)  # fmt: skip
CORE = (
    "UPRN", "PARENT_UPRN", "UDPRN", "CLASSIFICATION_CODE", "EASTING", "NORTHING", "SINGLE_LINE_ADDRESS", "PO_BOX", "ORGANISATION",
    "SUB_BUILDING", "BUILDING_NAME", "BUILDING_NUMBER", "STREET_NAME", "LOCALITY", "TOWN_NAME", "POST_TOWN", "POSTCODE",
    "LATITUDE", "LONGITUDE", "CHANGE_CODE", "RPC",
)  # fmt: skip
UPRN = ("UPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE")
Row = Mapping[str, object]


def at(x: float, y: float) -> tuple[float, float]:
    """Give the easting and northing of a point of the drawn world."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def osg(uprn: object, number: object, x: float, y: float, **more: object) -> Row:
    """Give a row of a gazetteer at `x`, `y` of the drawn world; `more` by column, in lower case."""
    east, north = at(x, y)
    row = {
        "UPRN": uprn,
        "LOGICAL_STATUS": 1,
        "CLASSIFICATION_CODE": "RD",
        "PAO_START_NUMBER": number,
        "STREET_DESCRIPTOR": "MILL WYND",
        "TOWN_NAME": "MILTON",
        "POSTCODE": "ZZ1 1AA",
        "X_COORDINATE": f"{east:.2f}",
        "Y_COORDINATE": f"{north:.2f}",
    }
    return row | {key.upper(): value for key, value in more.items()}


def core(uprn: object, number: object, x: float, y: float, **more: object) -> Row:
    """Give a row of AddressBase Core; see `osg`."""
    east, north = at(x, y)
    row = {
        "UPRN": uprn,
        "CLASSIFICATION_CODE": "RD04",
        "EASTING": east,
        "NORTHING": north,
        "BUILDING_NUMBER": number,
        "STREET_NAME": "MILL WYND",
        "POST_TOWN": "MILTON",
        "POSTCODE": "ZZ1 1AA",
        "CHANGE_CODE": "I",
    }
    return row | {key.upper(): value for key, value in more.items()}


def point(uprn: object, x: float, y: float, **more: object) -> Row:
    """Give a row of OS Open UPRN; see `osg`."""
    east, north = at(x, y)
    row = {"UPRN": uprn, "X_COORDINATE": f"{east:.2f}", "Y_COORDINATE": f"{north:.2f}", "LATITUDE": 56.6, "LONGITUDE": -4.6}
    return row | {key.upper(): value for key, value in more.items()}


def table(columns: tuple[str, ...], *rows: Row) -> str:
    """Write rows as a CSV table with a line of headings."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def code_point(postcode: str, x: float, y: float, *, quality: int = 10, district: str = "S12000036") -> str:
    """Write a row of Code-Point Open."""
    east, north = at(x, y)
    places = f"{east:.0f},{north:.0f}" if quality < 90 else "0,0"
    return f'"{postcode}",{quality},{places},"S92000003","","S08000024","","{district}","S13002929"\r\n'


def zipped(path: Path, **members: str) -> Path:
    """Write an archive; a member's name has `__` for `/` and `_DOT_` for `.`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), text.encode("cp1252"))
    return path


def built(tmp_path: Path, world: str, *paths: Path, **tables: str) -> Region:
    """Build a region from a drawn world, files, and tables given by file name (without `.csv`) and content."""
    drawn = World(world)
    sources = [drawn.write(tmp_path / "world.osm"), *paths]
    for name, text in tables.items():
        sources.append(tmp_path / f"{name}.csv")
        sources[-1].write_text(text, encoding="utf-8", newline="")
    settings = Settings(home=tmp_path / "home")
    boundary = box_geojson(grown(drawn.box, MARGIN_M))
    build(sources, name="world", settings=settings, boundary=boundary, themes=(), replace=True)
    return open_region("world", settings)


def addresses(region: Region) -> list[dict[str, Any]]:
    """Give the region's addresses, `sources` by file name and `at` in the world's metres, in the order of number and flat."""
    names = {source.fid: source.name for source in region.sources}
    rows = list(region.read("addresses").rows())
    for row in rows:
        row["sources"] = [names[fid] for fid in json.loads(row["sources"])]
        row["at"] = (row["geom"].x - ORIGIN[0], row["geom"].y - ORIGIN[1])
    return sorted(rows, key=lambda row: (row["number"] or "", row["flat"] or "", row["fid"]))


def source(region: Region, kind: str) -> RegionSource:
    """Give the one source of a kind."""
    (found,) = (source for source in region.sources if source.kind == kind)
    return found


def facts(region: Region, kind: str) -> RowFacts:
    """Give what became of the rows of the one source of a kind."""
    found = row_facts.of_source(source(region, kind))
    assert found is not None
    return found
