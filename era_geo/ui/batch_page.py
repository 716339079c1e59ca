"""The page Batch: a table of addresses in, every row assessed, results on a map and as files."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

from era_geo.batch import intake, where
from era_geo.batch.intake import Intake
from era_geo.batch.where import By, Where
from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Depth
from era_geo.outputs import words
from era_geo.outputs.escape import line, markdown
from era_geo.ui import batch_results, shared
from era_geo.ui.batch_jobs import BatchJob, BatchJobs, Facts, State, options_of
from era_geo.ui.markup import bullets, element
from era_geo.ui.sign_in import account

_ENDINGS = {
    ".csv": "CSV, for a spreadsheet",
    ".xlsx": "Excel workbook",
    ".gpkg": "GeoPackage, for a GIS",
    ".geojson": "GeoJSON",
    ".parquet": "Parquet",
}
_DEPTHS = {
    Depth.NONE: "Places and distances only (quickest)",
    Depth.WALK: "Ways on foot, too",
    Depth.FULL: "Everything: ways on foot, sight, near neighbours",
}
_KINDS = ["csv", "tsv", "txt", "xlsx", "gpkg", "geojson", "json", "parquet"]
_HELD = "batch_table"
_GUESS = "What the headings say"
_WAYS = {By.ADDRESS: "Address", By.UPRN: "UPRN", By.COORDINATES: "Coordinates", By.GRID: "Grid reference"}
_OPTIONS = {By.ADDRESS: "--address-column", By.UPRN: "--uprn-column", By.GRID: "--grid-column"}
_AGAIN_S = 2


def jobs() -> BatchJobs:
    """Give the batches of the person at work."""
    return BatchJobs(shared.settings().home, account().key)


def show() -> None:
    """Show the page."""
    st.title("Batch", anchor=False)
    said = (
        "Assess a whole table: a housing stock, a caseload, the addresses of an area. Each row is assessed just as one address "
        "is on the page Assess. Nothing is sent anywhere."
    )
    st.html(element("p", said, class_="eg-lead eg-measure"))
    st.header("Begin a batch", anchor="begin")
    _begin()
    st.header("Your batches", anchor="batches")
    _listed()


def _begin() -> None:
    given = st.file_uploader(
        "Table of addresses: CSV, Excel, GeoPackage, GeoJSON or Parquet",
        type=_KINDS,
    )
    if given is None:
        st.session_state.pop(_HELD, None)
        return
    try:
        table = _kept(given.name, given.file_id, given.getvalue())
        told = f"{table.kind}, {table.count:,} rows, columns: {words.listed([line(name) for name in table.columns])}."
        st.html(element("p", told, class_="eg-measure"))
        columns = _columns(table)
        ending = st.selectbox("Result as", list(_ENDINGS), format_func=lambda one: _ENDINGS[one], width=480)
        depth = st.selectbox("How closely to look", list(_DEPTHS), index=2, format_func=lambda one: _DEPTHS[one], width=480)
        settings = shared.settings()
        radius = st.number_input(
            "Place radius in metres", 1.0, settings.radius_limit_m, settings.radius_m, step=10.0, format="%g", width=240
        )
        if st.button("Begin", type="primary"):
            region = shared.region_name()
            options = options_of(region, columns, depth.value, None if radius == settings.radius_m else radius)
            facts = Facts(given.name, table.path.name, table.count, region, ending, options, time.time())
            jobs().begin(table.path.parent, facts)
            st.session_state.pop(_HELD, None)
            st.rerun()
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def _kept(name: str, file_id: str, content: bytes) -> Intake:
    """Put the table into a folder of its owner's, once, and open it there."""
    held = st.session_state.get(_HELD)
    if held is None or held[0] != file_id:
        path = jobs().new_folder() / f"table{Path(name).suffix.lower()}"
        path.write_bytes(content)
        held = (file_id, path)
        st.session_state[_HELD] = held
    return intake.open_table(held[1])


def _columns(table: Intake) -> list[tuple[str, str]]:
    """Show what says where the properties are, and let the person say otherwise."""
    try:
        guessed = where.choose(table.columns, has_shape=table.crs is not None)
    except UsageError:
        guessed = ()
    ways = [*([_GUESS] if guessed else []), *_WAYS]
    way = st.selectbox(
        "What says where a property is", ways, format_func=lambda one: _told(one, guessed), key="batch_way", width=640
    )
    names = list(table.columns)
    if way == By.ADDRESS:
        chosen = st.multiselect("Columns of the address, in order", names, key="batch_address")
        if not chosen:
            raise UsageError("Choose the column of the address, or its columns in order.")
        return [(_OPTIONS[By.ADDRESS], column) for column in chosen]
    if way == By.COORDINATES:
        x = st.selectbox("Column of longitude or easting", names, key="batch_x", width=480)
        y = st.selectbox("Column of latitude or northing", names, key="batch_y", width=480)
        return [("--x-column", x), ("--y-column", y)]
    if way in (By.UPRN, By.GRID):
        return [(_OPTIONS[By(way)], st.selectbox(f"Column of the {_WAYS[By(way)]}", names, key="batch_one", width=480))]
    return []


def _told(way: str, guessed: tuple[Where, ...]) -> str:
    if way != _GUESS:
        return f"{_WAYS[By(way)]}: I name the column"
    return f"{_GUESS}: {line(', else '.join(map(str, guessed)))}"


def _listed() -> None:
    mine = jobs().all()
    if not mine:
        st.html(element("p", "You have begun none yet.", class_="eg-measure"))
    for job in mine:
        with st.container(border=True, key=f"batch_{job.id}"):
            st.subheader(markdown(line(job.facts.name)), anchor=f"batch-{job.id[:8]}")
            _progress(job) if job.state is State.RUNNING else _ended(job)


@st.fragment(run_every=_AGAIN_S)
def _progress(job: BatchJob) -> None:
    """Show how far a batch is, again and again, without drawing the rest of the page anew."""
    if job.state is not State.RUNNING:
        st.rerun()
    said = job.said()
    st.progress(job.done(), text=markdown(line(said[-1])) if said else "Starting")
    if st.button("Stop", key=f"stop_{job.id}", help="Finished rows are kept; you can go on later."):
        jobs().stop(job)
        st.rerun()


def _ended(job: BatchJob) -> None:
    told = {
        State.DONE: f"Done: {job.facts.rows:,} rows.",
        State.STOPPED: f"Stopped with {job.done():.0%} of {job.facts.rows:,} rows done. They are kept.",
        State.FAILED: "It could not be done.",
    }
    st.html(element("p", element("strong", told[job.state]), f" Region {line(job.facts.region)}.", role="status"))
    said = [line(one) for one in job.said() if one.strip()]
    if job.state is State.DONE:
        with st.expander("Summary"):
            st.html(bullets(said[-12:]))
        batch_results.show(job)
    elif said:
        st.html(bullets(said[-2:]))
    with st.container(horizontal=True):
        if job.state is State.STOPPED:
            st.button("Go on", key=f"on_{job.id}", type="primary", on_click=jobs().go_on, args=(job,))
        st.button("Delete it and its files", key=f"delete_{job.id}", on_click=jobs().delete, args=(job,))
