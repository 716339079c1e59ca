"""What stands around every page: title, marking, choice of region; and a sentence where something cannot be done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo import __version__
from era_geo.errors import EraGeoError
from era_geo.outputs.escape import markdown
from era_geo.outputs.words import MARKING
from era_geo.ui import shared
from era_geo.ui.browser_side import apply_focus, fold_side_bar_after
from era_geo.ui.markup import element

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_LOOK = Path(__file__).with_name("look.css")
_ICON = str(Path(__file__).with_name("icon.svg"))


def show(page: StreamlitPage) -> None:
    """Draw the chosen page in its frame."""
    # A picture of our own: Streamlit would fetch its own icons for the browser's tab from another host.
    st.set_page_config(page_title=f"{page.title} - era-geo", page_icon=_ICON, layout="wide")
    st.html(_LOOK)
    st.html(
        element(
            "div",
            element("strong", MARKING),
            element("span", "Close this window when you leave your desk."),
            class_="eg-marking",
            role="note",
            aria_label="Marking",
        )
    )
    try:
        with st.sidebar:
            shared.region_picker()
            st.html(element("p", f"era-geo {__version__}. Everything stays on this computer.", class_="eg-small"))
        page.run()
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
    fold_side_bar_after(page.title)
    apply_focus()
