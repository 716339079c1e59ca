"""The homes near the property: how many, which to check, and the check sheet, taken away and read back when it is filled in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import Fault, UsageError
from era_geo.model import Assessment
from era_geo.outputs import page, words
from era_geo.outputs.check_sheet import sheet_csv, sheet_document
from era_geo.outputs.check_sheet_read import Checked, CheckRow, match_check_sheet, read_check_sheet
from era_geo.outputs.document import Table
from era_geo.outputs.escape import file_name, line
from era_geo.outputs.export import start_of_names
from era_geo.ui.blocks import blocks, table
from era_geo.ui.draft import Draft
from era_geo.ui.markup import bullets, element

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class ReadSheet:
    """A filled sheet that was read back: every home of the list with what came of it, and what is wrong with the file."""

    file: str
    homes: tuple[Checked, ...]
    faults: tuple[Fault, ...]


def show(draft: Draft, assessment: Assessment) -> None:
    """Show the counts and the list, then the sheet."""
    st.html(blocks(page.homes(assessment)))
    if assessment.neighbours is None or not assessment.neighbours.to_check:
        return
    with st.expander("The check sheet: take it away, or read a filled one back"):
        _take_away(draft, assessment)
        _read_back(draft, assessment)
    if draft.sheet is not None:
        _show_sheet(draft.sheet)


def _take_away(draft: Draft, assessment: Assessment) -> None:
    st.html(
        element(
            "p",
            "The sheet lists the homes to check, nearest first, with room for the agency, the date and what came of it. It asks "
            "for no names. It has the reference that you give under Take it away.",
            class_="eg-measure",
        )
    )
    reference = draft.reference.strip()
    try:
        start = start_of_names(assessment.site, reference)
    except UsageError:  # said, with what to do, beside the field of the reference
        reference, start = "", start_of_names(assessment.site, None)
    with st.container(horizontal=True):
        for button, name, mime, make in (
            ("Check sheet (Word)", "check-sheet.docx", WORD, lambda: _docx(assessment, reference)),
            ("Check sheet (CSV)", "check-sheet.csv", "text/csv", lambda: sheet_csv(assessment, reference or None)),
        ):
            st.download_button(
                button, make, file_name=f"{start}-{name}", mime=mime, on_click="ignore", icon=":material/download:", width=220
            )


def _docx(assessment: Assessment, reference: str) -> bytes:
    from era_geo.outputs.docx_record import render_docx  # noqa: PLC0415 - slow to import

    return render_docx(sheet_document(assessment, reference or None), {})


def _read_back(draft: Draft, assessment: Assessment) -> None:
    file = st.file_uploader(
        "A filled check sheet, Word or CSV",
        type=["docx", "csv"],
        help="It is read on this computer, shown here, and held only until you leave this property.",
        key=f"check_sheet_{draft.sheets_read}",
    )
    if file is not None:
        draft.sheet = read(file, assessment)
        draft.sheets_read += 1  # another key empties the field, so that the same file can be read again once it is put right
        st.rerun()


def read(file: UploadedFile, assessment: Assessment) -> ReadSheet:
    """Read a filled sheet and set its rows to the homes of the assessment's list."""
    name = file_name(file.name) or "sheet.csv"
    with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
        path = Path(folder) / name
        path.write_bytes(file.getbuffer())
        rows, wrong = read_check_sheet(path)
    homes, unknown = match_check_sheet(rows, assessment, name)
    return ReadSheet(name, homes, (*wrong, *unknown))


def _show_sheet(sheet: ReadSheet) -> None:
    st.subheader("What the check sheet says", anchor="sheet")
    if sheet.faults:
        count = words.count(len(sheet.faults), "thing in it is", "things in it are")
        st.html(
            element(
                "div",
                element("p", element("strong", "Warning. "), f"{count} not as expected. Put the sheet right and read it again."),
                bullets(f"{fault.where.capitalize()}: {fault.what}" if fault.where else fault.what for fault in sheet.faults),
                class_="eg-warning",
                role="alert",
            )
        )
    answered = sum(home.is_answered for home in sheet.homes)
    st.html(element("p", f"{answered} of {words.count(len(sheet.homes), 'home', 'homes')} on the list answered.", role="status"))
    rows = tuple(_cells(home, row) for home in sheet.homes if home.is_answered for row in home.rows)
    if rows:
        columns = ("Address", "Agency", "Asked on", "Outcome", "Note")
        st.html(table(Table(f"From the file {line(sheet.file)}", columns, rows, (32, 18, 14, 16, 20))))


def _cells(home: Checked, row: CheckRow) -> tuple[str, ...]:
    outcome = str(row.outcome) if row.outcome else "not filled in yet"
    why = f": {line(row.why_not)}" if row.why_not else ""
    return (
        line(home.home.address),
        line(row.agency or ""),
        words.day(row.asked_on) if row.asked_on else "",
        outcome + why,
        line(row.note or ""),
    )
