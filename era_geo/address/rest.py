"""The words beside the street: towns, counties, a house's name, and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading, Typed
from era_geo.address.post_towns import COUNTIES, POST_TOWNS
from era_geo.address.streets import NameMatch
from era_geo.region.address_words import DIRECTIONS, TYPE_WORDS, written_out

_LONGEST_TOWN = 5  # words
_NO_PLACE = frozenset(
    ("scotland", "alba", "england", "wales", "uk", "gb", "united kingdom", "great britain", "britain", "county", "near", "by", "nr")
)


@dataclass(frozen=True, slots=True)
class Rest:
    """What the words beside the street are.

    `towns` are keys of towns that the region or the list of post towns knows, `counties` those of counties; `before` the words in
    front of the house that are no town (a house's or a firm's name); `unknown` the words behind the street that nobody knows;
    `joined` says that a word just beside the street's name belongs to a longer name (`Rose Street` in `Rose Street South Lane`).
    """

    towns: tuple[str, ...]
    before: tuple[str, ...]
    unknown: tuple[str, ...]
    joined: bool
    counties: tuple[str, ...] = ()

    @property
    def cost(self) -> int:
        """How much is left unexplained; the fewer the better a street's name fits."""
        return len(self.unknown) + (5 if self.joined else 0)


def explain_rest(typed: Typed, reading: Reading, match: NameMatch, gazetteer: Gazetteer) -> Rest:
    """Say what the words are that the street's name does not take up."""
    words, parts = typed.words, typed.parts
    front = match.start if reading.number is None or reading.number_last else min(reading.at, match.start)
    between = words[front : match.start] if not reading.number_last else ()
    in_front, beside, behind = (_parted(some, gazetteer) for some in (words[:front], between, words[match.end :]))
    unknown = behind.unknown
    joined = bool(set(beside.unknown) - {"the", "at", "in", "on", "of"})
    if match.end < len(words) and unknown and words[match.end] == unknown[0]:
        word = written_out([unknown[0]])[0]
        one_part = parts[match.end] == parts[match.end - 1]
        lone_direction = word in DIRECTIONS and parts.count(parts[match.end]) == 1
        joined |= lone_direction or (one_part and (word in TYPE_WORDS or word in DIRECTIONS))
    if match.start and in_front.unknown and words[match.start - 1] == in_front.unknown[-1]:
        one_part = parts[match.start - 1] == parts[match.start]
        joined |= one_part and (reading.number_last or (reading.number is None and _goes_on(words, match)))
    return Rest(
        (*in_front.towns, *beside.towns, *behind.towns),
        in_front.unknown,
        unknown,
        joined,
        (*in_front.counties, *beside.counties, *behind.counties),
    )


def _goes_on(words: Sequence[str], match: NameMatch) -> bool:
    """Whether the word before a name belongs to it: a direction, or any before a bare type (`Yew Tree` before `Avenue`)."""
    before, *name = written_out(list(words[match.start - 1 : match.end]))
    return before in DIRECTIONS or all(word in TYPE_WORDS for word in name)


@dataclass(frozen=True, slots=True)
class _Parted:
    """Words parted into keys of towns, keys of counties, and what is nothing known."""

    towns: tuple[str, ...]
    counties: tuple[str, ...]
    unknown: tuple[str, ...]


def _parted(words: Sequence[str], gazetteer: Gazetteer) -> _Parted:
    towns: list[str] = []
    counties: list[str] = []
    unknown: list[str] = []
    place = 0
    while place < len(words):
        for size in range(min(_LONGEST_TOWN, len(words) - place), 0, -1):
            key = " ".join(written_out(list(words[place : place + size])))
            is_wide = key in COUNTIES or key in _NO_PLACE
            town = key if key in gazetteer.towns or (key in POST_TOWNS and gazetteer.towns) else None
            if town is None and not is_wide and size < 3 and len(key) > 4:
                town = _near_town(key, gazetteer)
            if town is not None or is_wide:
                towns += [town] if town is not None else []
                counties += [key] if town is None and key in COUNTIES else []
                place += size
                break
        else:
            unknown.append(words[place])
            place += 1
    return _Parted(tuple(towns), tuple(counties), tuple(unknown))


@lru_cache(maxsize=20_000)
def _near_town(key: str, gazetteer: Gazetteer) -> str | None:
    """Give the town that `key` is a slip for; `None` where there is none, or `key` is a word of street names."""
    if any(word in gazetteer.postings for word in key.split()):
        return None
    found = extractOne(key, gazetteer.towns, scorer=OSA.distance, score_cutoff=1 if len(key) < 8 else 2, processor=None)
    return None if found is None else str(found[0])
