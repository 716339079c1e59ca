"""Homes: which addresses and buildings around a property are homes, and how many each holds, at least.

What is a home, and what is not:

- An address is what a gazetteer classifies it as. Without a gazetteer it is a home unless its own object is a shop, an office,
  an amenity or the like, or it stands in a building tagged as being for something else (`building=retail`, a pub) without
  `addr:flats`.
- An address without a flat beside flats of the same number stands for the whole house, and is no home besides.
- Behind one number there are as many homes as flats are given for it: as addresses of their own (`2/1`, 15 Mill Wynd) or in
  `addr:flats`; one home where none are given.
- `building:flats` counts where it says more than the addresses do; where it says less, the addresses count and the data is said
  to contradict itself.
- A building of a residential kind without any address is one home at least. A building of no stated use without an address
  (`building=yes`) is not counted, and named as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import shapely

from era_geo.address.flats import flat_key
from era_geo.region.address_words import HouseNumber, house_number, name_key
from era_geo.vicinity.neighbours_flats import parse_flats
from era_geo.vicinity.neighbours_kinds import FLATTED_KINDS, ROW_KINDS, Uses, is_home_class
from era_geo.vicinity.surroundings import Surroundings

FLATS_UNKNOWN = "buildings of flats whose number is not given"


class Line(NamedTuple):
    """One line of a list of homes: the parts of its text, empty ones among them, and the object it is from.

    `homes` is how many it stands for, at least; `None` where it may be no home at all.
    """

    parts: tuple[str | None, ...]
    ref: str | None
    homes: int | None

    @property
    def text(self) -> str:
        """The line as it is read. Most homes around a property are only counted, so it is put together when asked for."""
        return ", ".join(part for part in self.parts if part)


@dataclass(eq=False)
class Door:
    """What shares one number or house name of one street, in one building or in none.

    `key` is what the same number or house name shares; `building` the position in `Surroundings.buildings`; `flats` are by the
    the flat's key, `bare` is the home that is no flat.
    """

    number: HouseNumber | None
    key: str
    name: str
    street: str
    building: int | None
    points: list[tuple[float, float]] = field(default_factory=list)
    flats: dict[str, Line] = field(default_factory=dict)
    bare: Line | None = None
    flats_whole: bool = True
    shared: bool = False
    """Whether one of the objects that bear its address is a shop or the like."""

    @property
    def lines(self) -> list[Line]:
        """The homes behind it, once all its addresses are known: its flats, or itself."""
        return list(self.flats.values()) or ([self.bare] if self.bare else [])

    @cached_property
    def point(self) -> tuple[float, float]:
        """Where it is, EPSG:27700: the middle of its addresses."""
        return sum(east for east, _ in self.points) / len(self.points), sum(north for _, north in self.points) / len(self.points)


@dataclass(eq=False)
class Household:
    """The homes of one building, or of one door that stands in none: `doors`, and `rest`, homes without an address in the data.

    `doubts` are the reasons why the number may be wrong.
    """

    building: int | None
    doors: list[Door]
    rest: list[Line] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    is_row: bool = False

    @property
    def lines(self) -> list[Line]:
        """All its homes."""
        return [*(line for door in self.doors for line in door.lines), *self.rest]

    @property
    def count(self) -> int:
        """How many homes it holds, at least."""
        return sum(line.homes or 0 for line in self.lines)


def households(around: Surroundings) -> list[Household]:
    """Give the homes around a property, by building; the buildings first, in the order of `Surroundings.buildings`."""
    uses = Uses(around)
    by_building = _doors(around, uses)
    lone = [Household(None, [door], doubts=_door_doubts(door)) for door in by_building.pop(None, [])]
    buildings = zip(*(around.buildings[column] for column in ("kind", "ref", "flats")), strict=True)
    found = [_household(uses, position, row, by_building.get(position, [])) for position, row in enumerate(buildings)]
    return [*(household for household in found if household is not None), *lone]


class _Address(NamedTuple):
    """A row of `Surroundings.addresses`; `point` is where it is."""

    ref: str
    flat: str | None
    number: str | None
    house: str | None
    street: str | None
    postcode: str | None
    flats: str | None
    building_id: int | None
    classification: str | None
    point: tuple[float, float]


def _addresses(around: Surroundings) -> Iterator[_Address]:
    """Give the addresses that say a door. A UPRN alone says neither door nor kind: lamp posts have them too."""
    rows = around.addresses
    points = shapely.get_coordinates(rows.geometry).tolist()
    columns = (rows[column] for column in _Address._fields[:-1])
    for row in map(_Address._make, zip(*columns, points, strict=True)):
        if row.number or row.house or row.flat or row.flats:
            yield row


def _doors(around: Surroundings, uses: Uses) -> dict[int | None, list[Door]]:
    """Give the doors with homes behind them, by the position of their building."""
    position = {fid: i for i, fid in enumerate(around.buildings["fid"])}
    doors: dict[tuple[int | None, str, str], Door] = {}
    for row in _addresses(around):
        building = position.get(row.building_id)
        objects = row.ref.split()
        shops = uses.other_objects(objects)
        other_building = building is not None and uses.is_other(building)
        if not _is_home(row, all_other=len(shops) == len(objects), other_building=other_building):
            continue
        number = house_number(row.number) if row.number else None
        key = number.key if number else name_key(row.number or row.house or "")
        street = name_key(row.street or "")
        door = doors.get((building, key, street))
        if door is None:
            door = doors[building, key, street] = Door(number, key, _door_name(row, number), street, building)
        _add(door, row, number)
        door.shared = door.shared or (bool(shops) and not row.classification)
    by_building: dict[int | None, list[Door]] = {}
    for door in doors.values():
        by_building.setdefault(door.building, []).append(door)
    return {building: found if building is None else _joined(found) for building, found in by_building.items()}


def _is_home(row: _Address, *, all_other: bool, other_building: bool) -> bool:
    """Whether an address is a home: a gazetteer knows best, then its objects' tags tell, then its building's."""
    classed = is_home_class(row.classification)
    return classed if classed is not None else not (all_other or (other_building and not row.flats))


def _add(door: Door, row: _Address, number: HouseNumber | None) -> None:
    """Put an address behind its door: as a flat, as several flats, or as the house itself."""
    door.points.append(row.point)
    flat = row.flat or (number.flat if number else None)
    read = parse_flats(row.flats) if row.flats else None
    labels = [flat] if flat else list(read.labels) if read else []
    if read and not read.whole:
        door.flats_whole = False
    for label in labels:
        door.flats.setdefault(flat_key(label), Line(_line(row, door.name, label), row.ref, 1))
    if not labels and door.bare is None:
        door.bare = Line(_line(row, door.name, None), row.ref, 1)


def _joined(doors: list[Door]) -> list[Door]:
    """Join what one building has under one number with and without a street, and a flat without a number to the only number."""
    if len(doors) == 1:
        return doors
    kept: list[Door] = []
    for door in sorted(doors, key=lambda door: not (door.key and door.street)):  # those that say most come first
        hosts = [other for other in kept if _may_be_same(door, other)]
        if len(hosts) == 1:
            _join(hosts[0], door)
        else:
            kept.append(door)
    return kept


def _may_be_same(door: Door, other: Door) -> bool:
    return not door.key or (door.key == other.key and not door.street)


def _join(host: Door, door: Door) -> None:
    host.points += door.points
    host.bare = host.bare or door.bare
    host.flats_whole = host.flats_whole and door.flats_whole
    host.shared = host.shared or door.shared
    for key, line in door.flats.items():
        host.flats.setdefault(key, line)


def _household(uses: Uses, position: int, building: tuple[str, str, int | None], doors: list[Door]) -> Household | None:
    """Give the homes of the building at `position`, of which `building` is kind, ref and flats; `None` where it holds none."""
    kind, ref, flats = building
    declared = flats or 0
    known = sum([len(door.lines) for door in doors])
    if not doors and not declared and not uses.is_residential(position):
        if not uses.is_unstated(position):
            return None
        text = f"Building without an address in the data, use not stated ({ref})"
        return Household(position, [], [Line((text,), ref, None)], ["buildings of no stated use without an address, not counted"])
    household = Household(position, doors, is_row=kind in ROW_KINDS and len(doors) > 1 and not any(d.flats for d in doors))
    household.doubts = [doubt for door in doors for doubt in _door_doubts(door)]
    if declared > known:
        household.rest.append(Line((_rest_text(declared - known, doors, ref),), ref, declared - known))
        household.doubts.append("buildings with more flats than addresses")
    elif not doors:
        household.rest.append(Line((f"Home without an address in the data ({ref})",), ref, 1))
        household.doubts.append("residential buildings without an address")
    elif 0 < declared < known:
        household.doubts.append("buildings with more addresses than building:flats says")
    if kind in FLATTED_KINDS and not declared and not any(door.flats for door in doors):
        household.doubts.append(FLATS_UNKNOWN)
    return household


def _door_doubts(door: Door) -> list[str]:
    doubts = [] if door.flats_whole else ["addresses whose addr:flats could not be read in full"]
    if door.number and not door.number.is_single and not door.flats:
        doubts.append("addresses numbered as a range, counted as one home each")
    if door.shared and not door.flats:
        doubts.append("addresses that a shop, an office or the like shares, counted as homes")
    return doubts


def _rest_text(count: int, doors: Iterable[Door], ref: str) -> str:
    where = " and ".join(door.name for door in doors) or f"the building {ref}"
    return f"{count} further home{'s' if count != 1 else ''} at {where}, not listed in the data"


def _door_name(row: _Address, number: HouseNumber | None) -> str:
    text = row.number.split("/")[0].strip() if number and row.number else row.number
    if text:
        return f"{text} {row.street}" if row.street else text
    if row.house:
        return f"{row.house}, {row.street}" if row.street else row.house
    return row.street or "an address without a number"


def _line(row: _Address, door: str, flat: str | None) -> tuple[str | None, ...]:
    named = row.house if row.house and row.house not in door else None
    return (f"Flat {flat}" if flat and (flat.isdecimal() or len(flat) == 1) else flat), named, door, row.postcode
