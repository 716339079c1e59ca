"""A window that outlived its session: the app was stopped and started again while the window stayed open.

The browser still shows everything, reconnects by itself (`lost.js`), and tells what its fields hold. The app has forgotten the
window. So each page carries a button that nobody sees, whose key names the drafts that the window is at work with, and nothing of
what is in them. The window presses it when the connection is back: the drafts are taken up again, each the person's own, and what
was typed last and had never reached the app is put on top of them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

from era_geo.errors import EraGeoError
from era_geo.ui import carry_on, record_desk, shared

if TYPE_CHECKING:
    from collections.abc import Mapping

_KNOWN = "window_known"
_BACK = "back_again"
_KINDS = ("string_value", "double_value")
"""What is typed, as Streamlit's messages hold it. What is chosen or ticked reaches the app at once, and so is in the drafts."""


@dataclass(frozen=True)
class Window:
    """What a window is at work with: ids of drafts and of a record, empty where there is none."""

    draft: str = ""
    record: str = ""
    record_draft: str = ""
    turn: int = 0

    @property
    def key(self) -> str:
        """The key of the button that nobody sees."""
        return "|".join((_BACK, self.draft, self.record, self.record_draft, str(self.turn)))

    @classmethod
    def of_key(cls, key: str) -> Window:
        """Read a key again; one that is none is a window at work with nothing."""
        match key.split("|"):
            case [_, draft, record, record_draft, turn] if turn.isdecimal():
                return cls(draft, record, record_draft, int(turn))
        return cls()


def take_up() -> None:
    """In a session's first run, take up again what its window was at work with before, if it was there before.

    Call it before anything that shows what was typed.
    """
    if st.session_state.get(_KNOWN):
        return
    st.session_state[_KNOWN] = True
    fields = _fields()
    window = next((Window.of_key(key) for key in fields if key.startswith(f"{_BACK}|")), None)
    if window is None:
        return
    region = fields.get(shared.REGION_WIDGET)
    if isinstance(region, str):
        shared.choose_region(region)
    carry_on.take_up(window.draft, fields)
    with suppress(EraGeoError):  # the page of the record, which opens it again, says why it cannot be
        record_desk.take_up(window.record, window.record_draft, window.turn, fields)


def mark() -> None:
    """Put the button that nobody sees on the page. Call it last, when the drafts have their ids."""
    desk = record_desk.at_hand()
    window = Window(carry_on.at_hand())
    if desk is not None:
        window = Window(window.draft, desk.document.id, desk.draft_id or "", desk.turn)
    with st.container(key="eg_back"):
        st.button("Take up again", key=window.key)


def _fields() -> Mapping[str, str | float]:
    """Give what the window's fields hold, by their keys; its buttons are among them."""
    run = get_script_run_ctx()
    found: dict[str, str | float] = {}
    for state in run.session_state.get_widget_states() if run else []:
        key, kind = user_key_from_element_id(state.id), state.WhichOneof("value")
        if key and (kind in _KINDS or key.startswith(f"{_BACK}|")):
            found[key] = getattr(state, kind) if kind in _KINDS else ""
    return found
