"""How the ground is drawn: one calm palette and one order for the interactive and the fixed-scale map.

The background is pale so that property, ring and numbered places stand out; places are told apart by letter and shape, so the
map also works in black and white. Widths of roads are metres on the ground, as the eye expects at these scales.
"""

from __future__ import annotations

from dataclasses import dataclass

LAND = "#f8f6f1"
PROPERTY = "#9b0f3c"
INK = "#1f2328"
ON_FOOT = "#0b4a8f"
"""Ways on foot, gates and crossings."""
OPEN_LINE = "#e3b71e"
"""What lies in open line from the property, in plan."""
OPEN_LINE_DARK = "#8a6a00"
"""The hatching and the edge of the same on paper, which must be told without colour."""
STREET_NAME = "#4b4640"


@dataclass(frozen=True)
class Look:
    """How one class is drawn. `width_m` is a line's width on the ground; `least_px` what it never goes below on a screen.

    `fill` colours areas, `line` lines and edges; a line with a `casing` is edged in that colour. `dash` is in line widths.
    """

    fill: str | None = None
    line: str | None = None
    width_m: float = 0.0
    least_px: float = 0.6
    casing: str | None = None
    dash: tuple[float, float] | None = None


LOOKS: dict[str, Look] = {
    "farmland": Look(fill="#f5f2e2"),
    "residential": Look(fill="#f1eee8"),
    "industrial": Look(fill="#eceaec"),
    "sand": Look(fill="#f3e9cd"),
    "green": Look(fill="#dfecd3"),
    "wood": Look(fill="#c9dfbd"),
    "hard": Look(fill="#ebe9e5"),
    "water": Look(fill="#bdd7e7", line="#9cc0d6", width_m=0.4),
    "waterway": Look(line="#a5c8dc", width_m=2.0, least_px=1.0),
    "coast": Look(line="#7ba7c2", width_m=1.0),
    "building": Look(fill="#d8cfc4", line="#b3a797", width_m=0.3, least_px=0.7),
    "barrier": Look(line="#b5aea2", width_m=0.25, least_px=0.5),
    "path": Look(line="#a88a68", width_m=0.7, least_px=1.1, dash=(3.2, 2.0)),
    "service": Look(line="#ffffff", width_m=3.0, least_px=1.2, casing="#cfc9bf"),
    "street": Look(line="#ffffff", width_m=6.0, least_px=1.8, casing="#c4bdb1"),
    "middle": Look(line="#fdf3d1", width_m=7.5, least_px=2.2, casing="#cdbd8e"),
    "main": Look(line="#fbe2a9", width_m=9.0, least_px=2.6, casing="#cfae67"),
    "rail": Look(line="#8b8b8b", width_m=1.0, least_px=1.4, dash=(6.0, 3.0)),
}
"""Every class of background, in the order of drawing."""

ROADS = {
    **dict.fromkeys(("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"), "main"),
    **dict.fromkeys(("secondary", "secondary_link", "tertiary", "tertiary_link"), "middle"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "pedestrian", "road", "busway"), "street"),
    "service": "service",
    **dict.fromkeys(("footway", "path", "cycleway", "steps", "bridleway", "track", "corridor"), "path"),
}
"""The class of each value of the highway tag; a value that is not here (`proposed`) is not drawn."""
