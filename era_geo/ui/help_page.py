"""The page Help: what an ERA is, what the tool knows and cannot know (`help.md`), and the kinds of place."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from era_geo.layerset import GROUPS, Layer, LayerSet
from era_geo.outputs.document import Table
from era_geo.ui import shared
from era_geo.ui.blocks import mark, table
from era_geo.ui.markup import Html, bullets, element, joined

_TEXT = Path(__file__).with_name("help.md")


def show() -> None:
    """Show the page."""
    st.title("Help", anchor=False)
    st.markdown(_TEXT.read_text(encoding="utf-8"))
    st.header("Kinds of place", anchor="layers")
    st.html(_layers(shared.layers()))


def _layers(layers: LayerSet) -> Html:
    caption = "What each kind of place is, why it is looked for, and what the data cannot show."
    columns = ("Kind of place", "What it is", "Why it is looked for", "What the data cannot show")
    return table(Table(caption, columns, tuple(_cells(layer) for layer in layers.layers), (22, 26, 24, 28)))


def _cells(layer: Layer) -> tuple[Html, ...]:
    group = element("p", GROUPS.get(layer.group, layer.group), class_="eg-small")
    name = joined([mark(layer.style), layer.label, group])
    return name, joined([layer.description]), bullets(layer.basis), bullets(layer.blind_spots)
