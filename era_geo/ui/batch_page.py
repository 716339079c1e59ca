"""The page Batch: a table of addresses in, every row assessed, results on a map and as files."""

from __future__ import annotations

import time

import streamlit as st

from era_geo.errors import EraGeoError, UsageError
from era_geo.outputs import words
from era_geo.outputs.escape import line, markdown
from era_geo.ui import batch_choices, batch_results, batch_table, shared, sure
from era_geo.ui.batch_jobs import BatchJob, BatchJobs, Facts, options_of
from era_geo.ui.batch_table import HeldTable
from era_geo.ui.job_card import attempt, progress
from era_geo.ui.jobs import State
from era_geo.ui.markup import bullets, element
from era_geo.ui.sign_in import account

_ENDINGS = {
    ".csv": "CSV, for a spreadsheet",
    ".xlsx": "Excel workbook",
    ".gpkg": "GeoPackage, for a GIS",
    ".geojson": "GeoJSON",
    ".parquet": "Parquet",
}
_STOP = "Finished rows are kept; you can go on later."


def jobs() -> BatchJobs:
    """Give the batches of the person at work."""
    return BatchJobs(shared.settings().home, account().key)


def show() -> None:
    """Show the page."""
    st.title(batch_table.TITLE, anchor=False)
    said = (
        "Assess a whole table: a housing stock, a caseload, the addresses of an area. Each row is assessed just as one address "
        "is on the page Assess. Nothing is sent anywhere."
    )
    st.html(element("p", said, class_="eg-lead eg-measure"))
    st.header("Begin a batch", anchor="begin")
    try:
        held = batch_table.ask(jobs())
        if held is not None:
            _begin(held)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
    st.header("Your batches", anchor="batches")
    _listed()


def _begin(held: HeldTable) -> None:
    table = held.table
    if table is None:
        return
    names = words.listed([line(name) for name in table.columns])
    told = f"{table.kind[0].upper()}{table.kind[1:]}, {_rows(table.count)}, columns: {names}."
    st.html(element("p", told, class_="eg-measure"))
    faults: list[str] = []
    columns = batch_table.columns(held, table, faults)
    choices = batch_choices.ask(shared.settings(), shared.layers(), faults)
    ending = st.selectbox("Result as", list(_ENDINGS), format_func=lambda one: _ENDINGS[one], width=480)
    region = shared.region_name()
    st.html(
        element(
            "p", f"The rows are looked up in the region {line(region)}, which you can change in the side bar.", class_="eg-small"
        )
    )
    if st.button("Begin", type="primary"):
        if faults:
            raise UsageError(" ".join(faults))
        options = options_of(region, columns, choices)
        jobs().begin(held.folder, Facts(held.name, table.path.name, table.count, region, ending, options, time.time()))
        batch_table.let_go()
        st.rerun()


def _listed() -> None:
    mine = jobs().all()
    days = words.count(round(shared.settings().batch_days), "day", "days")
    said = (
        f"Only you see them. Each is removed, with its table and its results, after {days}." if mine else "You have begun none yet."
    )
    st.html(element("p", said, class_="eg-measure"))
    for job in mine:
        with st.container(border=True, key=f"batch_{job.id}"):
            st.subheader(markdown(line(job.facts.name)), anchor=f"batch-{job.id[:8]}")
            if job.state is State.RUNNING:
                progress(job, jobs(), _STOP)
            else:
                _ended(job)


def _ended(job: BatchJob) -> None:
    state = job.state
    told = {
        State.DONE: f"Done: {_rows(job.facts.rows)}.",
        State.STOPPED: f"Stopped with {job.done():.0%} of {_rows(job.facts.rows)} done. They are kept.",
        State.FAILED: "It could not be done.",
    }
    st.html(element("p", element("strong", told[state]), f" Region {line(job.facts.region)}.", role="status"))
    said = [line(one) for one in job.said() if one.strip()]
    if state is State.DONE:
        with st.expander("Summary"):
            st.html(bullets(said[-12:]))
        batch_results.show(job)
    elif state is State.FAILED and said:
        st.html(bullets([one.removeprefix("era-geo: ") for one in said[-2:]]))
    if state is State.STOPPED:
        pressed = st.button("Go on", key=f"on_{job.id}", type="primary")
        if pressed and attempt(lambda: jobs().go_on(job)):
            st.rerun()
    sure.button(
        "Delete it and its files",
        f"Delete the batch {line(job.facts.name)}, its table and its results? This cannot be undone.",
        "Yes, delete it",
        key=f"delete_{job.id}",
        then=lambda: jobs().delete(job),
    )


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
