"""Where in a text a person's name seems to stand.

Names of streets, schools and parks are made of the same words as people's names. So a run of words with capitals counts as a name
only where something in it says "person" (a title, an initial, a given name before a surname), and nothing says "place".
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_LISTS = Path(__file__).with_name("common_names.toml")
_WORD = r"[^\W\d_](?:[^\W\d_]|['\u2019](?=[^\W\d_]))*"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sgt|DS|DI|DCI|DC|PC|PS)"
_CAPITAL = r"[A-Z\u00c0-\u00de][^\W\d_'\u2019]*(?:['\u2019-][A-Z\u00c0-\u00de]?[^\W\d_]+)*"
_TITLED = re.compile(rf"(?<![\w'\u2019])({_TITLE})\.? +(?:{_CAPITAL}\.? +)?({_CAPITAL})(?!\w)")
_TITLED_LOWER = re.compile(rf"(?<![\w'\u2019])(?:mr|mrs|ms)\.? +({_WORD})", re.IGNORECASE)
_INITIALLED = re.compile(rf"(?<![\w.'\u2019])(?:[A-Z](?:\. ?| )){{1,3}}({_CAPITAL})(?!\w)")
_TOLD = re.compile(
    rf"\b(?:[Nn]amed|[Kk]nown as|[Aa]\.?[Kk]\.?[Aa]\.?|[Aa]lias|[Nn]ame is|[Nn]ame:)\s+({_CAPITAL}(?: +{_CAPITAL})*)"
)
_SURNAME_FIRST = re.compile(rf"(?<!\w)({_CAPITAL}),? +({_CAPITAL})(?!\w)")
_WORDS = re.compile(_WORD)
_BETWEEN = re.compile(r"[ \t\n]+|[ ]?[-_][ ]?|\. ?")


@cache
def _words(kind: str) -> frozenset[str]:
    """Give one of the lists of `common_names.toml`."""
    return frozenset(_lists()[kind].split())


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(_LISTS.read_text(encoding="utf-8"))


def find(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of each stretch of text that reads like a person's name."""
    found: list[tuple[int, int]] = []
    for span in _all(text):
        if not any(span[0] < end and start < span[1] for start, end in found):
            found.append(span)
            yield span


def _all(text: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(text):
        if not _is_place(text, match.start(), match.end()) and not _after_capital(text, match):
            yield match.span()
    for match in _TITLED_LOWER.finditer(text):
        if match[1].casefold() in _words("surnames"):
            yield match.span()
    for match in _TOLD.finditer(text):
        if not _is_place(text, *match.span(1)):
            yield match.span(1)
    for match in _INITIALLED.finditer(text):
        if match[1].casefold() in _words("surnames") and not _is_place(text, *match.span()):
            yield match.span()
    yield from _pairs(text)


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Find a given name before a surname, or a surname before a given name with a comma; hyphens may stand for the space."""
    words = list(_WORDS.finditer(text))
    for one, other in itertools.pairwise(words):
        between = text[one.end() : other.start()]
        first, second = one.group(), other.group()
        span = one.start(), other.end()
        if _BETWEEN.fullmatch(between) and _is_person(first, second):
            if not _is_place(text, *span):
                yield span
        elif re.fullmatch(r", ?", between) and first.isupper() and len(first) > 2 and _is_person(second, first):
            yield span


def _is_person(given: str, surname: str) -> bool:
    first, second = given.casefold(), surname.casefold().replace("\u2019", "'")
    if first not in _words("given"):
        return False
    plain_given, listed = first not in _words("also_other_words"), second in _words("surnames")
    if listed and (plain_given or second not in _words("also_other_words")):
        return True
    capitals = given[:1].isupper() and surname[:1].isupper()
    if not capitals or second in _words("place_words"):
        return False
    return listed or (plain_given and len(surname) > 2 and not surname.isupper())


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether the run of words with capitals around a stretch of text says that it is a place or a body, or a saint's."""
    before = re.findall(r"[\w'\u2019]+", text[max(0, start - 40) : start])[-1:]
    if before and before[0].casefold() in {"st", "saint", "queen", "king", "prince", "princess", "sir", "lady", "lord", "duke"}:
        return True
    after = re.match(r"(?:[ ]+[A-Z\u00c0-\u00de][\w'\u2019]*){0,4}", text[end:])
    run = text[start:end] + (after.group() if after else "")
    return any(word.casefold() in _words("place_words") for word in re.findall(r"[^\W\d_]+", run)[1:])


def _after_capital(text: str, match: re.Match[str]) -> bool:
    """Whether a title is the end of a street's name: `Mill Dr`."""
    return match[1] == "Dr" and bool(re.search(r"[A-Z][\w'\u2019]+ $", text[: match.start()]))
