"""What only the browser can do: move the keyboard's focus, and give a frame the name that Streamlit gives it no room for.

The scripts are our own; no text from outside is ever in them.
"""

from __future__ import annotations

import json

import streamlit as st

_WANTED = "focus"
_COUNT = "focus_count"
_PAGE = "page"


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
