"""An assessment as plain tables, and as CSV that spreadsheets open safely.

Six tables hold everything the JSON has but shapes: places, layers, gaps, addresses to check, sources, and about (the property,
the parameters, the counts of homes, the versions, one value a row). The GeoPackage holds the same six with their shapes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from era_geo import contract
from era_geo.model import Assessment
from era_geo.outputs import words
from era_geo.outputs.escape import cell
from era_geo.outputs.places import numbered

Value = str | int | float | bool | None
BOM = "\ufeff"
"""Begins a CSV file so that spreadsheets read it as UTF-8."""

_SHAPES = {"geometry", "coverage", "footprint"}
_BETWEEN = "; "


@dataclass(frozen=True)
class Table:
    """Rows under named columns. A value that could not be worked out is `None`, and an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(assessment: Assessment) -> dict[str, Table]:
    """Give the assessment's six tables by name. Columns are the JSON's keys; texts of a list are joined by `; `."""
    document = contract.to_dict(assessment)
    neighbours = document["neighbours"] or {}
    return {
        "places": _places(assessment, document["findings"]),
        "layers": _table(
            document["layers"],
            "id label group state count reason sources as_of basis blind_spots completeness"
            " style.letter style.colour style.shape",
        ),
        "gaps": _table(document["gaps"], "layer field what why"),
        "addresses": _table(neighbours.get("to_check", ()), "address relation distance_m ref"),
        "sources": _table(document["sources"], "name kind date sha256 licence credit coverage_basis themes"),
        "about": Table(("key", "value"), tuple(_about(document))),
    }


def to_csv(table: Table) -> str:
    """Give a table as CSV text, formulas made harmless. Write it as UTF-8: it begins with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([cell(value) if isinstance(value, str) else value for value in row] for row in table.rows)
    return BOM + text.getvalue()


def _places(assessment: Assessment, findings: Sequence[Mapping[str, Any]]) -> Table:
    labels = {result.id: result.label for result in assessment.layers}
    rows = [
        {
            **found,
            "number": number,
            "label": labels[finding.layer],
            "direction": words.compass(finding.bearing_deg) or None,
            "name": finding.name,
        }
        for (number, finding), found in zip(numbered(assessment), findings, strict=True)
    ]
    return _table(
        rows,
        "number layer label name distance_m bearing_deg direction band walk_m sight why caveats sources members lon lat",
    )


def _table(rows: Sequence[Mapping[str, Any]], columns: str) -> Table:
    flat = [dict(_flattened("", row)) for row in rows]
    names = tuple(columns.split())
    return Table(names, tuple(tuple(row[name] for name in names) for row in flat))


def _about(document: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, value in document.items():
        if not isinstance(value, list):
            yield from ((name, one) for name, one in _flattened(key, value) if not name.endswith("to_check"))


def _flattened(prefix: str, value: Any) -> Iterator[tuple[str, Value]]:
    """Give the leaves of a JSON value under dotted names, lists joined, shapes left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _SHAPES:
                yield from _flattened(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        yield prefix, _BETWEEN.join(map(str, value))
    else:
        yield prefix, _spelt(value)


def _spelt(value: Value) -> Value:
    """Give truth as JSON spells it; Python's spelling is nobody else's."""
    return str(value).lower() if isinstance(value, bool) else value
