"""Step 1 of an assessment: say which property, in whatever way one has it."""

from __future__ import annotations

import streamlit as st

from era_geo import front
from era_geo.model import LocateResult, LocateStatus
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.ui import server_control
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, kept
from era_geo.ui.markup import element


def show(draft: Draft, region: Region) -> None:
    """Ask for the property and say what came of the search."""
    st.header("1. Find the property", anchor="find")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Address, postcode, UPRN, grid reference or coordinates",
            help="Type it as you have it. Order, capitals and commas do not matter. Each home in the country has a number "
            "of its own, its UPRN (Unique Property Reference Number).",
            autocomplete="off",
            **kept("text"),
        )
        pressed = st.button("Find", type="primary", on_click=move_focus_to, args=("confirm",))
    st.html(
        element(
            "p",
            "For example: 2/1, 15 Mill Wynd · EH1 1YZ · UPRN 906700000001 · NS 75663 55294 · -3.9889, 55.7742. "
            "Press Enter or choose Find.",
            class_="eg-small",
        )
    )
    _search(draft, region, pressed=pressed)
    server_control.show()
    if draft.result is not None:
        _answer(draft, draft.result)


def _search(draft: Draft, region: Region, *, pressed: bool) -> None:
    """Search when the text or the region is another than that of the answer at hand.

    The server is asked only where Find was pressed: leaving the field, or another region, sends nothing.
    """
    wanted = (draft.text, region.name)
    ask_server = pressed and draft.ask_server
    if draft.searched == wanted and not ask_server:
        return
    draft.forget_property()
    draft.told, draft.server_fault = [], ""
    if draft.text.strip():
        draft.result = server_control.ask(draft, region) if ask_server else front.locate(draft.text, region)
        draft.searched = wanted
        matched = draft.result.status is LocateStatus.MATCHED and len(draft.result.candidates) == 1
        draft.choice = 0 if matched else None
        if pressed:
            server_control.switch_off(draft)


def _answer(draft: Draft, result: LocateResult) -> None:
    for told in draft.told:
        st.info(markdown(told), icon=":material/outgoing_mail:")
    if draft.server_fault:
        st.error(markdown(draft.server_fault), icon=":material/error:")
    message = markdown(result.message)
    match result.status:
        case LocateStatus.MATCHED:
            st.success(message, icon=":material/check_circle:")
        case LocateStatus.AMBIGUOUS:
            st.info(message, icon=":material/list:")
        case _:
            st.warning(message, icon=":material/warning:")
    if result.steps:
        with st.expander("How this answer came about"):
            st.html(element("ol", *[element("li", step) for step in result.steps]))
