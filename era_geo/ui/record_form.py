"""The form of a record on the screen: each field a widget, one part of the form at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from era_geo.accounts import Agency, agency_kind, agency_label
from era_geo.errors import UsageError
from era_geo.outputs.escape import line, markdown
from era_geo.record.form import AgencyPart, DeskCheck, Form, Measure, PhysicalRow
from era_geo.record.own_fields import checks_address, is_agency, knows_the_property
from era_geo.record.terms import CONTACTS
from era_geo.ui import record_fields as fields
from era_geo.ui import record_rules, record_sheet
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk, field_key
from era_geo.ui.record_fields import Entry, Kind
from era_geo.ui.sign_in import account

_EARLIEST, _LATEST = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
_LEVELS = (None, 1, 2, 3)
_LINES_PX = 120


def the_case(desk: Desk) -> None:
    """Show the reference, the trigger, the dates and what is known of the person, and what the rules ask of all that."""
    _entries(desk, fields.CASE)
    st.subheader("The person: no more than the rules need", anchor="person")
    _entries(desk, fields.PERSON)
    record_rules.show(desk)


def the_agencies(desk: Desk) -> None:
    """Show who leads, and each agency's part."""
    asked = [part.agency for part in desk.form.agencies]
    st.selectbox(
        "Lead agency",
        ["", *dict.fromkeys([*asked, *([desk.form.lead_agency] if desk.form.lead_agency else [])])],
        format_func=agency_words,
        help="Always a responsible authority. Most first cases are led by the police, and those under a licence or order by "
        "justice social work.",
        width=480,
        **_kept(desk, "lead_agency"),
    )
    for number, part in enumerate(desk.form.agencies):
        with st.expander(_agency_line(part)):
            _entries(desk, [entry.within(f"agencies.{number}") for entry in fields.AGENCY])
            st.button(
                "Leave this agency out", key=field_key(desk, f"out:{number}"), on_click=_leave_out, args=(desk, "agencies", number)
            )
    _add_agency(desk, asked)


def the_property(desk: Desk) -> None:
    """Show the property, the homes to check and the desk checks: all, or what is for one's agency to fill in."""
    own = desk.fills_in_for
    if own is None or knows_the_property(own):
        _entries(desk, fields.PROPERTY)
    st.subheader("Addresses that agencies check", anchor="addresses")
    if not desk.form.addresses:
        st.html(element("p", "The assessment asks for no address to be checked.", class_="eg-measure"))
    mine = [number for number, one in enumerate(desk.form.addresses) if own is None or checks_address(one.agency, own)]
    for number in mine:
        one = desk.form.addresses[number]
        with st.expander(f"{markdown(line(one.address))}: {_state(one.outcome)}"):
            _entries(desk, [entry.within(f"addresses.{number}") for entry in fields.ADDRESS])
    _others("addresses are", len(desk.form.addresses) - len(mine))
    record_sheet.show(desk)
    st.subheader("Desk checks", anchor="desk-checks")
    mine = [number for number, check in enumerate(desk.form.desk_checks) if own is None or is_agency(check.agency, own)]
    for number in mine:
        check = desk.form.desk_checks[number]
        named = markdown(line(check.what)) or f"A further check of {markdown(line(check.agency))}"
        with st.expander(f"{named}: {_state(check.outcome)}"):
            shown = [entry for entry in fields.DESK_CHECK if own is None or entry.path != "agency"]
            _entries(desk, [entry.within(f"desk_checks.{number}") for entry in shown])
    _others("checks are", len(desk.form.desk_checks) - len(mine))
    added = DeskCheck("", agency_label(own) if own else "")
    st.button("Add a desk check", on_click=_add, args=(desk, "desk_checks", added))


def _others(what: str, count: int) -> None:
    """Say what is left out here, so that nobody takes a short list for the whole."""
    if count:
        st.html(element("p", f"Other agencies' {what} not shown here ({count}). You find them under Read.", class_="eg-small"))


def the_visit(desk: Desk) -> None:
    """Show the physical check: the guidance's list, and rows of one's own."""
    _entries(desk, fields.VISIT)
    for number, row in enumerate(desk.form.physical_check.rows):
        seen = {None: "not looked yet", True: "seen", False: "not seen"}[row.seen]
        with st.expander(f"{markdown(line(row.what)) or 'Something else'}: {seen}"):
            _entries(desk, [entry.within(f"physical_check.rows.{number}") for entry in fields.PHYSICAL_ROW])
    st.button("Add a line", on_click=_add, args=(desk, "physical_check.rows", PhysicalRow("")))


def the_judgement(desk: Desk) -> None:
    """Show what people judge: risk to the person, analysis, measures, outcome, review."""
    st.html(element("p", "The program fills in nothing here. Facts and judgement stay apart.", class_="eg-measure"))
    for heading, anchor, entries in (
        ("Risk to the person", "risk", fields.RISK),
        ("Concentration", "concentration", fields.CONCENTRATION),
        ("Analysis", "analysis", fields.ANALYSIS),
    ):
        st.subheader(heading, anchor=anchor)
        _entries(desk, entries)
    st.subheader("Measures", anchor="measures")
    for number, measure in enumerate(desk.form.measures):
        with st.expander(markdown(line(measure.text)) or f"Measure {number + 1}", expanded=not measure.text):
            _entries(desk, [entry.within(f"measures.{number}") for entry in fields.MEASURE])
            st.button(
                "Take this measure out", key=field_key(desk, f"no:{number}"), on_click=_leave_out, args=(desk, "measures", number)
            )
    st.button("Add a measure", on_click=_add, args=(desk, "measures", Measure("")))
    st.subheader("Outcome", anchor="outcome")
    _entries(desk, fields.DECISION)
    st.subheader("Review", anchor="review")
    _entries(desk, fields.REVIEW)


OWN, _CHECKS, _VISIT = "Your agency's part", "Property and checks", "The visit"
PARTS: dict[str, Callable[[Desk], None]] = {
    "The case": the_case,
    "Agencies": the_agencies,
    _CHECKS: the_property,
    _VISIT: the_visit,
    "Judgement": the_judgement,
}
SHARED = (OWN, _CHECKS, _VISIT)
"""The parts of the form that an agency fills in where another leads, if it sees the whole record."""


def agency_words(agency: str) -> str:
    """Give an agency's id in words, or that nobody has said which."""
    return agency_label(agency) if agency else "Not said yet"


def own_part(desk: Desk) -> None:
    """Show the part of the person's own agency alone, where it answers in a record that another leads."""
    for number, part in enumerate(desk.form.agencies):
        if part.agency == account().agency:
            _entries(desk, [entry.within(f"agencies.{number}") for entry in fields.AGENCY])


def _entries(desk: Desk, entries: Sequence[Entry]) -> None:
    for entry in entries:
        _widget(desk, entry)


def _widget(desk: Desk, entry: Entry) -> None:
    told = {"label": entry.label, "help": entry.hint, **_kept(desk, entry.path)}
    match entry.kind:
        case Kind.LINE:
            st.text_input(autocomplete="off", width=480, **told)
        case Kind.LINES:
            st.text_area(height=_LINES_PX, **told)
        case Kind.DATE:
            st.date_input(format="DD/MM/YYYY", min_value=_EARLIEST, max_value=_LATEST, width=240, **told)
        case Kind.TICK:
            st.checkbox(**told)
        case Kind.YES_NO:
            st.selectbox(options=[None, True, False], format_func=_yes_no, width=240, **told)
        case Kind.LEVEL:
            st.selectbox(options=_LEVELS, format_func=lambda level: str(level or "Not said yet"), width=240, **told)
        case Kind.ONE_OF:
            terms = entry.terms or ()
            st.selectbox(options=[None, *terms], format_func=lambda term: term.label if term else "Not said yet", width=480, **told)
        case Kind.SOME_OF:
            terms = entry.terms or ()
            st.multiselect(options=list(terms), format_func=lambda term: term.label, placeholder="None", **told)


def _kept(desk: Desk, path: str) -> dict[str, Any]:
    """Give the `key` and `on_change` of the widget for a field. Streamlit forgets what is not on the page; the desk does not."""
    key = field_key(desk, path)
    value = fields.read(desk.form, path)
    st.session_state.setdefault(key, list(value) if isinstance(value, tuple) else value)
    return {"key": key, "on_change": _put, "args": (desk, path, key)}


def _put(desk: Desk, path: str, key: str) -> None:
    value = st.session_state[key]
    desk.form = fields.write(desk.form, path, tuple(value) if isinstance(value, list) else value)


def _add_agency(desk: Desk, asked: Sequence[str]) -> None:
    with st.expander("Ask another agency"):
        kind = st.selectbox(
            "Kind of agency", tuple(Agency), format_func=lambda one: one.label, key=field_key(desk, "new agency"), width=480
        )
        own = st.text_input(
            "Its short name, where the area has several of this kind",
            help="Small letters, such as marrow-homes. Leave it empty where there is only one.",
            autocomplete="off",
            key=field_key(desk, "new agency's name"),
            width=480,
        ).strip()
        if st.button("Add this agency"):
            agency = f"{kind}:{own}" if own else str(kind)
            try:
                label = agency_label(agency)
            except UsageError as error:
                st.error(markdown(str(error)))
                return
            if agency in asked:
                st.error(f"{markdown(label)} is asked already.")
                return
            _add(desk, "agencies", AgencyPart(agency, contact=CONTACTS[agency_kind(agency)]))
            st.rerun()


def _add(desk: Desk, path: str, row: Any) -> None:
    desk.form = fields.write(desk.form, path, (*fields.read(desk.form, path), row))


def _leave_out(desk: Desk, path: str, number: int) -> None:
    rows = fields.read(desk.form, path)
    desk.form = _without_lead(fields.write(desk.form, path, (*rows[:number], *rows[number + 1 :])))
    desk.turn += 1


def _without_lead(form: Form) -> Form:
    named = {part.agency for part in form.agencies}
    return form if form.lead_agency in named else dataclasses.replace(form, lead_agency="")


def _agency_line(part: AgencyPart) -> str:
    said = (
        _state(part.outcome) if part.answered_on or part.outcome else "asked, no answer yet" if part.asked_on else "not asked yet"
    )
    return f"{markdown(agency_label(part.agency))}: {said}"


def _state(outcome: Any) -> str:
    return outcome.value if outcome else "no answer yet"


def _yes_no(value: bool | None) -> str:
    return {None: "Not said yet", True: "Yes", False: "No"}[value]
