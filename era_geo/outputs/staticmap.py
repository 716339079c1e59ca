"""The fixed-scale map: a sheet of paper on which one millimetre is an exact number of metres, as PNG and SVG.

The sheet carries the marking, the property, the ring and its band, the numbered places, what lies in open line in plan (hatched),
street names, a key, a scale bar, the north arrow and the credits. Equal assessments give equal bytes.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from era_geo import contract
from era_geo.errors import UsageError
from era_geo.model import Assessment
from era_geo.outputs.background import Background
from era_geo.outputs.ground import Ground, Window
from era_geo.outputs.layout import spread
from era_geo.outputs.mappaper import Paper
from era_geo.outputs.sheetwords import HEAD_MM, MARKING_MM, draw_words, foot_mm

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCALES = (1250, 2500)
"""The scales that records use. The Ordnance Survey's large-scale maps have the same."""
DPI = 200
MARK_MM = 4.6
"""Width of a place's mark on paper."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper, millimetres.

    `marked`: whether the marking is printed on the sheet itself. `worded`: whether title, notes, key and credits are; without
    them the map fills the sheet, and whoever places it prints its scale, its key and its credits.
    """

    width_mm: float = 210.0
    height_mm: float = 297.0
    side_mm: float = 10.0
    marked: bool = True
    worded: bool = True

    def frame(self, assessment: Assessment) -> tuple[float, float, float, float]:
        """Give the map's left, bottom, width and height: what title, notes, key and credits leave."""
        width = self.width_mm - 2 * self.side_mm
        if not self.worded:
            return self.side_mm, self.side_mm, width, self.height_mm - 2 * self.side_mm
        marking = MARKING_MM if self.marked else 0.0
        bottom = marking + foot_mm(assessment, width)
        return self.side_mm, bottom, width, self.height_mm - marking - HEAD_MM - bottom

    def window(self, ground: Ground, scale: int) -> Window:
        """Give the ground that the frame shows at 1:`scale`, the property in the middle, EPSG:27700."""
        west, south, east, north = shapely.bounds(ground.origin)
        x, y = (west + east) / 2, (south + north) / 2
        _, _, width, height = self.frame(ground.assessment)
        half_width, half_height = width * scale / 2000, height * scale / 2000
        return x - half_width, y - half_height, x + half_width, y + half_height


A4 = Sheet()
IN_DOCUMENT = Sheet(width_mm=180.0, height_mm=236.0, side_mm=0.5, marked=False)
"""For a page that has margins and a marking of its own."""

_ONE_AT_A_TIME = threading.Lock()  # matplotlib may not be used by two threads at once


def picture_window(assessment: Assessment, scale: int, sheet: Sheet = A4) -> Window:
    """Give the ground that a sheet shows: what the background for `render_png` must cover, EPSG:27700."""
    return sheet.window(Ground(assessment), scale)


def render_png(
    assessment: Assessment, background: Background, scale: int, *, sheet: Sheet = A4, reference: str | None = None
) -> bytes:
    """Draw the sheet at 1:`scale` as a PNG of 200 dots an inch.

    Raises
    ------
    UsageError
        If the scale is not a positive whole number, or the assessment carries restricted places.
    """
    with _ONE_AT_A_TIME:
        figure = _draw(assessment, background, scale, sheet, reference)
        return _saved(figure, "png", {"Software": None})


def render_svg(
    assessment: Assessment, background: Background, scale: int, *, sheet: Sheet = A4, reference: str | None = None
) -> bytes:
    """Draw the sheet at 1:`scale` as SVG, letters as outlines, its size in millimetres.

    Raises
    ------
    UsageError
        If the scale is not a positive whole number, or the assessment carries restricted places.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    with _ONE_AT_A_TIME, mpl.rc_context({"svg.hashsalt": "era-geo", "svg.fonttype": "path"}):
        figure = _draw(assessment, background, scale, sheet, reference)
        return _saved(figure, "svg", {"Date": None, "Creator": None})


def beyond_the_edge(assessment: Assessment, scale: int, sheet: Sheet) -> list[int]:
    """Give the numbers of the places that have no mark on a sheet at 1:`scale`, because they lie outside its frame."""
    ground = Ground(assessment)
    window = sheet.window(ground, scale)
    return _outside(_middles(ground, scale, window), window)


def alternative_text(assessment: Assessment, scale: int, sheet: Sheet = IN_DOCUMENT) -> str:
    """Give what the map shows in words, for those who do not see it: the table says all of it."""
    count = len(assessment.findings)
    hatched = sheet.worded and assessment.open_area is not None
    opened = " What lies in open line from its walls, in plan and with heights unknown, is hatched." if hatched else ""
    return (
        f"Map at 1:{scale} with the property in the middle, a ring {assessment.parameters.radius_m:g} m around it, and "
        f"{count} numbered {'place' if count == 1 else 'places'}.{opened} The table of places says all that the map shows."
    )


def _saved(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format=kind, dpi=DPI, metadata=metadata)
    return picture.getvalue()


def _draw(assessment: Assessment, background: Background, scale: int, sheet: Sheet, reference: str | None) -> Figure:
    if scale <= 0 or scale != int(scale):
        raise UsageError(f"A scale is a whole number such as 1250, not {scale:g}.")
    contract.refuse_restricted(assessment)
    ground = Ground(assessment)
    window = sheet.window(ground, scale)
    paper = Paper(sheet.width_mm, sheet.height_mm, sheet.frame(assessment), window, scale)
    paper.background(background)
    if sheet.worded:
        paper.open_area(ground)  # without its words nobody would know what the hatching is
    paper.assessment(ground)
    size_m = MARK_MM * scale / 1000
    middles = _middles(ground, scale, window)
    boxes = [shapely.box(x - size_m, y - size_m, x + size_m, y + size_m) for x, y in middles]
    paper.street_names(background, avoid=[*boxes, ground.origin])
    paper.marks(assessment, ground, middles, MARK_MM)
    paper.furniture()
    if sheet.worded:
        draw_words(paper, ground, scale, marked=sheet.marked, reference=reference, off_sheet=len(_outside(middles, window)))
    return paper.figure


def _middles(ground: Ground, scale: int, window: Window) -> npt.NDArray[np.float64]:
    """Give where each place's mark goes so that none covers another, and the edge of the window cuts none off; EPSG:27700."""
    size_m = MARK_MM * scale / 1000
    west, south, east, north = window
    anchors = [
        shapely.Point(
            min(max(anchor.x, west + 0.6 * size_m), east - 0.95 * size_m),  # more on the right and above: the number is there
            min(max(anchor.y, south + 0.6 * size_m), north - 0.85 * size_m),
        )
        if west <= anchor.x <= east and south <= anchor.y <= north
        else anchor
        for anchor in ground.anchors
    ]
    return spread(anchors, size_m * 1.4, taken=[(ground.point.x, ground.point.y)])


def _outside(middles: npt.NDArray[np.float64], window: Window) -> list[int]:
    """Give the numbers of the places whose marks lie outside the window."""
    west, south, east, north = window
    x, y = middles.T
    return [int(number) for number in np.flatnonzero((x < west) | (x > east) | (y < south) | (y > north)) + 1]
