"""Flats as they are written in Scotland, found in a text, kept as they were written, and compared by what they mean.

`2/1`, `2F1`, `Flat 2/1`: second floor, flat 1. `0/2`, `G/2`, `GF2`: ground floor. `TFR`: top floor right. `1/L`: first floor left.
`PF1`, `Main Door`, `(GF)`, `Block 3 Flat 9`. The stroke is never dropped: `2/1` is not 21.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CODE = (
    r"\d{1,2}f\d{1,2}[a-z]?|\d{1,2}f[lrcm]\d?|(?:lg|ug|g|t|p|b|m)f[lrcmfb]?\d{0,3}|[0-9gbtlp]/[lrcmfb]\d?|[gbtp]/\d{1,2}"
    r"|\d{1,2}/\d{1,2}[lrc]"
)
_BEHIND_FLAT = rf"(?:{_CODE}|\d{{1,4}}[a-z]?(?:\s?/\s?[a-z0-9]{{1,3}}){{0,2}}|[a-z]{{1,2}}/?\d{{1,3}}[a-z]?|[a-z])(?![\w/])"
_SIDE = r"left|right|centre|center|middle|front|rear|back"
_FLOOR = (
    r"ground|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|1st|2nd|3rd|\d{1,2}th|top|upper|lower|basement|attic|"
    r"garden|mid|middle|lower\s+ground|upper\s+ground"
)
_BLOCKS = r"block|blk|stair|tower|entry|unit|plot|shop|kiosk|stall|pod|pitch"
_FLATS = r"flat|flt|apartment|apt|appt|room|rm|studio|suite|maisonette|bedsit|penthouse"

# Each takes its match out of the text; the group `kept` (or the whole) is what is shown.
_IN_BRACKETS = re.compile(r"(?<=[\da-z)-])\s?\(\s*/?(?P<kept>[a-z0-9][a-z0-9/ .-]{0,9})\s*\)")
_IN_WORDS = (
    re.compile(rf"(?<![\w/])(?P<whole>(?:{_BLOCKS})\.?\s*(?:no\.?\s*)?(?:\d{{1,4}}[a-z]?|[a-z]\d{{0,2}})(?![\w/]))"),
    re.compile(rf"(?<![\w/])(?:{_FLATS})\.?\s*(?:no\.?\s*|number\s*)?(?P<kept>{_BEHIND_FLAT})"),
    re.compile(rf"(?<![\w/])(?P<whole>(?:{_FLOOR})\s+(?:floor\s+flat|flat|floor)(?:\s+(?:{_SIDE}))?(?:\s+flat)?)(?![\w/])"),
    re.compile(rf"(?<![\w/])(?P<whole>(?:ground|first|second|third|fourth|fifth|1st|2nd|3rd|[4-9]th|top|upper|lower|basement|attic)"
               rf"\s+(?:{_SIDE}))(?:\s+flat)?(?![\w/])"),
    re.compile(r"(?<![\w/])(?P<whole>main\s?door)(?:\s+flat)?(?![\w/])"),
    re.compile(rf"(?<![\w/])(?P<kept>{_CODE})(?:\s+(?:flat|flt))?(?![\w/])"),
)  # fmt: skip
_LONE_FLAT = re.compile(r"(?<![\w/])(?:flat|flt|apartment|apt)\.?\s*(?=,|$)")


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat as it is shown (`2/1`, `GFL`, `Block 3 Flat 9`); the block in it, which may be the house's own name, and the rest."""

    shown: str
    block: str | None = None
    inner: str | None = None


def take_flat(text: str) -> tuple[str, Flat | None]:
    """Take what names a flat out of cleaned, lower-case `text`.

    Returns the rest, and the flat with all its parts in the order of the text, `None` for none. A flat that is only a number
    beside the house number (`15/6`, `2, 15`) is left for `parse`, which knows which is which.
    """
    found: list[tuple[int, str]] = []

    def take(match: re.Match[str]) -> str:
        groups = match.groupdict()
        whole, kept = groups.get("whole"), groups.get("kept")
        found.append((match.start(), _capitals(whole) if whole else "".join((kept or "").split()).upper()))
        return " , ".ljust(len(match[0]))  # what is left keeps its place, so that flats stay in order

    text = _IN_BRACKETS.sub(lambda match: take(match).replace(",", " ").strip(" ") or "", text)
    for pattern in _IN_WORDS:
        text = pattern.sub(take, text)
    return _LONE_FLAT.sub(" , ", text), _put_together([words for _, words in sorted(found)])


def _put_together(parts: list[str]) -> Flat | None:
    if not parts:
        return None
    block = next((words for words in parts if words.split()[0].casefold() in _BLOCKS.split("|")), None)
    if block is None:
        return Flat(" ".join(parts))
    inner = [words for words in parts if words != block]
    shown = [words if words == block or " " in words else f"Flat {words}" for words in parts]
    return Flat(" ".join(shown), block, " ".join(inner) or None)


def _capitals(words: str) -> str:
    return " ".join(word[0].upper() + word[1:] for word in words.split())


_FLOOR_OF = {
    "g": "0", "gf": "0", "ground": "0", "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "fifth": "5", "sixth": "6", "top": "t", "tf": "t", "basement": "b", "bf": "b", "attic": "a", "pf": "p",
}  # fmt: skip
_SIDE_OF = {"left": "l", "right": "r", "centre": "c", "center": "c", "middle": "m", "front": "f", "rear": "b", "back": "b"}
_FLAT_WORD = re.compile(rf"^(?:{_FLATS})\b\.?\s*")
_FLOOR_DOOR = re.compile(r"(\d{1,2}|[gtpb])f([lrcm]?\d{0,3}[a-z]?)|(\d{1,2}|[gtpb])/([a-z0-9]{1,3})|(\d{1,2})([lrc])")


@lru_cache(maxsize=4096)
def flat_key(flat: str) -> str:
    """Give what two flats must share to be the same: `2F1`, `2/1` and `Flat 2/1` do; `21` does not."""
    text = _FLAT_WORD.sub("", " ".join(flat.casefold().replace(".", " ").split()))
    words = [word for word in text.split() if word not in ("floor", "flat")]
    if len(words) in (1, 2) and words[0] in _FLOOR_OF:
        side = words[1] if len(words) == 2 else ""
        return f"{_FLOOR_OF[words[0]]}/{_SIDE_OF.get(side, side)}"
    match = _FLOOR_DOOR.fullmatch("".join(words))
    if match is None:
        return " ".join(words).lstrip("0") or "0"
    floor, door = (match[1], match[2]) if match[1] else (match[3], match[4]) if match[3] else (match[5], match[6])
    return f"{_FLOOR_OF.get(floor, floor)}/{door}"


_FLAT_LIST = re.compile(r"[;,]")
_FLAT_RUN = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3})")
_MOST_FLATS = 300


def listed_flats(text: str | None) -> list[str]:
    """Give the flats that an `addr:flats` value lists: `0/1;0/2`, `1-4`."""
    if not text:
        return []
    flats: list[str] = []
    for part in (piece.strip() for piece in _FLAT_LIST.split(text)):
        run = _FLAT_RUN.fullmatch(part)
        if run and 0 < int(run[2]) - int(run[1]) < _MOST_FLATS:
            flats += [str(flat) for flat in range(int(run[1]), int(run[2]) + 1)]
        elif part:
            flats.append(part)
    return flats[:_MOST_FLATS]
