"""The words of an address made comparable: street names, towns, house numbers.

Both sides use it: the region builder for the index, the search for what a person typed. A *key* is a name in lower case, without
accents, apostrophes or stops, every abbreviation written out: `ST. LEONARD'S ST` and `Saint Leonards Street` have one key.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# What a short form may stand for, the likeliest first. "St" is a street at the end of a name and a saint before it.
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "st": ("street", "saint"), "str": ("street",), "rd": ("road",), "av": ("avenue",), "ave": ("avenue",), "aven": ("avenue",),
    "cr": ("crescent",), "cres": ("crescent",), "cresc": ("crescent",), "crs": ("crescent",), "pl": ("place",),
    "ter": ("terrace",), "terr": ("terrace",), "tce": ("terrace",), "gdn": ("garden",), "gdns": ("gardens",), "gds": ("gardens",),
    "vw": ("view",), "dr": ("drive",), "drv": ("drive",), "la": ("lane",), "ln": ("lane",), "ct": ("court",), "crt": ("court",),
    "cl": ("close",), "sq": ("square",), "gr": ("grove", "green"), "gro": ("grove",), "grv": ("grove",), "grn": ("green",),
    "pk": ("park",), "pde": ("parade",), "bldg": ("buildings", "building"), "bldgs": ("buildings",), "brg": ("bridge",),
    "hse": ("house",), "ho": ("house",), "cott": ("cottage", "cottages"), "cotts": ("cottages",), "fm": ("farm",),
    "stn": ("station",), "csway": ("causeway",), "esp": ("esplanade",), "hts": ("heights",), "mt": ("mount",),
    "n": ("north",), "nth": ("north",), "s": ("south",), "sth": ("south",), "e": ("east",), "w": ("west",),
    "pkwy": ("parkway",), "wk": ("walk",), "wlk": ("walk",), "wy": ("way",), "wyd": ("wynd",), "yd": ("yard",), "qy": ("quay",),
    "upr": ("upper",), "lwr": ("lower",), "lr": ("lower",), "gt": ("great",), "mkt": ("market",), "prom": ("promenade",),
    "vil": ("villas", "villa"), "vls": ("villas",), "vlg": ("village",), "est": ("estate",), "ests": ("estates",),
    "ind": ("industrial",), "ctr": ("centre",), "cntr": ("centre",), "center": ("centre",), "mans": ("mansions",), "ri": ("rise",),
    "hl": ("hill",), "ldg": ("lodge",), "ms": ("mews",), "cft": ("croft",), "cir": ("circus",), "circ": ("circus",),
    "first": ("1st",), "second": ("2nd",), "third": ("3rd",), "fourth": ("4th",), "fifth": ("5th",), "sixth": ("6th",),
    "seventh": ("7th",), "eighth": ("8th",), "ninth": ("9th",), "tenth": ("10th",), "eleventh": ("11th",), "twelfth": ("12th",),
}  # fmt: skip

TYPE_WORDS = frozenset(
    ("street", "road", "avenue", "crescent", "place", "terrace", "garden", "gardens", "view", "drive", "lane", "court",
     "close", "square", "grove", "green", "park", "parade", "buildings", "building", "bridge", "causeway", "esplanade",
     "heights", "mount", "walk", "way", "wynd", "yard", "quay", "market", "promenade", "villas", "villa", "estate",
     "industrial", "centre", "mansions", "rise", "hill", "mews", "croft", "circus", "loan", "brae", "row", "gate", "bank",
     "vennel", "pend", "path", "bow", "port", "shore", "cross", "wood", "dell", "glen", "loaning", "medway", "mains",
     "toll", "side", "end", "field", "fields", "meadow", "meadows", "ring", "roundabout", "bypass", "steps", "stairs",
     "rigg", "dykes", "cottages", "cottage", "house", "farm", "lodge", "village", "lea", "vale", "knowe", "rathad",
     "sraid")
)  # fmt: skip
DIRECTIONS = frozenset(("north", "south", "east", "west", "upper", "lower", "great", "little", "new", "old", "mid", "back"))
_COMPASS = ("north", "south", "east", "west")
_TURNING = (*_COMPASS, "lane", "upper", "lower")

_UNFOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_APOSTROPHES = str.maketrans("", "", "'`´‘’ʼ")  # noqa: RUF001 - the look-alikes people paste
_NOT_WORD = re.compile(r"[^\w]+|_")


def fold(text: str) -> str:
    """Give `text` in lower case, without accents or apostrophes, all other signs a space."""
    text = text.casefold().translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_UNFOLDED).casefold()
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", text).strip()


def split_words(text: str) -> list[str]:
    """Give the words of `text`, folded, in order, without "and" (which people write, leave out, or write `&`)."""
    return [word for word in fold(text).split() if word != "and"]


def written_out(words: list[str]) -> list[str]:
    """Write out the short forms of a whole name; "st" by where it stands."""
    out = []
    for place, word in enumerate(words):
        forms = SHORT_FORMS.get(word)
        if forms is None:
            out.append(word)
        elif word == "st":
            out.append("street" if _is_street(words, place) else "saint")
        else:
            out.append(forms[0])
    return out


def _is_street(words: list[str], place: int) -> bool:
    if place == 0:
        return False
    following = [SHORT_FORMS.get(word, (word,))[0] for word in words[place + 1 :]]
    return all(word in _TURNING for word in following)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Give the key of a street, house or town name; empty where the name has no letters or digits."""
    words = written_out(split_words(name))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


def begins_with_the(name: str) -> bool:
    """Whether a name begins with "The", which its key leaves out."""
    return split_words(name)[:1] == ["the"]


def turned_key(key: str) -> str | None:
    """Give the key as some lists write it: `east london street` as `london street east`, and back; `None` for most names."""
    words = key.split()
    if len(words) < 3:
        return None
    if words[0] in _COMPASS:
        return " ".join([*words[1:], words[0]])
    if words[-1] in _COMPASS:
        return " ".join([words[-1], *words[:-1]])
    return None


_NUMBER = r"\d{1,5}[a-z]?"
_HOUSE_NUMBER = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:(?:[-;,&+]|to)(?:{_NUMBER}|[a-z]))*)(?:/(?P<flat>[0-9a-z][0-9a-z/-]{{0,11}}))?"
)
_PART = re.compile(r"(?=[\da-z])(\d*)([a-z]?)")
_WIDEST_RANGE = 200


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number: `8B`, `45-47`, `25-26-27`, and the flat written behind a stroke (`55/2`).

    `key` is what two numbers must share to be the same (`8b`, `45-47`); `base` is the first number in it.
    """

    key: str
    base: int
    parts: tuple[tuple[int, str], ...]
    flat: str | None = None

    @property
    def is_single(self) -> bool:
        """Whether it names one house, not several."""
        return len(self.parts) == 1

    def members(self) -> tuple[int, ...]:
        """Give every plain number it covers: 45-49 covers 45, 47 and 49 (one side of the street), 7-8 covers 7 and 8."""
        numbers = [number for number, _ in self.parts]
        if len(numbers) != 2 or not 0 < numbers[1] - numbers[0] <= _WIDEST_RANGE:
            return tuple(dict.fromkeys(numbers))
        return tuple(range(numbers[0], numbers[1] + 1, 2 if (numbers[1] - numbers[0]) % 2 == 0 else 1))

    def covers(self, other: HouseNumber) -> bool:
        """Whether `other`, one house, lies inside this range or list without being the same text."""
        if self.is_single or not other.is_single:
            return False
        number, suffix = other.parts[0]
        if suffix:
            return (number, suffix) in self.parts
        return number in self.members()


@lru_cache(maxsize=65536)
def house_number(text: str) -> HouseNumber | None:
    """Read a house number as a source writes it; `None` where it is not one (a name, a telephone number)."""
    match = _HOUSE_NUMBER.fullmatch(re.sub(r"\s+", "", text.casefold()))
    if match is None:
        return None
    parts: list[tuple[int, str]] = []
    for digits, suffix in _PART.findall(match["numbers"].replace("to", "-")):
        parts.append((int(digits) if digits else parts[-1][0], suffix))
    key = "-".join(f"{number}{suffix}" for number, suffix in parts)
    return HouseNumber(key, parts[0][0], tuple(parts), match["flat"])


_HOUSE_IN_LINE = re.compile(r"(\d{1,5}[A-Za-z]?(?:\s?[-/]\s?\d{1,5}[A-Za-z]?)?)[\s,]+(\D.*)")


def house_in(line: str) -> tuple[HouseNumber, str] | None:
    """Give the house number and the key of the street in one line of an address; `None` where it has no house number."""
    match = _HOUSE_IN_LINE.search(line)
    number = house_number(match[1]) if match else None
    return (number, name_key(match[2])) if match and number else None


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})")


def postcode(text: str | None) -> str | None:
    """Give a full postcode in its normal form (`ml36ab` becomes `ML3 6AB`), or `None` for anything else."""
    match = _POSTCODE.fullmatch(text.strip().upper()) if text else None
    return f"{match[1]} {match[2]}" if match else None


def house_key(number: str | None, flat: str | None, street: str | None, house: str | None) -> str:
    """Give the words by which two objects are one house: street, number and flat; the house's name where it has no number."""
    read = house_number(number) if number else None
    if read and read.flat and not flat:
        shown, flat = read.key, read.flat
    else:
        shown = read.key + (f"/{read.flat}" if read.flat else "") if read else name_key(number or "")
    name = "" if number else name_key(house or "")
    return "|".join((name_key(street or ""), shown, name_key(flat or "").removeprefix("flat "), name))
