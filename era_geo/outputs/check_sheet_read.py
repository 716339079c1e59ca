"""A filled address-check sheet read back, CSV or DOCX, and matched to the assessment it was made from.

A sheet has been through people's hands and programs: another encoding, another delimiter, rows sorted, copied or added. What
cannot be read is a fault with its row, all of a file at once; what can be read is given in any case. A fault never repeats what
a cell says: it may be shown or kept where the sheet may not.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from era_geo.errors import DataError, Fault, UsageError
from era_geo.model import Assessment, NeighbourAddress
from era_geo.outputs.check_sheet import TO_FILL, Column, Outcome
from era_geo.outputs.escape import cell, line
from era_geo.region import tables

MOST_BYTES = 20_000_000
"""A larger file is no sheet: it is not opened. What a DOCX holds, unpacked, may be five times as large."""

_NEEDED = (Column.ADDRESS, Column.REF, Column.OUTCOME)
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y")
_TIME = re.compile(r"[ T]00:00(:00)?$")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class CheckRow:
    """One line of a filled sheet. `where` is its row, `outcome` is `None` where nothing has been filled in yet."""

    where: str
    address: str
    ref: str | None
    agency: str | None
    asked_on: dt.date | None
    outcome: Outcome | None
    why_not: str | None
    note: str | None


@dataclass(frozen=True)
class Checked:
    """An address of the assessment's list with what came of it: a row for each agency, and none where nobody has answered."""

    home: NeighbourAddress
    rows: tuple[CheckRow, ...]

    @property
    def is_answered(self) -> bool:
        """Whether somebody has written an outcome."""
        return any(row.outcome is not None for row in self.rows)


def read_check_sheet(path: Path) -> tuple[tuple[CheckRow, ...], tuple[Fault, ...]]:
    """Read a filled sheet: its rows in their order, and everything that is wrong with it.

    A row with a fault is not among the rows. Empty rows are passed over. A file that cannot be read at all is one fault.
    """
    try:
        lines = list(_docx_lines(path) if path.suffix.casefold() == ".docx" else _csv_lines(path))
    except (DataError, UsageError) as error:
        return (), (Fault(path.name, "", str(error)),)
    heading = next((number for number, (_, cells) in enumerate(lines) if set(_NEEDED) <= set(_places(cells))), None)
    if heading is None:
        names = ", ".join(_NEEDED)
        what = f"There is no heading row with the columns {names}. Begin with the sheet that era-geo wrote, and keep them."
        return (), (Fault(path.name, "", what),)
    places = _places(lines[heading][1])
    rows: list[CheckRow] = []
    faults: list[Fault] = []
    for where, cells in lines[heading + 1 :]:
        values = {column: line(cells[place]) if place < len(cells) else "" for column, place in places.items()}
        if not any(values.values()) or _places(cells) == places:
            continue
        wrong = _faults(values)
        faults += [Fault(path.name, where, what) for what in wrong]
        if not wrong:
            rows.append(_row(where, values))
    return tuple(rows), tuple(faults)


def match_check_sheet(rows: Iterable[CheckRow], assessment: Assessment, file: str) -> tuple[tuple[Checked, ...], tuple[Fault, ...]]:
    """Set each row of a sheet to the address of the assessment's list that it is about, by reference and address.

    Gives every address of the list, in its order, and a fault for each row that is about none of them, or that answers a second
    time for the same agency.

    Parameters
    ----------
    file
        The sheet's name, for the faults.
    """
    homes = assessment.neighbours.to_check if assessment.neighbours else ()
    known = {sheet_key(home.ref, home.address): home for home in homes}
    answers: dict[tuple[str, str], list[CheckRow]] = defaultdict(list)
    faults = []
    for row in rows:
        key = sheet_key(row.ref, row.address)
        same = [other for other in answers[key] if other.agency == row.agency] if key in known else []
        if key not in known:
            what = "No home on the list to check has this address with this reference. Is it the sheet of another case?"
            faults.append(Fault(file, row.where, what))
        elif same:
            faults.append(Fault(file, row.where, said_twice(same[0].where)))
        else:
            answers[key].append(row)
    return tuple(Checked(home, tuple(answers.get(key, ()))) for key, home in known.items()), tuple(faults)


def _faults(values: Mapping[Column, str]) -> list[str]:
    """Give what is wrong with one row, in sentences."""
    faults = []
    if not values[Column.ADDRESS]:
        filled = [column for column in TO_FILL if values.get(column)]
        faults.append(f"There is no address, but {', '.join(filled) or 'other columns'} filled in.")
    outcome, why = _outcome(values[Column.OUTCOME])
    if values[Column.OUTCOME] and outcome is None:
        faults.append(f"The outcome must be one of: {', '.join(Outcome)}. What else is to be said goes into the column Note.")
    if outcome is Outcome.NOT_CHECKED and not (why or values.get(Column.WHY_NOT)):
        faults.append(f"It was not checked, and the column {Column.WHY_NOT} does not say why.")
    asked = values.get(Column.ASKED_ON, "")
    if asked and _date(asked) is None:
        faults.append(f"The date in the column {Column.ASKED_ON} cannot be read. Write it as 22/11/2026.")
    return faults


def _row(where: str, values: Mapping[Column, str]) -> CheckRow:
    outcome, why = _outcome(values[Column.OUTCOME])
    return CheckRow(
        where=where,
        address=_plain_cell(values[Column.ADDRESS]),
        ref=_plain_cell(values[Column.REF]) or None,
        agency=_plain_cell(values.get(Column.AGENCY, "")) or None,
        asked_on=_date(values.get(Column.ASKED_ON, "")),
        outcome=outcome,
        why_not=_plain_cell(values.get(Column.WHY_NOT, "")) or why or None,
        note=_plain_cell(values.get(Column.NOTE, "")) or None,
    )


def _outcome(text: str) -> tuple[Outcome | None, str]:
    """Give the outcome that a cell means, with the reason where it was written into the same cell (`not checked: no access`)."""
    for outcome in Outcome:
        found = re.fullmatch(rf"{outcome}\b[\s.:;,\-\u2013]*(.*)", " ".join(text.split()), re.IGNORECASE)
        if found and (outcome is Outcome.NOT_CHECKED or not found[1]):
            return outcome, found[1]
    return None, ""


def _date(text: str) -> dt.date | None:
    for form in _DATE_FORMS:
        try:
            # A day has no time zone: only its date is kept.
            return dt.datetime.strptime(_TIME.sub("", text), form).date()  # noqa: DTZ007 - a date, without a clock
        except ValueError:
            continue
    return None


def _plain_cell(text: str) -> str:
    """Give a cell's text without the apostrophe that made it harmless in a spreadsheet."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def said_twice(where: str) -> str:
    """Say that a row answers what the row at `where` has answered."""
    return f"It is about the same address and agency as {where}. Keep one of them, or name both agencies."


def sheet_key(ref: str | None, address: str) -> tuple[str, str]:
    """Give what two rows must share to be about one address, however people's programs have spaced or written it."""
    return " ".join((ref or "").split()), _squeezed(address)


def _squeezed(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


def _places(cells: Sequence[str]) -> dict[Column, int]:
    """Say at which place of a heading row each column stands."""
    names = {_squeezed(column): column for column in Column}
    found = {names[key]: place for place, key in reversed(list(enumerate(map(_squeezed, cells)))) if key in names}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _csv_lines(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    _check_size(path)
    for record in tables.read(path):
        yield f"row {record.number}", record.cells


def _docx_lines(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Give the rows of all tables of a document; those before the table with the headings are passed over later."""
    for number, table in enumerate(_docx_tables(path), 1):
        for place, row in enumerate(table.rows, 1):
            yield f"table {number}, row {place}", [box.text for box in row.cells]


def _docx_tables(path: Path) -> list[Any]:
    from docx import Document  # noqa: PLC0415 - slow to import
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415 - slow to import

    _check_size(path)
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > 5 * MOST_BYTES:
                raise DataError("The file is too large for a sheet.")
        return list(Document(str(path)).tables)
    except (zipfile.BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError) as error:
        # lxml's error for broken XML is a SyntaxError.
        raise DataError("The file is damaged or no DOCX file. Save it as DOCX again, or fill in the CSV sheet.") from error


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"The file cannot be read ({error.strerror}).") from error
    if size > MOST_BYTES:
        raise DataError("The file is too large for a sheet.")
