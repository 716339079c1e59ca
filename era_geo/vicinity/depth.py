"""The closer look: how people walk, what is seen, who lives next door. What was not worked out or not asked for is a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from era_geo.model import Depth, Finding, Gap, GeoJson, Neighbours, Parameters, Site, Streets, WayPast
from era_geo.region.region import Region
from era_geo.vicinity import boundaries, sight, walking
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.neighbours import near_neighbours
from era_geo.vicinity.passing import look_past
from era_geo.vicinity.street_features import street_features
from era_geo.vicinity.surroundings import Surroundings


@dataclass(frozen=True)
class Closer:
    """What the closer look gave: the findings with more known of each, and what surrounds the property."""

    findings: tuple[Finding, ...]
    neighbours: Neighbours | None
    streets: Streets | None
    open_area: GeoJson | None
    gaps: tuple[Gap, ...]


def look_closer(
    findings: Sequence[Finding],
    site: Site,
    region: Region,
    *,
    parameters: Parameters,
    depth: Depth,
    anchor: Anchor | None = None,
    places: Sequence[walking.PlaceGeometry] | None = None,
    drawn: bool = True,
) -> Closer:
    """Look as closely as `depth` asks for.

    `anchor` is that of the site, and `places` are the findings as places to walk to, where that is known already. Unless `drawn`,
    there are no lines for a map: neither the routes nor the open area.

    Raises
    ------
    UsageError
        If the address parameter is past its limit without a reason.
    """
    if depth is Depth.NONE:
        return Closer(tuple(findings), None, None, None, (_not_asked(depth, "Walking distances"), rest_not_asked(depth)))
    around = Surroundings(site, region, anchor=anchor)
    places = walking.places_of(findings, around) if places is None else places
    walked, gaps = _on_foot(findings, places, around, parameters, drawn=drawn)
    if depth is Depth.WALK:
        return Closer(tuple(walked), None, None, None, (*gaps, rest_not_asked(depth)))
    lookout = sight.Lookout(around)
    seen, unseen = sight.look(walked, around, lookout, places)
    bounded, unbounded = boundaries.look(seen, around, lookout, places)
    neighbours, uncounted = near_neighbours(around, parameters.address_parameter)
    streets, untold = street_features(region, around.anchor, parameters.radius_m)
    return Closer(
        findings=tuple(bounded),
        neighbours=neighbours,
        streets=streets,
        open_area=sight.open_area(around, lookout, parameters.radius_m) if drawn else None,
        gaps=(
            *gaps,
            *unseen,
            *sight.open_area_gaps(around, lookout, parameters.radius_m),
            *unbounded,
            *uncounted,
            *untold,
        ),
    )


_REST = "Sight, boundaries, near neighbours and lit ways"


def _on_foot(
    findings: Sequence[Finding],
    places: Sequence[walking.PlaceGeometry],
    around: Surroundings,
    parameters: Parameters,
    *,
    drawn: bool,
) -> tuple[list[Finding], list[Gap]]:
    walked, unwalked, walks = walking.look(findings, around, places, routes=drawn)
    counted, uncounted = look_past(walked, around, parameters.way_past_m, places=places)
    told = []
    for position, (finding, walk) in enumerate(zip(walked, walks, strict=True)):
        past = counted.get(position)
        known = past is not None and past.homes is not None and past.past is not None
        way_past = WayPast(past.homes, past.past, past.within_m) if past and known else None  # type: ignore[arg-type]
        told.append(replace(finding, route=walk.route, walk_from=walk.from_entrance, walk_to=walk.to, way_past=way_past))
    return told, [*unwalked, *uncounted]


def rest_not_asked(depth: Depth) -> Gap:
    """Say that beyond the walks nothing closer was looked at."""
    return _not_asked(depth, _REST)


def _not_asked(depth: Depth, what: str) -> Gap:
    return Gap(None, None, f"{what} were not worked out.", f"They were not asked for (depth: {depth.value}).")
