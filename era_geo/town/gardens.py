"""Draws what lies behind houses: garden boundaries, sheds and garages, and the back courts of tenements."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from era_geo.town.canvas import Canvas
from era_geo.town.ground import Ground
from era_geo.town.plan import RIGHT, Style
from era_geo.town.plots import Unit
from era_geo.town.shapes import XY, between, box_on, lines

_FAR = 99.0
_SHORTEST = 3.0
_SHARING_A_BACK_LINE = 5


class Plot:
    """A house's plot: `behind(across, back)` measures along its front wall and away from it, metres."""

    def __init__(self, house: Unit) -> None:
        (self._x, self._y), end = house.front
        self.width = math.dist(*house.front)
        self._along = ((end[0] - self._x) / self.width, (end[1] - self._y) / self.width)
        self._away = (-self._along[1], self._along[0])
        self.depth = max(self._back(xy) for xy in house.outline.exterior.coords)

    def behind(self, across: float, back: float) -> XY:
        """Give the point so far along the front wall and so far behind it."""
        return (
            self._x + across * self._along[0] + back * self._away[0],
            self._y + across * self._along[1] + back * self._away[1],
        )

    def strip(self, back: float, length: float) -> Polygon:
        """Give the ground behind the house, as wide as it is, from `back` metres on."""
        return box_on((self.behind(0.4, back), self.behind(self.width - 0.4, back)), length)

    def reach(self, taken: Iterable[BaseGeometry], strip: Polygon) -> float:
        """Give how far behind the front wall the nearest of some areas begins, metres."""
        met = shapely.get_coordinates([area.intersection(strip) for area in taken if area.intersects(strip)])
        return min((self._back(xy) for xy in met), default=_FAR)

    def _back(self, xy: Sequence[float]) -> float:
        return (xy[0] - self._x) * self._away[0] + (xy[1] - self._y) * self._away[1]


class GardenDrawer:
    """Draws gardens on a canvas where `ground` leaves room for them."""

    def __init__(self, canvas: Canvas, ground: Ground, styles: dict[str, Style], rng: random.Random) -> None:
        self._canvas = canvas
        self._ground = ground
        self._styles = styles
        self._rng = rng
        self._drawn = Ground()

    def draw(self, units: Iterable[Unit]) -> None:
        """Draw the gardens of houses, a few neighbours at a time."""
        for row, in_row in groupby(units, key=lambda unit: (unit.row, unit.style)):
            houses = sorted(in_row, key=lambda unit: unit.place)
            style = self._styles[row[1]]
            for first in range(0, len(houses), _SHARING_A_BACK_LINE):
                if style.garden:
                    self._boundaries(houses[first : first + _SHARING_A_BACK_LINE], style)
            for house in houses:
                self._outhouses(Plot(house), style)

    def _boundaries(self, houses: list[Unit], style: Style) -> None:
        """Draw the line behind neighbours, and the lines between their gardens."""
        ordered = houses[::-1] if houses[0].side == RIGHT else houses
        plots = [Plot(house) for house in ordered]
        deep = max(plot.depth for plot in plots)
        rear = min(self._rear(plot, deep, style.plot) for plot in plots)
        if rear - deep < _SHORTEST:
            return
        half_gap = style.gap[0] / 2
        fronts = [plots[0].behind(-half_gap, 0), *(plot.behind(plot.width, 0) for plot in plots[:-1])]
        rears = [plots[0].behind(-half_gap, rear), *(plot.behind(plot.width, rear) for plot in plots[:-1])]
        fronts.append(plots[-1].behind(plots[-1].width + half_gap, 0))
        rears.append(plots[-1].behind(plots[-1].width + half_gap, rear))
        for line in [LineString(rears), *(LineString(pair) for pair in zip(rears, fronts, strict=True))]:
            self._boundary(line, style.garden)

    def _boundary(self, line: LineString, kind: str) -> None:
        """Draw a boundary from its start to the first thing in its way, unless one runs there already."""
        already = [other for other in self._drawn.near(line) if other.intersects(line)]
        if already and line.intersection(shapely.union_all(already)).length > 0.5 * line.length:
            return
        start = Point(line.coords[0])
        free = line.difference(
            shapely.union_all([taken.buffer(0.02) for taken in self._ground.near(line) if taken.intersects(line)])
        )
        piece = next((part for part in lines(free) if part.distance(start) < 0.01), None)
        if piece is not None and piece.length >= _SHORTEST:
            self._drawn.take(piece.buffer(1.6, cap_style="flat"))
            self._canvas.line(piece, {"barrier": kind})

    def _rear(self, plot: Plot, deep: float, longest: float) -> float:
        """Give where a garden ends, metres from the front wall: half way to the next house, or just short of anything else."""
        strip = plot.strip(deep + 0.3, 2 * longest)
        house = plot.reach(self._ground.near(strip, houses=True), strip)
        other = plot.reach(self._ground.near(strip, houses=False), strip)
        return min(deep + longest, (deep + house) / 2 - 0.1, other - 0.6)

    def _outhouses(self, plot: Plot, style: Style) -> None:
        rng = self._rng
        if rng.random() < style.shed:
            across, back = rng.uniform(0.4, max(0.5, plot.width - 3.0)), plot.depth + rng.uniform(4.5, 9.0)
            self._outhouse(box_on((plot.behind(across, back), plot.behind(across + 2.4, back)), 1.9), "shed")
        if rng.random() < style.garage:
            across, back = rng.choice((-3.4, plot.width + 0.5)), plot.depth * 0.55
            self._outhouse(box_on((plot.behind(across, back), plot.behind(across + 2.9, back)), 5.4), "garage")

    def _outhouse(self, outline: Polygon, kind: str) -> None:
        if self._ground.is_free(outline, 0.4) and not any(line.intersects(outline) for line in self._drawn.near(outline)):
            self._ground.take(outline)
            self._canvas.area(outline, {"building": kind})


def draw_court(canvas: Canvas, court: Polygon, rng: random.Random) -> None:
    """Draw a tenement block's back court: drying greens parted by a wall and fences, with bin stores."""
    canvas.area(court, {"landuse": "grass"})
    a, b, c, d = _long_side_first(court)
    inside = court.buffer(-0.5)
    for part in lines(LineString([between(a, d, 0.5), between(b, c, 0.5)]).intersection(inside)):
        canvas.line(part, {"barrier": "wall"})
    for cross in _greens((a, b, c, d), inside):
        canvas.line(cross, {"barrier": "fence"})
        spot = cross.interpolate(rng.uniform(0.2, 0.35), normalized=True)
        store = shapely.box(spot.x + 1.2, spot.y - 1.6, spot.x + 5.0, spot.y + 1.2)
        if rng.random() < 0.8 and court.contains(store):
            canvas.area(store, {"building": "service"})


def _greens(corners: tuple[XY, XY, XY, XY], inside: BaseGeometry) -> Iterator[LineString]:
    a, b, c, d = corners
    for share in (0.2, 0.4, 0.6, 0.8):
        yield from lines(LineString([between(a, b, share), between(d, c, share)]).intersection(inside))


def _long_side_first(court: Polygon) -> tuple[XY, XY, XY, XY]:
    corners = [(x, y) for x, y in shapely.get_coordinates(shapely.oriented_envelope(court))[:4]]
    a, b, c, d = corners
    return (a, b, c, d) if math.dist(a, b) > math.dist(b, c) else (b, c, d, a)
