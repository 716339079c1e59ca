"""The page Records: find a record, see what is due, open one. A record has a page of its own (`record_page.py`)."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from era_geo.accounts import Agency
from era_geo.errors import EraGeoError
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import Action, Allowed, may, works_alone
from era_geo.record.calendar import load_calendar
from era_geo.record.profileload import chosen_profile
from era_geo.record.store_due import Rules
from era_geo.record.store_list import Page
from era_geo.record.store_rows import Line
from era_geo.record.terms import Status
from era_geo.ui import record_desk, record_form, record_private, records_care, shared
from era_geo.ui.blocks import table
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.markup import element
from era_geo.ui.sign_in import account
from era_geo.ui.ways import RECORD, go_to

_FOUND = "records_found"
_DUE = "due_found"
_WHOLE_LIST = 100
_SOON_DAYS = 30


def show() -> None:
    """Show the ways to find a record."""
    st.title("Records", anchor="records")
    said = "ERA records that name your agency. Each look at a record is kept in its audit trail."
    st.html(element("p", said, class_="eg-lead eg-measure"))
    _at_hand()
    _unfinished()
    st.header("Find a record", anchor="find-record")
    with st.form("find_record", border=False):
        text = st.text_input("Reference, address or words in it (leave empty for all)", autocomplete="off", width=480)
        status = st.selectbox("Status", [None, *Status], format_func=lambda one: one.label if one else "Any status", width=320)
        asked = st.form_submit_button("Find", type="primary")
    if asked or _FOUND not in st.session_state:
        records, who = record_desk.store(), account()
        st.session_state[_FOUND] = (
            records.search(who, text, status=status, limit=_WHOLE_LIST)
            if text.strip()
            else records.list(who, status=status, limit=_WHOLE_LIST)
        )
    _lines(st.session_state[_FOUND])
    _due()
    _break_glass()
    record_private.holdings()
    records_care.show()


def _lines(found: Page) -> None:
    if not found.lines:
        st.html(element("p", "No record was found among those that name your agency.", class_="eg-measure"))
        return
    rows = tuple((line(one.reference), line(one.address), one.status.label, one.updated_at[:10], _lead(one)) for one in found.lines)
    st.html(
        table(Table(_count(found), ("Reference", "Address", "Status", "Changed on", "Lead agency"), rows, (18, 38, 16, 12, 16)))
    )
    _choose(found.lines, "found")


def _choose(lines: tuple[Line, ...], where: str) -> None:
    """Offer to open one of the lines: one field and one button, however long the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Record to open",
            lines,
            format_func=lambda one: f"{line(one.reference)}, {one.status.label.lower()}, {line(one.address)}",
            key=f"choose:{where}",
            width=560,
        )
        if st.button("Open this record", key=f"open:{where}") and chosen is not None:
            _open(chosen.id)


def _open(record_id: str, *, break_glass: str = "") -> None:
    try:
        record_desk.open_record(record_id, break_glass=break_glass)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    _leave(record_id)


def _leave(record_id: str) -> None:
    """Go to a record that is open; what was listed here may be otherwise when the person comes back."""
    st.session_state.pop(_FOUND, None)
    st.session_state.pop(_DUE, None)
    move_focus_to("record")
    go_to(RECORD, id=record_id)


def _at_hand() -> None:
    """Offer the way back to the record that was open last."""
    desk = record_desk.at_hand()
    if desk is None:
        return
    document = desk.document
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="at_hand"):
        st.html(element("p", element("strong", "Open now. "), line(document.form.case.reference)))
        if st.button("Go back to it"):
            _leave(document.id)


def _unfinished() -> None:
    """Offer the person's own drafts: what was typed into a record and not saved."""
    for draft in record_desk.store().drafts(account())[:3]:
        desk = record_desk.at_hand()
        if draft.record_id is None or (desk is not None and desk.draft_id == draft.id):
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"unsaved_{draft.id}"):
            st.html(element("p", element("strong", "Not saved yet. "), f"Changes to {line(draft.reference)}."))
            if st.button("Carry on with it", key=f"carry:{draft.id}"):
                try:
                    record_desk.carry_on(record_desk.open_record(draft.record_id), draft)
                except EraGeoError as error:
                    st.error(markdown(str(error)), icon=":material/error:")
                    return
                _leave(draft.record_id)


def _due() -> None:
    st.header("Due and overdue", anchor="due")
    if account().kind is Agency.LANDLORD:
        said = "What is due follows from facts about the person, which your view leaves out. The list above shows the records."
        st.html(element("p", said, class_="eg-measure"))
        return
    settings = shared.settings()
    profiles = shared.profiles()
    with st.form("due", border=False):
        chosen = list(profiles).index(chosen_profile(profiles, settings).id)
        name = st.selectbox("Rule profile", list(profiles), index=chosen, width=320)
        days = st.number_input("Due within so many days", 0, 730, _SOON_DAYS, width=240)
        asked = st.form_submit_button("List what is due")
    if asked:
        rules = Rules(profiles[name], lambda area: load_calendar(settings, area or None))
        st.session_state[_DUE] = record_desk.store().due(account(), rules, _today(), within_days=int(days))
    told = st.session_state.get(_DUE)
    if told is None:
        return
    said = (
        f"By {told.profile}, on {words.day(told.as_of)}: {told.overdue} overdue, {told.total} due or without a date, "
        f"{told.later} due later, {told.not_required} of which the rules ask nothing."
    )
    st.html(element("p", said, class_="eg-measure"))
    if told.rows:
        rows = tuple(
            (
                line(one.reference),
                words.day(row.due_on) if row.due_on else "no date: facts are missing",
                _left(row.days_left),
                one.status.label,
                row.trigger.label if row.trigger else "not said",
            )
            for one, row in told.rows
        )
        st.html(table(Table("What is due, soonest first", ("Reference", "Due on", "Days left", "Status", "Why"), rows, ())))
        _choose(tuple(one for one, _ in told.rows), "due")


def _break_glass() -> None:
    if not isinstance(may(account(), Action.BREAK_GLASS), Allowed) or works_alone(account()):
        return
    with st.expander("A record that does not name your agency"):
        said = "In an emergency you may read it. Your reason and your account are logged, and the lead agency sees them."
        st.html(element("p", said, class_="eg-measure"))
        record_id = st.text_input("Case reference, or record id", autocomplete="off", width=480, key="glass_id").strip()
        reason = st.text_input("Why you have to read it", autocomplete="off", width=480, key="glass_why").strip()
        if st.button("Read it"):
            if not (record_id and reason):
                st.error("Give the reference and your reason.")
                return
            _open(record_id, break_glass=reason)


def _count(found: Page) -> str:
    if found.total > len(found.lines):
        return f"The newest {len(found.lines)} of {found.total} records. Find with more words to see fewer."
    return f"{found.total} {'record' if found.total == 1 else 'records'}, newest first"


def _lead(one: Line) -> str:
    return line(record_form.agency_words(one.lead_agency))


def _left(days: int | None) -> str:
    if days is None:
        return ""
    return f"overdue by {-days}" if days < 0 else str(days)


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()
