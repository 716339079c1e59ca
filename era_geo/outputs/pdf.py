"""A document as PDF by typst: tagged and readable by everyone (PDF/UA-1), fit to be kept (PDF/A-2a), marking on every page.

All text reaches typst as JSON and is never read as markup. Nothing is read from or written to a disk but typefaces, and equal
documents give equal bytes. What typst warns of is an error.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from era_geo import shipped
from era_geo.errors import EraGeoError
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
    Subheading,
    Table,
)
from era_geo.outputs.docx_record import PICTURE_MM, Pictures, subtitle
from era_geo.outputs.escape import plain
from era_geo.outputs.symbols import colour, letter, letter_colour

STANDARDS = ("ua-1", "a-2a")
LACKING = "\u25a1"
"""Stands for a character that the typeface lacks."""
_COMMON = "blocks.typ"
"""What the templates import."""
_BREAK = "\u200b"
"""Where a line may end, seen by nobody."""
_JOINED_WORD = re.compile(r"\S{12,}")
_JOINT = re.compile(r"(?<==)\b|(?<=[_./\\,;:])(?=[^\W\d_])")
"""Between the words of what is written as one, such as `amenity=place_of_worship`: the best place to break it."""
_LONG_WORD = re.compile(r"[^\s\u200b]{18,}")
_HYPHEN = re.compile(r"(?<=-)\b")
_PIECE = re.compile(r".{1,9}")


def render_pdf(document: Document, pictures: Pictures) -> bytes:
    """Give the document as PDF. A map whose scale is not in `pictures` is left out, and a sentence says so.

    Raises
    ------
    EraGeoError
        If the PDF could not be made to the standards.
    """
    sections = [
        {
            "title": drawable(f"{section.number}  {section.title}"),
            "blocks": laid_out(section.blocks, pictures, section.title),
        }
        for section in document.sections
    ]
    given = {
        "title": drawable(document.title),
        "subtitle": drawable(subtitle(document)),
        "reference": drawable(document.reference or "not given"),
        "status": drawable(document.status),
        "marking": document.marking,
        "landscape": document.landscape,
        "sections": sections,
    }
    maps = {f"map-{scale}.png": content for scale, content in pictures.items()}
    return typeset("record.typ", given, maps, document.as_of)


def typeset(template: str, given: Mapping[str, Any], pictures: Mapping[str, bytes], as_of: dt.date) -> bytes:
    """Set one of our own templates with its text and pictures, which exist in memory only.

    Parameters
    ----------
    template
        Name of a file among the assets.
    given
        The text, as the template reads it from `document.json`. Every string must have gone through `drawable`. The template also
        finds there whether a character of it is `lacking` in the typeface.
    pictures
        PNGs and SVGs by the names that the template, or `given`, has for them.
    as_of
        The date that the file bears.

    Raises
    ------
    EraGeoError
        If typst warns of anything, or the standards are not met.
    """
    import typst  # noqa: PLC0415 - slow to import

    compile_pdf: Any = typst.compile_with_warnings  # files in memory are not in its type hints
    try:
        content, warned = compile_pdf(
            _files(template, given, pictures),
            format="pdf",
            font_paths=[_typefaces()],
            ignore_system_fonts=True,
            pdf_standards=list(STANDARDS),
            timestamp=dt.datetime.combine(as_of, dt.time(), dt.UTC),
        )
    except typst.TypstError:
        # Not chained: typst's message may hold a piece of the document, which belongs into no log.
        raise EraGeoError(
            "The PDF could not be made. The other formats can be; please report this with the program's version."
        ) from None
    if warned:
        raise EraGeoError(f"The PDF could not be made as it must be: {'; '.join(one.message for one in warned)}.")
    return bytes(content)


def pages_of(template: str, given: Mapping[str, Any], pictures: Mapping[str, bytes]) -> int:
    """Give how many pages one of our templates fills that says so itself, in metadata labelled `pages`."""
    import typst  # noqa: PLC0415 - slow to import

    query: Any = typst.query
    files = _files(template, given, pictures)
    found = query(files, "<pages>", field="value", one=True, font_paths=[_typefaces()], ignore_system_fonts=True)
    return int(json.loads(found))


def _files(template: str, given: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files that typst reads, all of them in memory. They must be text, so pictures are lists of numbers."""
    lacking = LACKING in json.dumps(given, ensure_ascii=False)
    return {
        "main.typ": (shipped.MAP_ASSETS / template).read_bytes(),
        _COMMON: (shipped.MAP_ASSETS / _COMMON).read_bytes(),
        "document.json": json.dumps({**given, "lacking": lacking}, ensure_ascii=True, allow_nan=False).encode("ascii"),
        "pictures.json": json.dumps({name: list(content) for name, content in pictures.items()}).encode("ascii"),
    }


def drawable(text: str) -> str:
    """Give a text with a white square for each character that the typeface lacks, and long words that can be broken."""
    known = _characters()
    shown = "".join(
        one if ord(one) in known or one in "\n\t" else LACKING for one in plain(text).replace("\r\n", "\n").replace("\r", "\n")
    )
    return _breakable(shown.replace("\t", " "))


def _breakable(text: str) -> str:
    """Give a text whose long words can be broken: at the joints of what is written as one, at hyphens, and if need be anywhere."""
    jointed = _JOINED_WORD.sub(lambda word: _JOINT.sub(_BREAK, word.group()), text)
    hyphened = _LONG_WORD.sub(lambda word: _HYPHEN.sub(_BREAK, word.group()), jointed)
    return _LONG_WORD.sub(lambda word: _BREAK.join(_PIECE.findall(word.group())), hyphened)


def laid_out(blocks: Iterable[Block], pictures: Pictures, heading: str) -> list[dict[str, Any]]:
    """Give the blocks that stand under a heading as our templates read them: every string of them is `drawable`."""
    return [one for block in blocks for one in _block(block, pictures, heading)]


def _block(block: Block, pictures: Pictures, heading: str) -> list[dict[str, Any]]:
    """Give a block as the template reads it; what is folded on a screen is plain on paper, below its title."""
    made: dict[str, Any]
    match block:
        case Folded():
            return laid_out(block.open(), pictures, block.title)
        case Paragraph():
            made = {"type": "paragraph", "kind": block.kind, "text": drawable(block.text)}
        case Bullets():
            made = {"type": "list", "items": [drawable(item) for item in block.items]}
        case Choices():
            made = {"type": "choices", "items": [drawable(item) for item in block.marked()]}
        case Subheading():
            made = {"type": "heading", "text": drawable(block.text)}
        case Facts():
            made = _table(block.table(), heading, labels=True)
        case Fields():
            made = {**_table(block.table(), heading, labels=True), "room": [field.lines for field in block.rows]}
        case Table():
            made = _table(block, heading, labels=False)
        case MapPicture():
            made = _picture(block, pictures)
    return [made]


def _table(table: Table, heading: str, *, labels: bool) -> dict[str, Any]:
    return {
        "type": "table",
        "caption": drawable(table.caption),
        "captioned": table.caption != heading,
        "columns": [drawable(name) for name in table.columns],
        "widths": list(table.widths),
        "rows": [[_cell(value) for value in row] for row in table.rows],
        "roomy": table.roomy,
        "labels": labels,
        "room": [],
    }


def _cell(cell: Cell) -> str | dict[str, Any]:
    if not isinstance(cell, Mark):
        return drawable(cell)
    style = cell.result.style
    number = None if cell.number is None else str(cell.number)
    return {"number": number, "letter": drawable(letter(style)), "fill": colour(style), "ink": letter_colour(style)}


def _picture(block: MapPicture, pictures: Pictures) -> dict[str, Any]:
    if block.scale not in pictures:
        return {"type": "paragraph", "kind": "note", "text": f"The map at 1:{block.scale} is not part of this copy."}
    return {"type": "map", "file": f"map-{block.scale}.png", "width": PICTURE_MM, "alternative": drawable(block.alternative)}


@cache
def _typefaces() -> str:
    """Give the folder of DejaVu Sans, which comes with matplotlib."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    return f"{mpl.get_data_path()}/fonts/ttf"


@cache
def _characters() -> frozenset[int]:
    """Give the characters that DejaVu Sans has."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - slow to import

    return frozenset(FT2Font(f"{_typefaces()}/DejaVuSans.ttf").get_charmap())
