"""The same extract read by another hand: GDAL's OSM driver and geopandas. It shares no code with the program's own reader."""

import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from era_geo import crs

_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_NOT_TAGS = {"osm_id", "osm_way_id", "other_tags", "geometry", "z_order"}
_LINEAR = ("highway", "barrier", "railway", "waterway")


def read(path: Path) -> gpd.GeoDataFrame:
    """Give every tagged object as (ref, tags, geometry), EPSG:27700."""
    frames = [_layer(path, layer) for layer in ("points", "lines", "multipolygons")]
    everything = pd.concat(frames, ignore_index=True)
    geometry = crs.geometries_to_bng(everything.pop("geometry").to_numpy())
    return gpd.GeoDataFrame(everything, geometry=geometry, crs=27700)


def _layer(path: Path, layer: str) -> pd.DataFrame:
    frame = pyogrio.read_dataframe(path, layer=layer, on_invalid="ignore")
    keys = [column for column in frame.columns if column not in _NOT_TAGS]
    rows = list(_rows(frame, keys, layer))
    return pd.DataFrame(rows, columns=["ref", "tags", "geometry"])


def _rows(frame: gpd.GeoDataFrame, keys: list[str], layer: str) -> Iterator[tuple[str, dict[str, str], shapely.Geometry]]:
    for row in frame.to_dict("records"):
        tags = {key: row[key] for key in keys if isinstance(row[key], str)}
        tags |= {_bare(key): _bare(value) for key, value in _PAIR.findall(row["other_tags"] or "")}
        if row["geometry"] is None or row["geometry"].is_empty:
            continue
        yield _ref(row, layer), tags, _closed(row["geometry"], tags)


def _ref(row: dict[str, object], layer: str) -> str:
    if layer == "points":
        return f"osm:node/{row['osm_id']}"
    if layer == "lines":
        return f"osm:way/{row['osm_id']}"
    way = row["osm_way_id"]
    return f"osm:way/{way}" if isinstance(way, str) else f"osm:relation/{row['osm_id']}"


def _closed(geometry: shapely.Geometry, tags: dict[str, str]) -> shapely.Geometry:
    """Fill a closed line that is not a road or a wall: GDAL keeps some closed ways as lines."""
    if (
        geometry.geom_type == "LineString"
        and geometry.is_closed
        and len(geometry.coords) > 3
        and not tags.keys() & set(_LINEAR)
    ):
        return shapely.Polygon(geometry)
    return geometry


def _bare(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def distances(objects: gpd.GeoDataFrame, anchor: shapely.Geometry) -> np.ndarray:
    """Give metres from the property to every object, by brute force."""
    return objects.distance(anchor).to_numpy()
