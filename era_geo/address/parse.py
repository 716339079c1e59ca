"""What a person typed, taken apart: postcode, flat, house number, and the words that are left.

No map is looked at here. Which of the words are the street and which the town is for the search to say, that knows the names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from era_geo.address.flats import Flat, take_flat
from era_geo.address.postcodes import take_postcode
from era_geo.region.address_words import HouseNumber, house_number, split_words

LONGEST_TEXT = 300
"""Letters that are read; nobody writes a longer address, and a longer text is refused with a sentence."""
_MOST_WORDS = 24
_MOST_READINGS = 4

_CARE_OF = re.compile(r"(?<![\w/])(?:c\s?/\s?o|care\s+of)\b[^,\n\d]*[,\n]?")
_NUMBER_SIGN = re.compile(r"(?<!\w)(?:no\.?|nos\.?|nr\.?|number|#)\s*(?=\d)")
_SPACED_RANGE = re.compile(r"(?<![\w/-])(\d{1,5}[a-z]?)\s*(?:-|&|\bto\b|\band\b)\s*(\d{1,5}[a-z]?)(?![\w/])")
_DOUBLE_DASH = re.compile(r"-\s*-")
_SPACED_STROKE = re.compile(r"(?<=\d)\s*/\s*(?=[\da-z])")
_SPACED_SUFFIX = re.compile(r"(?<![\w/-])(\d{1,4})\s+([a-z])(?=\s*,|\s+[^\W\d_]{2,}|\s*$)")
_PARTS = re.compile(r"[,;:\n|()\[\]{}\"]+")
_NUMBER_LIKE = re.compile(r"\d{1,5}[a-z]?(?:[-+&;]\d{0,5}[a-z]?)*(?:/[0-9a-z][0-9a-z/-]{0,11})?")
_LONG_NUMBER = re.compile(r"\d{6,}")
_COMPASS = frozenset("nsew")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")  # noqa: RUF001 - the look-alikes people paste
_QUOTES = dict.fromkeys(map(ord, "‘’ʼ`´"), "'")  # noqa: RUF001 - as above


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the numbers: the house number, the flat, and before which of the words the number stands.

    `number_last` says that the number stands behind the street (`Mill Wynd 15`); then `at` is where its words end. `spare`
    are the numbers that this reading does not explain. `must_have_flat`: it only holds for a house that is known to have the flat.
    """

    number: HouseNumber | None
    number_text: str | None
    flat: Flat | None
    at: int
    number_last: bool = False
    spare: tuple[str, ...] = ()
    must_have_flat: bool = False

    @property
    def flat_text(self) -> str | None:
        """The flat as it is shown."""
        return self.flat.shown if self.flat is not None else None


@dataclass(frozen=True, slots=True)
class Typed:
    """A text taken apart.

    `words` are folded, in order; `parts` tells for each in which part between commas it stands. `postcode` is a whole one,
    `district` a beginning of one (`EH10`, `EH10 4`). `readings` are the ways to read the numbers, likeliest first.
    """

    text: str
    words: tuple[str, ...]
    parts: tuple[int, ...]
    postcode: str | None
    district: str | None
    readings: tuple[Reading, ...]

    @property
    def flat(self) -> str | None:
        """The flat in the likeliest reading."""
        return self.readings[0].flat_text

    @property
    def number(self) -> str | None:
        """The house number as typed, in the likeliest reading."""
        return self.readings[0].number_text


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    part: int
    number: HouseNumber | None


def clean(text: str) -> str:
    """Give `text` in lower case with plain dashes, quotes and spaces, and no control characters; line ends become commas."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    text = "".join(sign if sign.isprintable() else "," if sign in "\r\n\t\v" else " " for sign in text)
    return " ".join(text.casefold().split())


def parse(text: str) -> Typed:
    """Take `text` apart. Any text can be taken apart; nothing is raised."""
    rest = clean(text[:LONGEST_TEXT])
    plain = rest
    rest = _CARE_OF.sub(" , ", rest)
    rest, postcode, district = take_postcode(rest)
    rest = _NUMBER_SIGN.sub("", rest)
    rest, flat = take_flat(rest)
    rest = _DOUBLE_DASH.sub("-", rest)
    rest = _SPACED_STROKE.sub("/", rest)
    rest = _SPACED_RANGE.sub(r"\1-\2", rest)
    rest = _SPACED_SUFFIX.sub(_join_suffix, rest)
    tokens = _tokens(rest)
    words = tuple(token.text for token in tokens if token.number is None)[:_MOST_WORDS]
    parts = tuple(token.part for token in tokens if token.number is None)[:_MOST_WORDS]
    return Typed(plain, words, parts, postcode, district, _readings(tokens, flat))


def _join_suffix(match: re.Match[str]) -> str:
    """`15 a mill wynd` is 15a; `12 n bridge` stays, for n may be north."""
    return match[0] if match[2] in _COMPASS else match[1] + match[2]


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for part, piece in enumerate(_PARTS.split(text)):
        for raw in piece.split():
            token = raw.strip(".-'/\\*_~+&")
            if _NUMBER_LIKE.fullmatch(token) and (number := house_number(token)) is not None:
                tokens.append(_Token(token, part, number))
            elif not _LONG_NUMBER.fullmatch(token):
                tokens.extend(_Token(word, part, None) for word in split_words(token))
    return tokens


def _readings(tokens: list[_Token], flat: Flat | None) -> tuple[Reading, ...]:
    """Give the ways to read the numbers, likeliest first."""
    places = [i for i, token in enumerate(tokens) if token.number is not None]
    if not places:
        return (Reading(None, None, flat, 0),)
    ranked = [
        (_rank(tokens, place, number_last=last), _reading(tokens, place, flat, number_last=last))
        for last in (False, True)
        for place in places
        if _may_stand(tokens, place, number_last=last)
    ]
    if not ranked:
        return (_reading(tokens, places[-1], flat, number_last=False),)
    ranked.sort(key=lambda pair: pair[0])
    readings = [reading for _, reading in ranked][:_MOST_READINGS]
    return (*readings, *_as_flats(readings))


def _as_flats(readings: list[Reading]) -> list[Reading]:
    """Read the likeliest number as a flat of a house with a name: `3 Marrow Court, Tanner's Brae`."""
    first = readings[0]
    if first.number_last or first.flat is not None or first.spare or first.number_text is None:
        return []
    return [Reading(None, None, Flat(first.number_text), first.at, must_have_flat=True)]


def _may_stand(tokens: list[_Token], place: int, *, number_last: bool) -> bool:
    """Whether a house number may stand here, before its street or behind it."""
    beside = place - 1 if number_last else place + 1
    return 0 <= beside < len(tokens) and tokens[beside].number is None


def _rank(tokens: list[_Token], place: int, *, number_last: bool) -> int:
    """Say how usual it is to stand there: right before a word of its own part, or behind one with nothing following in its part."""
    follower = tokens[place + 1] if place + 1 < len(tokens) else None
    follows = follower is not None and (follower.part == tokens[place].part or place == 0)
    return (1 if not follows else 2) if number_last else (0 if follows else 2)


def _reading(tokens: list[_Token], place: int, flat: Flat | None, *, number_last: bool) -> Reading:
    """Read the number at `place` as the house number; its neighbours may give the flat."""
    used = {place}
    number = tokens[place].number
    text = tokens[place].text
    before = tokens[place - 1].number if place and not number_last else None
    if before is not None and number is not None:
        used.add(place - 1)
        if number.flat is not None and before.flat is None:  # 15 2/1 Mill Wynd
            flat, number, text = _join_flats(flat, text), before, tokens[place - 1].text
        else:  # 2/1, 15 Mill Wynd; 2, 15 Mill Wynd
            flat = _join_flats(flat, tokens[place - 1].text)
    if number is not None and number.flat is not None:  # 15/6 Mill Wynd
        inner = Flat(number.flat.upper())
        flat, text = inner if flat is None else _join_flats(inner, flat.shown), text.split("/")[0]
    behind = [i for i in range(place + 1, len(tokens)) if _is_flat_alone(tokens, i)]
    if flat is None and len(behind) == 1:  # 15 Mill Wynd, 2/1
        flat = Flat(tokens[behind[0]].text.upper())
        used.add(behind[0])
    words_before = sum(token.number is None for token in tokens[:place])
    spare = tuple(token.text for i, token in enumerate(tokens) if token.number is not None and i not in used)
    return Reading(number, text.upper(), flat, words_before, number_last, spare)


def _is_flat_alone(tokens: list[_Token], place: int) -> bool:
    """Whether the token is a flat: a number in a part of its own, or one with a stroke at the end."""
    token = tokens[place]
    alone = sum(other.part == token.part for other in tokens) == 1
    return token.number is not None and (alone or (place + 1 == len(tokens) and "/" in token.text))


def _join_flats(flat: Flat | None, more: str) -> Flat:
    return Flat(more.upper()) if flat is None else Flat(f"{flat.shown} {more.upper()}", flat.block, more.upper())
