"""The page of one record: read it, fill it in, hand it on, review and sign it. The page Records leads here."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import Action, View, view_of
from era_geo.record.store_drafts import Draft
from era_geo.record.store_rows import agencies_of
from era_geo.record.store_save import dropping
from era_geo.ui import (
    record_clash,
    record_desk,
    record_export,
    record_form,
    record_history,
    record_private,
    record_read,
    record_steps,
)
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.sign_in import account
from era_geo.ui.ways import RECORDS, go_to, safely

_READ, _STEPS, _HISTORY, _PRIVATE, _EXPORT = "Read", "Next steps", "Versions and trail", "Restricted", "Take it away"
_ID = "id"


def show() -> None:
    """Show the record that the page's address names; it is opened again where the page was loaded anew."""
    desk = _named()
    if desk is None:
        st.title("Record", anchor="record")
        st.html(element("p", "No record is open here.", class_="eg-measure"))
        if st.button("Go to all records", icon=":material/arrow_back:"):
            go_to(RECORDS)
        return
    try:
        _record(desk)
    finally:
        record_desk.keep()


def _named() -> Desk | None:
    named, desk = st.query_params.get(_ID), record_desk.at_hand()
    if named and (desk is None or desk.document.id != named):
        desk = record_desk.open_record(named)
    if desk is not None:
        st.query_params[_ID] = desk.document.id
    return desk


def _record(desk: Desk) -> None:
    document = desk.document
    st.title(f"Record {markdown(line(document.form.case.reference))}", anchor="record")
    st.html(
        element(
            "dl",
            element("dt", "Property"),
            element("dd", line(document.form.assessment.site.label), class_="eg-key"),
            element("dt", "Where it stands"),
            element("dd", record_steps.standing(desk)),
            class_="eg-done",
        )
    )
    record_desk.tell_done()
    if st.button("Back to all records", icon=":material/arrow_back:"):
        record_desk.put_away()
        go_to(RECORDS)
    if desk.clash is not None:
        record_clash.show(desk)
        return
    for draft in record_desk.drafts_of(desk)[:1]:
        _offer(desk, draft)
    parts = _parts(desk)
    part = st.radio("Part of the record", parts, horizontal=True, key=f"part:{document.id}")
    st.header(part, anchor="part")
    _part(desk, part)


def _offer(desk: Desk, draft: Draft) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.html(element("p", element("strong", "You typed something and did not save it.")))
        st.button("Carry on with it", on_click=safely, args=(record_desk.carry_on, desk, draft), key=f"carry:{draft.id}")
        st.button("Throw it away", on_click=safely, args=(record_desk.forget, draft), key=f"forget:{draft.id}")


def _parts(desk: Desk) -> list[str]:
    if desk.may(Action.EDIT):
        filled = list(record_form.PARTS)
    elif desk.fills_in_for:
        filled = [*record_form.SHARED] if view_of(account()) is View.FULL else [record_form.OWN]
    else:
        filled = []
    return [_READ, *filled, _STEPS, _HISTORY, _PRIVATE, _EXPORT]


def _part(desk: Desk, part: str) -> None:
    if part == _READ:
        record_read.show(desk)
    elif part == _STEPS:
        record_steps.show(desk)
    elif part == _HISTORY:
        record_history.show(desk)
    elif part == _PRIVATE:
        record_private.show(desk)
    elif part == _EXPORT:
        record_export.show(desk)
    else:
        own = part == record_form.OWN
        if own and desk.overtaken:
            record_clash.show_overtaken(desk)
        if desk.fills_in_for and not own:
            st.html(element("p", "Another agency leads this record. Here is what yours fills in.", class_="eg-measure"))
        (record_form.own_part if own else record_form.PARTS[part])(desk)
        _save(desk)


def _save(desk: Desk) -> None:
    st.divider()
    if not desk.changed:
        st.html(element("p", "Nothing has been changed since the last saved version.", class_="eg-small"))
        return
    record_steps.unconfirmed(desk)
    dropped = dropping(agencies_of(desk.document.form) - agencies_of(desk.form))
    if dropped:
        st.warning(markdown(dropped), icon=":material/info:")
    with st.container(horizontal=True):
        pressed = st.button("Save as a new version", type="primary", disabled=bool(desk.unconfirmed))
        st.button("Undo what I typed", on_click=safely, args=(record_desk.discard, desk))
    st.html(element("p", "Until you save, only you see what you typed. It is kept as you type.", class_="eg-small"))
    if pressed:
        try:
            saved = record_desk.answer(desk) if desk.only_answers else record_desk.save(desk)
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")
            return
        if saved:
            record_desk.say_done("Saved as a new version.")
        move_focus_to("record")
        st.rerun()
