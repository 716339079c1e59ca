"""The regions that a person has had built or fetched: how far each is, and what came of it, also after a refresh."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import UsageError
from era_geo.outputs.escape import line, markdown
from era_geo.region.build import target
from era_geo.ui import shared, sure
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.job_card import attempt, progress
from era_geo.ui.jobs import State
from era_geo.ui.markup import bullets, element
from era_geo.ui.region_jobs import RegionJob, RegionJobs
from era_geo.ui.sign_in import account

_FEW = 3


def jobs() -> RegionJobs:
    """Give the regions that the person at work has had built."""
    return RegionJobs(shared.settings().home, account().key)


def check_name(name: str, *, replace: bool) -> None:
    """Refuse a name before anything is begun with it.

    Raises
    ------
    UsageError
        If no region can be called this, or one is and is not to be replaced.
    """
    path = target(name, shared.settings())
    if path.exists() and not replace:
        raise UsageError(f"There is a region {name} already. Tick the box to replace it, or choose another name.")


def begun() -> None:
    """Show what was just begun."""
    move_focus_to("work")
    st.rerun()


def show() -> None:
    """Show each piece of work, newest first; nothing where there is none."""
    mine = jobs().all()
    if mine:
        st.header("Regions being built", anchor="work")
    for job in mine:
        with st.container(border=True, key=f"region_{job.id}"):
            st.subheader(markdown(line(job.facts.name)), anchor=f"region-{job.id[:8]}")
            st.html(element("p", job.facts.of, class_="eg-small"))
            if job.state is State.RUNNING:
                progress(job, jobs(), "What has arrived of a download is kept. A region is built whole or not at all.")
            else:
                _ended(job)


def _ended(job: RegionJob) -> None:
    state, name = job.state, line(job.facts.name)
    told = {
        State.DONE: f"The region {name} is built.",
        State.STOPPED: "Stopped. Nothing was changed.",
        State.FAILED: f"The region {name} could not be built.",
    }
    st.html(element("p", element("strong", told[state]), role="status" if state is State.DONE else "alert"))
    said = [line(one) for one in job.said() if one.strip()]
    st.html(bullets(said[-1:] if state is State.DONE else said[-_FEW:], class_="eg-small"))
    if state is State.DONE:
        there = job.facts.name in shared.region_names(shared.settings()) and job.facts.name != shared.region_name()
        if there:
            st.button("Look in it", key=f"look_{job.id}", type="primary", on_click=shared.choose_region, args=(job.facts.name,))
        st.button("Close this note", key=f"forget_{job.id}", on_click=jobs().delete, args=(job,))
        return
    if st.button("Try again", key=f"again_{job.id}", type="primary") and attempt(lambda: jobs().again(job)):
        st.rerun()
    sure.button(
        "Delete it",
        f"Delete what was given to build the region {name}? The regions there are stay as they are.",
        "Yes, delete it",
        key=f"delete_{job.id}",
        then=lambda: jobs().delete(job),
    )
