"""House numbers, flats and postcodes, given out the way Scottish towns have them: odd on one side, even on the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, product

from era_geo.town.plan import LEFT, RIGHT, Building, Street, Style
from era_geo.town.plots import Unit

MAIN_DOOR = "Main Door"
HOMES_TO_A_POSTCODE = 15
# Royal Mail never uses C, I, K, M, O or V in the second half of a postcode.
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Premises:
    """A numbered house or stair: its flats (`(None,)` for a house of one home), its place and, once given out, its postcode."""

    unit: Unit
    number: str | None
    house: str | None
    flats: tuple[str | None, ...]
    building: Building | None = None
    postcode: str | None = None

    @property
    def street(self) -> Street:
        """The street it is numbered in."""
        return self.unit.street


def number_street(street: Street, units: Iterable[tuple[Unit, Building | None]], styles: dict[str, Style]) -> list[Premises]:
    """Give the houses of one street numbers that rise along its line: odd on the left, even on the right."""
    names = _names(street)
    numbers = {LEFT: _numbers(street, 1), RIGHT: _numbers(street, 2)}
    found: list[Premises] = []
    flats: tuple[str | None, ...]
    for unit, building in sorted(units, key=lambda pair: pair[0].middle_m):
        if building is not None:
            house, flats = building.house, building.flats or (None,)
        else:
            house, flats = next(names, None), flats_of(street.flats, styles[unit.style])
        found.append(Premises(unit, None if house else next(numbers[unit.side]), house, flats, building))
    return found


def _names(street: Street) -> Iterator[str]:
    """Give out names in place of numbers: for the first houses of a street, or for every block of one that counts in blocks."""
    return (f"Block {i}" for i in count(1)) if street.blocks else iter(street.houses)


def _numbers(street: Street, first: int) -> Iterator[str]:
    """Give out the numbers of one side: `12` is followed by `12A` where the plan says so, and `45-47` is one house."""
    ranges = {text.partition("-")[0]: text for text in street.ranges}
    numbers = count(first, 2)
    for number in numbers:
        text = str(number)
        if text in street.unlisted:
            continue
        if text in ranges:
            yield ranges[text]
            for passed in numbers:
                if passed >= int(ranges[text].partition("-")[2]):
                    break
            continue
        yield text
        if text + "A" in street.letters or text + "B" in street.letters:
            yield next(letter for letter in street.letters if letter.rstrip("AB") == text)


def flats_of(way: str, style: Style) -> tuple[str | None, ...]:
    """Give the flats of a building, in one of the ways in which Scottish towns write them; `(None,)` for a house."""
    if not style.landings:
        return (None,)
    storeys = range(style.levels - style.landings, style.levels)
    every = [_Flat(storey, door, style) for storey, door in product(storeys, range(1, style.per_landing + 1))]
    if way == "numbers":
        return tuple(f"Flat {i}" for i, _ in enumerate(every, start=1))
    if way == "main door":
        return (MAIN_DOOR, *(flat.slash for flat in every if flat.storey > 0))
    return tuple(str(getattr(flat, way)) for flat in every)


@dataclass(frozen=True)
class _Flat:
    """A flat by its storey (0 is the ground) and its door on the landing (from 1), with the ways to write it."""

    storey: int
    door: int
    style: Style

    @property
    def slash(self) -> str:
        """`2/1`."""
        return f"{self.storey}/{self.door}"

    @property
    def edinburgh(self) -> str:
        """`2F1`; on the ground `PF1`."""
        return f"{self.storey}F{self.door}" if self.storey else f"PF{self.door}"

    @property
    def sides(self) -> str:
        """`2/L`; on the ground `G/L`."""
        return f"{self.storey or 'G'}/{self._side}"

    @property
    def letters(self) -> str:
        """`1FL`; on the ground `GFL`, at the top `TFL`."""
        floor = {0: "G", self.style.levels - 1: "T"}.get(self.storey, str(self.storey))
        return f"{floor}F{self._side}"

    @property
    def _side(self) -> str:
        return {1: "L", 2: "LR", 3: "LCR"}[self.style.per_landing][self.door - 1]


class Postcodes:
    """Hands out postcodes of one district, sector by sector: about fifteen homes to each, all in one street."""

    def __init__(self, district: str) -> None:
        self._district = district
        self._used: dict[int, Iterator[str]] = {}

    def give(self, street: Street, premises: list[Premises]) -> list[Premises]:
        """Give each of a street's premises its postcode, in the order in which they lie along the street."""
        given: list[Premises] = []
        homes, postcode = HOMES_TO_A_POSTCODE, ""
        for one in premises:
            if homes >= HOMES_TO_A_POSTCODE:
                homes, postcode = 0, self._next(street.sector)
            homes += len(one.flats)
            unknown = not street.postcodes or (one.building is not None and not one.building.postcode)
            given.append(replace(one, postcode=None if unknown else postcode))
        return given

    def _next(self, sector: int) -> str:
        letters = self._used.setdefault(sector, (a + b for a, b in product(_LETTERS, _LETTERS)))
        return f"{self._district} {sector}{next(letters)}"
