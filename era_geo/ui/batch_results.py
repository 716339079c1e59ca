"""The results of a batch: its first rows as a table, where those properties lie on a map, and the files to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from era_geo import crs
from era_geo.batch.head import first_rows
from era_geo.errors import EraGeoError
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.outputs.words import MARKING, count
from era_geo.ui import shared
from era_geo.ui.batch_jobs import BatchJob
from era_geo.ui.blocks import table
from era_geo.ui.gate import MAP_FILES
from era_geo.ui.markup import element
from era_geo.ui.place_map import KeptPage

_SHOWN = 100
_HEADED = {".csv", ".xlsx"}


@dataclass
class _Seen:
    """The first rows of a result, each with its number as a spreadsheet or a GIS shows it; and their map once it is drawn."""

    rows: list[tuple[int, dict[str, Any]]]
    map_page: KeptPage | None = None


def show(job: BatchJob) -> None:
    """Offer the files; show the first rows and, if the person asks, the map."""
    with st.container(horizontal=True):
        for path in job.files:
            st.download_button(
                f"Take away {path.name}",
                path.read_bytes,
                file_name=f"ERA-batch-{job.id[:8]}-{MARKING}-{path.name}",
                on_click="ignore",
                icon=":material/download:",
                key=f"{job.id}{path.name}",
            )
    try:
        seen = _seen(job)
        with st.expander(f"The first {count(len(seen.rows), 'row', 'rows')}"):
            st.html(table(_first(seen, job.facts.rows), names_row=1))
        if st.toggle("Show where these properties lie", key=f"map_{job.id}"):
            _map(job, seen)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def _seen(job: BatchJob) -> _Seen:
    """Read the first rows, once a session."""
    known: dict[tuple[str, int], _Seen] = st.session_state.setdefault("batch_seen", {})
    key = (job.id, job.out.stat().st_mtime_ns)
    if key not in known:
        first = 2 if job.facts.ending in _HEADED else 1
        known[key] = _Seen(list(enumerate(first_rows(job.out, _SHOWN), first)))
    return known[key]


def _first(seen: _Seen, total: int) -> Table:
    columns = ("Row", "Property", "Status", "What was said", "How exactly")
    cells = tuple(
        (
            str(number),
            line(str(row.get("matched_label") or "no match")),
            line(str(row.get("status") or "")),
            line(str(row.get("message") or "")),
            _exactly(row),
        )
        for number, row in seen.rows
    )
    of_all = f"The first {len(cells)} of {count(total, 'row', 'rows')}"
    caption = f"{of_all}, numbered as in the file; the map shows those that were located."
    return Table(caption, columns, cells, (8, 28, 14, 34, 16))


def _exactly(row: dict[str, Any]) -> str:
    return f"{row['precision']}, within {float(row['uncertainty_m']):.0f} m" if row.get("precision") else ""


def _map(job: BatchJob, seen: _Seen) -> None:
    if seen.map_page is None:
        seen.map_page = _drawn(job, seen)
    page = seen.map_page.html
    if not page:
        st.html(element("p", "None of these rows was located, so there is nothing to show.", class_="eg-measure"))
        return
    st.iframe(page, height=480, alt=_TITLE)
    if job.facts.rows > len(seen.rows):
        said = f"The map shows the first {len(seen.rows)} rows, as the table above does; the files hold all."
        st.html(element("p", said, class_="eg-measure"))


_TITLE = "Map of the properties of this batch"


def _drawn(job: BatchJob, seen: _Seen) -> KeptPage:
    """Draw the rows that were located, each with the number that it has in the table; nothing where there is none."""
    from era_geo.outputs.choicemap import Spot, overview_map  # noqa: PLC0415 - slow to import
    from era_geo.outputs.page import render_frame  # noqa: PLC0415 - slow to import

    spots: list[Spot] = []
    for number, row in seen.rows:
        if row.get("lon") not in (None, ""):
            east, north = crs.point_to_bng(float(row["lon"]), float(row["lat"]))
            label = f"Row {number}: {row.get('matched_label')}"
            spots.append(Spot(str(number), label, east, north, float(row["uncertainty_m"])))
    if not spots:
        return KeptPage.of("")
    return KeptPage.of(render_frame(overview_map(spots, shared.open_region(job.facts.region)), _TITLE, assets_url=MAP_FILES))
