"""Who may walk where, by OpenStreetMap's tags: pure functions of a way's or a node's tags."""

from __future__ import annotations

from collections.abc import Mapping

Tags = Mapping[str, str]

YES, PRIVATE, NO = "yes", "private", "no"

# Highway values that are no way at all (yet, or any more), or not a line to move along.
NOT_A_WAY = frozenset(
    ("proposed", "planned", "construction", "abandoned", "razed", "demolished", "disused", "removed", "dismantled", "no",
     "none", "rest_area", "services", "elevator", "bus_stop", "street_lamp", "traffic_signals", "emergency_bay", "escape")
)  # fmt: skip
_NOT_ON_FOOT = frozenset(("motorway", "motorway_link", "bus_guideway", "busway", "raceway"))
_PUBLIC = frozenset(("yes", "designated", "permissive", "official", "public", "destination", "permit_not_required", "allowed"))
_BARRED = frozenset(("no", "use_sidepath", "prohibited"))
# On these a barrier tag means that the way is blocked, not that there is something to walk through or around.
_BLOCKING = frozenset(("wall", "fence", "hedge", "retaining_wall", "city_wall", "ditch", "debris"))


def is_road(tags: Tags) -> bool:
    """Whether the way is a road, street or path that exists."""
    highway = tags.get("highway")
    return highway is not None and highway not in NOT_A_WAY


def way_access(tags: Tags) -> str | None:
    """Say who may walk along a way with a highway tag: `yes`, `private`, `no`; `None` where walking is out of the question.

    `foot` overrides `access`. Motorways, guided busways, trunk roads for motor traffic only and the like are `None` unless
    `foot` allows it.
    """
    highway = tags["highway"]
    if highway in NOT_A_WAY:
        return None
    own = _reading(tags.get("foot"))
    if highway in _NOT_ON_FOOT or tags.get("motorroad") == "yes":
        return YES if own == YES else None
    if highway in {"trunk", "trunk_link"} and own == NO:
        return None
    return own or _reading(tags.get("access")) or YES


def node_access(tags: Tags) -> str:
    """Say who may pass a gate, another barrier or an entrance on foot: `yes`, `private` or `no`."""
    tagged = _reading(tags.get("foot")) or _reading(tags.get("access"))
    if tagged:
        return tagged
    if tags.get("barrier") in _BLOCKING:
        return NO
    return PRIVATE if tags.get("locked") == "yes" else YES


def _reading(value: str | None) -> str | None:
    """Give what an access value says; all between a plain yes and a plain no (customers, permit, delivery) is private."""
    if value is None or value == "unknown":
        return None
    words = {word.strip() for word in value.split(";")}
    if words & _PUBLIC:
        return YES
    return NO if words <= _BARRED else PRIVATE
