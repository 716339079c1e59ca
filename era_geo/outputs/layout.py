"""Where marks and street names go so that none covers another: shared by the maps, worked out in metres at one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.outputs.background import Background

Floats = npt.NDArray[np.float64]


def _ring(step: int) -> Floats:
    """Give places on a circle of half `step` marks about (0, 0), the upper right first."""
    angles = math.pi / 4 + math.tau * np.arange(8 + 4 * step) / (8 + 4 * step)
    return 0.5 * step * np.column_stack([np.cos(angles), np.sin(angles)])


_RINGS = (np.zeros((1, 2)), *(_ring(step) for step in range(1, 60)))
"""Places to try about a mark's own, in widths of a mark: itself, then wider and wider circles."""
_TRIES = (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)
_STRAIGHT = 0.985
"""Least share of a stretch of street that the straight line between its ends makes up, for a name to follow it."""
_ORDER = {"main": 0, "middle": 1, "street": 2, "service": 3, "path": 4}


@dataclass(frozen=True)
class StreetLabel:
    """A street name in its place. `x`, `y` are its middle in EPSG:27700; `angle_deg` turns it anticlockwise from due east."""

    text: str
    x: float
    y: float
    angle_deg: float
    box: shapely.Geometry


def spread(points: Iterable[shapely.Point], size_m: float, taken: Iterable[tuple[float, float]] = ()) -> Floats:
    """Move marks of width `size_m` apart, each as little as can be, the first ones least. Shape (n, 2), EPSG:27700.

    `taken` are middles that no mark may cover.
    """
    fixed = np.array(list(taken), dtype=np.float64).reshape(-1, 2)
    wanted = np.array([(point.x, point.y) for point in points], dtype=np.float64).reshape(-1, 2)
    placed = np.vstack([fixed, wanted])
    for index in range(len(fixed), len(placed)):
        for ring in _RINGS:
            spots = placed[index] + ring * size_m
            gaps = np.hypot(*(spots[:, None, :] - placed[None, :index, :]).T).min(axis=0, initial=np.inf)
            if (gaps >= size_m).any():
                placed[index] = spots[np.argmax(gaps >= size_m)]
                break
    return placed[len(fixed) :]


def street_labels(
    background: Background,
    *,
    height_m: float,
    character_m: float,
    avoid: Sequence[shapely.Geometry] = (),
    repeat_m: float = 250.0,
    kinds: Iterable[str] = tuple(_ORDER),
) -> list[StreetLabel]:
    """Place street names along their streets, where they fit straight and cover neither each other nor `avoid`.

    Parameters
    ----------
    height_m, character_m
        Height of the letters, and width of one on average, in metres on the ground.
    repeat_m
        How far apart the same name may stand again.
    kinds
        Classes of street to name.
    """
    wanted = set(kinds)
    streets = [street for street in background.streets if street.kind in wanted]
    streets.sort(key=lambda street: (_ORDER[street.kind], -shapely.length(street.line), street.name))
    inside = shapely.box(*background.window).buffer(-height_m)
    blocked = np.array(avoid, dtype=object)
    placed: list[StreetLabel] = []
    for street in streets:
        width = len(street.name) * character_m
        for part in shapely.get_parts(street.line):
            label = next(
                (
                    label
                    for label in _candidates(street.name, part, width, height_m)
                    if inside.contains(label.box)
                    and not shapely.intersects(blocked, label.box).any()
                    and not any(_clash(label, other, repeat_m) for other in placed)
                ),
                None,
            )
            if label is not None:
                placed.append(label)
    return placed


def _candidates(text: str, part: shapely.Geometry, width: float, height: float) -> Iterator[StreetLabel]:
    length = shapely.length(part)
    if length < width:
        return
    for share in _TRIES:
        middle = share * length
        if middle - width / 2 < 0 or middle + width / 2 > length:
            continue
        ends = shapely.line_interpolate_point([part, part], [middle - width / 2, middle + width / 2])
        start, end = shapely.get_coordinates(ends)
        across, up = end - start
        reach = math.hypot(across, up)
        if reach < _STRAIGHT * width:
            continue
        angle = math.degrees(math.atan2(up, across))
        angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
        x, y = (start + end) / 2
        yield StreetLabel(text, x, y, angle, _turned_box(x, y, width, height, angle))


def _turned_box(x: float, y: float, width: float, height: float, angle_deg: float) -> shapely.Geometry:
    corners = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    angle = math.radians(angle_deg)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return shapely.Polygon(corners @ turn + (x, y))


def _clash(label: StreetLabel, other: StreetLabel, repeat_m: float) -> bool:
    if label.text == other.text and math.hypot(label.x - other.x, label.y - other.y) < repeat_m:
        return True
    return bool(shapely.intersects(label.box, other.box))
