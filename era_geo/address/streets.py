"""Street names found among the typed words: as written, turned round, run together, cut short, or with slips of the hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from rapidfuzz.distance import DamerauLevenshtein

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading
from era_geo.region.address_words import DIRECTIONS, SHORT_FORMS, TYPE_WORDS, written_out

_LONGEST_NAME = 8  # words
_MOST_KEYS = 40  # looked at closely
_COMMON = 400  # a word in more names than this does not narrow a search
CUT_SHORT = "cut short"
WITHOUT_TYPE = "without its type"
_SKIPPED = frozenset(("the", "at", "in", "on", "of"))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A street key that the words from `start` to `end` may mean.

    `slips` counts what had to be overlooked: 0 as written, 1 for each wrong, missing, extra or swapped letter. `other_word` says
    that a typed word is itself a word of street names here (`Alma` for `Alva`), so that it may well be no slip.
    """

    key: str
    key_id: int
    start: int
    end: int
    slips: float
    how: str
    other_word: bool = False


def exact_matches(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> list[NameMatch]:
    """Give the street names that stand among the words just where a street must stand, longest first."""
    found = []
    for start, end in _spans(words, reading):
        for key in _spellings(words[start:end]):
            if key in gazetteer.ids:
                how = "as written" if gazetteer.keys[gazetteer.ids[key][0]] == key else "by another name"
                found += [NameMatch(key, key_id, start, end, 0.0, how) for key_id in gazetteer.ids[key]]
    return found or _joined_matches(words, reading, gazetteer)


def near_matches(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> list[NameMatch]:
    """Give the street names that the words may mean with a few slips, fewest slips first."""
    starts = sorted({start for start, _ in _spans(words, reading)})
    best: dict[str, NameMatch] = {}
    for start in starts:
        last = reading.at if reading.number_last else len(words)
        window = list(words[start : min(last, start + _LONGEST_NAME)])
        written = [_both_ways(window[:size]) for size in range(len(window) + 1)]
        for key in _keys_sharing_words(window, gazetteer):
            match = _aligned(key, written, start, gazetteer)
            if match is not None and (key not in best or match.slips < best[key].slips):
                best[key] = match
    found = [
        NameMatch(m.key, key_id, m.start, m.end, m.slips, m.how, m.other_word) for m in best.values() for key_id in gazetteer.ids[m.key]
    ]
    return sorted(found, key=lambda match: (match.slips, match.other_word, match.key))


def _spans(words: Sequence[str], reading: Reading) -> Iterator[tuple[int, int]]:
    """Give where a street name may stand, longest first: right behind the number, or right before one that stands last."""
    if reading.number is not None and reading.number_last:
        yield from ((start, reading.at) for start in range(max(0, reading.at - _LONGEST_NAME), reading.at))
        return
    starts: Iterable[int]
    if reading.number is not None:
        starts = [reading.at]
        if reading.at + 1 < len(words) and words[reading.at] in _SKIPPED:
            starts.append(reading.at + 1)
    else:
        starts = range(len(words))
    spans = [(start, end) for start in starts for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1)]
    yield from sorted(spans, key=lambda span: (span[0] - span[1], span[0]))


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
    for start, end in _spans(words, reading):
        key = gazetteer.joined.get("".join(written_out(list(words[start:end]))))
        if key is not None and end - start <= len(key.split()) + 1:
            found += [NameMatch(key, key_id, start, end, 0.0, "with the spaces elsewhere") for key_id in gazetteer.ids[key]]
    return found


def _keys_sharing_words(window: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """Give the keys that share words with the window, slips of the hand allowed, those that share most first."""
    scores: dict[str, float] = {}
    common: list[tuple[str, float]] = []
    for word in window:
        options = [(form, 0) for form in SHORT_FORMS.get(word, (word,)) if form in gazetteer.postings]
        if len(word) > 2:
            options += gazetteer.corrections(word)
        for option, slips in options:
            keys = gazetteer.postings[option]
            weight = len(option) / (1 + slips)
            if len(keys) > _COMMON:
                common.append((option, weight))
                continue
            for key in keys:
                scores[key] = scores.get(key, 0.0) + weight
    for word, weight in common:
        for key in scores if scores else gazetteer.postings[word][:_COMMON]:
            if word in key.split():
                scores[key] = scores.get(key, 0.0) + weight
    return sorted(scores, key=lambda key: (-scores[key] / (len(key) + 4), key))[:_MOST_KEYS]


def _both_ways(words: list[str]) -> list[list[str]]:
    """Give the words with short forms written out, and as typed: `est` may be short for estate, or West with a letter lost."""
    out = written_out(words)
    return [out] if out == words else [out, words]


def _aligned(key: str, written: Sequence[Sequence[list[str]]], start: int, gazetteer: Gazetteer) -> NameMatch | None:
    """Hold the key against the first words (`written[n]` are the first n); `None` where too much differs for a slip of the hand."""
    size = key.count(" ") + 1
    allowed = _allowed_slips(key)
    best: tuple[float, int, list[str]] | None = None
    for end in (size, size - 1, size + 1):
        for typed in written[end] if 0 < end < len(written) else ():
            slips = _slips(key, " ".join(typed), allowed)
            if slips <= allowed and (best is None or slips < best[0]):
                best = slips, end, typed
    cut = _cut_short(key, written[min(size, len(written) - 1)][0])
    if cut is not None and (best is None or cut.how == CUT_SHORT):
        return replace(cut, start=start, end=start + cut.end)
    if best is None:
        return None
    return NameMatch(key, 0, start, start + best[1], best[0], "with a slip", _has_other_word(key, best[2], gazetteer))


def _slips(key: str, typed: str, allowed: int) -> float:
    slips = DamerauLevenshtein.distance(key, typed, score_cutoff=allowed)
    if slips > allowed and key.startswith("saint "):  # a slip in "St" itself
        slips = DamerauLevenshtein.distance("st " + key[6:], typed, score_cutoff=allowed)
    return float(slips)


def _allowed_slips(key: str) -> int:
    letters = len(key.replace(" ", ""))
    return 0 if letters < 3 else 1 if letters < 6 else 2 if letters < 10 else 3


def _cut_short(key: str, typed: Sequence[str]) -> NameMatch | None:
    """Whether the typed name breaks off inside the key's last word, or leaves out its type; `end` counts the words used."""
    parts = key.split()
    head = len(parts) - 1
    if head == 0 or list(typed[:head]) != parts[:-1]:
        return None
    if len(typed) > head and parts[-1].startswith(typed[head]):
        return NameMatch(key, 0, 0, head + 1, 0.5, CUT_SHORT)
    return NameMatch(key, 0, 0, head, 1.5, WITHOUT_TYPE) if parts[-1] in TYPE_WORDS else None


def _has_other_word(key: str, typed: Sequence[str], gazetteer: Gazetteer) -> bool:
    """Whether a word that differs is a word in its own right, so that another street may be meant."""
    parts = key.split()
    if len(parts) != len(typed):
        return any(word in TYPE_WORDS or word in DIRECTIONS for word in set(parts) ^ set(typed))
    for mine, theirs in zip(typed, parts, strict=True):
        if mine != theirs and (mine in TYPE_WORDS or mine in DIRECTIONS or mine in gazetteer.postings):
            return True
    return False
