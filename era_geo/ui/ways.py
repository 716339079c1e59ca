"""Ways from one page to another, and a callback whose refusal is told on the page instead of ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs.escape import markdown

RECORDS, RECORD = "records", "record"
"""Paths of the pages in the address: the list of records, and one record, which is in no side bar."""

_REFUSED = "refused"


def go_to(path: str, **query: str) -> NoReturn:
    """Go to another page of the app by its path; `query` stands in the address, so that loading it anew comes back there."""
    # Streamlit knows a page by its path; what draws it is not asked for here.
    st.switch_page(st.Page(lambda: None, title=path, url_path=path), query_params=query)


def safely(work: Callable[..., object], *given: object) -> None:
    """Do what a button asks for, as its callback: a refusal becomes a sentence on the page (`tell_refusal`)."""
    try:
        work(*given)
    except EraGeoError as error:
        st.session_state[_REFUSED] = str(error)


def tell_refusal() -> None:
    """Tell why the last button's work was refused, if it was."""
    said = st.session_state.pop(_REFUSED, None)
    if said is not None:
        st.error(markdown(said), icon=":material/error:")
