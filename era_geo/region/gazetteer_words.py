"""The words of a gazetteer's rows as people write them: names that stand in capitals, flats, numbers, UPRNs.

Gazetteers shout (`ST SERF'S WYND`) and put numbers into names (`12A` as the name of a building). Searching does not care; a
record that is read by people does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from era_geo.region.address_words import SHORT_FORMS, house_number

_UPRN = re.compile(r"0*(\d{1,12})(\.0+)?")
_WORD = re.compile(r"(?<!\d)[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]))*")  # noqa: RUF001 - the apostrophe that people paste
_SMALL = frozenset(("of", "the", "and", "on", "by", "in", "at", "to", "de", "le", "na", "nan", "nam", "an", "am", "a", "do", "o"))
_VOWELS = frozenset("AEIOUY")
_BEGINNINGS = re.compile(r"^(Mc|O['’]|D['’]|L['’])([^\W\d_])")  # noqa: RUF001 - as above
_FLAT_WORDS = re.compile(
    r"\b(?:flats?|apartments?|rooms?|units?|blocks?|stairs?|floors?|main|door|ground|first|second|third|fourth|fifth|top|upper|lower|"
    r"basement|garden|attic|left|right|front|rear|centre|middle|mid|north|south|east|west|studio|suite|penthouse|maisonette|bedsit|"
    r"house|cottage|lodge|annexe|shop|office|and|of)\b",
    re.IGNORECASE,
)
_FLAT_NUMBER = re.compile(r"flat\s*,?\s*(?=\d\S*$)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:ST|ND|RD|TH)\b")


def uprn(text: str) -> str | None:
    """Give a UPRN as digits; spreadsheets write it as 118167414.0, and some lists fill it up with noughts."""
    match = _UPRN.fullmatch(text)
    return match[1] if match and match[1].strip("0") else None


@lru_cache(maxsize=4096)
def name(text: str) -> str:
    """Give the name of a street, town or house that stands in capitals as people write it; any other as it is."""
    if any(sign.islower() for sign in text):
        return text
    text = _ORDINAL.sub(lambda match: match[0].lower(), text)
    return _WORD.sub(lambda match: _written(match[0], first=match.start() == 0, hyphen=text[match.end() :][:1] == "-"), text)


def _written(word: str, *, first: bool, hyphen: bool) -> str:
    """Write one word, the `first` of its name or not, with a `hyphen` behind it or not."""
    if (word.lower() in _SMALL and not first) or (hyphen and word in {"H", "T", "N"}):
        return word.lower()  # Sràid na h-Eaglaise
    if len(word) > 1 and not _VOWELS & set(word) and word.lower() not in SHORT_FORMS and "'" not in word:
        return word if len(word) <= 4 and not word.startswith("MC") else _capital(word)  # BT, RSPB
    return _capital(word)


def _capital(word: str) -> str:
    return _BEGINNINGS.sub(lambda match: match[1] + match[2].upper(), word[0] + word[1:].lower())


@lru_cache(maxsize=4096)
def flat(text: str) -> str | None:
    """Give a flat as it is written on a door: `2/1` for `FLAT 2/1`, `Main Door`; codes (`1F2`, `TFR`) as they are.

    `None` where there is none.
    """
    start = _FLAT_NUMBER.match(text)
    text = text[start.end() :] if start else text
    if not any(sign.islower() for sign in text):
        text = _FLAT_WORDS.sub(lambda match: match[0].capitalize(), text)
    return text or None


def number_and_house(number: str | None, house: str | None) -> tuple[str | None, str | None]:
    """Give number and name of a house; a name that is a number (`12A`, `12-14`) is one."""
    if number is None and house is not None and house_number(house) is not None:
        return house, None
    return number, house and name(house)
