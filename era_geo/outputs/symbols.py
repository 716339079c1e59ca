"""The marks of places: a shape and a letter in the layer's colour, drawn the same on screen and on paper."""

from __future__ import annotations

import math

from era_geo.layercolour import is_colour, text_colour
from era_geo.model import LayerResult, Style
from era_geo.outputs.escape import line, script_html

Points = tuple[tuple[float, float], ...]

_PLAIN_COLOUR = "#444444"


def _regular(corners: int, first_deg: float, radii: tuple[float, ...] = (1.0,)) -> Points:
    """Give corners at equal angles, clockwise from `first_deg` (0 is up), at each radius in turn."""
    angles = (math.radians(first_deg + 360 * i / corners) for i in range(corners))
    reach = [(radii[i % len(radii)], angle) for i, angle in enumerate(angles)]
    return tuple((round(r * math.sin(angle), 4), round(r * math.cos(angle), 4)) for r, angle in reach)


_CROSS = ((-0.4, 1), (0.4, 1), (0.4, 0.4), (1, 0.4), (1, -0.4), (0.4, -0.4),
          (0.4, -1), (-0.4, -1), (-0.4, -0.4), (-1, -0.4), (-1, 0.4), (-0.4, 0.4))  # fmt: skip

OUTLINES: dict[str, Points] = {
    "circle": _regular(32, 0.0),
    "square": ((-0.88, 0.88), (0.88, 0.88), (0.88, -0.88), (-0.88, -0.88)),
    "diamond": ((0, 1.2), (1.2, 0), (0, -1.2), (-1.2, 0)),
    "triangle": ((0, 1.25), (1.25, -0.85), (-1.25, -0.85)),
    "pentagon": _regular(5, 0.0, (1.1,)),
    "hexagon": _regular(6, 30.0, (1.08,)),
    "octagon": _regular(8, 22.5, (1.04,)),
    "star": _regular(16, 0.0, (1.25, 0.92)),
    "cross": _CROSS,
    "shield": ((-0.92, 0.95), (0.92, 0.95), (0.92, -0.1), (0.6, -0.75), (0, -1.15), (-0.6, -0.75), (-0.92, -0.1)),
}
"""Corner points of each shape about (0, 0), y upwards, one unit being half the mark's nominal size."""


def outline(style: Style) -> Points:
    """Give the corners of a layer's mark; a shape that is not known is drawn as a circle, and its letter still tells it."""
    return OUTLINES.get(style.shape, OUTLINES["circle"])


def colour(style: Style) -> str:
    """Give a layer's colour, or a plain grey where the style has none that can be drawn."""
    return style.colour if is_colour(style.colour) else _PLAIN_COLOUR


def letter_colour(style: Style) -> str:
    """Give black or white: that in which the letter reads best on the mark."""
    return text_colour(colour(style))


def letter(style: Style) -> str:
    """Give a layer's letter: at most two characters."""
    return line(style.letter)[:2]


def symbol_svg(result: LayerResult, size_px: int = 24) -> str:
    """Give a layer's mark, its shape and letter in its colour, as an SVG element. It is an ornament: words stand beside it."""
    style = result.style
    corners = " ".join(f"{x:g},{-y:g}" for x, y in outline(style))
    size = 1.15 if len(letter(style)) == 1 else 0.85
    return (
        f'<svg width="{size_px}" height="{size_px}" viewBox="-1.35 -1.35 2.7 2.7" aria-hidden="true" focusable="false">'
        f'<polygon points="{corners}" fill="{colour(style)}" stroke="#fff" stroke-width=".14" stroke-linejoin="round"/>'
        f'<text y="{size * 0.36:g}" text-anchor="middle" font-family="Arial, sans-serif" font-weight="700" font-size="{size}" '
        f'fill="{letter_colour(style)}">{script_html(letter(style))}</text></svg>'
    )


def line_svg(line_colour: str, size_px: int = 20) -> str:
    """Give a dashed line as an SVG element, for the key of a map."""
    return _key_svg(f'<path d="M1 10H19" stroke="{line_colour}" stroke-width="3" stroke-dasharray="5 3"/>', size_px)


def area_svg(fill: str, size_px: int = 20) -> str:
    """Give a softly filled area as an SVG element, for the key of a map."""
    return _key_svg(f'<rect x="2" y="3" width="16" height="14" fill="{fill}" fill-opacity=".45" stroke="{fill}"/>', size_px)


def ring_svg(edge: str, size_px: int = 20) -> str:
    """Give a small ring as an SVG element, for the key of a map."""
    return _key_svg(f'<circle cx="10" cy="10" r="5" fill="#fff" stroke="{edge}" stroke-width="3"/>', size_px)


def _key_svg(inside: str, size_px: int) -> str:
    return f'<svg width="{size_px}" height="{size_px}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{inside}</svg>'
