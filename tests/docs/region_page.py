"""docs/region-file.md, written from the schema itself: `python -m tests.docs.region_page` writes it anew."""

from era_geo.region.kept_keys import KEPT_KEYS, KeptKey
from era_geo.region.schema import SCHEMA_VERSION, TABLES, Table
from tests.project.files import ROOT

PAGE = ROOT / "docs" / "region-file.md"

_OPENING = f"""# Region files

A region is one GeoPackage: places, buildings, addresses, streets, the walking network, postcodes, a background to draw, and the
sources with their dates and coverage. Any GIS opens it. Geometries are in the British National Grid (EPSG:27700); every feature
table has an R-tree. This page is written from the program's own schema, version {SCHEMA_VERSION}.

```sh
era-geo region build rutland.osm.pbf --name rutland
ogrinfo -so rutland.gpkg        # plain GDAL reads it
```
"""


def text() -> str:
    """Give the page as it should be."""
    kept = ["## Tag keys kept in `places`", "", *(f"- {_kept(key)}" for key in KEPT_KEYS), ""]
    return "\n".join([_OPENING, *(_section(table) for table in TABLES), *kept])


def _section(table: Table) -> str:
    geometry = f"Geometry: {table.geometry}." if table.geometry else "No geometry."
    key = [] if table.key == "fid" else [f"| `{table.key}` | INTEGER | key of the table |"]
    rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table.columns]
    head = [f"## {table.name}", "", f"{table.meaning[0].upper()}{table.meaning[1:]}. {geometry}", ""]
    return "\n".join([*head, "| column | type | meaning |", "|---|---|---|", *key, *rows, ""])


def _kept(key: KeptKey) -> str:
    but = f", but not {', '.join(key.except_values)}" if key.except_values else ""
    return f"`{key.key}`{but}"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
