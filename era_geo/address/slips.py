"""Street names that the typed words may mean with slips of the hand: letters wrong, lost, doubled or swapped, words cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import DamerauLevenshtein

from era_geo.address.gazetteer import Gazetteer
from era_geo.address.parse import Reading
from era_geo.address.streets import Differs, NameMatch, spans
from era_geo.region.address_words import DIRECTIONS, SHORT_FORMS, TYPE_WORDS, written_out

CUT_SHORT = "cut short"
WITHOUT_TYPE = "without its type"
_WITH_SLIP = "with a slip"
_LONGEST_NAME = 6  # words
_PAIRED = 3  # words in a name of which two may be wrong
_PAIRED_OPTIONS = 8
_MOST_KEYS = 30  # held closely against the text
_COMMON = 300  # a word in more names than this does not narrow a search


def near_matches(words: Sequence[str], reading: Reading, gazetteer: Gazetteer) -> list[NameMatch]:
    """Give the street names that the words may mean with a few slips, fewest slips first."""
    best: dict[str, NameMatch] = {}
    places = [span for span in spans(words, reading, gazetteer) if span[1] - span[0] <= _LONGEST_NAME]
    for start, end in places:
        part = list(words[start:end])
        for match in (*_cut_short(part, start, gazetteer), *_with_words_corrected(part, start, gazetteer)):
            _keep(best, match)
    if not any(match.how == _WITH_SLIP and match.slips <= 1 for match in best.values()):
        last = reading.at if reading.number_last else len(words)
        for start in sorted({start for start, _ in places}):
            for match in _held_against(list(words[start : min(last, start + _LONGEST_NAME)]), start, gazetteer):
                _keep(best, match)
    found = [replace(match, key_id=key_id) for match in best.values() for key_id in gazetteer.ids[match.key]]
    return sorted(found, key=lambda match: (match.slips, match.differs, match.key))


def _keep(best: dict[str, NameMatch], match: NameMatch) -> None:
    known = best.get(match.key)
    if known is None or (match.how == WITHOUT_TYPE, match.slips) < (known.how == WITHOUT_TYPE, known.slips):
        best[match.key] = match


def _cut_short(part: list[str], start: int, gazetteer: Gazetteer) -> Iterator[NameMatch]:
    """Give the names that break off inside their last word (`Leonard's Stre`), or of which the type is left out (`Bruntsfield`)."""
    end = start + len(part)
    for key in gazetteer.heads.get(" ".join(written_out(part[:-1])), ()):
        last = key.rsplit(" ", 1)[1]
        if last != part[-1] and last.startswith(part[-1]):
            yield NameMatch(key, 0, start, end, 0.5, CUT_SHORT)
    for key in gazetteer.heads.get(" ".join(written_out(part)), ()):
        if key.rsplit(" ", 1)[1] in TYPE_WORDS:
            yield NameMatch(key, 0, start, end, 1.5, WITHOUT_TYPE)


def _with_words_corrected(part: list[str], start: int, gazetteer: Gazetteer) -> Iterator[NameMatch]:
    """Give the names that one word put right makes of the words; in a short name, two words."""
    written = written_out(part)
    options = [_options(typed, full, gazetteer) for typed, full in zip(part, written, strict=True)]
    found = False
    for place, choices in enumerate(options):
        for word, slips in choices:
            match = _made(part, written, {place: (word, slips)}, start, gazetteer)
            if match is not None:
                found = True
                yield match
    if found or len(part) > _PAIRED:
        return
    for place in range(len(part)):
        for other in range(place + 1, len(part)):
            for word, slips in options[place][:_PAIRED_OPTIONS]:
                for other_word, other_slips in options[other][:_PAIRED_OPTIONS]:
                    changed = {place: (word, slips), other: (other_word, other_slips)}
                    match = _made(part, written, changed, start, gazetteer)
                    if match is not None:
                        yield match


def _options(typed: str, full: str, gazetteer: Gazetteer) -> Sequence[tuple[str, int]]:
    if len(typed) < 2 or any(sign.isdigit() for sign in typed):
        return ()
    if typed == full:
        return gazetteer.corrections(typed)
    return (*gazetteer.corrections(typed), *gazetteer.corrections(full))  # "est" may be an estate, or West with a letter lost


def _made(
    part: list[str], written: list[str], changed: dict[int, tuple[str, int]], start: int, gazetteer: Gazetteer
) -> NameMatch | None:
    key = " ".join(changed[i][0] if i in changed else word for i, word in enumerate(written))
    slips = sum(count for _, count in changed.values())
    if key not in gazetteer.ids or slips > allowed_slips(key):
        return None
    differs = max(_differs(part[i], word, gazetteer) for i, (word, _) in changed.items())
    return NameMatch(key, 0, start, start + len(part), float(slips), _WITH_SLIP, differs)


def allowed_slips(key: str) -> int:
    """Give how many slips a name can bear before it is another name."""
    letters = len(key.replace(" ", ""))
    return 0 if letters < 3 else 1 if letters < 6 else 2 if letters < 10 else 3


def _differs(typed: str, meant: str, gazetteer: Gazetteer) -> Differs:
    full = SHORT_FORMS.get(typed, (typed,))[0]
    if typed in TYPE_WORDS or typed in DIRECTIONS or any(sign.isdigit() for sign in meant):
        return Differs.BY_TYPE
    return Differs.BY_WORD if typed in gazetteer.postings or full in gazetteer.postings else Differs.BY_LETTERS


def _held_against(window: list[str], start: int, gazetteer: Gazetteer) -> Iterator[NameMatch]:
    """Give the names that lie near to the first words as a whole: slips in several words, with spaces elsewhere besides."""
    texts = [(end, text) for end in range(1, len(window) + 1) for text in _both_ways(window[:end])]
    for key in _keys_sharing_words(window, gazetteer):
        size, allowed = key.count(" ") + 1, allowed_slips(key)
        near = [(_slips(key, text, allowed), end) for end, text in texts if abs(end - size) <= 1]
        slips, end = min(near, default=(allowed + 1, 0))
        if slips <= allowed:
            differs = _differs_as_whole(key, window[:end], gazetteer)
            yield NameMatch(key, 0, start, start + end, float(slips), _WITH_SLIP, differs)


def _both_ways(words: list[str]) -> set[str]:
    return {" ".join(written_out(words)), " ".join(words)}


def _slips(key: str, typed: str, allowed: int) -> int:
    slips = DamerauLevenshtein.distance(key, typed, score_cutoff=allowed)
    if slips > allowed and key.startswith("saint "):  # a slip in "St" itself
        slips = DamerauLevenshtein.distance("st " + key[6:], typed, score_cutoff=allowed)
    return slips


def _differs_as_whole(key: str, typed: Sequence[str], gazetteer: Gazetteer) -> Differs:
    parts = key.split()
    if len(parts) != len(typed):
        by_type = any(word in TYPE_WORDS or word in DIRECTIONS for word in set(parts) ^ set(typed))
        return Differs.BY_TYPE if by_type else Differs.BY_LETTERS
    pairs = [(mine, theirs) for mine, theirs in zip(typed, parts, strict=True) if mine != theirs]
    return max((_differs(mine, theirs, gazetteer) for mine, theirs in pairs), default=Differs.BY_LETTERS)


def _keys_sharing_words(window: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """Give the keys that share a word with the window, slips allowed, those that share most first; common words do not count."""
    scores: dict[str, float] = {}
    for word in window:
        options = [(form, 0) for form in SHORT_FORMS.get(word, (word,))]
        if len(word) > 2:
            options += gazetteer.corrections(word)
        for option, slips in options:
            keys = gazetteer.postings.get(option, ())
            if len(keys) <= _COMMON:
                for key in keys:
                    scores[key] = scores.get(key, 0.0) + len(option) / (1 + slips)
    ranked = sorted(((-score / (len(key) + 4), key) for key, score in scores.items()))
    return [key for _, key in ranked[:_MOST_KEYS]]
