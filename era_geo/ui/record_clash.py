"""Two people changed one record: both texts side by side, and a person says what stays. Nobody's text is lost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from era_geo.outputs.document import Table
from era_geo.outputs.escape import line
from era_geo.record.store_merge import Clash, differences
from era_geo.ui import record_desk
from era_geo.ui.blocks import table
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.record_fields import label_of

_MINE, _THEIRS = "What I typed", "What is saved"


def show(desk: Desk) -> None:
    """Show what both changed, and let the person settle it."""
    clash = desk.clash
    if clash is None:
        return
    st.header("Somebody else saved meanwhile", anchor="clash")
    said = (
        f"{line(clash.saved_by)} saved version {clash.saved_version} after you opened version {clash.base_version}. Nothing is "
        "lost: changes to different fields are put together, and you choose where you both changed the same field."
    )
    st.html(element("p", said, class_="eg-measure", role="alert"))
    if clash.merged.taken:
        rows = tuple((label_of(path),) for path in clash.merged.taken)
        st.html(table(Table("Fields that only the other person changed: their text stays", ("Field",), rows, ())))
    chosen = {one.path: _choice(one, number) for number, one in enumerate(clash.merged.conflicts)}
    if st.button("Put both together", type="primary"):
        record_desk.settle(desk, clash, [path for path, side in chosen.items() if side == _THEIRS])
        st.rerun()


def show_overtaken(desk: Desk) -> None:
    """Show what somebody of the same agency has saved in its part meanwhile, beside what was typed: the next save stands."""
    rows = tuple((label_of(one.path), _text(one.before), _text(one.after)) for one in differences(desk.document.form, desk.form))
    said = "Somebody of your agency saved its part after you opened it. Change what you typed so that it says all, and save again."
    st.html(element("p", said, class_="eg-measure", role="alert"))
    if rows:
        st.html(table(Table("Where the two differ", ("Field", _THEIRS, _MINE), rows, (24, 38, 38))))


def _choice(one: Clash, number: int) -> str:
    with st.container(border=True):
        rows = (("Before", _text(one.base)), (_MINE, _text(one.typed)), (_THEIRS, _text(one.saved)))
        st.html(table(Table(label_of(one.path), ("", "Text"), rows, (25, 75))))
        side: str = st.radio(f"Which stays: {label_of(one.path)}", (_MINE, _THEIRS), horizontal=True, key=f"clash:{number}")
        return side


def _text(value: Any) -> str:
    if value is None or value in ("", []):
        return "(empty)"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(map(str, value)) if isinstance(value, list) else line(str(value))
