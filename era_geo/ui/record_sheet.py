"""A filled check sheet read into the record at hand: what it changes is shown, and taken over when the person says so."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import Fault
from era_geo.outputs import words
from era_geo.outputs.check_sheet_entry import Entered, enter_check_sheet
from era_geo.outputs.check_sheet_read import CheckRow, read_check_sheet
from era_geo.outputs.document import Table
from era_geo.outputs.escape import file_name, line
from era_geo.record.form import Form
from era_geo.record.own_fields import not_own
from era_geo.record.store_merge import with_fields_of
from era_geo.ui.blocks import table
from era_geo.ui.markup import bullets, element
from era_geo.ui.record_desk import Desk
from era_geo.ui.record_fields import label_of

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_READ, _TURN = "record_sheet", "record_sheet_turn"


@dataclass(frozen=True)
class _Sheet:
    """A sheet that was read, and the record it was read for."""

    record_id: str
    file: str
    rows: tuple[CheckRow, ...]
    faults: tuple[Fault, ...]


def show(desk: Desk) -> None:
    """Offer to read a filled sheet, and show what it says otherwise than the record."""
    if not desk.form.addresses:
        return
    with st.expander("Read a filled check sheet"):
        turn = st.session_state.get(_TURN, 0)
        file = st.file_uploader(
            "A filled check sheet, Word or CSV",
            type=["docx", "csv"],
            help="It is read here and not kept. What it changes is shown first.",
            key=f"{_READ}:{desk.document.id}:{turn}",
        )
        if file is not None:
            st.session_state[_READ] = _read(file, desk.document.id)
            st.session_state[_TURN] = turn + 1  # another key empties the field, so that the same file can be read again
            st.rerun()
    sheet: _Sheet | None = st.session_state.get(_READ)
    if sheet is not None and sheet.record_id == desk.document.id:
        _show(desk, sheet)


def _read(file: UploadedFile, record_id: str) -> _Sheet:
    name = file_name(file.name) or "sheet.csv"
    with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
        path = Path(folder) / name
        path.write_bytes(file.getbuffer())
        rows, faults = read_check_sheet(path)
    return _Sheet(record_id, name, rows, faults)


def _show(desk: Desk, sheet: _Sheet) -> None:
    entered = enter_check_sheet(sheet.rows, desk.form, sheet.file)
    if desk.fills_in_for:
        entered = _own(desk.form, entered, desk.fills_in_for, sheet.file)
    faults = (*sheet.faults, *entered.faults)
    if faults:
        told = bullets(f"{fault.where.capitalize()}: {fault.what}" if fault.where else fault.what for fault in faults)
        count = words.count(len(faults), "thing in the sheet is", "things in the sheet are")
        lead = element("p", element("strong", "Warning. "), f"{count} not as expected, and left out.")
        st.html(element("div", lead, told, class_="eg-warning", role="alert"))
    if not entered.changes:
        st.html(element("p", "The sheet changes nothing in this record.", role="status"))
    else:
        rows = tuple((label_of(one.path), line(str(one.before or "")), line(str(one.after or ""))) for one in entered.changes)
        columns = ("Field", "In the record", "In the sheet")
        st.html(table(Table(f"What the file {line(sheet.file)} changes", columns, rows, (40, 30, 30))))
    with st.container(horizontal=True):
        if entered.changes and st.button("Take this over into the record", type="primary"):
            desk.form = entered.form
            desk.turn += 1
            _put_away()
        if st.button("Put the sheet away"):
            _put_away()


def _own(form: Form, entered: Entered, agency: str, file: str) -> Entered:
    """Leave out what is not the agency's to fill in where another leads, each with a fault."""
    others = not_own(form, entered.form, agency)
    kept = with_fields_of(entered.form, form, others)
    faults = tuple(Fault(file, label_of(path), "Another agency checks this.") for path in others)
    return Entered(kept, tuple(one for one in entered.changes if one.path not in others), (*entered.faults, *faults))


def _put_away() -> None:
    st.session_state.pop(_READ, None)
    st.rerun()
