"""What of a typed address may be sent to a server: number, street, town and postcode, and never a person's name.

Anybody may stand in an address (`John Smith, 15 Mill Wynd, for Mrs Brown, Kirkbrae`), so words are sent only where they must be a
street's or a town's: a street's end in a street's type behind a number, or are a short part of their own that ends in a type which
nobody is called; a town's are known as a town to the region or the list of post towns. All other words stay here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading, Typed
from era_geo.address.post_towns import POST_TOWNS
from era_geo.region.address_words import DIRECTIONS, TYPE_WORDS, written_out

_LONGEST_TOWN = 4  # words
_LONGEST_BARE_STREET = 3  # words of a street without a number; in a longer part a name may stand before it
_SURNAMES = frozenset(
    ("garden", "lane", "close", "grove", "green", "park", "building", "bridge", "mount", "yard", "market", "villa", "rise",
     "hill", "croft", "row", "gate", "bank", "path", "bow", "port", "shore", "cross", "wood", "dell", "glen", "medway", "mains",
     "toll", "side", "end", "field", "fields", "meadow", "meadows", "ring", "steps", "rigg", "dykes", "lea", "vale", "knowe",
     "street", "court")
)  # fmt: skip
"""Street types that are surnames too: `Mary Green` may be a person, `5 Mary Green` is a street."""
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "rev", "sir", "for", "attn", "attention", "care", "of", "to", "tenant"))


@dataclass(frozen=True, slots=True)
class Question:
    """What may be asked: a street with the number of `reading`, a town, a postcode; an empty text for what may not be sent."""

    street: str
    town: str
    postcode: str
    reading: Reading

    @property
    def queries(self) -> list[dict[str, str]]:
        """Give what to ask: the whole, then without its postcode, which may be wrong. A town alone is not worth asking for."""
        if not self.street and not self.postcode:
            return []
        number = f"{self.reading.number_text} " if self.reading.number_text else ""
        parts = {"street": f"{number}{self.street}" if self.street else "", "city": self.town, "postalcode": self.postcode}
        whole = {key: text for key, text in parts.items() if text}
        without = {key: text for key, text in whole.items() if key != "postalcode"}
        return [whole, without] if self.street and self.postcode else [whole]


def question(typed: Typed, gazetteer: Gazetteer) -> Question:
    """Give what of a text may be asked, in the first of its readings that has a street."""
    parts = _parts(typed)
    town = next((name for part in reversed(parts) if (name := " ".join(part)) and is_town(name, gazetteer)), "")
    for reading in typed.readings:
        for words in [_behind_number(typed, reading)] if reading.number is not None else parts:
            street, inside = _without_town(words, gazetteer)
            if named := _street(street, gazetteer, numbered=reading.number is not None):
                return Question(" ".join(named), inside or town, typed.postcode or "", reading)
    return Question("", town, typed.postcode or "", typed.readings[0])


def _parts(typed: Typed) -> list[list[str]]:
    """Give the words of each part between commas."""
    return [
        [word for word, part in zip(typed.words, typed.parts, strict=True) if part == own] for own in dict.fromkeys(typed.parts)
    ]


def _behind_number(typed: Typed, reading: Reading) -> list[str]:
    """Give the words of one part that the number belongs to, behind it or, where it stands last, before it."""
    words, parts = typed.words, typed.parts
    at = min(reading.at, len(words))
    if reading.number_last:
        return [words[i] for i in range(at) if parts[i] == parts[at - 1]]
    return [words[i] for i in range(at, len(words)) if parts[i] == parts[at]]


def _street(words: Sequence[str], gazetteer: Gazetteer, *, numbered: bool) -> list[str]:
    """Give the words that must be a street's, without what stands behind its type; none where no word says so."""
    full = written_out(list(words))
    if " ".join(full) in gazetteer.ids:
        return list(words)
    if set(full) & _TITLES or (not numbered and len(words) > _LONGEST_BARE_STREET):
        return []
    ends = [i for i, word in enumerate(full) if i and word in TYPE_WORDS and (numbered or word not in _SURNAMES)]
    if not ends or (not numbered and ends[-1] < len(full) - 1):
        return []
    end = ends[-1] + 1
    while end < len(full) and full[end] in DIRECTIONS:
        end += 1
    return list(words[:end])


def _without_town(words: list[str], gazetteer: Gazetteer) -> tuple[list[str], str]:
    """Part a town that stands behind the street without a comma from it; a street keeps two words at least."""
    for size in range(min(_LONGEST_TOWN, len(words) - 2), 0, -1):
        name = " ".join(words[-size:])
        if is_town(name, gazetteer):
            return words[:-size], name
    return words, ""


def is_town(name: str, gazetteer: Gazetteer) -> bool:
    """Whether the region, or the list of post towns, knows a town of this name."""
    key = " ".join(written_out(name.split()))
    return key in gazetteer.towns or key in POST_TOWNS
