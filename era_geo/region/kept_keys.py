"""The tag keys whose objects a region keeps as places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptKey:
    """A tag key whose objects go into `places`, all their tags with them."""

    key: str
    except_values: tuple[str, ...] = ()


# Wide on purpose: a layer file written after the region was built should find its objects in it. Buildings of plain kinds and
# roads have tables of their own and would only swell this one.
PLAIN_BUILDINGS = (
    "yes", "house", "detached", "semidetached_house", "semi", "terrace", "terraced_house", "residential", "bungalow", "garage",
    "garages", "shed", "roof", "carport", "greenhouse", "hut", "no",
)  # fmt: skip
ROADS = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
    "tertiary_link", "unclassified", "residential", "living_street", "pedestrian", "service", "track", "road", "busway", "raceway",
    "footway", "path", "cycleway", "bridleway", "steps", "corridor", "via_ferrata", "proposed", "construction", "no",
    "crossing", "traffic_signals", "give_way", "stop", "turning_circle", "turning_loop", "mini_roundabout", "motorway_junction",
    "passing_place", "milestone", "speed_camera", "street_lamp", "traffic_mirror",
)  # fmt: skip
KEPT_KEYS: tuple[KeptKey, ...] = (
    *(
        KeptKey(key)
        for key in (
            "amenity", "shop", "leisure", "tourism", "healthcare", "social_facility", "office", "club", "sport", "education",
            "school", "community_centre", "public_transport", "railway", "man_made", "surveillance", "emergency", "historic",
            "military", "craft", "attraction", "playground", "religion", "residential",
        )
    ),
    KeptKey("landuse", except_values=("farmland", "farmyard", "forest", "grass", "meadow", "residential", "orchard")),
    KeptKey("highway", except_values=ROADS),
    KeptKey("building", except_values=PLAIN_BUILDINGS),
)  # fmt: skip
