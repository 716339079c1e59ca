"""A document as plain values: headings and blocks, with no word of how they look.

What a record says is put together once (`draft.py`, `facts.py`) and rendered as HTML, DOCX or anything else from these values,
so that every form of it says the same. All text is plain; the renderer escapes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from era_geo.model import LayerResult


@dataclass(frozen=True)
class Mark:
    """A table cell that holds a place's number, drawn with its layer's mark. Without a number: the mark alone."""

    result: LayerResult
    number: int | None = None


Cell = str | Mark
_BOXES = ("\u2610", "\u2612")  # an empty box and a marked one


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `lead` is larger; a `warning` must not be overlooked; a `note` says how to read or fill in what follows."""

    text: str
    kind: Literal["plain", "lead", "note", "warning"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list of short texts."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """Texts of which a person marks one, each with a box before it; `chosen` is the one whose box is marked, if any is."""

    items: tuple[str, ...]
    chosen: str | None = None

    def marked(self) -> tuple[str, ...]:
        """Give each text with its box before it."""
        return tuple(f"{_BOXES[item == self.chosen]}  {item}" for item in self.items)


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Fact:
    """A fact: what it is, its value, and the source with its date."""

    label: str
    value: str
    source: str


@dataclass(frozen=True)
class Facts:
    """Facts under one caption."""

    caption: str
    rows: tuple[Fact, ...]

    def table(self) -> Table:
        """Give the facts as a table: what, fact, source."""
        rows = tuple((fact.label, fact.value, fact.source) for fact in self.rows)
        return Table(self.caption, ("What", "Fact", "Source"), rows, (24, 48, 28))


@dataclass(frozen=True)
class Field:
    """A box for a person to fill in, with a label: empty until somebody has. `lines` is how much room it has."""

    label: str
    hint: str = ""
    lines: int = 1
    value: str = ""


@dataclass(frozen=True)
class Fields:
    """Boxes for a person to fill in, or that a person has filled in, under one caption."""

    caption: str
    rows: tuple[Field, ...]

    def table(self) -> Table:
        """Give the boxes as a table: the label with its hint, and the box."""
        rows = tuple((f"{field.label} ({field.hint})" if field.hint else field.label, field.value) for field in self.rows)
        asked = "Filled in" if any(field.value for field in self.rows) else "To be filled in"
        return Table(self.caption, ("What", asked), rows, (34, 66))


@dataclass(frozen=True)
class Table:
    """A table with a row of headings. `widths` are shares of the width, one for each column; empty cells are to be filled in.

    `roomy` rows leave room to write by hand.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    roomy: bool = False


@dataclass(frozen=True)
class MapPicture:
    """The fixed-scale map at 1:`scale`, with its text alternative."""

    scale: int
    alternative: str


@dataclass(frozen=True)
class Folded:
    """Detail for those who want it: folded away under its title on a screen, below a heading of that title on paper."""

    title: str
    blocks: tuple[Block, ...]

    def open(self) -> tuple[Block, ...]:
        """Give what stands on paper: the title as a heading, and the blocks."""
        return Subheading(self.title), *self.blocks


Block = Paragraph | Bullets | Choices | Subheading | Facts | Fields | Table | MapPicture | Folded


@dataclass(frozen=True)
class Section:
    """A numbered heading and what stands under it."""

    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole document. `status` (`DRAFT`) and `marking` stand on every page; `landscape` turns the pages but those of maps."""

    title: str
    reference: str | None
    status: str
    marking: str
    as_of: dt.date
    sections: tuple[Section, ...]
    landscape: bool = False

    def texts(self) -> Iterator[tuple[str, str, str, str]]:
        """Give all that the document says, one text at a time: the section's title, the caption, what it is, and the text.

        What a text is: the column's name, with the row's first cell where that is a label; empty for a paragraph.
        """
        for section in self.sections:
            for block in section.blocks:
                yield from ((f"{section.number}  {section.title}", *one) for one in _texts(block))


def _texts(block: Block) -> Iterator[tuple[str, str, str]]:
    match block:
        case Facts() | Fields() | Table():
            yield from _table_texts(block)
        case Folded():
            for one in block.open():
                yield from _texts(one)
        case MapPicture():
            yield f"Map at 1:{block.scale}", "", block.alternative
        case Bullets() | Choices():
            yield from (("", "", item) for item in (block.items if isinstance(block, Bullets) else block.marked()))
        case Paragraph() | Subheading():
            yield "", "", block.text


def _table_texts(block: Facts | Fields | Table) -> Iterator[tuple[str, str, str]]:
    """Give each cell; a row of facts or boxes is known by its label, any other by its number."""
    labelled = not isinstance(block, Table)
    table = block if isinstance(block, Table) else block.table()
    for number, row in enumerate(table.rows, 1):
        name_of_row = _said(row[0]) if labelled else f"row {number}"
        for name, cell in list(zip(table.columns, row, strict=True))[labelled:]:
            yield table.caption, f"{name_of_row}: {name}", _said(cell)


def _said(cell: Cell) -> str:
    """Give what a cell says as text: a mark says its number, or its letter where it has none."""
    if isinstance(cell, Mark):
        return cell.result.style.letter if cell.number is None else f"{cell.number} {cell.result.style.letter}"
    return cell
