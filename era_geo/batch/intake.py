"""Tables of addresses as people have them, read in parts: CSV, Excel, Parquet, GeoPackage, GeoJSON, told apart by content.

Memory does not grow with the table. A first pass counts the rows, so that progress can tell the time left, and finds what would
stop a run halfway; a second one hands them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo.errors import DataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD_BYTES = 4096
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Part:
    """Rows that follow on one another.

    `data` has the input's columns as they are; `numbers` is each row's number as a spreadsheet shows it (a feature's position,
    from 1, where there is no heading row); `faults` says of rows, by position in this part, why they could not be read.
    """

    data: pa.Table
    numbers: Sequence[int]
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Intake:
    """An opened table: its kind in words, columns, number of rows, and how to read them. `crs` is that of its shapes, if any."""

    path: Path
    kind: str
    schema: pa.Schema
    count: int
    read: Callable[[], Iterator[Part]] = field(repr=False)
    crs: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, each one once."""
        return tuple(self.schema.names)

    def parts(self, size: int) -> Iterator[Part]:
        """Give the rows in parts of `size`, the last one smaller."""
        return _resized(self.read(), size)


def open_table(path: Path, *, sheet: str | None = None, delimiter: str | None = None, encoding: str | None = None) -> Intake:
    """Open a table, whatever its kind, and count its rows.

    Parameters
    ----------
    path
        The file.
    sheet
        The sheet of a workbook, or the layer of a GeoPackage; the first if not given.
    delimiter, encoding
        Those of a text table; told by the file if not given.

    Raises
    ------
    UsageError
        If there is no such file or sheet, it holds no rows, or delimiter or encoding are none, or are given for no text table.
    DataError
        If it is no table of a kind that can be read, or damaged.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read ({error.strerror}).") from error
    intake = _open_binary(path, head, sheet)
    if intake is None:
        intake = _open_text(path, delimiter, encoding)
    elif delimiter or encoding:
        raise UsageError(f"{path.name} is no text table: --delimiter and --encoding are for CSV alone.")
    if not intake.count:
        raise UsageError(f"{path.name} holds no rows below its heading, so there is nothing to do.")
    return intake


def _open_binary(path: Path, head: bytes, sheet: str | None) -> Intake | None:
    """Open a table of a kind that its first bytes tell; `None` where they are those of no such kind, so that it is text."""
    if head.startswith(_OLD_EXCEL):
        raise DataError(f"{path.name} is a workbook of an old Excel (.xls). Save it as .xlsx or CSV.")
    if head.startswith(b"PK\x03\x04"):
        from era_geo.batch import intake_xlsx  # noqa: PLC0415 - it needs this module, and is slow to import

        return intake_xlsx.open_workbook(path, sheet)
    shaped = "GeoPackage" if head.startswith(b"SQLite format 3\x00") else "GeoJSON" if _begins_as_json(head) else None
    if shaped is None and not head.startswith(b"PAR1"):
        return None
    from era_geo.batch import intake_gis  # noqa: PLC0415 - it needs this module, and is slow to import

    return intake_gis.open_layers(path, shaped, sheet) if shaped else intake_gis.open_parquet(path)


def _begins_as_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _open_text(path: Path, delimiter: str | None, encoding: str | None) -> Intake:
    from era_geo.batch import intake_csv  # noqa: PLC0415 - it needs this module

    return intake_csv.open_text(path, delimiter=delimiter, encoding=encoding)


def unique_names(names: Iterable[object]) -> list[str]:
    """Give each column a name of its own: one without a heading is `column 3`, a second `name` is `name (2)`."""
    given: list[str] = []
    for number, raw in enumerate(names, 1):
        name = first = str(raw).strip() if raw is not None and str(raw).strip() else f"column {number}"
        copies = 1
        while name in given:
            copies += 1
            name = f"{first} ({copies})"
        given.append(name)
    return given


def too_wide(rows: Sequence[tuple[int, Sequence[Any]]], width: int) -> dict[int, str]:
    """Say of numbered rows, by position, which have something beyond the heading's last column: it would be lost."""
    return {
        position: f"Row {number} has {len(cells)} cells, and the heading only {width}. Is a quotation mark or a heading missing?"
        for position, (number, cells) in enumerate(rows)
        if len(cells) > width and any(cell not in (None, "") for cell in cells[width:])
    }


def _resized(parts: Iterator[Part], size: int) -> Iterator[Part]:
    """Cut and join parts so that each but the last has `size` rows."""
    held: list[Part] = []
    for part in parts:
        held.append(part)
        while sum(map(len, held)) >= size:
            whole = _joined(held)
            yield _slice(whole, 0, size)
            held = [_slice(whole, size, len(whole))] if len(whole) > size else []
    if held and sum(map(len, held)):
        yield _joined(held)


def _joined(parts: Sequence[Part]) -> Part:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if len(parts) == 1:
        return parts[0]
    faults: dict[int, str] = {}
    before = 0
    for part in parts:
        faults |= {before + position: why for position, why in part.faults.items()}
        before += len(part)
    return Part(pa.concat_tables([part.data for part in parts]), [n for part in parts for n in part.numbers], faults)


def _slice(part: Part, start: int, end: int) -> Part:
    faults = {position - start: why for position, why in part.faults.items() if start <= position < end}
    return Part(part.data.slice(start, end - start), part.numbers[start:end], faults)
