"""Writes the nodes and ways of a file that a region may be made of to standard output, in pyosmium's text format OPL.

A process of its own, `python -m era_geo.region.osm.as_text FILE FORMAT`: it works beside the one that makes rows of the lines, and
a fault in the file that ends the C++ writer ends nothing else.
"""

from __future__ import annotations

import sys
from typing import Any

import osmium

from era_geo.region.osm import rules

_FORMAT = "opl,add_metadata=false,locations_on_ways=true"


def wanted() -> tuple[Any, Any]:
    """Give the filters that let pass nodes and ways with a key of interest. pyosmium keeps no reference to them: do so."""
    nodes, ways = osmium.filter.KeyFilter(*rules.NODE_KEYS), osmium.filter.KeyFilter(*rules.WAY_KEYS)
    nodes.enable_for(osmium.osm.NODE)
    ways.enable_for(osmium.osm.WAY)
    return nodes, ways


def main() -> None:
    """Write the lines."""
    path, form = sys.argv[1:]
    located = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    located.ignore_errors()
    with (
        osmium.SimpleWriter(osmium.io.File("-", _FORMAT)) as writer,
        osmium.io.Reader(osmium.io.File(path, form), osmium.osm.NODE | osmium.osm.WAY) as reader,
    ):
        osmium.apply(reader, located, *wanted(), writer)


if __name__ == "__main__":
    main()
