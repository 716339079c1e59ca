"""Drawing on paper with matplotlib: ground in metres inside the frame, words and marks in millimetres on the sheet.

No global state of matplotlib is used: each sheet is its own figure with the Agg canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.model import Assessment, Style
from era_geo.outputs import symbols, words
from era_geo.outputs.background import Background
from era_geo.outputs.escape import line
from era_geo.outputs.ground import Ground, Window
from era_geo.outputs.layout import street_labels
from era_geo.outputs.looks import INK, LAND, LOOKS, ON_FOOT, OPEN_LINE, OPEN_LINE_DARK, PROPERTY, STREET_NAME, Look
from era_geo.outputs.places import place_rows

_POINTS_PER_MM = 72 / 25.4
_STREET_NAME_MM = 2.1
WAY_DASH = (3.4, 2.2)
"""Dash and gap of a way on foot, in line widths."""
_HATCH_MM = 2.0
"""How far apart the lines of the hatching lie."""
_OPEN_SHADE = 0.16
_FONT = "DejaVu Sans"  # comes with matplotlib, so that every machine draws the same


class Paper:
    """One sheet. `window` is the ground that fills `frame` (left, bottom, width, height in mm) at 1:`scale`."""

    def __init__(
        self, width_mm: float, height_mm: float, frame: tuple[float, float, float, float], window: Window, scale: int
    ) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

        self.width_mm, self.height_mm, self.frame, self.window, self.scale = width_mm, height_mm, frame, window, scale
        self.figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="white")
        FigureCanvasAgg(self.figure)
        left, bottom, width, height = frame
        self.map = self.figure.add_axes(
            (left / width_mm, bottom / height_mm, width / width_mm, height / height_mm), facecolor=LAND, xticks=[], yticks=[]
        )
        self.map.set_xlim(window[0], window[2])
        self.map.set_ylim(window[1], window[3])
        self.sheet = self.figure.add_axes((0, 0, 1, 1), facecolor="none", xticks=[], yticks=[])
        self.sheet.set_axis_off()
        self.sheet.set_xlim(0, width_mm)
        self.sheet.set_ylim(0, height_mm)
        self._font = _characters()

    def background(self, background: Background) -> None:
        """Draw the ground, class by class."""
        for order, (kind, look) in enumerate(LOOKS.items()):
            if kind in background.shapes:
                self._class(background.shapes[kind], look, 1 + order * 0.05)

    def assessment(self, ground: Ground) -> None:
        """Draw the places' own shapes, the band, the ring and the property."""
        styles = {result.id: result.style for result in ground.assessment.layers}
        for finding, shape in zip(ground.assessment.findings, ground.places, strict=True):
            colour = symbols.colour(styles[finding.layer])
            self._areas(shape, colour, colour, 1.2, 3.0, alpha=0.11)
            self._lines(shape, colour, 2.0, 3.0)
        self._lines(ground.ways, ON_FOOT, 1.0, 3.1, WAY_DASH)
        self._areas(ground.borderline, PROPERTY, None, 0, 3.2, alpha=0.10)
        self._lines(shapely.boundary(ground.within), "white", 2.6, 3.3)
        self._lines(shapely.boundary(ground.within), PROPERTY, 1.3, 3.4)
        self._ring_label(ground)
        if ground.footprint is not None:
            self._areas(ground.footprint, PROPERTY, "white", 0.8, 3.5)
        self.map.plot([ground.point.x], [ground.point.y], "o", color=PROPERTY, mec="white", mew=1.0, ms=6.5, zorder=3.6)

    def open_area(self, ground: Ground) -> None:
        """Hatch what lies in open line from the property, in plan, where that is known: above the ground, below all else."""
        if ground.open_area is None:
            return
        seen = shapely.intersection(ground.open_area, shapely.box(*self.window))
        self._areas(seen, OPEN_LINE, None, 0, 2.7, alpha=_OPEN_SHADE)
        self._lines(hatching(seen, _HATCH_MM * self.scale / 1000), OPEN_LINE_DARK, 0.35, 2.71)
        self._lines(shapely.boundary(seen), OPEN_LINE_DARK, 0.7, 2.72)

    def street_names(self, background: Background, avoid: Sequence[shapely.Geometry]) -> None:
        """Write street names along their streets, clear of `avoid`."""
        metres = self.scale / 1000
        names = street_labels(
            Background(self.window, {}, background.streets),
            height_m=_STREET_NAME_MM * 1.5 * metres,
            character_m=_STREET_NAME_MM * 0.66 * metres,
            avoid=avoid,
            repeat_m=95 * metres,
        )
        for name in names:
            turned = {"rotation": name.angle_deg, "rotation_mode": "anchor"}
            self._on_ground(name.x, name.y, name.text, _STREET_NAME_MM, 1.8, color=STREET_NAME, zorder=4, **turned)

    def marks(self, assessment: Assessment, ground: Ground, middles: npt.NDArray[np.float64], size_mm: float) -> None:
        """Draw each place's mark at its middle with its number, and a line to the place where the mark had to move."""
        west, south, east, north = self.window
        for row, (x, y), anchor in zip(place_rows(assessment), middles, ground.anchors, strict=True):
            if not (west <= x <= east and south <= y <= north):
                continue
            if np.hypot(x - anchor.x, y - anchor.y) > 0.3 * size_mm * self.scale / 1000:
                self.map.plot([anchor.x, x], [anchor.y, y], "-", color=INK, lw=0.6, zorder=4.9)
                self.map.plot([anchor.x], [anchor.y], "o", color=INK, ms=1.8, zorder=4.9)
            left, bottom = self.to_mm(x, y)
            self.mark(row.result.style, left, bottom, size_mm, str(row.number))

    def mark(self, style: Style, x: float, y: float, size_mm: float, number: str = "") -> None:
        """Draw a layer's mark with its letter at a place of the sheet (mm), and the number in a disc at its corner."""
        half = size_mm / 2
        corners = np.array(symbols.outline(style)) * half + (x, y)
        self._patch(corners, symbols.colour(style), "white", 0.9, 6)
        letter_mm = size_mm * (0.6 if len(symbols.letter(style)) == 1 else 0.45)
        self.write(x, y - 0.04 * size_mm, symbols.letter(style), letter_mm, weight="bold",
                   color=symbols.letter_colour(style), ha="center", va="center", zorder=6.1)  # fmt: skip
        if number:
            disc = size_mm * 0.31
            wide = disc * (0.95 + 0.33 * (len(number) - 1))
            cx, cy = x + half * 0.95, y + half * 0.95
            self._patch(_pill(cx, cy, wide, disc), "white", INK, 0.6, 6.2)
            self.write(cx, cy, number, size_mm * 0.46, weight="bold", ha="center", va="center_baseline", zorder=6.3)

    def write(self, x: float, y: float, text: str, size_mm: float, **more: Any) -> Any:
        """Write a line of text on the sheet; `size_mm` is the type's size (a capital is about 0.73 of it)."""
        given: dict[str, Any] = {"color": INK, "family": _FONT, "va": "baseline", "ha": "left", "zorder": 6}
        return self.sheet.text(
            x, y, self.drawable(text), fontsize=size_mm * _POINTS_PER_MM, parse_math=False, **{**given, **more}
        )  # fmt: skip

    def furniture(self) -> None:
        """Draw the frame and the north arrow."""
        left, bottom, width, height = self.frame
        right, top = left + width, bottom + height
        self.polygon([(left, bottom), (right, bottom), (right, top), (left, top)], "none", INK)
        x, y = right - 9, top - 18
        self.polygon([(x, y + 11), (x + 3, y), (x, y + 2.4), (x - 3, y)], INK, "white")
        _halo(self.write(x, y + 12, "N", 4.2, weight="bold", ha="center"), 1.8)

    def to_mm(self, x: float, y: float) -> tuple[float, float]:
        """Give where a point of the ground (EPSG:27700) lies on the sheet."""
        return (
            self.frame[0] + (x - self.window[0]) * 1000 / self.scale,
            self.frame[1] + (y - self.window[1]) * 1000 / self.scale,
        )

    def drawable(self, text: str) -> str:
        """Give one line of text with a white square for each character that the font lacks."""
        return "".join(character if ord(character) in self._font else "\u25a1" for character in line(text))

    def _ring_label(self, ground: Ground) -> None:
        x, y = ground.point.x, ground.point.y
        down = shapely.LineString([(x, y), (x, shapely.bounds(ground.within)[1] - 1)])
        south = shapely.bounds(shapely.intersection(down, ground.within))[1]
        radius = words.metres(ground.assessment.parameters.radius_m)
        self._on_ground(x, south, radius, 2.6, 2.6, color=PROPERTY, weight="bold", zorder=3.7)

    def _on_ground(self, x: float, y: float, text: str, size_mm: float, halo: float, **more: Any) -> None:
        """Write text with a white halo at a point of the ground, cut off at the frame."""
        given: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": size_mm * _POINTS_PER_MM,
            "family": _FONT,
            "clip_on": True,
        }
        _halo(self.map.text(x, y, self.drawable(text), parse_math=False, **given, **more), halo)

    def _class(self, shape: shapely.Geometry, look: Look, order: float) -> None:
        width = max(look.width_m * 1000 / self.scale, 0.12) * _POINTS_PER_MM if look.width_m else 0.0
        if look.fill:
            self._areas(shape, look.fill, look.line, width, order)
        elif look.line:
            if look.casing:
                # All casings of roads lie under all roads, so that junctions are open.
                self._lines(shape, look.casing, width + 0.9, 1.5)
            self._lines(shape, look.line, width, order + 0.6, look.dash)

    def _areas(
        self, shape: shapely.Geometry, fill: str, edge: str | None, width: float, order: float, *, alpha: float | None = None
    ) -> None:
        from matplotlib.collections import PathCollection  # noqa: PLC0415 - slow to import
        from matplotlib.colors import to_rgba  # noqa: PLC0415 - slow to import

        paths = [_path(part) for part in _parts(shape, "Polygon")]
        if paths:
            colours: dict[str, Any] = {"facecolors": [to_rgba(fill, alpha)], "edgecolors": edge or "none"}
            self.map.add_collection(PathCollection(paths, linewidths=width, zorder=order, **colours), autolim=False)

    def _lines(
        self, shape: shapely.Geometry, colour: str, width: float, order: float, dash: tuple[float, float] | None = None
    ) -> None:
        from matplotlib.collections import LineCollection  # noqa: PLC0415 - slow to import

        lines = [shapely.get_coordinates(part) for part in _parts(shape, "LineString")]
        if lines:
            style: dict[str, Any] = {"capstyle": "round"} if dash is None else {"capstyle": "butt", "linestyles": [(0, dash)]}
            drawn = LineCollection(lines, colors=colour, linewidths=width, joinstyle="round", zorder=order, **style)
            self.map.add_collection(drawn, autolim=False)

    def polygon(self, corners: Sequence[tuple[float, float]], fill: str, edge: str) -> None:
        """Draw a plain shape on the sheet (mm)."""
        self._patch(np.array(corners, dtype=np.float64), fill, edge, 0.7, 6)

    def way(self, x: float, y: float, length_mm: float) -> None:
        """Draw a piece of a way on foot on the sheet (mm), for the key."""
        drawn: dict[str, Any] = {"color": ON_FOOT, "lw": 1.0, "dashes": WAY_DASH, "zorder": 6}
        self.sheet.plot([x, x + length_mm], [y, y], **drawn)

    def open_line(self, x: float, y: float, width_mm: float, height_mm: float) -> None:
        """Draw a piece of what lies in open line on the sheet (mm), for the key."""
        from matplotlib.colors import to_hex, to_rgb  # noqa: PLC0415 - slow to import

        red, green, blue = (1 - _OPEN_SHADE * (1 - part) for part in to_rgb(OPEN_LINE))  # as the shade looks on white
        piece = shapely.box(x, y, x + width_mm, y + height_mm)
        self._patch(shapely.get_coordinates(piece), to_hex((red, green, blue)), OPEN_LINE_DARK, 0.7, 6)
        for line_of in _parts(hatching(piece, 1.2), "LineString"):
            self.sheet.plot(*shapely.get_coordinates(line_of).T, color=OPEN_LINE_DARK, lw=0.35, zorder=6.1)

    def _patch(self, corners: npt.NDArray[np.float64], fill: str, edge: str, width: float, order: float) -> None:
        from matplotlib.patches import Polygon  # noqa: PLC0415 - slow to import

        self.sheet.add_patch(Polygon(corners, closed=True, fc=fill, ec=edge, lw=width, joinstyle="round", zorder=order))


def hatching(shape: shapely.Geometry, apart: float) -> shapely.Geometry:
    """Give lines at 45 degrees through a shape, `apart` from each other across; the same for neighbouring shapes."""
    if shapely.is_empty(shape):
        return shape
    west, south, east, north = shapely.bounds(shape)
    step = apart * np.sqrt(2.0)
    begins = np.arange(np.floor((south - east) / step) * step, north - west + step, step)  # y where x is 0
    lines = shapely.linestrings(np.stack([np.stack([[west] * len(begins), begins + west], axis=1),
                                          np.stack([[east] * len(begins), begins + east], axis=1)], axis=1))  # fmt: skip
    return shapely.union_all(shapely.intersection(lines, shape))


def _halo(text: Any, width: float) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - slow to import

    text.set_path_effects([withStroke(linewidth=width, foreground="white")])


def _characters() -> frozenset[int]:
    from matplotlib.font_manager import fontManager, get_font  # noqa: PLC0415 - slow to import

    return frozenset(get_font(fontManager.findfont(_FONT)).get_charmap())


def _parts(shape: shapely.Geometry, kind: str) -> list[shapely.Geometry]:
    """Give the parts of one kind, however deep the shape is nested."""
    parts = shapely.get_parts([shape])
    while any(part.geom_type.startswith(("Multi", "GeometryCollection")) for part in parts):
        parts = shapely.get_parts(parts)
    return [part for part in parts if part.geom_type in (kind, "LinearRing" if kind == "LineString" else kind)]


def _path(polygon: Any) -> Any:
    from matplotlib.path import Path  # noqa: PLC0415 - slow to import

    rings = [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _pill(x: float, y: float, half_width: float, half_height: float) -> npt.NDArray[np.float64]:
    straight = max(half_width - half_height, 0.0)
    line_of = shapely.LineString([(x - straight, y), (x + straight + 1e-6, y)])
    return shapely.get_coordinates(line_of.buffer(half_height, quad_segs=12))
