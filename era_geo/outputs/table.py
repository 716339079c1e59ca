"""An assessment as plain tables, and as CSV that spreadsheets open safely.

Seven tables hold everything the JSON has but shapes: places, layers, gaps, addresses to check, crossings, sources, and about (the
property, the parameters, the counts of homes, the streets, the versions, one value a row). The GeoPackage holds the same seven
with their shapes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from era_geo import contract
from era_geo.model import Assessment, Crossing, Finding, Gap, LayerResult, NeighbourAddress, Source
from era_geo.outputs import words
from era_geo.outputs.escape import cell
from era_geo.outputs.places import numbered

Value = str | int | float | bool | None
BOM = "\ufeff"
"""Begins a CSV file so that spreadsheets read it as UTF-8."""

_SHAPES = {"geometry", "coverage", "footprint", "route", "point", "open_area"}
_OWN_TABLES = ("neighbours.to_check", "streets.crossings")
_BETWEEN = "; "


@dataclass(frozen=True)
class Table:
    """Rows under named columns. A value that could not be worked out is `None`, and an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(assessment: Assessment) -> dict[str, Table]:
    """Give the assessment's seven tables by name. Columns are the JSON's keys; texts of a list are joined by `; `."""
    document = contract.to_dict(assessment)
    neighbours = document["neighbours"] or {}
    return {
        "places": _places(assessment, document["findings"]),
        "layers": _table(document["layers"], _columns(LayerResult)),
        "gaps": _table(document["gaps"], _columns(Gap)),
        "addresses": _table(neighbours.get("to_check", ()), _columns(NeighbourAddress)),
        "crossings": _table((document["streets"] or {}).get("crossings", ()), _columns(Crossing)),
        "sources": _table(document["sources"], _columns(Source)),
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
        }
        for (number, finding), found in zip(numbered(assessment), findings, strict=True)
    ]
    return _table(rows, ("number", "label", "direction", *_columns(Finding)))


def _table(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> Table:
    flat = [dict(_flattened("", row)) for row in rows]
    return Table(columns, tuple(tuple(row.get(name) for name in columns) for row in flat))


def _columns(kind: type) -> tuple[str, ...]:
    """Give the columns of a kind of value: its own fields, so that a field added to the contract is in the tables too."""
    hints = get_type_hints(kind)
    names: list[str] = []
    for part in fields(kind):
        inside = next(filter(is_dataclass, (hints[part.name], *get_args(hints[part.name]))), None)
        if inside is not None:
            names += [f"{part.name}.{inner.name}" for inner in fields(inside)]
        elif part.name not in _SHAPES:
            names.append(part.name)
    return tuple(names)


def _about(document: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, value in document.items():
        if not isinstance(value, list) and key not in _SHAPES:
            yield from ((name, one) for name, one in _flattened(key, value) if not name.endswith(_OWN_TABLES))


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
