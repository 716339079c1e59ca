"""Which row of an official list and which object of the map are one place: by name, nearness and UPRN, one row of a list each.

Lists locate a school by a point somewhere in it, or by its postcode; the map draws its grounds. Names differ in the words that
say what kind of place it is ("Primary School", "Nursery Class") and agree in those that say which one. So the telling words are
compared, and a weak likeness needs nearness to make up for it. `benchmarks/conflation.py` measures it on lists that share keys.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

LISTED_REACH_M = 250.0
"""How far apart a list and the map, or two lists, may put one place, beyond what the row's own uncertainty allows."""

_LIKE = 88.0
_SOMEWHAT_LIKE = 70.0
_BESIDE_M = 40.0
_OF_WHOLE_NAME = 0.1  # it decides among those whose telling words are as like
_KIND_WORDS = frozenset(
    """
    the of and at in for a school schools primary secondary high academy nursery nurseries class infant junior early years
    childcare child children childrens kindergarten playgroup pre preschool elc rc roman catholic denominational centre center
    community ltd limited private day care home house service services library park play area playpark ce cofe church england
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_ALIASES = {"saint": "st", "mount": "mt"}


@dataclass(frozen=True)
class Entry:
    """One object as it is compared: `source_id` of a list, `None` for the map; `geometry` in EPSG:27700."""

    name: str | None
    geometry: shapely.Geometry
    uncertainty_m: float
    source_id: int | None
    uprn: str | None = None
    postcode: str | None = None


@lru_cache(maxsize=10_000)
def normal_name(name: str | None) -> str:
    """Fold a name to what is compared: no case, marks or punctuation."""
    if not name:
        return ""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("\u2019", ""))
    return re.sub(r"[^\w]+", " ", "".join(c for c in folded if not unicodedata.combining(c))).strip()


def telling_words(name: str | None) -> tuple[str, ...]:
    """Give the words that say which place it is, without those that say of what kind; all words where no other are left."""
    words = [_ALIASES.get(word, word) for word in normal_name(name).split()]
    return tuple(word for word in words if word not in _KIND_WORDS) or tuple(words)


def likeness(a: str | None, b: str | None) -> float:
    """Give how alike the telling words of two names are, 0 to 100. One name that only adds words to the other is like it."""
    first, second = telling_words(a), telling_words(b)
    if not first or not second:
        return 0.0
    if "".join(first) == "".join(second):
        return 100.0  # "South Brae" and "Southbrae"
    one, other = " ".join(first), " ".join(second)
    # A shared word alone ("Craigie" in "Craigie Mains" and "Craigie Vale") must not count as the whole name.
    contained = set(first) <= set(second) or set(second) <= set(first)
    return token_set_ratio(one, other) if contained else token_sort_ratio(one, other)


def same_place(a: Entry, b: Entry) -> float | None:
    """Say how sure it is that two entries are one place (greater is surer), `None` if they are not taken for one.

    At least one of them is a list's row. Two rows of one list are never one place: the list itself tells them apart by its key.
    """
    if a.source_id == b.source_id:
        return None
    if a.uprn and a.uprn == b.uprn:
        return 200.0
    metres = float(shapely.distance(a.geometry, b.geometry))
    if metres > LISTED_REACH_M + a.uncertainty_m + b.uncertainty_m:
        return None
    if not a.name or not b.name:
        return 50.0 - metres if metres == 0 else None
    alike = likeness(a.name, b.name)
    same_postcode = bool(a.postcode) and a.postcode == b.postcode
    if alike >= _LIKE or (alike >= _SOMEWHAT_LIKE and (same_postcode or metres <= _BESIDE_M)):
        return alike + (20.0 if same_postcode else 0.0) - metres / 20.0 + _OF_WHOLE_NAME * _whole_likeness(a.name, b.name)
    return None


@lru_cache(maxsize=100_000)
def _whole_likeness(a: str, b: str) -> float:
    """Give how alike two whole names are, 0 to 100: of one school the nursery class is the nursery, not the after school club."""
    return token_sort_ratio(normal_name(a), normal_name(b))


def pairs(entries: Sequence[Entry], near: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give those of the `near` index pairs that are one place, surest first. Pairs of two map objects are left alone."""
    scored = [
        (score, i, j)
        for i, j in near
        if not (entries[i].source_id is None and entries[j].source_id is None)
        and (score := same_place(entries[i], entries[j])) is not None
    ]
    return [(i, j) for _, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2]))]
