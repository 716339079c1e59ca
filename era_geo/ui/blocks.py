"""The blocks that every output is made of (`era_geo.outputs.document`), as parts of a page.

A page of Streamlit takes no SVG, so a layer's mark is drawn by a style here; and on a screen the columns that few people need
at first are folded away, row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from era_geo.model import Style
from era_geo.outputs import symbols
from era_geo.outputs.document import (
    Block,
    Bullets,
    Cell,
    Choices,
    Facts,
    Fields,
    Folded,
    Mark,
    Paragraph,
    Subheading,
    Table,
)
from era_geo.ui.markup import Html, bullets, element, joined

_FEW = 5
_REACH = 1.25
"""How far the marks' outlines reach from their middle, in their own units (`era_geo.outputs.symbols`)."""


def blocks(wanted: Iterable[Block]) -> Html:
    """Give blocks one after the other."""
    return joined(_block(block) for block in wanted)


def _block(block: Block) -> Html:
    match block:
        case Paragraph():
            drawn = _paragraph(block)
        case Bullets():
            drawn = bullets(block.items, class_="eg-measure")
        case Choices():
            drawn = bullets(block.marked(), class_="eg-measure")
        case Subheading():
            drawn = element("h4", block.text)
        case Facts() | Fields():
            drawn = table(block.table())
        case Table():
            drawn = table(block)
        case Folded():
            drawn = element("details", element("summary", block.title), blocks(block.blocks), class_="eg-folded")
        case _:
            raise TypeError(f"{type(block).__name__} has no place on a page of the app.")
    return drawn


def _paragraph(block: Paragraph) -> Html:
    if block.kind == "warning":
        return element("div", element("p", element("strong", "Warning. "), block.text), class_="eg-warning", role="alert")
    return element("p", block.text, class_="eg-measure")


def table(content: Table, *, names_row: int = 0, folded: Collection[str] = (), caption: bool = True, plain: bool = False) -> Html:
    """Give a table that a screen reader, a printer and a narrow screen can use.

    Parameters
    ----------
    names_row
        The column, counted from 0, that names each row.
    folded
        Columns that few people need at first: they are folded away in a last column.
    caption
        Whether the caption is shown; where the heading above says the same, only screen readers are told it.
    plain
        Whether the rows speak for themselves, so that a narrow screen need not name the column of each value.
    """
    shown = [number for number, column in enumerate(content.columns) if column not in folded]
    hidden = [number for number in range(len(content.columns)) if number not in shown]
    names = [*[content.columns[number] for number in shown], *(["Details"] if hidden else [])]
    head = [element("th", name, scope="col", role="columnheader") for name in names]
    rows = []
    for row in content.rows:
        values = [_value(row[number]) for number in shown]
        if hidden:
            values.append(_folded(content.columns, row, hidden, of=row[names_row]))
        rows.append(element("tr", *_cells(names, values, names_row), role="row"))
    return element(
        "table",
        element("caption", content.caption, class_=None if caption else "eg-unseen"),
        _widths(content, shown, hidden),
        element("thead", element("tr", *head, role="row"), role="rowgroup"),
        element("tbody", *rows, role="rowgroup"),
        class_=f"eg-table {'eg-many' if len(names) > _FEW else 'eg-few'}{' eg-plain' if plain else ''}",
        role="table",
    )


def _widths(content: Table, shown: list[int], hidden: list[int]) -> Html:
    """Give the columns their share of the width, as the table asks; the folded ones together have one column."""
    if not content.widths:
        return element("colgroup")
    shares = [content.widths[number] for number in shown]
    shares += [max(12, sum(content.widths[number] for number in hidden) // 3)] if hidden else []
    return element("colgroup", *[element("col", style=f"width: {100 * share / sum(shares):.1f}%") for share in shares])


def _cells(names: list[str], values: list[Html], names_row: int) -> list[Html]:
    # On a narrow screen the style sheet turns each row into a card. The roles are written out because a browser may forget them
    # when a table is not laid out as one.
    return [
        element(
            "th" if number == names_row else "td",
            element("div", value, class_="eg-value"),
            scope="row" if number == names_row else None,
            role="rowheader" if number == names_row else "cell",
            data_label=name,
        )
        for number, (name, value) in enumerate(zip(names, values, strict=True))
    ]


def _folded(columns: tuple[str, ...], row: tuple[Cell, ...], hidden: list[int], *, of: Cell) -> Html:
    inside = [element("p", element("strong", f"{columns[number]}: "), _value(row[number])) for number in hidden]
    about = f": {columns[hidden[0]]}, {of}" if isinstance(of, str) else ""
    return element("details", element("summary", "Details", element("span", about, class_="eg-unseen")), *inside)


def _value(cell: Cell) -> Html:
    if not isinstance(cell, Mark):
        return joined([cell])
    if cell.number is None:
        return mark(cell.result.style)
    number = element("span", str(cell.number), class_="eg-number")
    return element("span", number, " ", mark(cell.result.style), class_="eg-numbered")


def mark(style: Style) -> Html:
    """Give a layer's mark as on the map: shape, letter and colour. Its name always stands beside it, so it is not read out."""
    corners = ", ".join(f"{50 + 50 * x / _REACH:.1f}% {50 - 50 * y / _REACH:.1f}%" for x, y in symbols.outline(style))
    look = f"clip-path: polygon({corners}); background: {symbols.colour(style)}; color: {symbols.letter_colour(style)}"
    return element("span", symbols.letter(style), class_="eg-mark", style=look, aria_hidden="true")
