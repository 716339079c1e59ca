"""Whether the address that a row gives beside its UPRN is the UPRN's: a UPRN copied into the wrong row is found by nothing else."""

from __future__ import annotations

from era_geo.address import parse, search, special
from era_geo.model import Candidate, LocateResult, LocateStatus
from era_geo.region.address_words import house_number, name_key, postcode
from era_geo.region.region import Region


def held_against(result: LocateResult, texts: tuple[str, ...], region: Region) -> LocateResult:
    """Give a UPRN's answer, or where one of the row's other texts is an address that says otherwise, a contradiction."""
    if result.status is not LocateStatus.MATCHED or not isinstance(special.recognise(result.query), special.Uprn):
        return result
    found = result.candidates[0]
    for text in texts:
        if special.recognise(text) is None and (differs := _difference(found, text, region)):
            message = f"The UPRN and the address disagree: {result.query} is {found.label}, and {differs}. Check both."
            return LocateResult(result.query, LocateStatus.CONTRADICTION, message, result.candidates, result.steps)
    return result


def _difference(found: Candidate, text: str, region: Region) -> str | None:
    typed = parse.parse(text)
    theirs, mine = postcode(typed.postcode), postcode(found.postcode)
    if theirs and mine and theirs != mine:
        return f"the address has the postcode {theirs}"
    if not _may_be_number(found, typed):
        return f"the address has the house number {typed.number}"
    street = _another_street(found, typed, text, region) if found.street else None
    return f"the address is in {street}" if street else None


def _may_be_number(found: Candidate, typed: parse.Typed) -> bool:
    """Whether a reading of the typed text has the house's number, a range with it, or none at all."""
    own = house_number(found.number) if found.number else None
    if own is None:
        return True
    numbers = [reading.number for reading in typed.readings if found.flat or not reading.must_have_flat]
    return any(one is None or one.key == own.key or own.covers(one) or one.covers(own) for one in numbers)


def _another_street(found: Candidate, typed: parse.Typed, text: str, region: Region) -> str | None:
    """Give the street that the text means, where that is known and another one: a slip in the name makes it none."""
    own = name_key(found.street or "")
    if f" {own} " in f" {name_key(' '.join(typed.words))} ":
        return None
    streets = {name_key(one.street): one.street for one in search.locate(text, region).candidates if one.street}
    return None if own in streets else next(iter(streets.values()), None)
