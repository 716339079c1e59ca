"""Postcodes found in a text: whole ones, and the beginnings that people remember."""

from __future__ import annotations

import re

INVENTED = "ZZ"
"""The area of the training town's postcodes, which lies in no county."""
# Royal Mail's postcode areas. A flat (`G2`, `B1`) can look like the first half of a postcode.
AREAS = frozenset(
    """AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU
    GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH
    PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
    ZZ""".split()  # noqa: SIM905 - a list this long reads better as text
)
_WHOLE = re.compile(r"(?<![a-z0-9])([a-z]{1,2})([0-9o][0-9a-z]?)[\s.-]*([0-9oi])([a-z]{2})(?![a-z0-9/])")
_ORDINAL = re.compile(r"[0-9](?:st|nd|rd|th)")
_BEGINNING = re.compile(r"(?:^|(?<=[\s,]))([a-z]{1,2})([0-9][0-9a-z]?)(?:\s+([0-9][a-z]?))?[\s,.]*$")
_AFTER_FLAT = re.compile(r"(?:flat|flt|apartment|apt|unit|room|block|stair|floor|house|no)[\s.]*$")


def area_of(postcode: str) -> str:
    """Give the area of a postcode, or of the beginning of one: `ML` of `ML3 6AB`."""
    return postcode[:2].rstrip("0123456789")


def take_postcode(text: str) -> tuple[str, str | None, str | None]:
    """Take the postcode out of cleaned, lower-case `text`.

    Returns the rest of the text, a whole postcode (`ML3 6AB`) or `None`, and the beginning of one (`ML3`, `ML3 6`) or `None`.
    The letters O and I where only a figure can stand are read as 0 and 1.
    """
    found = [match for match in _WHOLE.finditer(text) if match[1].upper() in AREAS and not _is_word(text, match)]
    if found:
        match = found[-1]
        outward = match[1] + match[2].replace("o", "0", 1)
        inward = match[3].replace("o", "0").replace("i", "1") + match[4]
        return f"{text[: match.start()]} , {text[match.end() :]}", f"{outward} {inward}".upper(), None
    beginning = _BEGINNING.search(text)
    if beginning and beginning[1].upper() in AREAS and not _AFTER_FLAT.search(text[: beginning.start()]):
        rest = text[: beginning.start()]
        sector = f" {beginning[3]}" if beginning[3] else ""
        return rest, None, f"{beginning[1]}{beginning[2]}{sector}".upper()
    return text, None, None


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Whether it only looks like a postcode: `Flat B1 2nd floor` holds none, and Gorige without a figure is a word."""
    if not (match[2][0].isdigit() or match[3].isdigit()):
        return True
    return bool(_ORDINAL.fullmatch(match[3] + match[4])) and bool(re.match(r"\s+[a-z]", text[match.end() :]))
