"""The same extract read by another hand: GDAL for points and relations, a plain loop for ways. It shares no code with the program.

GDAL's OSM driver leaves out a closed way that is also the outer ring of a relation, even where it carries tags of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pyogrio
import shapely

from era_geo import crs

_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_NOT_TAGS = {"osm_id", "osm_way_id", "other_tags", "geometry", "z_order"}
_LINEAR = {"highway", "barrier", "railway", "waterway"}

Row = tuple[str, dict[str, str], shapely.Geometry]


def read(path: Path) -> gpd.GeoDataFrame:
    """Give every tagged object as (ref, tags, geometry), EPSG:27700."""
    rows = [*_by_gdal(path, "points", "node"), *_by_gdal(path, "multipolygons", "relation"), *_ways(path)]
    refs, tags, geometries = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"ref": refs, "tags": tags}, geometry=crs.geometries_to_bng(geometries), crs=27700)


def _by_gdal(path: Path, layer: str, kind: str) -> Iterator[Row]:
    frame = pyogrio.read_dataframe(path, layer=layer, on_invalid="ignore")
    keys = [column for column in frame.columns if column not in _NOT_TAGS]
    for row in frame.to_dict("records"):
        if not isinstance(row["osm_id"], str) or row["geometry"] is None:
            continue  # a way, which the other reader has
        tags = {key: row[key] for key in keys if isinstance(row[key], str)}
        others = row["other_tags"] if isinstance(row["other_tags"], str) else ""
        tags |= {_bare(key): _bare(value) for key, value in _PAIR.findall(others)}
        yield f"osm:{kind}/{row['osm_id']}", tags, row["geometry"]


def _ways(path: Path) -> Iterator[Row]:
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not way.is_way() or not way.tags:
            continue
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(points) < 2 or len(points) < len(way.nodes):
            continue
        tags = dict(way.tags)
        filled = way.is_closed() and len(points) > 3 and not tags.keys() & _LINEAR
        yield f"osm:way/{way.id}", tags, shapely.Polygon(points) if filled else shapely.LineString(points)


def _bare(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def distances(objects: gpd.GeoDataFrame, anchor: shapely.Geometry) -> np.ndarray:
    """Give metres from the property to every object, by brute force."""
    return objects.distance(anchor).to_numpy()
