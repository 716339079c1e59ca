"""How far a long piece of work is, shown again and again without drawing the rest of the page anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs.escape import line, markdown
from era_geo.ui.jobs import Job, Jobs, State

_AGAIN_S = 2


@st.fragment(run_every=_AGAIN_S)
def progress(job: Job, jobs: Jobs, about_stop: str) -> None:
    """Show how far it is, and a button that stops it; when it has ended the page is drawn anew."""
    if job.state is not State.RUNNING:
        st.rerun()
    said = [one for one in job.said() if one.strip()]
    st.progress(job.done(), text=markdown(line(said[-1])) if said else "Starting")
    if st.button("Stop", key=f"stop_{job.id}", help=about_stop):
        jobs.stop(job)
        st.rerun()


def attempt(do: Callable[[], object]) -> bool:
    """Do it, and give whether it could be done; why it could not is shown."""
    try:
        do()
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return False
    return True
