"""The words on a fixed-scale map: marking, title, key, scale bar, credits; and how much room they need below the map."""

from __future__ import annotations

import textwrap

import shapely

from era_geo.model import Assessment, LayerResult
from era_geo.outputs import words
from era_geo.outputs.escape import line
from era_geo.outputs.ground import Ground
from era_geo.outputs.looks import INK, PROPERTY
from era_geo.outputs.mappaper import Paper
from era_geo.outputs.places import numbered

HEAD_MM = 12.5
"""Room above the map for title and address."""
MARKING_MM = 12.0
"""Room for the marking at the top and at the bottom of a sheet that carries it."""

OPEN_LINE_WORDS = "Open line, heights unknown"
"""What the hatching shows, as short as a column of the key."""

_MARKING_SIZE = 3.6
_FROM_EDGE_MM = 8.2
"""How far the marking keeps from the sheet's edge: many printers print nothing nearer to it than 5 mm."""
_SMALL = 2.5
_CREDIT = 2.1
_LEADING = 1.4
_CHARACTER = 0.56
"""Width of a character on average, in sizes of the type."""
_CAPITAL = 0.75
"""Height of a capital, in sizes of the type."""
_NOTES_LEFT_MM = 84.0
_NOTES_MM = 24.0
_KEY_ROW_MM = 5.2
_KEY_ENTRIES_IN_THREE_COLUMNS = 12


def foot_mm(assessment: Assessment, width_mm: float) -> float:
    """Give the room that notes, key and credits need below a map of `width_mm`."""
    rows = _key_shape(assessment)[1]
    return _NOTES_MM + rows * _KEY_ROW_MM + len(_credits(assessment, width_mm)) * _CREDIT * _LEADING + 1.5


def draw_words(paper: Paper, ground: Ground, scale: int, *, marked: bool, reference: str | None, off_sheet: int) -> None:
    """Write everything around the map; `off_sheet` is how many places lie outside the frame."""
    assessment = ground.assessment
    left, bottom, width, _ = paper.frame
    _title(paper, assessment, scale, reference)
    if marked:
        for y in (paper.height_mm - _FROM_EDGE_MM - _MARKING_SIZE * _CAPITAL, _FROM_EDGE_MM):
            paper.write(paper.width_mm / 2, y, words.MARKING, _MARKING_SIZE, weight="bold", ha="center")
    _scale_bar(paper, left, bottom - 6.5, scale)
    for place, row in enumerate(_wrapped(print_words(scale), _SMALL, _NOTES_LEFT_MM - 6.0)):
        paper.write(left, bottom - 12.0 - place * _SMALL * _LEADING, row, _SMALL)
    y = bottom - 4.5
    for note in _notes(paper, ground, off_sheet):
        for row in _wrapped(note, _SMALL, width - _NOTES_LEFT_MM):
            paper.write(left + _NOTES_LEFT_MM, y, row, _SMALL)
            y -= _SMALL * _LEADING
    _key(paper, assessment, bottom - _NOTES_MM - 1.0)
    y = bottom - _NOTES_MM - _key_shape(assessment)[1] * _KEY_ROW_MM - _CREDIT
    for row in _credits(assessment, width):
        paper.write(left, y, row, _CREDIT, color="#50565e")
        y -= _CREDIT * _LEADING


def title(scale: int) -> str:
    """Give what a map at 1:`scale` is called."""
    return f"What is near the property, 1:{scale}"


def print_words(scale: int) -> str:
    """Give how a map at 1:`scale` is printed so that its scale is true, and how to see that it is."""
    bar_mm = 4 * _bar_step_m(scale) * 1000 / scale
    return f"Print at 100% (actual size), not \u201cfit to page\u201d. On paper the scale bar is then {bar_mm:g} mm long."


def _title(paper: Paper, assessment: Assessment, scale: int, reference: str | None) -> None:
    left, right, top = paper.frame[0], paper.frame[0] + paper.frame[2], paper.frame[1] + paper.frame[3]
    paper.write(left, top + 7.8, title(scale), 4.4, weight="bold")
    paper.write(left, top + 2.8, _shortened(assessment.site.label, 75), 3.0)
    if reference:
        paper.write(right, top + 7.8, _shortened(reference, 30), 3.0, ha="right")
    paper.write(right, top + 2.8, f"Facts of {words.day(assessment.as_of)}", 3.0, ha="right")


def _notes(paper: Paper, ground: Ground, off_sheet: int) -> list[str]:
    assessment = ground.assessment
    if warning := words.uncertainty_warning(assessment):
        return [warning]
    radius = words.metres(assessment.parameters.radius_m)
    exact = words.metres(assessment.site.uncertainty_m)
    beyond = [words.count(off_sheet, "numbered place", "numbered places")] if off_sheet else []
    beyond += [] if shapely.box(*paper.window).contains(ground.within) else ["part of the ring"]
    ring = f"Ring: {radius} from {words.measured_from(assessment.site)}."
    return [
        *([f"Beyond the edge of this map: {words.listed(beyond)}. The table has all places."] if beyond else []),
        f"{ring} Shaded: too close to call, because the property is located to within {exact}.",
        words.VISIT,
    ]


def _scale_bar(paper: Paper, x: float, y: float, scale: int) -> None:
    """Draw a bar in four parts of a round length."""
    step = _bar_step_m(scale)
    width = step * 1000 / scale
    for part in range(4):
        left = x + part * width
        corners = [(left, y - 1.6), (left + width, y - 1.6), (left + width, y), (left, y)]
        paper.polygon(corners, INK if part % 2 == 0 else "white", INK)
    for part in range(5):
        text = f"{part * step} m" if part == 4 else str(part * step)
        paper.write(x + part * width, y + 1.2, text, _SMALL, ha="center" if part else "left")


def _bar_step_m(scale: int) -> int:
    """Give how many metres each of the scale bar's four parts is long, so that the bar has at most 76 mm."""
    return max(length for length in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000) if length * 4000 / scale <= 76)


def _on_map(assessment: Assessment) -> list[tuple[LayerResult, list[int]]]:
    """Give each layer that has places, with their numbers."""
    numbers: dict[str, list[int]] = {}
    for number, finding in numbered(assessment):
        numbers.setdefault(finding.layer, []).append(number)
    return [(result, numbers[result.id]) for result in assessment.layers if result.id in numbers]


def _key_shape(assessment: Assessment) -> tuple[int, int]:
    """Give the columns and rows of the key."""
    entries = len(_on_map(assessment)) + 1 + _has_ways(assessment) + _has_open_area(assessment)
    columns = 3 if entries <= _KEY_ENTRIES_IN_THREE_COLUMNS else 4
    return columns, -(-entries // columns)


def _has_ways(assessment: Assessment) -> bool:
    return any(finding.route is not None for finding in assessment.findings)


def _has_open_area(assessment: Assessment) -> bool:
    return assessment.open_area is not None


def _key(paper: Paper, assessment: Assessment, top: float) -> None:
    """Write the key: the property, then each layer that has places, with their numbers, then ways on foot and open line."""
    left, _, width, _ = paper.frame
    columns, _ = _key_shape(assessment)
    paper.polygon([(left, top - 0.4), (left + 4.4, top - 0.4), (left + 4.4, top + 2.6), (left, top + 2.6)], PROPERTY, "white")
    paper.write(left + 6.6, top, "The property", _SMALL)
    for place, (result, numbers) in enumerate(_on_map(assessment), 1):
        x, y = _key_place(paper, assessment, top, place)
        paper.mark(result.style, x + 2.2, y + 0.9, 3.8)
        room = int((width / columns - 8) / (_SMALL * _CHARACTER))
        paper.write(x + 6.6, y, _key_words(result, numbers, room), _SMALL)
    place = len(_on_map(assessment)) + 1
    if _has_ways(assessment):
        x, y = _key_place(paper, assessment, top, place)
        paper.way(x, y + 0.9, 4.6)
        paper.write(x + 6.6, y, "Way on foot to a place", _SMALL)
        place += 1
    if _has_open_area(assessment):
        x, y = _key_place(paper, assessment, top, place)
        paper.open_line(x, y - 0.4, 4.4, 3.0)
        paper.write(x + 6.6, y, OPEN_LINE_WORDS, _SMALL)


def _key_place(paper: Paper, assessment: Assessment, top: float, place: int) -> tuple[float, float]:
    """Give where on the sheet (mm) an entry of the key begins, by its number from 0."""
    columns, rows = _key_shape(assessment)
    column, row = divmod(place, rows)
    return paper.frame[0] + column * paper.frame[2] / columns, top - row * _KEY_ROW_MM


def _key_words(result: LayerResult, numbers: list[int], room: int) -> str:
    """Give a layer's label with as many of its numbers as there is room for; the table has them all."""
    label = _shortened(result.label, room - 6)
    parts = runs(numbers)
    for kept in range(len(parts), 0, -1):
        text = f"{label}: {', '.join(parts[:kept])}{'' if kept == len(parts) else ' …'}"
        if len(text) <= room:
            return text
    return label


def runs(numbers: list[int]) -> list[str]:
    """Give rising numbers with those that follow one another as a run: `1, 4-7`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found]


def _credits(assessment: Assessment, width_mm: float) -> list[str]:
    return _wrapped(words.credits_line(assessment), _CREDIT, width_mm)


def _wrapped(text: str, size_mm: float, width_mm: float) -> list[str]:
    return textwrap.wrap(text, max(10, int(width_mm / (size_mm * _CHARACTER))))


def _shortened(text: str, most: int) -> str:
    kept = line(text)
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
