"""Whether colours can be told apart, by people with and without colour blindness, and seen on white paper.

Colour blindness is simulated with the matrices of Machado, Oliveira and Fernandes (2009, "A physiologically-based model for
simulation of color vision deficiency", severity 1.0), applied to linear RGB. Difference is the Euclidean distance in CIELAB
(CIE 1976, white point D65). Contrast is that of WCAG 2.2.
"""

from __future__ import annotations

import math
import re

Triple = tuple[float, float, float]

LEAST_DIFFERENCE = 20.0
"""CIELAB distance below which two marks of the same shape are too alike. A just noticeable difference is about 2.3."""
LEAST_CONTRAST = 3.0
"""WCAG 2.2, success criterion 1.4.11: contrast of a graphical object against its background."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_VISION: dict[str, tuple[Triple, Triple, Triple]] = {
    "full colour vision": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_RGB_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)


def is_colour(text: str) -> bool:
    """Whether `text` is a colour such as `#7b3294`."""
    return _HEX.fullmatch(text) is not None


def contrast_with_white(colour: str) -> float:
    """Give the WCAG contrast ratio (1 to 21) of a colour against white."""
    red, green, blue = _linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def text_colour(colour: str) -> str:
    """Give `#ffffff` or `#000000`: that in which a letter reads best on `colour`."""
    against_white = contrast_with_white(colour)
    return "#ffffff" if against_white >= 21 / against_white else "#000000"


def least_difference(first: str, second: str) -> tuple[float, str]:
    """Give the smallest CIELAB distance of two colours over the kinds of colour vision, and the kind that has it."""
    return min((math.dist(_lab(first, matrix), _lab(second, matrix)), kind) for kind, matrix in _VISION.items())


def _linear(colour: str) -> Triple:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _lab(colour: str, vision: tuple[Triple, Triple, Triple]) -> Triple:
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in _times(vision, _linear(colour)))
    x, y, z = (_cube_root(value / white) for value, white in zip(_times(_RGB_TO_XYZ, (red, green, blue)), _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(value: float) -> float:
    return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
