"""Step 4 of an assessment: what is there, what is not, and what nobody could look up.

In words first, then the table, then the map; what few people need at once is folded away.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from era_geo.model import Assessment
from era_geo.outputs import facts, page, words
from era_geo.outputs.document import Block, Paragraph, Table
from era_geo.region.region import Region
from era_geo.ui import changes_part, downloads, homes_part, save_record, shared, tiles_control
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
    "more": "More detail",
    "record": "Start a record",
    "downloads": "Take it away",
}
_MAP_HEIGHT_PX = 640
_FOLDED_OF_PLACES = ("Why it is listed, and notes", "Source")
_FOLDED_OF_LAYERS = ("How complete, and what it can miss", "Why it is looked for")
_FOLDED_OF_SOURCES = ("Licence", "Credit", "What it covers, and how that is known")


def show(draft: Draft, assessment: Assessment, region: Region) -> None:
    """Show everything the assessment holds: the warning first, then the summary, then the rest."""
    st.header("4. What is there", anchor="results")
    st.html(_summary(assessment))
    st.html(_jump_links())
    _heading("places")
    _places(assessment)
    _blocks(page.closer_look(assessment))
    _heading("homes")
    homes_part.show(draft, assessment)
    _heading("ways")
    _blocks(page.ways(assessment))
    _heading("gaps")
    _blocks([facts.gaps(assessment)])
    _heading("map")
    _map(draft, assessment, region)
    _heading("more")
    _more(assessment)
    if len(shared.region_names(shared.settings())) > 1:
        changes_part.show(draft, assessment, region)
    _heading("record")
    save_record.show(draft, assessment)
    _heading("downloads")
    downloads.show(assessment, region)


def _places(assessment: Assessment) -> None:
    found = facts.places(assessment)
    if isinstance(found, Table):
        st.html(table(found, names_row=1, folded=_FOLDED_OF_PLACES, caption=False))
    else:
        st.html(blocks([found]))


def _map(draft: Draft, assessment: Assessment, region: Region) -> None:
    tiles = tiles_control.show(draft)
    if draft.map_page is None or draft.drawn_on_tiles != draft.on_tiles:
        draft.map_page, draft.drawn_on_tiles = findings_page(assessment, region, tiles), draft.on_tiles
    st.iframe(draft.map_page.html, height=_MAP_HEIGHT_PX, alt="Map of the property and the places near it")


def _more(assessment: Assessment) -> None:
    with st.expander("Kinds of place looked for, in which data, and what that data can miss"):
        st.html(table(facts.layers(assessment), names_row=1, folded=_FOLDED_OF_LAYERS, caption=False, plain=True))
    with st.expander("Where the facts come from"):
        st.html(table(facts.sources(assessment), folded=_FOLDED_OF_SOURCES, caption=False))


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


def _jump_links() -> Html:
    items = [element("li", element("a", label, href=f"#{anchor}")) for anchor, label in _PARTS.items()]
    return element("nav", element("ul", *items, class_="eg-jump"), aria_label="Parts of the results")
