"""What only the browser can do: move the keyboard's focus, and give a frame the name that Streamlit gives it no room for.

The scripts are our own; no text from outside is ever in them.
"""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

_WANTED = "focus"
_COUNT = "focus_count"
_PAGE = "page"
_LOST_SCRIPT = Path(__file__).with_name("lost.js")
_LOST = "The app does not answer. What you typed is still in this window: keep it open, and do not load it anew. "
_START = "If you closed the app, start it again as you did before. This window then goes on by itself."
_WAIT = "The window tries again by itself. If this lasts longer than a few minutes, tell the person who looks after the app."
_BACK = "The app answers again. Look over what you typed last, then go on."


def move_focus_to(anchor: str) -> None:
    """Ask for the focus to go to the heading with this anchor once the page is drawn, so that nobody is lost after a button."""
    st.session_state[_WANTED] = anchor
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1


def apply_focus() -> None:
    """Move the focus, if that was asked for. Call it last on a page."""
    anchor = st.session_state.pop(_WANTED, None)
    if anchor is not None:
        _run(
            f"document.getElementById({json.dumps(anchor)})",
            "found.tabIndex = -1; found.focus(); found.scrollIntoView({ block: 'start' });",
            st.session_state[_COUNT],
        )


def name_frame(component: str, name: str) -> None:
    """Give the frame of a component a name that tells what is in it. Call it after the component."""
    selector = json.dumps(f"iframe[title={json.dumps(component)}]")
    _run(f"document.querySelector({selector})", f"found.title = {json.dumps(name)};", 0)


def fold_side_bar_after(page: str) -> None:
    """On a narrow screen, fold the side bar away once another page was chosen in it: it would cover the page."""
    if st.session_state.get(_PAGE, page) != page:
        found = "document.querySelector('[data-testid=stSidebarCollapseButton] button')"
        _run(found, "if (window.innerWidth < 768) found.click();", page, tries=1)
    st.session_state[_PAGE] = page


def say_all_before_leaving() -> None:
    """Have a field that is still being typed in told to the app when the window is hidden, closed or loaded anew."""
    leave = "() => { if (document.activeElement) document.activeElement.blur(); }"
    watch = f"const leave = {leave}; addEventListener('pagehide', leave); addEventListener('beforeunload', leave);"
    _run("document.body", f"if (!found.dataset.leave) {{ found.dataset.leave = 'watched'; {watch} }}", 0)


def tell_of_a_lost_connection(*, on_a_server: bool) -> None:
    """Have the window say so when the app no longer answers, what to do, and when it is back; then it takes up what was typed."""
    words = {"lost": _LOST + (_WAIT if on_a_server else _START), "back": _BACK, "close": "Close this message"}
    st.html(f"<script>({_LOST_SCRIPT.read_text(encoding='utf-8')})({json.dumps(words)});</script>", unsafe_allow_javascript=True)


def _run(find: str, then: str, number: int | str, *, tries: int = 60) -> None:
    """Run `then` on what `find` gives, which may be drawn a moment later than this. Another `number` makes it run again."""
    st.html(
        f"""<script>
        (() => {{
          let tries = {tries};
          const go = () => {{
            const found = {find};
            if (found) {{ {then} }} else if (tries-- > 0) {{ setTimeout(go, 50); }}
          }};
          go();
        }})(); // {number}
        </script>""",
        unsafe_allow_javascript=True,
    )
