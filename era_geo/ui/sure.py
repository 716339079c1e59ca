"""A button for what cannot be undone: it asks once more before anything is removed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from era_geo.ui.markup import element


def button(label: str, question: str, yes: str, *, key: str, then: Callable[[], object]) -> None:
    """Show a button that asks a question when it is pressed, and does `then` when that is answered by `yes`."""
    asking = f"sure:{key}"
    if not st.session_state.get(asking):
        st.button(label, key=key, on_click=_ask, args=(asking,))
        return

    def agreed() -> None:
        _answer(asking)
        then()

    with st.container(border=True, key=f"sure_{key}"):
        st.html(element("p", element("strong", question), role="alert", class_="eg-measure"))
        with st.container(horizontal=True):
            st.button(yes, key=f"{key}:yes", on_click=agreed)
            st.button("No, keep it", key=f"{key}:no", type="primary", on_click=_answer, args=(asking,))


def _ask(asking: str) -> None:
    st.session_state[asking] = True


def _answer(asking: str) -> None:
    st.session_state.pop(asking, None)
