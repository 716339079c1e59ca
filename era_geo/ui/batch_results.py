"""The results of a batch: its first rows as a table, where the properties lie on a map, and the files to take away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import streamlit as st

from era_geo import crs
from era_geo.batch import intake
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line
from era_geo.outputs.words import MARKING
from era_geo.ui import shared
from era_geo.ui.batch_jobs import BatchJob
from era_geo.ui.blocks import table
from era_geo.ui.markup import element

_SHOWN = 25
_ON_MAP = 200
_READ_AT_ONCE = 500


def show(job: BatchJob) -> None:
    """Offer the files; show the first rows and, if the person asks, the map."""
    for path in job.files:
        name = f"ERA-batch-{job.id[:8]}-{MARKING}-{path.name}"
        st.download_button(
            f"Take away {path.name}",
            path.read_bytes,
            file_name=name,
            on_click="ignore",
            icon=":material/download:",
            key=f"{job.id}{path.name}",
        )
    rows = list(islice(_rows(job), _SHOWN))
    with st.expander(f"The first {len(rows)} rows"):
        st.html(table(_first(rows, job.facts.rows), names_row=0, caption=False))
    if st.toggle("Show where the properties lie", key=f"map_{job.id}"):
        _map(job)


def _rows(job: BatchJob) -> Iterator[dict[str, Any]]:
    for part in intake.open_table(job.out).parts(_READ_AT_ONCE):
        yield from part.data.to_pylist()


def _first(rows: list[dict[str, Any]], total: int) -> Table:
    columns = ("Property", "Status", "What was said", "How exactly")
    cells = tuple(
        (
            line(str(row.get("matched_label") or "no match")),
            line(str(row.get("status") or "")),
            line(str(row.get("message") or "")),
            _exactly(row),
        )
        for row in rows
    )
    return Table(f"The first {len(rows)} of {total:,} rows", columns, cells, (30, 14, 40, 16))


def _exactly(row: dict[str, Any]) -> str:
    if not row.get("precision"):
        return ""
    return f"{row['precision']}, within {float(row['uncertainty_m']):.0f} m"


def _map(job: BatchJob) -> None:
    from era_geo.outputs.choicemap import Spot, overview_map  # noqa: PLC0415 - slow to import
    from era_geo.outputs.page import render_frame  # noqa: PLC0415 - slow to import

    spots: list[Spot] = []
    for number, row in enumerate(_rows(job), 1):
        if row.get("lon") in (None, "") or len(spots) >= _ON_MAP:
            continue
        east, north = crs.point_to_bng(float(row["lon"]), float(row["lat"]))
        spots.append(Spot(str(number), f"Row {number}: {row.get('matched_label')}", east, north, float(row["uncertainty_m"])))
    if not spots:
        st.html(element("p", "No row was located, so there is nothing to show.", class_="eg-measure"))
        return
    title = "Map of the properties of this batch"
    st.iframe(render_frame(overview_map(spots, shared.open_region(job.facts.region)), title), height=480, alt=title)
    if len(spots) == _ON_MAP:
        st.html(element("p", f"The map shows the first {_ON_MAP} located rows; the files hold all.", class_="eg-measure"))
