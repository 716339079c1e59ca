"""Moves the keyboard's focus to the heading of the part that a person asked for, so that nobody is lost after a button."""

from __future__ import annotations

import json

import streamlit as st

_WANTED = "focus"
_COUNT = "focus_count"


def move_focus_to(anchor: str) -> None:
    """Ask for the focus to go to the heading with this anchor once the page is drawn."""
    st.session_state[_WANTED] = anchor
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1


def apply_focus() -> None:
    """Move the focus, if that was asked for. Call it last on a page."""
    anchor = st.session_state.pop(_WANTED, None)
    if anchor is None:
        return
    # The heading may be drawn a moment later than this; the count makes each script another one, so that it runs again.
    st.html(
        f"""<script>
        (() => {{
          let tries = 20;
          const go = () => {{
            const heading = document.getElementById({json.dumps(anchor)});
            if (heading) {{ heading.tabIndex = -1; heading.focus(); heading.scrollIntoView({{ block: "start" }}); }}
            else if (tries-- > 0) {{ setTimeout(go, 50); }}
          }};
          go();
        }})(); // {st.session_state[_COUNT]}
        </script>""",
        unsafe_allow_javascript=True,
    )
