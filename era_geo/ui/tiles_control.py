"""The area's own map service as the background of the results' map: off until a person switches it on, and named on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from era_geo.outputs.escape import markdown
from era_geo.ui import shared
from era_geo.ui.draft import Draft, kept

if TYPE_CHECKING:
    from era_geo.outputs.webmap import Tiles


def show(draft: Draft) -> Tiles | None:
    """Offer the map service of the settings, and give it where it is switched on; without one there is nothing to see."""
    settings = shared.settings()
    if not settings.tile_url:
        return None
    host = urlsplit(settings.tile_url).hostname or "the map service of the settings"
    st.checkbox(f"Show the map of {markdown(host)} in the background", **kept("on_tiles"))
    st.caption(
        f"{markdown(host)} then learns which area you look at. Downloads and prints never use it: their maps are drawn from the "
        "region."
    )
    if not draft.on_tiles:
        return None
    from era_geo.outputs.webmap import Tiles  # noqa: PLC0415 - slow to import

    return Tiles(settings.tile_url, settings.tile_credit)
