"""Writes a drawn town as an OpenStreetMap file, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import osmium
import osmium.io
from osmium.osm import Box, Location
from osmium.osm.mutable import Node as OsmNode
from osmium.osm.mutable import Relation as OsmRelation
from osmium.osm.mutable import Way as OsmWay

from era_geo.crs import to_lonlat
from era_geo.town.objects import Town

DATA_DATE = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
"""The day the invented data is of: every object carries it, and so does the file's header."""

AROUND_M = 600.0
"""How far the file reaches beyond the town to the west, north and east, where there is nothing but moor: so a search from a
house near the edge is answered. To the south it ends with the town, so that there is a case of a circle past the coverage."""

_DEGREES = 7


def write_pbf(town: Town, path: Path) -> Path:
    """Write the town to `path` (`.osm.pbf`, or `.osm` for XML), replacing what is there; give the path.

    The header says how far the data reaches and of what day it is, as an extract server's files do.
    """
    lon, lat = to_lonlat([node.easting for node in town.nodes], [node.northing for node in town.nodes])
    writer = osmium.SimpleWriter(path, header=_header(town), overwrite=True)
    with writer:
        for node, x, y in zip(town.nodes, lon, lat, strict=True):
            location = (round(float(x), _DEGREES), round(float(y), _DEGREES))
            writer.add_node(OsmNode(id=node.id, location=location, tags=dict(node.tags), version=1, timestamp=DATA_DATE))
        for way in town.ways:
            writer.add_way(OsmWay(id=way.id, nodes=way.nodes, tags=dict(way.tags), version=1, timestamp=DATA_DATE))
        for relation in town.relations:
            members = [(member.kind, member.id, member.role) for member in relation.members]
            writer.add_relation(
                OsmRelation(id=relation.id, members=members, tags=dict(relation.tags), version=1, timestamp=DATA_DATE)
            )
    return path


def _header(town: Town) -> osmium.io.Header:
    west, south, east, north = town.extent
    lon, lat = to_lonlat(
        [west - AROUND_M, east + AROUND_M, east + AROUND_M, west - AROUND_M, west, east],
        [south, south, north + AROUND_M, north + AROUND_M, south, south],
    )
    header = osmium.io.Header()
    # The box lies inside that extent: the grid is turned a little against the meridians, and what a source says it can speak
    # for must not be more than is known. To the south it ends where the town's own box would.
    least = Location(round(float(max(lon[0], lon[3])), _DEGREES), round(float(max(lat[4], lat[5])), _DEGREES))
    greatest = Location(round(float(min(lon[1], lon[2])), _DEGREES), round(float(min(lat[2], lat[3])), _DEGREES))
    header.add_box(Box(least, greatest))
    header.set("generator", "era-geo training town")
    header.set("osmosis_replication_timestamp", DATA_DATE.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return header
