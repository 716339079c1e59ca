"""A document as DOCX: real headings, header rows that repeat, alternative texts, marking and page numbers on every page.

Equal documents give equal bytes: the file holds no clock, no author and nothing of the machine.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from era_geo.model import Assessment
from era_geo.outputs import docxparts as parts
from era_geo.outputs import staticmap
from era_geo.outputs.background import Background
from era_geo.outputs.document import (
    Block,
    Bullets,
    Cell,
    Choices,
    Document,
    Facts,
    Fields,
    Folded,
    MapPicture,
    Mark,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from era_geo.outputs.escape import xml
from era_geo.outputs.symbols import colour, letter, letter_colour
from era_geo.outputs.words import day

if TYPE_CHECKING:
    from docx.document import Document as Docx

Pictures = Mapping[int, bytes]
"""For each scale the map as a PNG, drawn for a frame of `PICTURE_MM` width."""
PICTURE_MM = 180.0

_INK = "1F2328"
_PALE = "F1EFEA"
_LINE_MM = 7.0
_PAGE_MM = (210.0, 297.0)
_MARGINS_MM = {"top_margin": 24, "bottom_margin": 22, "left_margin": 18, "right_margin": 18}
_MAP_MARGINS_MM = {**_MARGINS_MM, "top_margin": 20, "left_margin": 15, "right_margin": 15}


def record_pictures(assessment: Assessment, background: Background, reference: str | None = None) -> dict[int, bytes]:
    """Draw the fixed-scale maps for the pages of a record, by scale."""
    sheet = staticmap.IN_DOCUMENT
    return {
        scale: staticmap.render_png(assessment, background, scale, sheet=sheet, reference=reference) for scale in staticmap.SCALES
    }


def render_docx(document: Document, pictures: Pictures) -> bytes:
    """Give the document as DOCX. A map whose scale is not in `pictures` is left out, and a sentence says so."""
    from docx import Document as new_docx  # noqa: N813, PLC0415 - a function named like a class; slow to import

    written = new_docx()
    parts.set_styles(written)
    parts.drop_thumbnail(written)
    _set_page(written.sections[0], _MARGINS_MM, landscape=document.landscape)
    _header_and_footer(written.sections[0], document)
    written.add_paragraph(xml(document.title), style="Title")
    written.add_paragraph(xml(subtitle(document)), style="Subtitle")
    for section in document.sections:
        has_map = any(isinstance(block, MapPicture) for block in section.blocks)
        if has_map:
            _new_page(written, _MAP_MARGINS_MM)
        add_section(written, section, pictures)
        if has_map:
            _new_page(written, _MARGINS_MM)
    set_properties(written, document)
    content = io.BytesIO()
    written.save(content)
    return parts.without_clock(content.getvalue())


def subtitle(document: Document) -> str:
    """Give the line below a document's title: whose, how far, and of when."""
    named = f"Reference {document.reference}. " if document.reference else ""
    return f"{named}{document.status.capitalize()}. Facts as of {day(document.as_of)}."


def add_section(written: Docx, section: Section, pictures: Pictures) -> None:
    """Write a heading and what stands under it at the end of a document that has our styles."""
    written.add_heading(xml(f"{section.number}  {section.title}"), level=1)
    for block in section.blocks:
        _block(written, block, pictures, heading=section.title)


def _block(written: Docx, block: Block, pictures: Pictures, *, heading: str) -> None:
    match block:
        case Paragraph():
            style = {"lead": "Era lead", "note": "Era note", "warning": "Era warning", "plain": "Normal"}[block.kind]
            written.add_paragraph(xml(block.text), style=style)
        case Bullets() | Choices():
            _list(written, block)
        case Subheading():
            written.add_heading(xml(block.text), level=2)
        case Facts() | Fields() | Table():
            _tabular(written, block, heading)
        case Folded():
            for inner in block.open():
                _block(written, inner, pictures, heading=block.title)
        case MapPicture():
            _picture(written, block, pictures)


def _tabular(written: Docx, block: Facts | Fields | Table, heading: str) -> None:
    """Write a table under its caption, unless the section's heading has just said it."""
    if block.caption != heading:
        written.add_paragraph(xml(block.caption), style="Caption").paragraph_format.keep_with_next = True
    match block:
        case Facts():
            _table(written, block.table(), row_headings=True)
        case Fields():
            _fields(written, block)
        case Table():
            _table(written, block)


def _table(written: Docx, block: Table, *, row_headings: bool = False) -> None:
    from docx.shared import Mm  # noqa: PLC0415 - slow to import

    table = written.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for name, cell in zip(block.columns, table.rows[0].cells, strict=True):
        _write(cell, name, bold=True)
        parts.shade(cell, _PALE)
    parts.repeat_as_heading(table.rows[0])
    for values in block.rows:
        row = table.add_row()
        parts.keep_whole(row)
        if block.roomy:
            row.height = Mm(_LINE_MM)
        for column, (value, cell) in enumerate(zip(values, row.cells, strict=True)):
            _write(cell, value, bold=row_headings and column == 0)
    _finish(written, table, block)


def _fields(written: Docx, block: Fields) -> None:
    """Write boxes to fill in: a label on the left, the box on the right."""
    from docx.shared import Mm  # noqa: PLC0415 - slow to import

    table = written.add_table(rows=0, cols=2, style="Table Grid")
    for field in block.rows:
        row = table.add_row()
        parts.keep_whole(row)
        row.height = Mm(_LINE_MM * (1 if field.value else field.lines) + 1)
        label = row.cells[0].paragraphs[0]
        parts.as_cell_text(label)
        label.add_run(xml(field.label)).bold = True
        if field.hint:
            label.add_run(xml(f"\n{field.hint}"), style="Era hint")
        label.paragraph_format.keep_with_next = field is not block.rows[-1]
        parts.shade(row.cells[0], _PALE)
        _write(row.cells[1], field.value)
    _finish(written, table, block.table())


def _list(written: Docx, block: Bullets | Choices) -> None:
    style, items = ("List Bullet", block.items) if isinstance(block, Bullets) else ("Era choice", block.marked())
    for item in items:
        written.add_paragraph(xml(item), style=style)


def _finish(written: Docx, table: Any, block: Table) -> None:
    page: Any = written.sections[-1]
    width_mm = page.page_width.mm - page.left_margin.mm - page.right_margin.mm
    parts.set_widths(table, [width_mm * share / sum(block.widths) for share in block.widths])
    parts.set_lines(table)
    parts.describe(table, xml(block.caption))
    written.add_paragraph(style="Era gap")


def _write(cell: Any, value: Cell, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    parts.as_cell_text(paragraph)
    if isinstance(value, Mark):
        if value.number is not None:
            paragraph.add_run(f"{value.number}\u00a0").bold = True
        style = value.result.style
        run = paragraph.add_run(f"\u00a0{xml(letter(style))}\u00a0")
        run.bold = True
        parts.colour_run(run, letter_colour(style), colour(style))
    else:
        paragraph.add_run(xml(value)).bold = bold


def _picture(written: Docx, block: MapPicture, pictures: Pictures) -> None:
    from docx.shared import Mm  # noqa: PLC0415 - slow to import

    content = pictures.get(block.scale)
    if content is None:
        written.add_paragraph(f"The map at 1:{block.scale} is not part of this copy.", style="Era note")
        return
    paragraph = written.add_paragraph(style="Era gap")
    paragraph.paragraph_format.page_break_before = bool(written.inline_shapes)
    picture = paragraph.add_run().add_picture(io.BytesIO(content), width=Mm(PICTURE_MM))
    parts.describe_picture(picture, f"Map at 1:{block.scale}", xml(block.alternative))


def _new_page(written: Docx, margins_mm: Mapping[str, float]) -> None:
    from docx.enum.section import WD_SECTION  # noqa: PLC0415 - slow to import

    _set_page(written.add_section(WD_SECTION.NEW_PAGE), margins_mm)


def _set_page(section: Any, margins_mm: Mapping[str, float], *, landscape: bool = False) -> None:
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415 - slow to import
    from docx.shared import Mm  # noqa: PLC0415 - slow to import

    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in (reversed(_PAGE_MM) if landscape else _PAGE_MM))
    for name, margin in margins_mm.items():
        setattr(section, name, Mm(margin))
    section.header_distance, section.footer_distance = Mm(10), Mm(9)


def _header_and_footer(section: Any, document: Document) -> None:
    """Put marking and status on every page, the reference and the page number at the foot."""
    top = section.header.paragraphs[0]
    top.style = "Era marking"
    top.add_run(xml(f"{document.marking}  ·  {document.status}"))
    foot = section.footer.paragraphs[0]
    foot.style = "Era marking"
    foot.add_run(xml(f"{document.marking}  ·  {document.status}"))
    last = section.footer.add_paragraph(style="Era foot")
    last.add_run(xml(f"Reference {document.reference or 'not given'}  ·  Page "))
    parts.add_page_field(last, "PAGE")
    last.add_run(" of ")
    parts.add_page_field(last, "NUMPAGES")


def set_properties(written: Docx, document: Document) -> None:
    """Say what the document is, and nothing of who made it where; the dates are the facts'."""
    about = written.core_properties
    made = dt.datetime.combine(document.as_of, dt.time())
    about.title = xml(document.title)
    about.subject = xml(f"{document.marking}, {document.status}")
    about.language = "en-GB"
    about.author = about.last_modified_by = about.comments = about.keywords = about.category = ""
    about.created = about.modified = about.last_printed = made
    about.revision = 1
