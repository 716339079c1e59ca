"""From results to a record: the assessment at hand becomes a draft ERA record that agencies fill in."""

from __future__ import annotations

import streamlit as st

from era_geo.accounts import Agency, agency_label
from era_geo.errors import EraGeoError
from era_geo.model import Assessment
from era_geo.outputs.escape import markdown
from era_geo.record.access import Action, Allowed, may, works_alone
from era_geo.record.form import Form
from era_geo.record.prefill import new_form
from era_geo.record.privacy import warnings
from era_geo.record.profileload import chosen_profile
from era_geo.record.terms import Trigger
from era_geo.ui import record_desk, shared
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, put
from era_geo.ui.markup import element
from era_geo.ui.record_fields import label_of
from era_geo.ui.sign_in import account
from era_geo.ui.ways import RECORD, go_to

_REFERENCE = "new_record_reference"
_ASKED = "new_record_asked"


def show(draft: Draft, assessment: Assessment) -> None:
    """Ask for what a record needs at first, and start it."""
    if not isinstance(may(account(), Action.CREATE), Allowed):
        st.html(element("p", "Officers start records. Your role does not.", class_="eg-measure"))
        return
    said = (
        "The facts above go into the nineteen headings of an ERA record, each with its source and date. What people judge stays "
        "empty. Agencies then add their parts, and a reviewer signs."
    )
    st.html(element("p", said, class_="eg-measure"))
    st.text_input(
        "Case reference",
        help="Never write a person's name or the address here. The names of files begin with it.",
        autocomplete="off",
        width=480,
        value=draft.reference,
        key=_REFERENCE,
        on_change=lambda: put("reference", st.session_state[_REFERENCE]),
    )
    profiles = shared.profiles()
    trigger = st.selectbox(
        "What made this ERA necessary",
        [None, *Trigger],
        format_func=lambda one: one.label if one else "Not said yet",
        width=480,
        key="new_record_trigger",
    )
    profile = st.selectbox(
        "Rule profile",
        list(profiles),
        index=list(profiles).index(chosen_profile(profiles, shared.settings()).id),
        help="How often an ERA is repeated, who leads, how many working days. Your local MAPPA group has chosen one.",
        width=480,
        key="new_record_profile",
    )
    agencies = st.multiselect(
        "Agencies that take part",
        _agencies(),
        default=_agencies(),
        format_func=agency_label,
        key="new_record_agencies",
    )
    form = new_form(assessment, draft.reference.strip(), trigger=trigger, profile=profiles[profile].printed, agencies=agencies)
    pressed = st.button("Start a record", type="primary")
    if pressed or st.session_state.get(_ASKED) == form:  # asked about before: whoever changes anything is to press again
        _start(form)


def _start(form: Form) -> None:
    found = warnings(form)
    st.session_state[_ASKED] = form if found else None
    for warning in found:
        st.warning(f"{label_of(warning.field)} looks like it holds {warning.what}. {warning.why}")
    if found and not st.button("It is none: start the record"):
        return
    try:
        written = record_desk.store().new(account(), form, confirmed=found)
        record_desk.open_record(written.record_id)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    st.session_state.pop(_ASKED, None)
    move_focus_to("record")
    go_to(RECORD, id=written.record_id)


def _agencies() -> list[str]:
    """Give the agencies to choose among: the guidance's kinds, and the person's own, first."""
    mine = account().agency
    own = [] if mine is None or works_alone(account()) else [mine]
    return list(dict.fromkeys([*own, *map(str, Agency)]))
