"""Street names found among the typed words as they are written, turned round, or with the spaces elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading
from era_geo.region.address_words import SHORT_FORMS, written_out

BY_OTHER_NAME = "by another name"
_LONGEST_NAME = 8  # words
_SKIPPED = frozenset(("the", "at", "in", "on", "of"))


class Differs(IntEnum):
    """How a typed name differs from the street's, where it does.

    `BY_WORD`: a typed word is itself a word of street names here (`Alma` for `Alva`), so that it may well be no slip.
    `BY_TYPE`: a street's type, a direction or a figure differs (`Road` for `Row`, `North` for `South`): that is another street.
    """

    BY_LETTERS = 0
    BY_WORD = 1
    BY_TYPE = 2


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A street key that the words from `start` to `end` may mean.

    `slips` counts what had to be overlooked: 0 as written, 1 for each wrong, missing, extra or swapped letter.
    """

    key: str
    key_id: int
    start: int
    end: int
    slips: float
    how: str
    differs: Differs = Differs.BY_LETTERS

    def is_within(self, other: NameMatch) -> bool:
        """Whether its words are only a part of another's, and that other name is as sure."""
        is_part = other.start <= self.start and self.end <= other.end and self.end - self.start < other.end - other.start
        return is_part and other.slips <= self.slips


def exact_matches(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> list[NameMatch]:
    """Give the street names that stand among the words just where a street must stand, longest first."""
    found = []
    for start, end in spans(words, reading, gazetteer):
        for key in _spellings(words[start:end]):
            if key in gazetteer.ids:
                how = "as written" if gazetteer.keys[gazetteer.ids[key][0]] == key else BY_OTHER_NAME
                found += [NameMatch(key, key_id, start, end, 0.0, how) for key_id in gazetteer.ids[key]]
    return found or _joined_matches(words, reading, gazetteer)


def spans(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> Iterator[tuple[int, int]]:
    """Give where a street name may stand, longest first: right behind the number, or right before one that stands last."""
    if reading.number is not None and reading.number_last:
        yield from ((start, reading.at) for start in range(max(0, reading.at - _LONGEST_NAME), reading.at))
        return
    starts: Iterable[int]
    if reading.number is not None:
        starts = [reading.at]
        if reading.at + 1 < len(words) and words[reading.at] in _SKIPPED:
            starts.append(reading.at + 1)
        for end in range(reading.at + 1, min(len(words), reading.at + 4)):
            if " ".join(written_out(list(words[reading.at : end]))) in gazetteer.towns:  # 12 Ketton High Street
                starts.append(end)
    else:
        starts = range(len(words))
    pairs = [(start, end) for start in starts for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1)]
    yield from sorted(pairs, key=lambda span: (span[0] - span[1], span[0]))


def _spellings(words: Sequence[str]) -> list[str]:
    """Give the keys that the words may write: `st` may be a street or a saint, `gr` a grove or a green."""
    words = words[1:] if len(words) > 1 and words[0] == "the" else words
    first = " ".join(written_out(list(words)))
    doubtful = [place for place, word in enumerate(words) if len(SHORT_FORMS.get(word, ())) > 1]
    if not doubtful or len(doubtful) > 3:
        return [first]
    options = [SHORT_FORMS.get(word, (word,)) for word in words]
    return list(dict.fromkeys([first, *(" ".join(option) for option in product(*options))]))


def _joined_matches(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> list[NameMatch]:
    found = []
    for start, end in spans(words, reading, gazetteer):
        key = gazetteer.joined.get("".join(written_out(list(words[start:end]))))
        if key is not None and end - start <= len(key.split()) + 1:
            found += [NameMatch(key, key_id, start, end, 0.0, "with the spaces elsewhere") for key_id in gazetteer.ids[key]]
    return found
