"""House and farm names: where in a text one may stand, and whether it is a house's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from era_geo.address.parse import Typed
from era_geo.address.records import House
from era_geo.address.rest import Rest
from era_geo.region.address_words import name_key, written_out

_LONGEST_NAME = 6  # words


def name_spans(typed: Typed) -> Iterator[tuple[int, int, str]]:
    """Give (start, end, key) of word runs that may be a house's name: each begins a part between commas, longest first."""
    starts = [i for i in range(len(typed.words)) if i == 0 or typed.parts[i] != typed.parts[i - 1]]
    for start in starts:
        for end in range(min(len(typed.words), start + _LONGEST_NAME), start, -1):
            yield start, end, key_of(typed.words[start:end])


def key_of(words: Sequence[str]) -> str:
    """Give the key that these words make as a name."""
    return name_key(" ".join(written_out(list(words))))


def name_likeness(house: House, words: Sequence[str]) -> int | None:
    """Give how many slips lie between the words and the house's name, 0 for none; `None` where it is another name."""
    key = key_of(words)
    own = [name_key(text) for text in (house.house, house.number_text if house.number is None else None) if text]
    if key in own:
        return 0
    for name in own:
        slips = OSA.distance(key, name, score_cutoff=2)
        if len(name) > 5 and slips <= (1 if len(name) < 8 else 2):
            return slips
    return None


def without_own_street(rest: Rest, house: House) -> Rest:
    """Take the words of the house's own street and town out of what is unknown."""
    own = set(name_key(f"{house.street or ''} {house.town or ''}").split())
    unknown = tuple(word for word in rest.unknown if written_out([word])[0] not in own and word not in own)
    return replace(rest, unknown=unknown, joined=False)
