"""The network geocoder, which a person may ask when the region does not have an address: off, and off again after each search."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from era_geo import front
from era_geo.errors import EraGeoError
from era_geo.model import LocateResult
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.ui import shared
from era_geo.ui.draft import Draft, kept, put


def show() -> None:
    """Offer to ask the server of the settings, and name it; without one there is nothing to see."""
    url = shared.settings().nominatim_url
    if not url:
        return
    host = urlsplit(url).hostname or "the server of the settings"
    st.checkbox(
        f"If the region does not have this address, ask {markdown(host)} too",
        help=f"The street, number, town and postcode you typed are sent to {markdown(host)}, which learns them. No flat and no "
        "name is sent. It is off until you tick it, and off again after each search.",
        **kept("ask_server"),
    )
    st.caption(f"Ticked, the address is sent to {markdown(host)} when you choose Find.")


def ask(draft: Draft, region: Region) -> LocateResult:
    """Search with the server's help; if it cannot help, the region's own answer is given, and the fault is kept to be shown."""
    said = st.empty()

    def say(text: str) -> None:
        draft.told.append(text)
        said.info(markdown(text), icon=":material/outgoing_mail:")

    try:
        result = front.locate(draft.text, region, network=True, say=say, settings=shared.settings())
    except EraGeoError as error:
        draft.server_fault = str(error)
        result = front.locate(draft.text, region)
    said.empty()
    return result


def switch_off(draft: Draft) -> None:
    """Take the tick away: the next search is the region's own again."""
    if draft.ask_server:
        put("ask_server", value=False)
