"""Buildings that bear a name and whose use no tag tells: a playschool that is drawn as `building=yes` alone is in no layer.

What such a building is cannot be looked up, so it is a gap that names it, and no finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np

from era_geo.layerset import LayerSet
from era_geo.model import Finding, Gap
from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.region.region import Features, Region
from era_geo.vicinity.anchor import Anchor
from era_geo.vicinity.conflate import normal_name

MOST = 10
"""How many are named, nearest first; the rest are counted."""

_HOMES = frozenset(
    ("house", "detached", "semidetached_house", "semi", "terrace", "terraced_house", "residential", "bungalow", "apartments",
     "farm", "cabin", "static_caravan", "houseboat", "garage", "garages", "shed", "carport", "greenhouse", "no")
)  # fmt: skip
"""Kinds of building whose name is a house's name."""

_USES = frozenset(kept.key for kept in KEPT_KEYS) - {"building"}


def look(region: Region, anchor: Anchor, radius_m: float, layers: LayerSet, findings: Iterable[Finding]) -> list[Gap]:
    """Name the buildings that may lie within the radius, bear a name, and are of no layer; nothing where there are none."""
    reach = radius_m + anchor.uncertainty_m
    told = {normal_name(finding.name) for finding in findings}
    rows = region.read("buildings", anchor.window(reach), ("kind", "tags"))
    rows, names = named(rows, layers)
    metres = anchor.distances(rows.geometry).tolist()
    return tell((far, name) for far, name in zip(metres, names, strict=True) if far <= reach and normal_name(name) not in told)


def named(rows: Features, layers: LayerSet) -> tuple[Features, list[str]]:
    """Give those of some buildings (with `kind` and `tags`) that bear a name and are of no layer, and their names."""
    kept = [kind not in _HOMES and '"name"' in tags for kind, tags in zip(rows["kind"], rows["tags"], strict=True)]
    rows = rows.where(np.array(kept, dtype=bool))
    tags = [json.loads(text) for text in rows["tags"]]
    unknown = [_is_unknown(of, layers) for of in tags]
    return rows.where(np.array(unknown, dtype=bool)), [of["name"] for of, keep in zip(tags, unknown, strict=True) if keep]


def tell(buildings: Iterable[tuple[float, str]]) -> list[Gap]:
    """Name buildings, given by their metres and names, as one gap; nothing where there are none."""
    near = sorted(buildings)
    if not near:
        return []
    listed = "; ".join(f"{name} ({metres:.0f} m)" for metres, name in near[:MOST])
    more = f"; and {len(near) - MOST} more, farther off" if len(near) > MOST else ""
    what = f"What these named buildings are used for is not known: {listed}{more}."
    return [Gap(None, "named_buildings", what, "The map draws them as buildings only, so they are in no layer. Look on the visit.")]


def _is_unknown(tags: Mapping[str, str], layers: LayerSet) -> bool:
    """Whether a building bears a name, which is more than its house name or number, and nothing says what it is used for."""
    name = normal_name(tags.get("name"))
    has_words = any(letter.isalpha() for letter in name)
    return has_words and name != normal_name(tags.get("addr:housename")) and not (_USES & tags.keys() or layers.classify(tags))
