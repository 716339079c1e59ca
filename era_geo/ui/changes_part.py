"""What changed near the property between the region that was looked in and another one: in words, on request."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.layerset import LayerSet
from era_geo.model import Assessment, Site
from era_geo.outputs import change_words
from era_geo.outputs.escape import line, markdown
from era_geo.region.region import Region
from era_geo.ui import shared
from era_geo.ui.draft import Draft
from era_geo.ui.markup import Html, bullets, element, joined
from era_geo.ui.region_words import ages, newest
from era_geo.vicinity.change_things import Of
from era_geo.vicinity.changes import Change, Changes, changes_near

_FEW = 8
"""How many changes of a kind are shown at once, nearest first; the rest are folded away."""


def show(draft: Draft, assessment: Assessment, region: Region) -> None:
    """Ask which region to compare with, and tell what changed."""
    others = [name for name in shared.region_names(shared.settings()) if name != region.name]
    with st.expander("What changed near here between two regions"):
        st.html(
            element(
                "p",
                "See what has changed near this home. Another region on this computer is held beside it, such as last "
                "year's data of the same area.",
                class_="eg-measure",
            )
        )
        name = st.selectbox(
            "Region to compare with", others, index=None, format_func=line, placeholder="Choose a region", width=480
        )
        if st.button("Compare", disabled=name is None) and name is not None:
            draft.changed = _compare(assessment, region, name)
        if draft.changed is not None:
            st.html(draft.changed)


def _compare(assessment: Assessment, region: Region, name: str) -> str | None:
    try:
        other = shared.open_region(name)
        old, new = (region, other) if newest(region) < newest(other) else (other, region)
        return told_between(old, new, assessment.site, assessment.parameters.radius_m, shared.layers())
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return None


def told_between(old: Region, new: Region, site: Site, radius_m: float, layers: LayerSet) -> Html:
    """Tell what changed near a property between an older and a newer region.

    Raises
    ------
    DataError
        If a region file is damaged.
    """
    found = changes_near(old, new, site, radius_m, layers)
    return _told(found, layers, f"Older: {old.name}, with {ages(old)}. Newer: {new.name}, with {ages(new)}.")


def _told(found: Changes, layers: LayerSet, compared: str) -> Html:
    labels = {layer.id: layer.label for layer in layers.layers}
    parts = [element("p", compared, class_="eg-small"), element("p", change_words.summary(found), role="status")]
    for of, heading in change_words.HEADINGS.items():
        parts.append(_list(heading, [change for change in found.changes if change.of is Of(of)], labels))
    gaps = change_words.gaps(found, labels)
    if gaps:
        parts += [element("h4", "What could not be compared"), bullets(gaps)]
    return joined(parts)


def _list(heading: str, told: list[Change], labels: dict[str, str]) -> Html:
    if not told:
        return joined([])
    items = [f"{change_words.place(change)}: {change_words.sentence(change, labels)}" for change in told]
    parts = [element("h4", f"{heading}, nearest first"), bullets(items[:_FEW])]
    if items[_FEW:]:
        more = element("summary", f"{len(items) - _FEW} more, farther off")
        parts.append(element("details", more, bullets(items[_FEW:]), class_="eg-folded"))
    return joined(parts)
