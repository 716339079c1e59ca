"""Versions, steps and trail of a record: who saved what, what changed since, and an older version to read."""

from __future__ import annotations

from typing import Any

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs.document import Table
from era_geo.outputs.draft import moment
from era_geo.outputs.escape import line, markdown
from era_geo.record.audit import moment as read_moment
from era_geo.record.store_merge import Difference, differences
from era_geo.record.store_read import VersionLine
from era_geo.ui import record_desk, record_read
from era_geo.ui.blocks import table
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.record_fields import label_of
from era_geo.ui.sign_in import account

_ASSESSMENT = "assessment"


def show(desk: Desk) -> None:
    """Show who saved which version, the steps of its life, and the audit trail where this person may read it."""
    told = desk.once("history", lambda: record_desk.store().history(account(), desk.document.id))
    versions = tuple(
        (str(one.number), moment(read_moment(one.saved_at)), line(one.saved_as) or "not in this view", one.sha256[:16])
        for one in told.versions
    )
    st.html(table(Table("Versions", ("Version", "Saved", "By", "SHA-256 begins"), versions, ())))
    _older(desk, told.versions)
    steps = tuple(
        (moment(read_moment(step.at)), f"{step.from_status.label} to {step.to_status.label.lower()}", line(step.reason))
        for step in told.steps
    )
    if steps:
        st.html(table(Table("Steps", ("When", "From and to", "Reason"), steps, ())))
    if told.signature:
        signed = told.signature
        said = f"Signed by {line(signed.signed_as)} on {moment(read_moment(signed.signed_at))}, version {signed.version}."
        st.html(element("p", said, class_="eg-measure"))
    if desk.document.trail:
        rows = tuple((moment(one.at), line(one.by), line(one.what), line(one.why)) for one in desk.document.trail)
        with st.expander(f"Audit trail: {len(rows)} entries"):
            st.html(table(Table("Who did what, and when", ("When", "Who", "What", "Why"), rows, (18, 24, 36, 22)), caption=False))


def _older(desk: Desk, versions: tuple[VersionLine, ...]) -> None:
    """Offer the versions before this one: what changed since, and the whole of it."""
    earlier = [one.number for one in versions if one.number < desk.document.version]
    if not earlier:
        return
    number = st.selectbox(
        "Read an earlier version, and what changed since",
        [None, *reversed(earlier)],
        format_func=lambda one: f"Version {one}" if one else "None",
        key=f"older:{desk.document.id}",
        width=320,
    )
    if number is None:
        return
    try:
        older = desk.once(f"version {number}", lambda: record_desk.store().get(account(), desk.document.id, version=number))
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    changed = tuple(_row(one) for one in differences(older.form, desk.document.form))
    if changed:
        columns = ("Field", f"In version {number}", f"In version {desk.document.version}")
        st.html(table(Table(f"What changed since version {number}", columns, changed, (24, 38, 38))))
    else:
        st.html(element("p", f"Nothing in the fields has changed since version {number}.", class_="eg-measure"))
    if st.toggle(f"Show version {number} whole", key=f"whole:{desk.document.id}:{number}"):
        record_read.sections(older)


def _row(one: Difference) -> tuple[str, str, str]:
    if one.path.partition(".")[0] == _ASSESSMENT:  # thousands of facts: they are told apart where the record is read
        return "What was found on the map", "as it was then", "looked for anew"
    return label_of(one.path), _text(one.before), _text(one.after)


def _text(value: Any) -> str:
    if value is None or value in ("", []):
        return "(empty)"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        return "; ".join(f"{line(str(name))}: {_text(part)}" for name, part in value.items() if part not in (None, "", []))
    return ", ".join(map(_text, value)) if isinstance(value, list) else line(str(value))
