"""What changed near a property between any two regions: in words, as `era-geo region diff` tells it."""

from __future__ import annotations

import streamlit as st

from era_geo import front
from era_geo.errors import UsageError
from era_geo.model import LocateResult, LocateStatus, Site
from era_geo.outputs import words
from era_geo.outputs.escape import line
from era_geo.region.region import Region
from era_geo.ui import shared
from era_geo.ui.changes_part import told_between
from era_geo.ui.job_card import attempt
from era_geo.ui.markup import element, joined
from era_geo.ui.region_words import newest

_FOUND = "regions_compared"
_FEW = 5


def show() -> None:
    """Ask for two regions and a property, and tell what changed near it."""
    said = (
        "Say what changed around a property between two regions of the same area, such as last year's data and this year's. Only "
        "what lies near the property is compared."
    )
    st.html(element("p", said, class_="eg-measure"))
    settings = shared.settings()
    names = shared.region_names(settings)
    with st.form("compare_regions", border=False):
        with st.container(horizontal=True):
            one = st.selectbox("One region", names, index=None, format_func=line, placeholder="Choose a region", width=320)
            other = st.selectbox("The other region", names, index=None, format_func=line, placeholder="Choose a region", width=320)
        near = st.text_input("Address, postcode, UPRN or grid reference of the property", autocomplete="off", width=480).strip()
        radius = st.number_input(
            "How far around it, in metres", 1.0, settings.radius_limit_m, settings.radius_m, step=10.0, format="%g", width=240
        )
        if st.form_submit_button("Compare these regions"):
            st.session_state.pop(_FOUND, None)
            attempt(lambda: _compare(one, other, near, radius))
    if found := st.session_state.get(_FOUND):
        st.html(found)


def _compare(one: str | None, other: str | None, near: str, radius_m: float) -> None:
    if one is None or other is None or one == other or not near:
        raise UsageError("Choose two regions that differ, and write which property to look around.")
    regions = sorted((shared.open_region(one), shared.open_region(other)), key=newest)
    site = _the_only(front.locate(near, regions[-1]), regions[-1])
    heading = element("h3", f"What changed near {line(site.label)}")
    where = element("p", words.located(site), class_="eg-measure")
    st.session_state[_FOUND] = joined([heading, where, told_between(regions[0], regions[-1], site, radius_m, shared.layers())])


def _the_only(result: LocateResult, region: Region) -> Site:
    """Give the one property that was matched; where there are more to choose from, the first are named."""
    if result.status is LocateStatus.MATCHED and len(result.candidates) == 1:
        return front.site_from(result.candidates[0], region, query=result.query)
    named = [line(candidate.label) for candidate in result.candidates[:_FEW]]
    more = f" It may be: {'; '.join(named)}." if named else ""
    raise UsageError(f"{line(result.message)}{more}")
