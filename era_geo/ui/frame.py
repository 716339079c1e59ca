"""What stands around every page: title, marking, choice of region, who is at work; and a sentence where something cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo import __version__
from era_geo.accounts import Account, Role
from era_geo.errors import EraGeoError
from era_geo.outputs.escape import markdown
from era_geo.outputs.words import MARKING
from era_geo.ui import batch_table, carry_on, expiry, returned, shared, sign_in
from era_geo.ui.browser_side import apply_focus, fold_side_bar_after, say_all_before_leaving, tell_of_a_lost_connection
from era_geo.ui.markup import element
from era_geo.ui.pages import pages_for
from era_geo.ui.ways import tell_refusal

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_LOOK = Path(__file__).with_name("look.css")
_ICON = str(Path(__file__).with_name("icon.svg"))


def run() -> None:
    """Let somebody in, and draw the page they chose in its frame."""
    # A picture of our own: Streamlit would fetch its own icons for the browser's tab from another host.
    st.set_page_config(page_title="era-geo", page_icon=_ICON, layout="wide")
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
    who = None
    try:
        who = sign_in.at_work(shared.settings())
        page = _page(who)
        if who is not None:
            _show(page, who)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
    if who is not None:
        returned.mark()
        tell_of_a_lost_connection(on_a_server=who.authenticated)
    apply_focus()


def _page(who: Account | None) -> StreamlitPage:
    """Give the page that was chosen; whoever was not let in has no navigation and is shown none."""
    entries = pages_for(frozenset(Role) if who is None else who.roles)
    pages = [
        st.Page(
            entry.show,
            title=entry.title,
            url_path=entry.path,
            default=number == 0,
            visibility="hidden" if entry.hidden else "visible",
        )
        for number, entry in enumerate(entries)
    ]
    return st.navigation(pages, position="hidden" if who is None else "sidebar")


def _show(page: StreamlitPage, who: Account) -> None:
    st.set_page_config(page_title=f"{page.title} - era-geo")
    returned.take_up()
    with st.sidebar:
        shared.region_picker()
        sign_in.side_bar(shared.settings())
        stays = "on the server of your area" if who.authenticated else "on this computer"
        st.html(element("p", f"era-geo {__version__}. Everything stays {stays}.", class_="eg-small"))
    expiry.once()
    batch_table.drop_unless_on(page.title)
    carry_on.keep()
    tell_refusal()
    try:
        page.run()
    finally:  # a page that begins to be drawn anew has changed something, too
        carry_on.keep()
    say_all_before_leaving()
    fold_side_bar_after(page.title)
