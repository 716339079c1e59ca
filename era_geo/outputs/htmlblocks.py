"""Blocks of a document as HTML. Every text is escaped here; the marks' SVG is our own."""

from __future__ import annotations

from collections.abc import Mapping

from era_geo.outputs.document import (
    Block,
    Bullets,
    Cell,
    Choices,
    Facts,
    Fields,
    Folded,
    MapPicture,
    Mark,
    Paragraph,
    Subheading,
    Table,
)
from era_geo.outputs.escape import html
from era_geo.outputs.symbols import symbol_svg

Pictures = Mapping[int, str]
"""For each scale the address of its picture, such as a `data:` URL."""


def block_html(block: Block, *, level: int = 3, linked: bool = False, pictures: Pictures | None = None) -> str:
    """Give one block as HTML.

    Parameters
    ----------
    level
        The level of a subheading.
    linked
        Whether the numbers of places are links to the page's map (`data-place`).
    pictures
        The fixed-scale maps; a picture that is not there is left out.
    """
    match block:
        case Paragraph():
            text = f'<p class="{block.kind}">{html(block.text)}</p>'
        case Bullets():
            text = f"<ul>{''.join(f'<li>{html(item)}</li>' for item in block.items)}</ul>"
        case Choices():
            text = f'<ul class="choices">{"".join(f"<li>{html(item)}</li>" for item in block.marked())}</ul>'
        case Subheading():
            text = f"<h{level}>{html(block.text)}</h{level}>"
        case Facts() | Fields():
            text = _table(block.table(), linked=False, row_headings=True)
        case Table():
            text = _table(block, linked=linked)
        case Folded():
            inside = "".join(block_html(one, level=level, linked=linked, pictures=pictures) for one in block.blocks)
            text = f"<details><summary>{html(block.title)}</summary>{inside}</details>"
        case MapPicture():
            address = (pictures or {}).get(block.scale)
            text = f'<img src="{html(address)}" alt="{html(block.alternative)}">' if address else ""
    return text


def _table(table: Table, *, linked: bool, row_headings: bool = False) -> str:
    """Give a table. Each cell knows its column's name, which a narrow screen shows beside it."""
    head = "".join(f'<th scope="col">{html(column)}</th>' for column in table.columns)
    body = []
    for row in table.rows:
        written = [_cell(value, linked=linked) for value in row]
        cells = [f'<td data-label="{html(name)}">{cell}</td>' for name, cell in zip(table.columns, written, strict=True)]
        if row_headings:
            cells[0] = f'<th scope="row">{written[0]}</th>'
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="table"><table><caption>{html(table.caption)}</caption>{_widths(table)}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _widths(table: Table) -> str:
    whole = sum(table.widths)
    columns = (f'<col style="width:{width / whole:.1%}">' for width in table.widths)
    return f"<colgroup>{''.join(columns)}</colgroup>"


def _cell(cell: Cell, *, linked: bool) -> str:
    if not isinstance(cell, Mark):
        return html(cell)
    if cell.number is None:
        return f'{symbol_svg(cell.result)}<span class="unseen">{html(cell.result.style.letter)}</span>'
    number = f"<strong>{cell.number}</strong>"
    if linked:
        number = f'<a href="#map" data-place="{cell.number}" aria-label="Show place {cell.number} on the map">{cell.number}</a>'
    return f'<span class="mark">{number} {symbol_svg(cell.result)}</span>'
