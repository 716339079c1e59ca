"""The two lists of real addresses that the geocoder is measured on, and the messy forms people type them in."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import osmium

from era_geo import crs

Point = tuple[float, float]


@dataclass(frozen=True)
class Address:
    """An address to find. `points` are where its house really is (EPSG:27700), none where the map lacks the house."""

    number: str
    street: str
    town: str
    postcode: str
    points: tuple[Point, ...] = ()
    unit: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two records of one house share: the number's and the street's own text, without case and stops."""
        return self.number.lower(), plain(self.street)


def plain(text: str) -> str:
    """Give a street name without case, accents, apostrophes, stops and commas."""
    text = "".join(sign for sign in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[.'’,]", "", text).split())  # noqa: RUF001 - the apostrophe that people paste


def of_extract(path: Path, needed: Sequence[str] = ("housenumber", "street")) -> list[Address]:
    """Read the addresses of an OpenStreetMap extract that have all the `needed` parts."""
    found = (of_object(thing, needed) for thing in osmium.FileProcessor(str(path)).with_locations())
    return [one for one in found if one is not None]


def of_object(thing: Any, needed: Sequence[str] = ("housenumber", "street")) -> Address | None:
    """Read the address of one object, with its locations; `None` where it lacks a needed part, or is none."""
    tags = dict(thing.tags)
    if thing.is_relation() or any(f"addr:{key}" not in tags for key in needed) or "addr:interpolation" in tags:
        return None
    places = [thing.location] if thing.is_node() else [node.location for node in thing.nodes if node.location.valid()]
    if not places:
        return None
    east, north = crs.to_bng([place.lon for place in places], [place.lat for place in places])
    middle = (float(east.min() + east.max()) / 2, float(north.min() + north.max()) / 2)
    town = tags.get("addr:city") or tags.get("addr:town") or tags.get("addr:village") or ""
    postcode, unit = tags.get("addr:postcode", ""), tags.get("addr:unit", "")
    return Address(tags["addr:housenumber"], tags["addr:street"], town, postcode, (middle,), unit)


def of_gold(path: Path, extract: Sequence[Address]) -> list[Address]:
    """Read the council's list; each address gets the points at which the extract has just that house."""
    points: Mapping[tuple[str, str], list[Point]] = defaultdict(list)
    for one in extract:
        points[one.key].extend(one.points)
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number, _, street = row["address"].partition(" ")
            address = Address(number, street, row["town"], row["postcode"])
            found.append(replace(address, points=tuple(points.get(address.key, ()))))
    return found


# --- the forms ---------------------------------------------------------------------------------------------------------------

_SHORT = {
    "street": "St", "road": "Rd", "avenue": "Ave", "crescent": "Cres", "place": "Pl", "terrace": "Ter", "gardens": "Gdns",
    "drive": "Dr", "lane": "Ln", "court": "Ct", "close": "Cl", "square": "Sq", "grove": "Gr", "view": "Vw", "park": "Pk",
}  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
Form = Callable[[Address, random.Random], str]


def typo(text: str, rng: random.Random) -> str:
    """Make one slip in the letters of `text`: one left out, doubled by another, wrong, or swapped with the next."""
    places = [i for i, sign in enumerate(text) if sign.isalpha()]
    while True:
        i = rng.choice(places)
        kind = rng.randrange(4)
        if kind == 0:
            made = text[:i] + text[i + 1 :]
        elif kind == 1:
            made = text[:i] + rng.choice(_LETTERS) + text[i:]
        elif kind == 2:
            made = text[:i] + rng.choice(_LETTERS) + text[i + 1 :]
        else:
            made = text[:i] + text[i : i + 2][::-1] + text[i + 2 :]
        if plain(made) != plain(text):
            return made


def abbreviated(street: str) -> str:
    """Shorten the street's type: `Frederick St`."""
    words = street.split()
    places = [i for i, word in enumerate(words) if word.lower().strip(",.") in _SHORT]
    if places:
        words[places[-1]] = _SHORT[words[places[-1]].lower().strip(",.")]
    return " ".join(words)


def wrong_postcode(postcode: str, rng: random.Random) -> str:
    """Change one letter of the second half."""
    place = rng.choice((-2, -1))
    letter = rng.choice([sign for sign in "ABDEFGHJLNPQRSTUWXYZ" if sign != postcode[place]])
    return postcode[:place] + letter + (postcode[place + 1 :] if place != -1 else "")


def missing_number(taken: set[str], rng: random.Random) -> str:
    """Give a number that the street does not have."""
    while (number := str(rng.randrange(1, 999))) in taken:
        pass
    return number


def line(*parts: str) -> str:
    """Join the parts that are not empty with commas."""
    return ", ".join(part for part in parts if part)


def _written(a: Address, street: str | None = None) -> str:
    return line(f"{a.number} {street or a.street}", a.town, a.postcode)


FORMS: dict[str, Form] = {
    "as written": lambda a, _: _written(a),
    "lower case, no commas": lambda a, _: _written(a).lower().replace(",", ""),
    "no town": lambda a, _: line(f"{a.number} {a.street}", a.postcode),
    "no postcode": lambda a, _: line(f"{a.number} {a.street}", a.town),
    "a typo in the street": lambda a, rng: _written(a, typo(a.street, rng)),
    "two typos": lambda a, rng: _written(a, typo(typo(a.street, rng), rng)),
    "typo, no postcode": lambda a, rng: line(f"{a.number} {typo(a.street, rng)}", a.town),
    "postcode first": lambda a, _: line(a.postcode, f"{a.number} {a.street}", a.town),
    "`Flat 2, ` in front": lambda a, _: "Flat 2, " + _written(a),
    "`12/3`": lambda a, _: line(f"{a.number}/3 {a.street}", a.town, a.postcode),
    "abbreviated street type": lambda a, _: _written(a, abbreviated(a.street)),
    "postcode wrong by a letter": lambda a, rng: line(f"{a.number} {a.street}", a.town, wrong_postcode(a.postcode, rng)),
}
