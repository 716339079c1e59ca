"""The awkward cases that the town was given on purpose, found in a drawn town and written out as a table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from shapely import Point
from shapely.affinity import translate

from era_geo.town.objects import Address, Case, Town
from era_geo.town.plan import FOLDER
from era_geo.town.shapes import XY, points
from era_geo.town.survey import Survey

_FILTERS = ("street", "number", "flat", "house", "town")


def with_cases(town: Town, origin: XY) -> Town:
    """Give the town with its awkward cases. `origin` is where the plan's own origin lies (EPSG:27700)."""
    entries = tomllib.loads((FOLDER / "awkward.toml").read_text(encoding="utf-8"))["case"]
    survey = Survey(town)
    return replace(town, cases=tuple(_case(entry, survey, origin) for entry in entries))


def _case(entry: Mapping[str, Any], survey: Survey, origin: XY) -> Case:
    objects = tuple(survey.town.named[id_] for id_ in entry.get("objects", ()))
    address = _viewpoint(entry, survey, objects, origin)
    distance = round(survey.distance(address, objects[0]), 1) if objects else None
    filled = entry["expect"].replace("{distance}", f"{distance} m").replace("{address}", address.label)
    return Case(entry["id"], entry["title"], address, objects, distance, filled)


def _viewpoint(entry: Mapping[str, Any], survey: Survey, objects: tuple[str, ...], origin: XY) -> Address:
    """Give the address that a case is looked at from."""
    wanted = {key: entry[key] for key in _FILTERS if key in entry}
    found = [one for one in survey.town.addresses if one.is_home or "house" in wanted]
    found = [one for one in found if all(getattr(one, key) == value for key, value in wanted.items())]
    if "near" in entry:
        spot = translate(Point(points(entry["near"])[0]), *origin)
        return min(found, key=lambda one: survey.footprint(one).distance(spot))
    if not objects:
        return found[0]
    target = survey.shape(objects[0])
    least, greatest = entry.get("beyond", 0.0), entry.get("within", float("inf"))
    measured = [(survey.footprint(one).distance(target), one) for one in found]
    fitting = [(distance, one) for distance, one in measured if least <= distance <= greatest]
    return (max if entry.get("farthest") else min)(fitting, key=lambda pair: pair[0])[1]


def table(cases: Iterable[Case]) -> str:
    """Give the cases as a Markdown table: what, where, and what the program must say."""
    rows = ["| case | what it is | seen from | objects | what the program must say |", "|---|---|---|---|---|"]
    for case in cases:
        seen_from = case.address.label if case.address else ""
        rows.append(
            f"| `{case.id}` | {case.title} | {seen_from} | {' '.join(f'`{ref}`' for ref in case.objects)} | {case.expect} |"
        )
    return "\n".join(rows) + "\n"
