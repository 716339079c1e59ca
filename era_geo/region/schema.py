"""What is in a region file: one GeoPackage, its tables and columns.

Every feature table has a `geom` column in EPSG:27700 and an R-tree index, so any GIS opens the file and a window is read in
microseconds. `SCHEMA_VERSION` is raised whenever a table changes; an older or newer file is refused with "rebuild the region".
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Column:
    """A column: its name, SQLite type and meaning."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table of the region file. `geometry` is the GeoPackage geometry type, or `None` for a plain table.

    `key` is the whole number that tells the rows apart, and by which one is found at once: a mere running number where it is
    called `fid`. It comes before `columns`.
    """

    name: str
    meaning: str
    geometry: str | None
    columns: tuple[Column, ...]
    key: str = "fid"


def _table(name: str, geometry: str | None, meaning: str, *columns: tuple[str, str, str], key: str = "fid") -> Table:
    return Table(name, meaning, geometry, tuple(Column(*column) for column in columns), key)


_REF = ("ref", "TEXT", "the source's object: osm:way/123, or LIST:KEY")
_SOURCE = ("source_id", "INTEGER", "fid of the row in sources")
_TAGS = ("tags", "TEXT", "all tags, as a JSON object")

TABLES: tuple[Table, ...] = (
    _table(
        "sources",
        "MULTIPOLYGON",
        "files the region was built from; geom is the coverage: the area the file can speak for",
        ("name", "TEXT", "file name, without its folder"),
        ("kind", "TEXT", "osm, code-point-open, os-open-uprn, addressbase-core, gazetteer, or an official list's id"),
        ("date", "TEXT", "date of the content, ISO 8601; empty where not known"),
        ("sha256", "TEXT", "checksum of the file as read"),
        ("licence", "TEXT", "licence name"),
        ("credit", "TEXT", "credit line to print beside anything that shows the data"),
        ("coverage_basis", "TEXT", "how the coverage is known: given boundary, header box, outline of its data"),
        ("themes", "TEXT", "JSON list; empty for a full extract, else the key=value themes it is limited to"),
        ("counts", "TEXT", "JSON object: objects read, kept, and not built by reason"),
    ),
    _table(
        "places",
        "GEOMETRY",
        "objects that carry a kept key; classified by layer files when asked",
        _REF,
        ("name", "TEXT", "name tag"),
        _TAGS,
        ("layer", "TEXT", "layer id where an official list gives it; NULL: the tags decide"),
        ("caveats", "TEXT", "JSON list of sentences an official list adds; NULL for none"),
        ("uncertainty_m", "REAL", "how exactly it is located, metres; 0 for a mapped outline"),
        ("address", "TEXT", "address as the source has it"),
        ("postcode", "TEXT", "postcode as the source has it, normalised"),
        ("uprn", "TEXT", "unique property reference number"),
        _SOURCE,
    ),
    _table(
        "buildings",
        "MULTIPOLYGON",
        "building outlines",
        _REF,
        ("kind", "TEXT", "value of the building tag"),
        ("flats", "INTEGER", "building:flats, NULL where not given"),
        _TAGS,
        _SOURCE,
    ),
    _table(
        "addresses",
        "POINT",
        "one row for each address; the same house from several sources is one row that names them all",
        _REF,
        ("flat", "TEXT", "flat or unit, as the source has it"),
        ("number", "TEXT", "house number, the source's own text"),
        ("house", "TEXT", "house or farm name"),
        ("street", "TEXT", "street, or the place a house belongs to where there is no street"),
        ("town", "TEXT", "town or village"),
        ("postcode", "TEXT", "postcode, normalised: ML3 6AB"),
        ("uprn", "TEXT", "unique property reference number"),
        ("flats", "TEXT", "addr:flats: the flats behind this one entrance, as the source has it"),
        ("building_id", "INTEGER", "fid of the building it lies in or is; NULL where none"),
        ("sources", "TEXT", "JSON list of source fids"),
        ("spread_m", "REAL", "how far apart the sources put it, metres; 0 for one source"),
        ("classification", "TEXT", "its use as a gazetteer codes it: R... a dwelling, C... commercial; NULL without one"),
    ),
    _table(
        "uprn_points",
        None,
        "where a UPRN lies, by the UPRN itself, of addresses and of much else: points without words, never a count of homes",
        ("easting", "REAL", "metres, EPSG:27700"),
        ("northing", "REAL", "metres, EPSG:27700"),
        _SOURCE,
        key="uprn",
    ),
    _table(
        "interpolations",
        "LINESTRING",
        "lines along which house numbers were interpolated by the mapper",
        _REF,
        ("street", "TEXT", "street"),
        ("first", "INTEGER", "number at the line's start"),
        ("last", "INTEGER", "number at the line's end"),
        ("step", "INTEGER", "2 for odd or even, 1 for all"),
        ("town", "TEXT", "town or village"),
        ("postcode", "TEXT", "postcode"),
        _SOURCE,
    ),
    _table(
        "postcodes",
        "POINT",
        "postcodes and where they lie",
        ("postcode", "TEXT", "normalised: ML3 6AB"),
        ("terminated", "TEXT", "date the postcode ended, where the source says so"),
        ("council", "TEXT", "code of the council area, where the source gives it"),
        ("quality", "INTEGER", "Code-Point positional quality; NULL where worked out from addresses"),
        ("spread_m", "REAL", "distance that holds 95 in 100 of its addresses; NULL where it has fewer than two"),
        ("addresses", "INTEGER", "how many located addresses of the region it has"),
        _SOURCE,
    ),
    _table(
        "localities",
        "POINT",
        "towns, villages, suburbs, hamlets, farms",
        _REF,
        ("name", "TEXT", "name"),
        ("kind", "TEXT", "value of the place tag"),
        ("other_names", "TEXT", "JSON list: alternative, Gaelic and Scots names"),
        _SOURCE,
    ),
    _table(
        "roads",
        "LINESTRING",
        "ways with a highway tag, unsplit: for street names, frontage and the map",
        _REF,
        ("name", "TEXT", "street name"),
        ("highway", "TEXT", "value of the highway tag"),
        ("other_names", "TEXT", "JSON list: alternative, Gaelic and Scots names"),
        _TAGS,
        _SOURCE,
    ),
    _table(
        "walk_edges",
        "LINESTRING",
        "the walking network, split where ways meet and at barriers; a person may walk it both ways",
        _REF,
        ("u", "INTEGER", "walk_nodes.node at the start"),
        ("v", "INTEGER", "walk_nodes.node at the end"),
        ("length_m", "REAL", "length, metres"),
        ("highway", "TEXT", "value of the highway tag"),
        ("access", "TEXT", "yes, private (private, customers, delivery and the like) or no: who may walk it"),
        ("name", "TEXT", "street name"),
        ("lit", "TEXT", "value of the lit tag"),
    ),
    _table(
        "walk_nodes",
        "POINT",
        "ends of the walking network's edges",
        ("node", "INTEGER", "OpenStreetMap node id"),
        ("barrier", "TEXT", "value of the barrier tag, where the node is a gate or other barrier"),
        ("access", "TEXT", "yes, private or no: who may pass it on foot"),
        ("crossing", "TEXT", "value of the crossing tag, where the node is a crossing"),
    ),
    _table(
        "entrances",
        "POINT",
        "entrances of buildings and gates of grounds",
        _REF,
        ("kind", "TEXT", "entrance or gate"),
        ("value", "TEXT", "value of the entrance or barrier tag"),
        ("access", "TEXT", "yes, private or no: who may pass it on foot"),
        ("node", "INTEGER", "OpenStreetMap node id"),
        _TAGS,
        _SOURCE,
    ),
    _table(
        "barriers",
        "LINESTRING",
        "walls, fences, hedges and the like",
        _REF,
        ("kind", "TEXT", "value of the barrier tag"),
        _TAGS,
        _SOURCE,
    ),
    _table(
        "background",
        "GEOMETRY",
        "what else a map needs: green, water, land use, railways",
        ("kind", "TEXT", "green, wood, water, waterway, sand, residential, industrial, farmland, rail, coast, hard"),
        ("name", "TEXT", "name"),
    ),
    _table(
        "street_names",
        None,
        "distinct street names of addresses and roads, by town; searched by their trigrams in street_names_fts",
        ("name", "TEXT", "name as the source writes it"),
        ("norm", "TEXT", "name folded for searching: see era_geo.region.address_words.name_key"),
        ("town", "TEXT", "town of its addresses; NULL where they give none, or for a road without addresses"),
        ("addresses", "INTEGER", "how many addresses bear it; 0 for a road without addresses"),
    ),
    _table(
        "locality_names",
        None,
        "every name of every locality, other names too; searched by their trigrams in locality_names_fts",
        ("name", "TEXT", "name as the source writes it"),
        ("norm", "TEXT", "name folded for searching: see era_geo.region.address_words.name_key"),
        ("locality_id", "INTEGER", "fid of the row in localities"),
    ),
    _table(
        "unbuilt",
        None,
        "objects that could not be built, so that nothing is dropped in silence",
        _REF,
        ("name", "TEXT", "name tag"),
        _TAGS,
        ("reason", "TEXT", "why, in words"),
        ("easting", "REAL", "where it lies roughly, metres, EPSG:27700; NULL where not known"),
        ("northing", "REAL", "as easting"),
        _SOURCE,
    ),
    _table(
        "kept_keys",
        None,
        "the tag keys whose objects were kept in places",
        ("key", "TEXT", "tag key"),
        ("except_values", "TEXT", "JSON list of values not kept"),
    ),
    _table("meta", None, "the region file itself", ("key", "TEXT", "key"), ("value", "TEXT", "value")),
)

# Besides the R-trees: what is looked up by value, and what is searched by trigrams of its `norm`.
INDEXES: tuple[tuple[str, str], ...] = (
    ("places", "ref"),
    ("places", "uncertainty_m"),
    ("buildings", "ref"),
    ("addresses", "building_id"),
    ("addresses", "postcode"),
    ("addresses", "street"),
    ("addresses", "uprn"),
    ("postcodes", "postcode"),
    ("roads", "name"),
    ("walk_edges", "u"),
    ("walk_edges", "v"),
    ("walk_nodes", "node"),
    ("street_names", "name"),
    ("locality_names", "locality_id"),
    ("unbuilt", "easting"),
)
NAMED = "instr(tags, '\"name\"') > 0"
"""In SQL: a row that bears a name. The few named buildings of millions have an index, `buildings_named`, for just this."""

TRIGRAMS: tuple[str, ...] = ("street_names", "locality_names")

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
