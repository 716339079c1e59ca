"""The fixed-scale map for the printer: an A4 page at its true size, and behind it what the map cannot say, as a PDF.

The map is drawn in lines, not in dots, so that it is as sharp as the printer. Behind it stand the places with the map's numbers,
what could not be looked up, what was looked for, and the sources with their dates. Equal assessments give equal bytes.
"""

from __future__ import annotations

from era_geo.model import Assessment
from era_geo.outputs import facts, staticmap, words
from era_geo.outputs.background import Background
from era_geo.outputs.document import Block, Paragraph
from era_geo.outputs.escape import line
from era_geo.outputs.pdf import drawable, laid_out, typeset
from era_geo.outputs.sheetwords import print_words, runs, title

SHEET = staticmap.Sheet(height_mm=269.0, marked=False)
"""The map: as wide as A4, and less high, because its page has a marking and a number of its own."""
_TOP_MM = 12.0
"""From the page's edge to the sheet."""
_A4_HEIGHT_MM = 297.0
_WISHES, _OWN_SIZE = b"/ViewerPreferences<<", b"/PrintScaling/None"
_MORE = "How complete each source is, and what it can miss, is in the record and on the map page."


def render_map_pdf(assessment: Assessment, background: Background, scale: int, *, reference: str | None = None) -> bytes:
    """Give the map at 1:`scale` with its tables as a PDF of A4 pages, tagged (PDF/UA-1) and marked at top and bottom.

    Parameters
    ----------
    background
        The ground to draw it on; it must cover `SHEET` at the scale.
    reference
        The case reference, printed on every page.

    Raises
    ------
    UsageError
        If the scale is not a positive whole number, or the assessment carries restricted places.
    EraGeoError
        If the PDF could not be made to the standards.
    """
    drawing = staticmap.render_svg(assessment, background, scale, sheet=SHEET, reference=reference)
    given = {
        "title": title(scale),
        "address": drawable(line(assessment.site.label)),
        "about": drawable(f"Facts as of {words.day(assessment.as_of)}. {words.FACTS_ONLY} {words.VISIT}"),
        "scale_words": print_words(scale),
        "reference": drawable(line(reference or "") or "not given"),
        "marking": words.MARKING,
        "alternative": drawable(f"{staticmap.alternative_text(assessment, scale, SHEET)} {print_words(scale)}"),
        "sheet_width": SHEET.width_mm,
        "sheet_top": _TOP_MM,
        "sheet_bottom": _A4_HEIGHT_MM - _TOP_MM - SHEET.height_mm,
        "sections": [
            {"title": heading, "blocks": laid_out(blocks, {}, heading)} for heading, blocks in _sections(assessment, scale)
        ],
    }
    return _printed_at_its_own_size(typeset("map.typ", given, {"map.svg": drawing}, assessment.as_of))


def _sections(assessment: Assessment, scale: int) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """Give what stands behind the map, each part under its heading."""
    return (
        ("In short", facts.summary(assessment)),
        ("Places found, nearest first", (facts.places(assessment), *_beyond(assessment, scale))),
        ("What could not be looked up", (facts.gaps(assessment),)),
        ("Kinds of place, and what came of each", (facts.layers_in_short(assessment), Paragraph(_MORE, "note"))),
        ("Sources", (facts.sources(assessment), facts.made_by(assessment, checksums=False))),
    )


def _printed_at_its_own_size(pdf: bytes) -> bytes:
    """Add the wish that viewers' print dialogs begin with the pages' own size, which typst has no word for.

    The wishes are in the catalogue, which typst writes last: so nothing moves but the table of objects behind it. Were that not so,
    the wish is left out, and the sentence on the page has to do.
    """
    body, mark, end = pdf.rpartition(b"startxref\n")
    table, tail = end.split(b"\n", 1)
    catalogue = body.rindex(b" obj\n", 0, int(table))
    at = body.find(_WISHES, catalogue, int(table))
    if at < 0:
        return pdf
    at += len(_WISHES)
    return b"%b%b%b%b%d\n%b" % (body[:at], _OWN_SIZE, body[at:], mark, int(table) + len(_OWN_SIZE), tail)


def _beyond(assessment: Assessment, scale: int) -> tuple[Block, ...]:
    """Give which places of the table the map has no room for, if any."""
    numbers = staticmap.beyond_the_edge(assessment, scale, SHEET)
    return (Paragraph(f"Beyond the edge of this map: no. {', '.join(runs(numbers))}."),) if numbers else ()
