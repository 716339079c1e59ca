"""The visit sheet: one A4 page to take along: a map, the guidance's list with free rows, and what the desk could not see.

It holds nothing about the person: the reference, the address, and facts about the place. What does not fit on the page is counted
on it, and stands in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from era_geo import contract
from era_geo.model import Assessment, LayerResult, LayerState
from era_geo.outputs import staticmap, words
from era_geo.outputs.background import Background
from era_geo.outputs.escape import line
from era_geo.outputs.ground import Ground
from era_geo.outputs.pdf import drawable, pages_of, typeset
from era_geo.outputs.places import numbered, place_rows
from era_geo.outputs.sheetwords import runs
from era_geo.outputs.symbols import colour, letter, letter_colour
from era_geo.record.form import Form
from era_geo.record.terms import FREE_ROWS, PHYSICAL_CHECK

TITLE = "Visit sheet: the physical check"
STATUS = "TO BE FILLED IN"
MAP_SHEET = staticmap.Sheet(width_mm=104.0, height_mm=104.0, side_mm=0.4, marked=False, worded=False)
"""The map on the sheet: all of it ground, its words beside it."""

_COLUMNS = ("Look for", "What the data has", "Seen? Where?", "Notes")
_TEMPLATE = "visit.typ"
_MOST_PLACES, _MOST_UNSEEN, _MOST_OWN_ROWS = 27, 7, 3
_UNSEEN_CHARACTERS = 150
_ROW_MM = 7.2
_NOT_ON_A_MAP = "Noise, sight lines from upper floors, who uses a place and when, and what has changed since the data was made."


def render_visit_sheet(form: Form, drawn: tuple[int, bytes], *, copy: bool = False) -> bytes:
    """Give the sheet as a PDF of one page, tagged (PDF/UA-1) and marked at top and bottom.

    Parameters
    ----------
    form
        The record's form; its physical check may have rows that people added, which are asked for too.
    drawn
        The map's scale and its picture (PNG), as `draw_map` gives them, or as they were kept when the record was signed.
    copy
        Whether the form is that of a landlord's copy.

    Raises
    ------
    UsageError
        If the assessment carries restricted places.
    EraGeoError
        If the PDF could not be made.
    """
    assessment = form.assessment
    contract.refuse_restricted(assessment)
    scale, picture = drawn
    places, unseen = _MOST_PLACES, _MOST_UNSEEN
    while True:
        given = _given(form, scale, places, unseen, copy=copy)
        fits = pages_of(_TEMPLATE, given, {"map.png": picture}) == 1
        if fits or not (places or unseen):
            return typeset(_TEMPLATE, given, {"map.png": picture}, assessment.as_of)
        places, unseen = max(places - 3, 0), max(unseen - 1, 0)


def draw_map(assessment: Assessment, background: Background) -> tuple[int, bytes]:
    """Draw the map of the sheet, and give its scale with the picture (PNG).

    Parameters
    ----------
    background
        The ground to draw it on; `MAP_SHEET` at the scale of `map_scale` must fit in its window.

    Raises
    ------
    UsageError
        If the assessment carries restricted places.
    """
    scale = map_scale(assessment)
    return scale, staticmap.render_png(assessment, background, scale, sheet=MAP_SHEET)


def map_scale(assessment: Assessment) -> int:
    """Give the larger of the records' scales at which the whole ring is on the sheet; else the smallest."""
    west, south, east, north = shapely.bounds(Ground(assessment).within)
    across_mm = max(east - west, north - south) * 1000
    return next((scale for scale in staticmap.SCALES if across_mm / scale <= MAP_SHEET.width_mm - 4), staticmap.SCALES[-1])


def _given(form: Form, scale: int, places: int, unseen: int, *, copy: bool) -> dict[str, Any]:
    """Give everything that the template prints."""
    assessment = form.assessment
    listed, not_seen = _places(assessment), _unseen(assessment)
    bar_m = 50 if scale <= 1250 else 100
    own = [line(row.what) for row in form.physical_check.rows if row.what not in dict(PHYSICAL_CHECK) and row.what.strip()]
    return {
        "title": TITLE,
        "status": STATUS,
        "marking": words.MARKING,
        "address": drawable(_shortened(assessment.site.label, 120)),
        "about": drawable(
            f"Reference {_shortened(form.case.reference, 60) or 'not given'}. Facts as of {words.day(assessment.as_of)}."
        ),
        "alternative": drawable(staticmap.alternative_text(assessment, scale, MAP_SHEET)),
        "map_width": MAP_SHEET.width_mm,
        "bar_m": bar_m,
        "bar_mm": bar_m * 1000 / scale,
        "scale_words": f"1:{scale} when printed on A4 at 100%. Ring: {words.metres(assessment.parameters.radius_m)}.",
        "credits": drawable(_shortened(words.credits_line(assessment), 200)),
        "places": listed[:places],
        "more_places": _more(len(listed) - places, "place is", "places are"),
        "list_title": "What to look for (NASSO guidance 2017, 5.3, and free rows)",
        "more_rows": _more(len(own) - _MOST_OWN_ROWS, "thing to look for is", "things to look for are"),
        "columns": list(_COLUMNS),
        "rows": [[drawable(text) for text in row] for row in _rows(assessment, own, copy=copy)],
        "row_mm": _ROW_MM,
        "unseen": [drawable(text) for text in not_seen[:unseen]],
        "more_unseen": _more(len(not_seen) - unseen, "gap is", "gaps are"),
    }


def _places(assessment: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "number": str(row.number),
            "letter": drawable(letter(row.result.style)),
            "fill": colour(row.result.style),
            "ink": letter_colour(row.result.style),
            "text": drawable(f"{_shortened(row.name, 30)}, {_shortened(row.kind, 24)}, {row.distance} {row.direction}".strip()),
        }
        for row in place_rows(assessment)
    ]


def _rows(assessment: Assessment, own: Sequence[str], *, copy: bool) -> list[tuple[str, str, str, str]]:
    """Give the guidance's list with what the data has in few words, then what people added, then free rows: always as many."""
    asked = [(what, _in_short(assessment, layers, copy=copy)) for what, layers in PHYSICAL_CHECK]
    asked += [(_shortened(what, 40), "") for what in own[:_MOST_OWN_ROWS]]
    asked += [("", "")] * (len(PHYSICAL_CHECK) + FREE_ROWS - len(asked))
    return [(what, has, "", "") for what, has in asked]


def _in_short(assessment: Assessment, layers: Sequence[str], *, copy: bool) -> str:
    """Give what the data has of some layers. A landlord's copy says nothing where no place is listed: any word would tell why."""
    said = [_state(assessment, result) for result in assessment.layers if result.id in layers]
    return _shortened("; ".join(words.unique(said)) or ("" if copy else "not in the data"), 58)


def _state(assessment: Assessment, result: LayerResult) -> str:
    match result.state:
        case LayerState.FOUND:
            numbers = [number for number, finding in numbered(assessment) if finding.layer == result.id]
            return f"{result.count} found: no. {', '.join(runs(numbers))}"
        case LayerState.NONE_FOUND:
            return f"none found, data of {words.day(result.as_of)}"
        case LayerState.NOT_LOOKED_FOR:
            return "could not be looked for"
        case LayerState.OFF:
            return "switched off"


def _unseen(assessment: Assessment) -> list[str]:
    """Give what the desk could not see: the warning about the location, what no map shows, and every gap."""
    labels = {result.id: result.label for result in assessment.layers}
    warning = words.uncertainty_warning(assessment)
    gaps = [_shortened(words.gap(gap, labels), _UNSEEN_CHARACTERS) for gap in assessment.gaps]
    return [*([warning] if warning else []), f"{words.VISIT} {_NOT_ON_A_MAP}", *gaps]


def _more(number: int, one: str, many: str) -> str:
    return f"{words.count(number, f'more {one}', f'more {many}')} in the record." if number > 0 else ""


def _shortened(text: str, most: int) -> str:
    kept = line(text)
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}\u2026"
