"""What comes of reading an official list: places and where they lie, and what became of every other row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from era_geo.errors import Fault

ONLY_BY_POSTCODE = "located only by its postcode"
"""How the caveat on a row begins that nothing but its postcode locates."""


class Located(NamedTuple):
    """Where something lies, metres in EPSG:27700, to within `uncertainty_m`; `note` is a caveat on how that is known."""

    easting: float
    northing: float
    uncertainty_m: float
    note: str = ""


class Lookup(Protocol):
    """What the region knows about where things lie. Each method gives `None` where it knows nothing."""

    def uprn(self, uprn: str) -> Located | None:
        """Locate a property by its reference."""

    def address(self, lines: Iterable[str], postcode: str) -> Located | None:
        """Locate a property by the lines of its address and its postcode, beyond doubt or not at all."""

    def postcode(self, postcode: str) -> Located | None:
        """Locate a postcode (normalised: `ML3 6AB`)."""

    def neighbourhood(self, postcode: str) -> tuple[float, float] | None:
        """Say roughly where a postcode lies that is not known itself: easting and northing of its like."""


@dataclass(frozen=True)
class ListPlace:
    """A place that a list gives: one row of the region's `places` for each of `layers`. `rows` are the list's row numbers."""

    ref: str
    name: str | None
    layers: tuple[str, ...]
    located: Located
    address: str | None
    postcode: str | None
    uprn: str | None
    evidence: Mapping[str, str]
    caveats: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Unlocated:
    """A place that a list gives and that nothing locates; it is reported, never dropped in silence.

    `roughly` is where its neighbourhood lies, if that is known: far too rough to measure from.
    """

    ref: str
    name: str | None
    layers: tuple[str, ...]
    evidence: Mapping[str, str]
    reason: str
    row: int
    roughly: tuple[float, float] | None


@dataclass(frozen=True)
class AreaCount:
    """How many rows whose address is withheld a list has in one council area. `code` is `None` where the area is not known."""

    layer: str
    what: str
    why: str
    area: str
    code: str | None
    count: int


@dataclass(frozen=True)
class ListRead:
    """Everything that came of one list. `skipped` counts rows by the reason they were left out; `rows` is the number of all.

    `newest` is the latest date (ISO 8601) in the column that holds dates, if the list has one.
    """

    places: tuple[ListPlace, ...]
    unlocated: tuple[Unlocated, ...]
    counted: tuple[AreaCount, ...]
    skipped: Mapping[str, int]
    faults: tuple[Fault, ...]
    rows: int
    newest: str | None
