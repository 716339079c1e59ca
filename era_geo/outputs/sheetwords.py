"""The words on a fixed-scale map: marking, title, key, scale bar, credits."""

from __future__ import annotations

import shapely

from era_geo.model import Assessment, LayerResult
from era_geo.outputs import words
from era_geo.outputs.escape import line
from era_geo.outputs.ground import Ground
from era_geo.outputs.looks import INK, PROPERTY
from era_geo.outputs.mappaper import Paper
from era_geo.outputs.places import numbered

_SMALL = 2.5
_COLUMNS = 3
_NUMBERS_SHOWN = 12


def draw_words(paper: Paper, ground: Ground, scale: int, *, marked: bool, reference: str | None, off_sheet: int) -> None:
    """Write everything around the map; `off_sheet` is how many places lie outside the frame."""
    assessment = ground.assessment
    _title(paper, assessment, scale, marked=marked, reference=reference)
    foot = paper.frame[1] - 4.5
    _scale_bar(paper, paper.frame[0], foot - 2.0, scale)
    notes = _notes(paper, ground, scale, off_sheet)
    x = paper.frame[0] + 84
    y = foot
    for note in notes:
        y = paper.wrapped(x, y, note, _SMALL, paper.frame[2] - 84)
    _key(paper, assessment, min(y, foot - 10.0) - 3.0)
    credit_y = 12.5 if marked else 3.6
    paper.wrapped(paper.frame[0], credit_y, words.credits_line(assessment), 2.1, paper.frame[2], color="#50565e")
    if marked:
        paper.write(paper.width_mm / 2, 5.0, words.MARKING, 3.6, weight="bold", ha="center")


def _title(paper: Paper, assessment: Assessment, scale: int, *, marked: bool, reference: str | None) -> None:
    left, right, top = paper.frame[0], paper.frame[0] + paper.frame[2], paper.frame[1] + paper.frame[3]
    if marked:
        paper.write(paper.width_mm / 2, paper.height_mm - 8.5, words.MARKING, 3.6, weight="bold", ha="center")
    paper.write(left, top + 8.2, f"What is near the property, 1:{scale}", 4.4, weight="bold")
    paper.wrapped(left, top + 3.0, _shortened(assessment.site.label, 90), 3.0, paper.frame[2] - 50)
    if reference:
        paper.write(right, top + 8.2, _shortened(reference, 30), 3.0, ha="right")
    paper.write(right, top + 3.0, f"Facts of {words.day(assessment.as_of)}", 3.0, ha="right")


def _notes(paper: Paper, ground: Ground, scale: int, off_sheet: int) -> list[str]:
    assessment = ground.assessment
    radius = words.metres(assessment.parameters.radius_m)
    exact = words.metres(assessment.site.uncertainty_m)
    ring = f"Ring: {radius} from {words.measured_from(assessment.site)}."
    notes = [
        f"{ring} Shaded: too close to call, because the property is located to within {exact}.",
        f"1:{scale} when printed on A4 at 100%. {words.VISIT}",
    ]
    if not shapely.box(*paper.window).contains(ground.within):
        notes.insert(0, "The ring goes on beyond the edge of this map.")
    if off_sheet:
        them = words.count(off_sheet, "numbered place lies", "numbered places lie")
        notes.insert(0, f"{them} beyond the edge of this map: see the table.")
    if warning := words.uncertainty_warning(assessment):
        notes = [warning]
    return notes


def _scale_bar(paper: Paper, x: float, y: float, scale: int) -> None:
    """Draw a bar of about 70 mm in four parts of a round length."""
    step = max(length for length in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000) if length * 4000 / scale <= 76)
    width = step * 1000 / scale
    for part in range(4):
        left = x + part * width
        corners = [(left, y - 1.6), (left + width, y - 1.6), (left + width, y), (left, y)]
        paper.polygon(corners, INK if part % 2 == 0 else "white", INK)
    for part in range(5):
        text = f"{part * step} m" if part == 4 else str(part * step)
        paper.write(x + part * width, y + 1.2, text, _SMALL, ha="center" if part else "left")


def _key(paper: Paper, assessment: Assessment, top: float) -> None:
    """Write the key: property and ring, then each layer that has places on the map, with their numbers."""
    on_map: dict[str, list[int]] = {}
    for number, finding in numbered(assessment):
        on_map.setdefault(finding.layer, []).append(number)
    results = [result for result in assessment.layers if result.id in on_map]
    width = paper.frame[2] / _COLUMNS
    row_mm = 5.6
    rows = -(-(len(results) + 1) // _COLUMNS)
    x, y = paper.frame[0], top
    paper.polygon([(x, y - 0.4), (x + 4.4, y - 0.4), (x + 4.4, y + 2.6), (x, y + 2.6)], PROPERTY, "white")
    paper.write(x + 6.6, y, "The property", _SMALL)
    for place, result in enumerate(results, 1):
        column, row = divmod(place, rows)
        _key_entry(paper, result, on_map[result.id], x + column * width, y - row * row_mm)


def _key_entry(paper: Paper, result: LayerResult, numbers: list[int], x: float, y: float) -> None:
    paper.mark(result.style, x + 2.2, y + 1.0, 4.0)
    shown = ", ".join(map(str, numbers[:_NUMBERS_SHOWN])) + (" …" if len(numbers) > _NUMBERS_SHOWN else "")
    paper.write(x + 6.6, y, f"{_shortened(result.label, 26)}: {shown}", _SMALL)


def _shortened(text: str, most: int) -> str:
    kept = line(text)
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
