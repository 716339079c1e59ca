"""The two tables of a batch: one row for each input row, one row for each finding; their columns, and how an assessment fills them.

The columns are an interface (DESIGN.md, "Names that outsiders rely on"). A value that could not be worked out is empty, never 0,
and `gaps` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from era_geo.batch import capacity
from era_geo.model import Assessment, Candidate, Finding, Gap, LocateResult, Neighbours

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

LOCATED = (
    "status", "message", "matched_label", "matched_number", "matched_street", "matched_postcode", "lon", "lat", "precision",
    "uncertainty_m",
)  # fmt: skip
"""What became of the row's address: columns that every row has."""

RELATIONS = ("same_stair", "same_building", "adjoining", "facing", "each_side")
WITHIN_M = ("50", "100", "250", "500")
GAPS = "gaps"
BETWEEN = " | "
"""Stands between sentences in one cell: sentences themselves hold commas and semicolons."""

ROW_NUMBER = "row"
"""In the table of findings: the row of the input, as a spreadsheet numbers it."""

_NUMBERS = ("lon", "lat", "uncertainty_m")


def layer_columns(layer: str) -> tuple[str, str, str, str]:
    """Give a layer's columns: how many places, metres to the nearest, its band, and metres on foot of the shortest way to one."""
    return f"n_{layer}", f"nearest_{layer}_m", f"nearest_{layer}_band", f"nearest_{layer}_walk_m"


def neighbour_columns() -> tuple[str, ...]:
    """Give the columns of the near-neighbour counts."""
    within = (f"{what}_within_{metres}" for what in ("homes", "use_unknown") for metres in WITHIN_M)
    return (*RELATIONS, *within, "neighbours_complete")


def rows_schema(layers: Sequence[str], radii: Sequence[float] = ()) -> pa.Schema:
    """Give the columns that a batch adds to each input row, for these layers, and for a study of these radii, in order."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    columns = [(name, pa.float64() if name in _NUMBERS else pa.string()) for name in LOCATED]
    kinds = (pa.int64(), pa.float64(), pa.string(), pa.float64())
    columns += [pair for layer in layers for pair in zip(layer_columns(layer), kinds, strict=True)]
    columns += [(name, pa.bool_() if name == "neighbours_complete" else pa.int64()) for name in neighbour_columns()]
    columns += [(name, pa.int64()) for name in capacity.columns(radii)]
    columns += [(capacity.IN_PART, pa.bool_())] if radii else []
    return pa.schema([*columns, (GAPS, pa.string())])


def findings_schema() -> pa.Schema:
    """Give the columns of the table of findings."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    text, number, whole = pa.string(), pa.float64(), pa.int64()
    return pa.schema(
        [
            (ROW_NUMBER, whole), ("layer", text), ("name", text), ("distance_m", number), ("bearing_deg", number), ("band", text),
            ("walk_m", number), ("sight", number), ("shares_boundary", pa.bool_()), ("boundary", text), ("gates", text),
            ("way_past_homes", whole), ("way_past_past", whole), ("why", text), ("caveats", text), ("sources", text),
            ("members", text), ("lon", number), ("lat", number),
        ]
    )  # fmt: skip


def located_cells(result: LocateResult) -> Row:
    """Give the cells that say what became of an address. Only a matched one has a place."""
    found = result.candidates[0] if result.candidates and result.status.value == "matched" else None
    return {"status": result.status.value, "message": result.message, **(_place_cells(found) if found else {})}


def _place_cells(found: Candidate) -> Row:
    return {
        "matched_label": found.label,
        "matched_number": found.number,
        "matched_street": found.street,
        "matched_postcode": found.postcode,
        "lon": found.lon,
        "lat": found.lat,
        "precision": found.precision.value,
        "uncertainty_m": found.uncertainty_m,
    }


def assessed_cells(assessment: Assessment) -> Row:
    """Give the cells of an assessment."""
    counts = {result.id: result.count for result in assessment.layers}
    return looked_cells(counts, assessment.findings, assessment.neighbours, assessment.gaps)


def looked_cells(
    counts: Mapping[str, int | None], findings: Iterable[Finding], neighbours: Neighbours | None, gaps: Iterable[Gap]
) -> Row:
    """Give counts and nearest place of each layer, neighbour counts, gaps."""
    cells: Row = {}
    nearest = nearest_by_layer(findings)
    for layer, number in counts.items():
        count, metres, band, walk = layer_columns(layer)
        cells[count] = number
        if layer in nearest:
            first, shortest = nearest[layer]
            cells |= {metres: first.distance_m, band: first.band.value, walk: shortest}
    return {**cells, **neighbour_cells(neighbours), GAPS: gaps_cell(gaps)}


def nearest_by_layer(findings: Iterable[Finding]) -> dict[str, tuple[Finding, float | None]]:
    """Give for each layer its nearest finding, and the shortest way on foot to any of the layer. Findings are nearest first."""
    nearest: dict[str, tuple[Finding, float | None]] = {}
    for finding in findings:
        first, shortest = nearest.get(finding.layer, (finding, None))
        known = [metres for metres in (shortest, finding.walk_m) if metres is not None]
        nearest[finding.layer] = first, min(known, default=None)
    return nearest


def neighbour_cells(neighbours: Neighbours | None) -> Row:
    """Give the cells of the near-neighbour counts; none where they were not worked out."""
    if neighbours is None:
        return {}
    counts: Row = {name: getattr(neighbours, name) for name in RELATIONS}
    for metres in WITHIN_M:
        counts[f"homes_within_{metres}"] = neighbours.within.get(metres)
        counts[f"use_unknown_within_{metres}"] = neighbours.use_unknown.get(metres)
    return {**counts, "neighbours_complete": neighbours.complete}


def gaps_cell(gaps: Iterable[Gap]) -> str | None:
    """Give the gaps as sentences in one cell; `None` where there is none."""
    return BETWEEN.join(f"{gap.what} {gap.why}".strip() for gap in gaps) or None


def finding_cells(finding: Finding, row_number: int) -> Row:
    """Give one finding as a row of the second table."""
    past = finding.way_past
    return {
        ROW_NUMBER: row_number,
        "layer": finding.layer,
        "name": finding.name,
        "distance_m": finding.distance_m,
        "bearing_deg": finding.bearing_deg,
        "band": finding.band.value,
        "walk_m": finding.walk_m,
        "sight": finding.sight,
        "shares_boundary": finding.shares_boundary,
        "boundary": finding.boundary,
        "gates": joined(finding.gates),
        "way_past_homes": past.homes if past else None,
        "way_past_past": past.past if past else None,
        "why": joined(finding.why),
        "caveats": joined(finding.caveats),
        "sources": joined(finding.sources),
        "members": joined(finding.members),
        "lon": finding.lon,
        "lat": finding.lat,
    }


def joined(texts: Iterable[str]) -> str | None:
    """Give several texts as one cell; `None` for none."""
    return BETWEEN.join(texts) or None


def table_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Give rows of cells as a table; a cell that is missing is empty."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return pa.table([pa.array([row.get(field.name) for row in rows], field.type) for field in schema], schema=schema)
