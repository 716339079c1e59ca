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
from functools import cached_property, lru_cache

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
    and group creche r c bun sgoil bunsgoil araich
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_ALIASES = {"saint": "st", "mount": "mt"}
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u00b4\u02bc")
_SCHOOL_AGE = frozenset(("school age child care", "out of school care", "holiday playscheme"))
_UNDER_SCHOOL_AGE = frozenset(("nursery", "nursery class", "playgroup", "creche", "children and family centre", "kindergarten"))
_NURSERY = re.compile(r"\b(?:nursery|nurseries|kindergarten|playgroup|pre ?school|early years|sgoil araich)\b")


@dataclass(frozen=True)
class Entry:
    """One object as it is compared: `source_id` of a list, `None` for the map; `geometry` in EPSG:27700.

    `kinds` are the values of tags or columns that made it a place of its layer, as the source has them.
    """

    name: str | None
    geometry: shapely.Geometry
    uncertainty_m: float
    source_id: int | None
    uprn: str | None = None
    postcode: str | None = None
    kinds: frozenset[str] = frozenset()

    @cached_property
    def is_for_school_age(self) -> bool:
        """Whether it is said to be day care for children of school age alone: an after school club, and no nursery."""
        kinds = {kind.casefold() for kind in self.kinds}
        return not kinds.isdisjoint(_SCHOOL_AGE) and kinds.isdisjoint(_UNDER_SCHOOL_AGE)

    @cached_property
    def is_nursery(self) -> bool:
        """Whether it is called a nursery or a playgroup."""
        return bool(_NURSERY.search(normal_name(self.name)))


@lru_cache(maxsize=10_000)
def normal_name(name: str | None) -> str:
    """Fold a name to what is compared: no case, marks or punctuation."""
    if not name:
        return ""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_APOSTROPHES))
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
    same_postcode = bool(a.postcode) and a.postcode == b.postcode
    alike = likeness(a.name, b.name)
    is_likely = alike >= _LIKE or (alike >= _SOMEWHAT_LIKE and (same_postcode or metres <= _BESIDE_M))
    if (
        not is_likely
        or _is_club_beside_nursery(a, b)
        or (metres > LISTED_REACH_M and not same_postcode and _in_part(a.name, b.name))
    ):
        return None
    return alike + (20.0 if same_postcode else 0.0) - metres / 20.0 + _OF_WHOLE_NAME * _whole_likeness(a.name, b.name)


def _is_club_beside_nursery(a: Entry, b: Entry) -> bool:
    """Whether one is the after school club, and the other the nursery class, of a school whose name both bear."""
    return (a.is_for_school_age and b.is_nursery) or (b.is_for_school_age and a.is_nursery)


def _in_part(a: str, b: str) -> bool:
    """Whether only a part of two names is the same: so far off that a postcode's width must help, it may be the quarter's."""
    return set(telling_words(a)) != set(telling_words(b))


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
