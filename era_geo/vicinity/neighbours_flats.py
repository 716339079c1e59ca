"""`addr:flats`, the flats behind one entrance, as mappers write them: `1-6`, `1;2;3`, `0/1-3/2`, `PF1-PF2;1F1`.

A range of floors and doors is every door of every floor: `0/1-3/2` is eight flats. What cannot be read is not guessed at: its
two ends are kept as flats that there are at least, and the list is marked as not whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from era_geo.address.flats import flat_key

MOST_FLATS = 500
"""No entrance has more; a range that would is not believed."""

_LONGEST_TEXT = 2000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 - the look-alikes people paste
_RANGE = re.compile(r"(.*\S)\s*(?:-|\bto\b)\s*(\S.*)", re.IGNORECASE)
_FLAT_WORD = re.compile(r"(?:flats?|apartments?|apts?|units?|nos?)\b\.?\s*", re.IGNORECASE)
_FLOOR_DOOR = re.compile(r"(\d{1,2})(/|[Ff])(\d{1,3})")
_PREFIXED = re.compile(r"(\D*?)(\d{1,5})")
_LETTERED = re.compile(r"(\d*)([A-Za-z])")
_SIDES = frozenset("LRCM")  # left, right, centre, middle: not letters of the alphabet in order


@dataclass(frozen=True)
class Flats:
    """The flats that were read, each once, in order; `whole` is false where the text may mean more than them."""

    labels: tuple[str, ...]
    whole: bool


@lru_cache(maxsize=4096)
def parse_flats(text: str) -> Flats:
    """Read a value of `addr:flats`. It never raises: where a text is no such value, its parts are the labels, not `whole`."""
    labels: dict[str, str] = {}
    whole = len(text) <= _LONGEST_TEXT
    for piece in re.split(r"[;,\n]", text[:_LONGEST_TEXT].translate(_DASHES)):
        part = _FLAT_WORD.sub("", " ".join(piece.split()))
        read = _expand(part) if part else []
        if read is None:
            whole = False
            read = [end for end in (_FLAT_WORD.sub("", end) for end in _ends(part)) if end]
        whole = whole and all(map(_says_something, read))
        labels.update((flat_key(label), label) for label in read if _says_something(label) and flat_key(label) not in labels)
    if len(labels) > MOST_FLATS:
        return Flats(tuple(labels.values())[:MOST_FLATS], whole=False)
    return Flats(tuple(labels.values()), whole and bool(labels))


def _says_something(label: str) -> bool:
    return any(sign.isalnum() for sign in label)


def _ends(part: str) -> list[str]:
    found = _RANGE.fullmatch(part)
    return [found[1], found[2]] if found else [part]


def _expand(part: str) -> list[str] | None:
    """Give every flat of one part, a single flat or a range; `None` where it is a range that cannot be read."""
    ends = _ends(part)
    if len(ends) == 1:
        return ends if "-" not in part else None
    first, last = ends
    return _floors(first, last) or _numbers(first, last) or _letters(first, last)


def _floors(first: str, last: str) -> list[str] | None:
    start = _FLOOR_DOOR.fullmatch(first)
    end = _FLOOR_DOOR.fullmatch(last)
    if start is None:
        return None
    floor, between, door = start.groups()
    last_floor, last_door = (end[1], end[3]) if end and end[2].casefold() == between.casefold() else (floor, last)
    if not last_door.isascii() or not last_door.isdigit():
        return None
    floors, doors = _span(floor, last_floor), _span(door, last_door)
    if len(floors) * len(doors) > MOST_FLATS:
        return None
    return [f"{f}{between}{d}" for f in floors for d in doors] or None


def _numbers(first: str, last: str) -> list[str] | None:
    start, end = _PREFIXED.fullmatch(first), _PREFIXED.fullmatch(last)
    if start is None or end is None or end[1].casefold() not in {start[1].casefold(), ""}:
        return None
    return [f"{start[1]}{number}" for number in _span(start[2], end[2])] or None


def _letters(first: str, last: str) -> list[str] | None:
    start, end = _LETTERED.fullmatch(first), _LETTERED.fullmatch(last)
    if start is None or end is None or end[1] not in {start[1], ""} or start[2].isupper() != end[2].isupper():
        return None
    if {start[2].upper(), end[2].upper()} <= _SIDES or end[2] <= start[2]:
        return None
    return [f"{start[1]}{chr(code)}" for code in range(ord(start[2]), ord(end[2]) + 1)]


def _span(first: str, last: str) -> range:
    """Every number from one to the other; none where they run backwards or are too many to believe."""
    span = range(int(first), int(last) + 1)
    return span if len(span) <= MOST_FLATS else range(0)
