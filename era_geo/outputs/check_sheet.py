"""The address-check sheet: the homes that agencies are asked to check, nearest first, with room for what came of it.

One list in two forms, CSV and DOCX. `era_geo.outputs.check_sheet_read` reads a filled sheet back. It asks for no personal data:
an outcome and a date, never who lives there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from enum import StrEnum

from era_geo import contract
from era_geo.model import Assessment
from era_geo.outputs import words
from era_geo.outputs.document import Bullets, Document, Paragraph, Section, Table
from era_geo.outputs.escape import cell, line
from era_geo.outputs.record_blocks import agency, homes_of
from era_geo.outputs.table import BOM
from era_geo.record.form import AddressCheck
from era_geo.record.terms import CheckOutcome

TITLE = "Address check"
STATUS = "TO BE FILLED IN"
Outcome = CheckOutcome
"""What came of a check."""


class Column(StrEnum):
    """The columns of a sheet, by the words of its heading row."""

    NUMBER = "No."
    ADDRESS = "Address"
    WHY = "Why it is on the list"
    DISTANCE = "How far (m)"
    HOMES = "Homes"
    AGENCY = "Agency"
    ASKED_ON = "Asked on"
    OUTCOME = "Outcome"
    WHY_NOT = "Why not checked"
    NOTE = "Note"
    REF = "Reference in the data"


TO_FILL = (Column.AGENCY, Column.ASKED_ON, Column.OUTCOME, Column.WHY_NOT, Column.NOTE)
"""The columns that people fill in."""

HOW_TO_FILL = (
    f"Outcome: {Outcome.NOTHING_HELD}, {Outcome.CONCERN}, or {Outcome.NOT_CHECKED}. If it was not checked, say why.",
    "Asked on: the date, such as 22/11/2026. If two agencies check an address, copy its row.",
    "Keep the columns Address and Reference in the data as they are: by them the sheet is read back.",
    "Write no name, no date of birth and nothing about a person here. Of a concern write only where its record is kept.",
)
_WIDTHS = (5, 25, 12, 8, 9, 17, 12, 14, 17, 18, 14)


def sheet_csv(assessment: Assessment, reference: str | None = None, checks: Sequence[AddressCheck] | None = None) -> str:
    """Give the sheet as CSV text, formulas made harmless. Write it as UTF-8: it begins with a byte order mark.

    The marking, the reference and how to fill it in stand above the heading row. `checks` are the addresses of a record, with those
    that people added and what is known of them by now; by default the sheet has the assessment's, with nothing filled in.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    blank = [""] * (len(Column) - 3)
    # Every row has every column, so that spreadsheets of all kinds see one table with commas.
    writer.writerow([words.MARKING, TITLE, cell(line(_named(assessment, reference))), *blank])
    for said in (*_about(assessment), *HOW_TO_FILL):
        writer.writerow([said, "", "", *blank])
    writer.writerow(list(Column))
    writer.writerows([cell(text) for text in row] for row in _rows(assessment, checks))
    return BOM + text.getvalue()


def sheet_document(assessment: Assessment, reference: str | None = None, checks: Sequence[AddressCheck] | None = None) -> Document:
    """Give the sheet as a document, its pages turned: `era_geo.outputs.docx_record.render_docx` writes it. As `sheet_csv`."""
    said = _about(assessment)
    rows = _rows(assessment, checks)
    table = (Table("Addresses to check", tuple(Column), tuple(rows), _WIDTHS, roomy=True),) if rows else ()
    blocks = (*map(Paragraph, said), Bullets(HOW_TO_FILL), *table)
    section = Section(1, "Addresses to check, nearest first", blocks)
    return Document(TITLE, reference, STATUS, words.MARKING, assessment.as_of, (section,), landscape=True)


def _rows(assessment: Assessment, checks: Sequence[AddressCheck] | None) -> list[tuple[str, ...]]:
    contract.refuse_restricted(assessment)
    listed = assessment.neighbours.to_check if assessment.neighbours else ()
    asked = [AddressCheck(home.address, home.relation, home.distance_m, home.ref) for home in listed] if checks is None else checks
    homes = {(home.address, home.ref): home.homes for home in listed}
    return [_row(number, check, homes) for number, check in enumerate(asked, 1)]


def _row(number: int, check: AddressCheck, homes: Mapping[tuple[str, str | None], int | None]) -> tuple[str, ...]:
    known = {
        Column.NUMBER: str(number),
        Column.ADDRESS: line(check.address),
        Column.WHY: line(check.relation) or "added by hand",
        Column.DISTANCE: "" if check.distance_m is None else f"{check.distance_m:g}",
        Column.HOMES: homes_of(check, homes),
        Column.AGENCY: agency(check.agency) if check.agency else "",
        Column.ASKED_ON: f"{check.asked_on:%d/%m/%Y}" if check.asked_on else "",
        Column.OUTCOME: str(check.outcome or ""),
        Column.WHY_NOT: line(check.why_not),
        Column.NOTE: line(check.note),
        Column.REF: line(check.ref or ""),
    }
    return tuple(known[column] for column in Column)


def _about(assessment: Assessment) -> tuple[str, ...]:
    return words.homes_in_short(assessment.neighbours), words.homes_to_check(assessment.parameters.address_parameter)


def _named(assessment: Assessment, reference: str | None) -> str:
    return f"Reference {reference or 'not given'}. Facts as of {words.day(assessment.as_of)}."
