"""The names a region knows, held in memory: street keys and their words, towns and other places.

A country has some 60,000 street keys: they are read once, in a fraction of a second.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import shapely
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from era_geo.address.records import Locality
from era_geo.errors import DataError
from era_geo.region.address_index import point
from era_geo.region.address_words import name_key
from era_geo.region.region import Region

_NAMED_KINDS = frozenset(
    ("city", "town", "village", "hamlet", "suburb", "neighbourhood", "quarter", "isolated_dwelling", "farm", "locality", "island",
     "islet", "borough")
)  # fmt: skip
_SETTLEMENTS = frozenset(("city", "town", "village", "suburb", "hamlet"))
_NEAR_M = 3000.0


class KnownNames:
    """Street keys, their words, and localities.

    `keys` gives a key by its number; `ids` the numbers by key, other spellings and names of a street among them.
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self.keys = [""]
        for _, key in self._read_keys():
            self.keys.append(key)
        self.ids: dict[str, tuple[int, ...]] = {key: (number,) for number, key in enumerate(self.keys) if number}
        for alias, key_id in region.query("SELECT alias, key_id FROM street_aliases"):
            self.ids[alias] = (*self.ids.get(alias, ()), key_id)
        self.corrections = lru_cache(maxsize=20_000)(self._corrections)

    def _read_keys(self) -> list[tuple[int, str]]:
        try:
            return self.region.query("SELECT id, key FROM street_keys ORDER BY id")
        except DataError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            raise DataError(f"The region '{self.region.name}' has no address index. Rebuild it: era-geo region build.") from error

    @cached_property
    def joined(self) -> dict[str, str]:
        """Key without its spaces to the key, for words run together or torn apart."""
        return {key.replace(" ", ""): key for key in self.ids}

    @cached_property
    def postings(self) -> Mapping[str, Sequence[str]]:
        """Each word of the street keys, and the keys (aliases too) that hold it."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.ids:
            for word in set(key.split()):
                found[word].append(key)
        return found

    @cached_property
    def heads(self) -> Mapping[str, Sequence[str]]:
        """The names of more than one word, by all their words but the last."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in self.ids:
            head, _, last = key.rpartition(" ")
            if head and last:
                found[head].append(key)
        return found

    @cached_property
    def _words_by_length(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for word in self.postings:
            found[len(word)].append(word)
        return found

    def _corrections(self, word: str) -> tuple[tuple[str, int], ...]:
        """Give the words of street keys that `word` may be a slip for, with the number of slips; nearest first."""
        near: list[tuple[str, int]] = []
        for length in range(max(1, len(word) - 2), len(word) + 3):
            choices = self._words_by_length.get(length)
            if choices:
                most = 1 if max(length, len(word)) < 5 else 2
                found = extract(word, choices, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=20, processor=None)
                near += [(other, int(slips)) for other, slips, _ in found]
        return tuple(sorted((item for item in near if item[1]), key=lambda item: (item[1], item[0])))

    @cached_property
    def localities(self) -> Mapping[str, tuple[Locality, ...]]:
        """Towns and other named places, by key; other names too."""
        found: dict[str, list[Locality]] = defaultdict(list)
        for ref, name, kind, others, geom in self.region.query(
            "SELECT ref, name, kind, other_names, geom FROM localities WHERE name IS NOT NULL AND geom IS NOT NULL"
        ):
            if kind in _NAMED_KINDS:
                place = Locality(ref, name, kind, *point(geom))
                for key in dict.fromkeys(name_key(text) for text in [name, *json.loads(others or "[]")]):
                    found[key].append(place)
        return {key: tuple(places) for key, places in found.items() if key}

    @cached_property
    def _settlements(self) -> tuple[list[Locality], shapely.STRtree]:
        places = [place for places in self.localities.values() for place in places if place.kind in _SETTLEMENTS]
        return places, shapely.STRtree([shapely.Point(place.easting, place.northing) for place in places])

    def locality_name(self, easting: float, northing: float) -> str | None:
        """Give the name of the nearest town, village, suburb or hamlet within 3 km; `None` where there is none."""
        places, tree = self._settlements
        found = tree.query_nearest(shapely.Point(easting, northing), max_distance=_NEAR_M, all_matches=False)
        return places[found[0]].name if len(found) else None

    @cached_property
    def towns(self) -> frozenset[str]:
        """Keys of every town name in use: of localities, and of addresses themselves."""
        listed: set[str] = set()
        for (towns,) in self.region.query("SELECT DISTINCT towns FROM streets"):
            listed.update(name_key(town) for town in json.loads(towns))
        return frozenset((listed | set(self.localities)) - {""})
