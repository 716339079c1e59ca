"""Step 4 of an assessment: what is there, what is not, and what nobody could look up. The table comes first, the map second."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from era_geo.model import Assessment
from era_geo.outputs import facts, page, words
from era_geo.outputs.document import Block, Paragraph, Table
from era_geo.region.region import Region
from era_geo.ui import downloads
from era_geo.ui.blocks import blocks, table
from era_geo.ui.draft import Draft
from era_geo.ui.markup import Html, element, joined
from era_geo.ui.place_map import findings_page

_PARTS = {
    "places": "Places found",
    "homes": "Homes nearby",
    "ways": "Ways nearby",
    "gaps": "What could not be looked up",
    "map": "Map",
    "layers": "Kinds of place looked for",
    "sources": "Where the facts come from",
    "downloads": "Take it away",
}
_MAP_HEIGHT_PX = 640
_FOLDED_OF_LAYERS = ("How complete, and what it can miss", "Why it is looked for")
_FOLDED_OF_SOURCES = ("Licence", "Credit", "What it covers, and how that is known")


def show(draft: Draft, assessment: Assessment, region: Region) -> None:
    """Show everything the assessment holds: the warning first, then the summary, then the rest."""
    st.header("4. What is there", anchor="results")
    st.html(_summary(assessment))
    st.html(_jump_links())
    _heading("places")
    _block(facts.places(assessment), names_row=1)
    _blocks(page.closer_look(assessment))
    _heading("homes")
    _blocks(page.homes(assessment))
    _heading("ways")
    _blocks(page.ways(assessment))
    _heading("gaps")
    _blocks([facts.gaps(assessment)])
    _heading("map")
    if draft.map_page is None:
        draft.map_page = findings_page(assessment, region)
    st.iframe(draft.map_page, height=_MAP_HEIGHT_PX, alt="Map of the property and the places near it")
    _heading("layers")
    st.html(table(facts.layers(assessment), names_row=1, folded=_FOLDED_OF_LAYERS, caption=False, plain=True))
    _heading("sources")
    st.html(table(facts.sources(assessment), folded=_FOLDED_OF_SOURCES, caption=False))
    _heading("downloads")
    downloads.show(assessment, region)


def _summary(assessment: Assessment) -> Html:
    parts = facts.summary(assessment)
    warnings = [part for part in parts if isinstance(part, Paragraph) and part.kind == "warning"]
    rest = [part for part in parts if part not in warnings]
    said = element("div", blocks(rest), class_="eg-summary")
    return joined([blocks(warnings), said, element("p", f"{words.FACTS_ONLY} {words.VISIT}", class_="eg-measure")])


def _heading(anchor: str) -> None:
    st.subheader(_PARTS[anchor], anchor=anchor)


def _blocks(wanted: Iterable[Block]) -> None:
    html = blocks(wanted)
    if html:
        st.html(html)


def _block(block: Block, *, names_row: int) -> None:
    st.html(table(block, names_row=names_row, caption=False) if isinstance(block, Table) else blocks([block]))


def _jump_links() -> Html:
    items = [element("li", element("a", label, href=f"#{anchor}")) for anchor, label in _PARTS.items()]
    return element("nav", element("ul", *items, class_="eg-jump"), aria_label="Parts of the results")
