"""What only some may see with a record: restricted places of one's own agency, and for the police how many records lie near."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs import facts
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import RULES, Action
from era_geo.record.restricted import RestrictedKind, RestrictedPlace, with_restricted
from era_geo.record.store_restricted import HeldPlace, Holding
from era_geo.ui import record_desk
from era_geo.ui.blocks import blocks, table
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.sign_in import account
from era_geo.ui.ways import safely

_NEAR_M = 500.0
_HELD = "restricted places"


def show(desk: Desk) -> None:
    """Show restricted places, and concentration."""
    st.subheader("Restricted places", anchor="restricted")
    _restricted(desk)
    st.subheader("Concentration", anchor="near")
    _near(desk)


def _restricted(desk: Desk) -> None:
    said = (
        "A victim's address or a refuge is entered here by hand. Only your own agency sees it, on the screen; it is in no version "
        "of the record and leaves by no file. Each look is kept in the audit trail."
    )
    st.html(element("p", said, class_="eg-measure"))
    records, who, record_id = record_desk.store(), account(), desk.document.id
    if not records.may_hold(who, record_id):
        told = "You may not see them. First say whose computer this is (the setting agency), or ask an officer of yours."
        st.html(element("p", told, class_="eg-measure"))
        return
    if not st.toggle("Show the restricted places that my agency holds", key=f"restricted:{record_id}"):
        return
    try:
        held = desk.once(_HELD, lambda: records.restricted(who, record_id))
        if held:
            shown = with_restricted(desk.document.form.assessment, [one.place for one in held])
            places = facts.places(shown)
            st.html(table(places, names_row=1) if isinstance(places, Table) else blocks([places]))
        for one in held:
            _take_out(desk, one)
        _offer(desk)
        _enter(desk)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def _take_out(desk: Desk, one: HeldPlace) -> None:
    """Ask twice before a place is gone: nothing brings it back."""
    named = f"{one.place.kind.label}, entered {one.added_at[:10]}"
    with st.popover(f"Take out: {named}", key=f"out:{one.id}"):
        st.html(element("p", "It is taken out for good, and the audit trail says so."))
        st.button("Take it out", key=f"out now:{one.id}", on_click=safely, args=(_taken_out, desk, one.id))


def _offer(desk: Desk) -> None:
    """Offer what the agency holds with the record that this one supersedes."""
    waiting = record_desk.store().offered(account(), desk.document.id)
    if not waiting:
        return
    said = f"Your agency holds restricted places with the record that this one supersedes: {waiting}. That record keeps them."
    st.html(element("p", said, class_="eg-measure"))
    with st.container(horizontal=True):
        for label, take in (("Carry them over to this record", True), ("Leave them there", False)):
            st.button(label, key=f"carry {take}:{desk.document.id}", on_click=safely, args=(_carried, desk, take))


def _carried(desk: Desk, take: bool) -> None:
    record_desk.store().carry_over(account(), desk.document.id, take=take)
    desk.read.pop(_HELD, None)


def holdings() -> None:
    """List the records with which the person's agency holds restricted places, also where they name it no longer."""
    if account().agency is None or not account().roles & RULES[Action.READ_RESTRICTED].roles:
        return
    with st.expander("Restricted places that my agency holds"):
        said = "With which records, also where they name your agency no longer. The look is kept in the audit trail."
        st.html(element("p", said, class_="eg-measure"))
        if not st.toggle("Show the records", key="holdings"):
            return
        try:
            found = record_desk.store().holdings(account())
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")
            return
        if not found:
            st.html(element("p", "Your agency holds no restricted places.", class_="eg-measure"))
            return
        rows = tuple((line(one.reference), one.record_id[:8], one.status.label, str(one.places), _to_do(one)) for one in found)
        st.html(table(Table("Records", ("Reference", "Record", "Status", "Places", "To do"), rows, (20, 12, 16, 10, 42))))
        for one in found:
            if not one.named:
                _take_all_out(one)


def _to_do(one: Holding) -> str:
    if not one.named:
        return "It names your agency no longer: take the places out when they are needed no more"
    return f"Carry them over to record {one.carry_to[:8]}, or leave them" if one.carry_to else ""


def _take_all_out(one: Holding) -> None:
    held = f"the places held with {markdown(line(one.reference))} ({one.record_id[:8]})"
    with st.popover(f"Take out {held}", key=f"all out:{one.record_id}"):
        st.html(element("p", "They are taken out for good, and the audit trail says so."))
        st.button("Take them out", key=f"all out now:{one.record_id}", on_click=safely, args=(_all_taken_out, one.record_id))


def _all_taken_out(record_id: str) -> None:
    for one in record_desk.store().restricted(account(), record_id):
        record_desk.store().remove_restricted(account(), record_id, one.id)


def _taken_out(desk: Desk, place_id: str) -> None:
    record_desk.store().remove_restricted(account(), desk.document.id, place_id)
    desk.read.pop(_HELD, None)


def _enter(desk: Desk) -> None:
    who, record_id = account(), desk.document.id
    with st.form(f"restrict:{record_id}", clear_on_submit=True):
        kind: RestrictedKind | None = st.selectbox(
            "What it is", tuple(RestrictedKind), format_func=lambda one: one.label, width=320
        )
        easting: float | None = st.number_input("Easting in metres", value=None, format="%.0f", width=240)
        northing: float | None = st.number_input("Northing in metres", value=None, format="%.0f", width=240)
        note = st.text_input("Note for those who may see it", autocomplete="off", width=480)
        if st.form_submit_button("Enter this place"):
            if kind is None or easting is None or northing is None:
                st.error("Give easting and northing in metres (British National Grid).")
                return
            place = RestrictedPlace(kind, ((float(easting), float(northing)),), who.agency or "", who.key, note)
            record_desk.store().add_restricted(who, record_id, place)
            desk.read.pop(_HELD, None)
            st.rerun()


def _near(desk: Desk) -> None:
    if not desk.may(Action.READ):
        return
    with st.form(f"near:{desk.document.id}", border=False):
        metres = st.number_input("Within so many metres", 1.0, 5000.0, _NEAR_M, step=50.0, format="%g", width=240)
        asked = st.form_submit_button("Ask about live records nearby")
    if asked:
        try:
            st.html(element("p", line(record_desk.store().near(account(), desk.document.id, metres).sentence), role="status"))
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")
