"""The words beside the street: towns, counties, a house's name, and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading, Typed
from era_geo.address.post_towns import POST_TOWNS
from era_geo.address.streets import NameMatch
from era_geo.region.address_words import DIRECTIONS, TYPE_WORDS, written_out

_LONGEST_TOWN = 5  # words
_WIDE = frozenset(
    (
        "scotland", "alba", "england", "wales", "uk", "gb", "united kingdom", "great britain", "britain", "county", "near",
        "by", "nr", "aberdeenshire", "angus", "argyll", "argyll bute", "argyllshire", "ayrshire", "east ayrshire",
        "north ayrshire", "south ayrshire", "banffshire", "berwickshire", "borders", "scottish borders", "bute", "caithness",
        "clackmannanshire", "dumfriesshire", "dumfries galloway", "dunbartonshire", "east dunbartonshire",
        "west dunbartonshire", "east lothian", "fife", "highland", "highlands", "inverness shire", "invernessshire",
        "inverclyde", "kincardineshire", "kinross shire", "kirkcudbrightshire", "lanarkshire", "north lanarkshire",
        "south lanarkshire", "lothian", "midlothian", "moray", "morayshire", "nairnshire", "orkney", "peeblesshire",
        "perthshire", "perth kinross", "renfrewshire", "east renfrewshire", "ross shire", "roxburghshire", "selkirkshire",
        "shetland", "stirlingshire", "sutherland", "west lothian", "wigtownshire", "western isles", "eilean siar", "rutland",
        "leicestershire", "lincolnshire", "northamptonshire", "cambridgeshire", "nottinghamshire",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rest:
    """What the words beside the street are.

    `towns` are keys of towns that the region or the list of post towns knows; `before` the words in front of the house that are no
    town (a house's or a firm's name); `unknown` the words behind the street that nobody knows; `joined` says that a word just
    beside the street's name belongs to a longer name (`Rose Street` in `Rose Street South Lane`).
    """

    towns: tuple[str, ...]
    before: tuple[str, ...]
    unknown: tuple[str, ...]
    joined: bool

    @property
    def cost(self) -> int:
        """How much is left unexplained; the fewer the better a street's name fits."""
        return len(self.unknown) + (5 if self.joined else 0)


def explain_rest(typed: Typed, reading: Reading, match: NameMatch, gazetteer: Gazetteer) -> Rest:
    """Say what the words are that the street's name does not take up."""
    words, parts = typed.words, typed.parts
    front = match.start if reading.number is None or reading.number_last else min(reading.at, match.start)
    between = words[front : match.start] if not reading.number_last else ()
    towns, unknown_before = _towns(words[:front], gazetteer)
    more_towns, unknown = _towns(words[match.end :], gazetteer)
    towns_between, unknown_between = _towns(between, gazetteer)
    joined = bool(set(unknown_between) - {"the", "at", "in", "on", "of"})
    if match.end < len(words) and unknown and words[match.end] == unknown[0]:
        word = written_out([unknown[0]])[0]
        beside = parts[match.end] == parts[match.end - 1]
        lone_direction = word in DIRECTIONS and parts.count(parts[match.end]) == 1
        joined |= lone_direction or (beside and (word in TYPE_WORDS or word in DIRECTIONS))
    if reading.number_last and match.start and unknown_before and words[match.start - 1] == unknown_before[-1]:
        joined |= parts[match.start - 1] == parts[match.start]
    return Rest((*towns, *towns_between, *more_towns), unknown_before, unknown, joined)


def _towns(words: Sequence[str], gazetteer: Gazetteer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part `words` into keys of towns and words that are nothing known."""
    towns: list[str] = []
    unknown: list[str] = []
    place = 0
    while place < len(words):
        for size in range(min(_LONGEST_TOWN, len(words) - place), 0, -1):
            key = " ".join(written_out(list(words[place : place + size])))
            known = key if key in gazetteer.towns or (key in POST_TOWNS and gazetteer.towns) else None
            if known is None and key not in _WIDE and size < 3 and len(key) > 4:
                known = _near_town(key, gazetteer)
            if known is not None or key in _WIDE:
                towns += [known] if known is not None else []
                place += size
                break
        else:
            unknown.append(words[place])
            place += 1
    return tuple(towns), tuple(unknown)


@lru_cache(maxsize=20_000)
def _near_town(key: str, gazetteer: Gazetteer) -> str | None:
    """Give the town that `key` is a slip for; `None` where there is none, or `key` is a word of street names."""
    if any(word in gazetteer.postings for word in key.split()):
        return None
    found = extractOne(key, gazetteer.towns, scorer=OSA.distance, score_cutoff=1 if len(key) < 8 else 2, processor=None)
    return None if found is None else str(found[0])
