"""Fetching a region over the network, as `era-geo region fetch` does: who learns what, and how large it is, is told first."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from era_geo.errors import UsageError
from era_geo.outputs.escape import line, markdown
from era_geo.region import download, fetched, overpass
from era_geo.settings import Settings
from era_geo.ui import region_work, shared
from era_geo.ui.job_card import attempt
from era_geo.ui.markup import element
from era_geo.ui.region_jobs import Facts, fetch_command

_OFFER = "extract_offer"


@dataclass(frozen=True)
class _Offer:
    """What the server has under a name, whether the region is built from exactly that, and what would be lost by replacing it."""

    name: str
    offer: download.Offer
    is_here: bool
    loses: str


def show() -> None:
    """Ask for the name of an extract, tell what the server has, and begin to fetch it."""
    settings = shared.settings()
    host = download.server(settings)
    said = (
        f"An extract of OpenStreetMap is fetched from {line(host)}, if you ask for it. That server learns which extract you want, "
        "and nothing of any address. How large the file is, is told before it is fetched."
    )
    st.html(element("p", said, class_="eg-measure"))
    with st.form("offer", border=False):
        name = st.text_input(
            "Name of the extract",
            help="As the server calls it, such as scotland or north-yorkshire.",
            autocomplete="off",
            width=480,
        ).strip()
        if st.form_submit_button(f"Ask {line(host)} what it has"):
            st.session_state.pop(_OFFER, None)
            attempt(lambda: _ask(name, settings))
    offered: _Offer | None = st.session_state.get(_OFFER)
    if offered is not None:
        _offered(offered)
    if settings.overpass_url:
        _small(settings, overpass.server(settings))


def _ask(name: str, settings: Settings) -> None:
    offer = download.offer(name, settings)
    file = download.path(name, settings)
    is_here = download.held(name, settings) == offer and fetched.is_built_from(name, file, settings)
    st.session_state[_OFFER] = _Offer(name, offer, is_here, _loss(name, file, settings))


def _loss(name: str, file: Path, settings: Settings) -> str:
    """Say what would be lost if the region of this name were built from the fetched file alone; nothing where nothing would."""
    try:
        fetched.refuse_to_lose(name, file, settings)
    except UsageError as error:
        return str(error)
    return ""


def _offered(offered: _Offer) -> None:
    st.html(element("p", element("strong", f"{line(offered.offer.sentence)}."), role="status", class_="eg-measure"))
    if offered.is_here:
        told = f"The region {line(offered.name)} is built from exactly this file. There is nothing to fetch."
        st.html(element("p", told, class_="eg-measure"))
        return
    said = (
        f"The region {line(offered.name)} is built from it. If there is one of that name, it stays until the new one is complete."
    )
    st.html(element("p", said, class_="eg-small"))
    replace = False
    if offered.loses:
        st.warning(markdown(offered.loses), icon=":material/warning:")
        replace = st.checkbox(f"Replace the region {markdown(line(offered.name))} all the same")
    if st.button("Fetch it and build the region", type="primary"):
        command = fetch_command(offered.name, replace=replace)
        facts = Facts(offered.name, f"{line(offered.offer.sentence)}.", command, time.time())
        if attempt(lambda: _begin(facts, "" if replace else offered.loses)):
            st.session_state.pop(_OFFER, None)
            region_work.begun()


def _small(settings: Settings, host: str) -> None:
    """Offer what lies around one point, from the Overpass server of the settings."""
    with st.expander(f"Fetch a small region around one point from {line(host)}"), st.form("small_region", border=False):
        said = f"{line(host)} learns this place. How large the answer is cannot be told before."
        st.html(element("p", said, class_="eg-measure"))
        name = st.text_input("Name of the small region", autocomplete="off", width=480).strip()
        with st.container(horizontal=True):
            lon = st.number_input("Longitude", -9.0, 2.0, -3.1883, format="%.6f", width=240)
            lat = st.number_input("Latitude", 49.0, 61.0, 55.9533, format="%.6f", width=240)
        reach = st.number_input("Metres to each side", 100.0, overpass.GREATEST_REACH_M, 1000.0, step=100.0, format="%g", width=240)
        replace = st.checkbox("Replace the region of this name, if there is one")
        if st.form_submit_button(f"Fetch it from {line(host)} and build it"):
            of = f"What lies {overpass.Area(lon, lat, reach).sentence}, from {line(host)}."
            facts = Facts(name, of, fetch_command(name, (lon, lat), reach, replace=replace), time.time())
            if attempt(lambda: _begin(facts, "" if replace else _loss(name, overpass.path(name, settings), settings))):
                region_work.begun()


def _begin(facts: Facts, loses: str) -> None:
    if not facts.name:
        raise UsageError("Give the region a name.")
    region_work.check_name(facts.name, replace=True)
    if loses:
        raise UsageError(loses)
    jobs = region_work.jobs()
    jobs.begin(jobs.new_folder(), facts)
