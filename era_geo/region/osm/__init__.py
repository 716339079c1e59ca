"""OpenStreetMap extracts (.osm and .osm.pbf) into rows of a region file."""
