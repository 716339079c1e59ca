"""What a layer is: the content of one file of `layers/places/`."""

from __future__ import annotations

from dataclasses import dataclass

from era_geo.layerrules import Block, Caveat
from era_geo.model import Style

GROUPS: dict[str, str] = {
    "children": "Children and young people",
    "adults_at_risk": "Adults at risk",
    "community": "Community",
    "licensed": "Licensed premises",
    "protective": "Protective features",
}
"""The groups a layer may belong to, and how each is called."""

SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "hexagon", "star", "cross")
"""The shapes a layer's mark may have: what draws a map must know each of them."""


@dataclass(frozen=True)
class Example:
    """Tags, and whether a place with them belongs to the layer. `caveats` are all that is said of it; `None`: not examined."""

    tags: dict[str, str]
    matches: bool
    caveats: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Layer:
    """One kind of place, as its file says. `file` is the file's name from `layers/` on."""

    id: str
    version: int
    label: str
    group: str
    description: str
    basis: tuple[str, ...]
    blind_spots: tuple[str, ...]
    style: Style
    match: tuple[Block, ...]
    caveats: tuple[Caveat, ...]
    examples: tuple[Example, ...]
    file: str
