"""Draws what lies behind houses: garden boundaries, sheds, garages, and the back courts of tenements."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from itertools import groupby

import shapely
from shapely import LineString, Point, Polygon

from era_geo.town.canvas import Canvas
from era_geo.town.ground import Ground
from era_geo.town.plan import Style
from era_geo.town.plots import Unit
from era_geo.town.shapes import XY, between, box_on

_LONGEST = 15.0


class GardenDrawer:
    """Draws gardens on a canvas where `ground` leaves room for them."""

    def __init__(self, canvas: Canvas, ground: Ground, styles: dict[str, Style]) -> None:
        self._canvas = canvas
        self._ground = ground
        self._styles = styles
        self._drawn = Ground()

    def draw(self, units: Iterable[Unit], rng: random.Random) -> None:
        """Draw the gardens of houses, row by row."""
        for _, row in groupby(units, key=lambda unit: (unit.row, unit.style)):
            houses = sorted(row, key=lambda unit: unit.place)
            style = self._styles[houses[0].style]
            if style.garden:
                self._boundaries(houses, style)
            for house in houses:
                self._outhouses(house, style, rng)

    def _boundaries(self, houses: list[Unit], style: Style) -> None:
        """Draw the line behind a row, and the lines between its gardens."""
        if houses[0].side == "right":
            houses = houses[::-1]
        half_gap = style.gap[0] / 2
        first, last = _Plot(houses[0]), _Plot(houses[-1])
        depth = min(self._room(_Plot(house)) for house in houses)
        if depth < 3.0:
            return
        starts = [first.behind(-half_gap, 0.0)] + [
            _Plot(house).behind(house_width(house), _Plot(house).depth) for house in houses[:-1]
        ]
        starts.append(last.behind(house_width(houses[-1]) + half_gap, 0.0))
        rears = [first.behind(-half_gap, first.depth + depth)]
        rears += [_Plot(house).behind(house_width(house), _Plot(house).depth + depth) for house in houses[:-1]]
        rears.append(last.behind(house_width(houses[-1]) + half_gap, last.depth + depth))
        for line in [LineString(rears), *(LineString(pair) for pair in zip(starts, rears, strict=True))]:
            self._boundary(line, style.garden)

    def _boundary(self, line: LineString, kind: str) -> None:
        """Draw a boundary where nothing stands in its way and none runs there already."""
        already = [other for other in self._drawn.near(line) if other.intersects(line)]
        if already and line.intersection(shapely.union_all(already)).length > 0.5 * line.length:
            return
        around = line.buffer(1.0)
        if not all(self._touches_only_ends(line, taken) for taken in self._ground.near(around)):
            return
        self._drawn.take(line.buffer(1.6, cap_style="flat"))
        self._canvas.line(line, {"barrier": kind})

    @staticmethod
    def _touches_only_ends(line: LineString, taken: shapely.Geometry) -> bool:
        return bool(line.intersection(taken).length < 0.3)

    def _room(self, plot: _Plot) -> float:
        """Give how deep a garden can be: to the middle between two houses, or all the way to anything else."""
        strip = plot.strip(_LONGEST * 2)
        house = min(
            (plot.reach(taken) for taken in self._ground.near(strip, houses=True) if taken.intersects(strip)), default=99.0
        )
        other = min(
            (plot.reach(taken) for taken in self._ground.near(strip, houses=False) if taken.intersects(strip)), default=99.0
        )
        return min(_LONGEST, house / 2 - 0.1, other - 0.6)

    def _outhouses(self, house: Unit, style: Style, rng: random.Random) -> None:
        plot = _Plot(house)
        if rng.random() < style.shed:
            across, back = rng.uniform(0.4, house_width(house) - 3.0), plot.depth + rng.uniform(4.5, 9.0)
            self._outhouse(plot, across, back, 2.4, 1.9, "shed")
        if rng.random() < style.garage:
            beside = rng.choice((-3.4, house_width(house) + 0.5))
            self._outhouse(plot, beside, plot.depth * 0.55, 2.9, 5.4, "garage")

    def _outhouse(self, plot: _Plot, across: float, back: float, width: float, depth: float, kind: str) -> None:
        outline = box_on((plot.behind(across, back), plot.behind(across + width, back)), depth)
        if self._ground.is_free(outline, 0.4) and not any(line.intersects(outline) for line in self._drawn.near(outline)):
            self._ground.take(outline)
            self._canvas.area(outline, {"building": kind})


class _Plot:
    """A house's plot: `behind(across, back)` measures along its front wall and away from it, metres."""

    def __init__(self, house: Unit) -> None:
        (self._x, self._y), end = house.front
        length = math.dist(*house.front)
        self._along = ((end[0] - self._x) / length, (end[1] - self._y) / length)
        self._away = (-self._along[1], self._along[0])
        self.width = length
        self._own = house.outline
        self.depth = max(self._back(xy) for xy in house.outline.exterior.coords)

    def behind(self, across: float, back: float) -> XY:
        return (
            self._x + across * self._along[0] + back * self._away[0],
            self._y + across * self._along[1] + back * self._away[1],
        )

    def strip(self, length: float) -> Polygon:
        """The ground behind the house, as wide as it is."""
        return box_on((self.behind(0.4, self.depth + 0.3), self.behind(self.width - 0.4, self.depth + 0.3)), length)

    def reach(self, taken: shapely.Geometry) -> float:
        """How far behind the house something begins, metres."""
        met = taken.intersection(self.strip(2 * _LONGEST))
        return min((self._back(xy) for xy in shapely.get_coordinates(met)), default=99.0) - self.depth

    def _back(self, xy: Iterable[float]) -> float:
        x, y = xy
        return (x - self._x) * self._away[0] + (y - self._y) * self._away[1]


def house_width(house: Unit) -> float:
    """Give the width of a house's front wall, metres."""
    return math.dist(*house.front)


def draw_court(canvas: Canvas, court: Polygon, rng: random.Random) -> None:
    """Draw a tenement block's back court: drying greens parted by walls, with bin stores."""
    canvas.area(court, {"landuse": "grass"})
    box = court.minimum_rotated_rectangle
    a, b, c, d = list(box.exterior.coords)[:4]
    if math.dist(a, b) < math.dist(b, c):
        a, b, c, d = b, c, d, a
    middle = LineString([between(a, d, 0.5), between(b, c, 0.5)]).intersection(court.buffer(-0.5))
    canvas.line(LineString(middle.coords), {"barrier": "wall"})
    for share in (0.2, 0.4, 0.6, 0.8):
        cross = LineString([between(a, b, share), between(d, c, share)]).intersection(court.buffer(-1.5))
        if cross.geom_type != "LineString" or cross.is_empty:
            continue
        canvas.line(LineString(cross.coords), {"barrier": "fence"})
        spot = Point(cross.interpolate(rng.uniform(0.2, 0.35), normalized=True))
        if rng.random() < 0.8:
            store = shapely.box(spot.x + 1.2, spot.y - 1.6, spot.x + 5.0, spot.y + 1.2)
            if court.contains(store):
                canvas.area(store, {"building": "service"})
