"""What an official list says about itself and about what it withholds, kept with its source in the region file.

The reader of lists writes it; an assessment reads it for its gaps: child minders without an address, places that could not be
located, and what the list's silence means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from era_geo.region.list_model import AreaCount
from era_geo.region.region import Region, RegionSource

_KEY = "list"
_MEMORY = "official_lists"


@dataclass(frozen=True)
class NotLocated:
    """A place of the list that nothing located, though the region knows its neighbourhood: `roughly`, EPSG:27700."""

    ref: str
    name: str | None
    layers: tuple[str, ...]
    reason: str
    roughly: tuple[float, float]


@dataclass(frozen=True)
class ListFacts:
    """What the region knows about one official list.

    `area` is the country or council area it speaks for; `complete_for` the layers of which it holds everything there is there,
    but for its `blind_spots`; `elsewhere` is how many places lie nobody knows where, most of them outside the region; `skipped`
    counts the rows left out, by reason; `row_faults` are sentences, `fault_count` their whole number.
    """

    label: str
    area: str
    complete_for: tuple[str, ...]
    blind_spots: tuple[str, ...]
    counted: tuple[AreaCount, ...]
    not_located: tuple[NotLocated, ...]
    elsewhere: int
    skipped: Mapping[str, int]
    rows: int
    row_faults: tuple[str, ...]
    fault_count: int


def to_counts(facts: ListFacts) -> dict[str, Any]:
    """Give the facts as they go into `sources.counts`."""
    return {_KEY: asdict(facts)}


def of_source(source: RegionSource) -> ListFacts | None:
    """Give the facts of a source; `None` where it is no official list."""
    stored = source.counts.get(_KEY)
    if stored is None:
        return None
    return ListFacts(
        **{
            **stored,
            "complete_for": tuple(stored["complete_for"]),
            "blind_spots": tuple(stored["blind_spots"]),
            "counted": tuple(AreaCount(**count) for count in stored["counted"]),
            "not_located": tuple(_not_located(item) for item in stored["not_located"]),
            "row_faults": tuple(stored["row_faults"]),
        }
    )


def of_region(region: Region) -> tuple[tuple[RegionSource, ListFacts], ...]:
    """Give the official lists of a region with their facts, read once for the region."""
    if _MEMORY not in region.memory:
        facts = ((source, of_source(source)) for source in region.sources)
        region.memory[_MEMORY] = tuple((source, known) for source, known in facts if known is not None)
    known: tuple[tuple[RegionSource, ListFacts], ...] = region.memory[_MEMORY]
    return known


def described(source: RegionSource) -> tuple[str, ...]:
    """Tell in sentences what became of an official list's rows; nothing for other sources."""
    facts = of_source(source)
    if facts is None:
        return ()
    told = [f"{facts.label}: {facts.rows:,} row{'' if facts.rows == 1 else 's'}"]
    told += [f"left out: {count:,} ({why})" for why, count in facts.skipped.items()]
    withheld_counts: Counter[tuple[str, str]] = Counter()
    for count in facts.counted:
        withheld_counts[count.what, count.why] += count.count
    told += [f"only counted: {count:,} {what} ({why})" for (what, why), count in withheld_counts.items()]
    if facts.not_located or facts.elsewhere:
        told.append(f"not located: {len(facts.not_located):,} near what the region knows, {facts.elsewhere:,} elsewhere")
    told += [f"it does not hold: {spot}" for spot in facts.blind_spots]
    told += [f"fault: {fault}" for fault in facts.row_faults]
    if facts.fault_count > len(facts.row_faults):
        told.append(f"and {facts.fault_count - len(facts.row_faults):,} faults more")
    return tuple(told)


def withheld(region: Region, layer: str, council_code: str) -> tuple[tuple[RegionSource, AreaCount], ...]:
    """Give, for a layer and a council area, how many places each list knows of and gives no address for.

    Those in an area that nobody knows may lie in this one, and are given too.
    """
    return tuple(
        (source, count)
        for source, facts in of_region(region)
        for count in facts.counted
        if count.layer == layer and count.code in (council_code, None)
    )


def _not_located(stored: Mapping[str, Any]) -> NotLocated:
    east, north = stored["roughly"]
    return NotLocated(**{**stored, "layers": tuple(stored["layers"]), "roughly": (east, north)})
