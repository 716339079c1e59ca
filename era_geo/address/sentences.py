"""The sentences of an answer: what was found or not, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from era_geo.address.evidence import TypedPostcode, Verdict, Where, not_in, of_house
from era_geo.address.hunt import Found, Search
from era_geo.address.streets import BY_OTHER_NAME
from era_geo.model import Candidate, Precision
from era_geo.region import gazetteer_words

_CLASS_WORDS = {
    Precision.PIN: "located at the point given",
    Precision.UPRN: "located by its UPRN",
    Precision.BUILDING: "located by its mapped building",
    Precision.ADDRESS: "located by its mapped address point",
    Precision.INTERPOLATED: "worked out from the numbers beside it",
    Precision.STREET: "known only to its street",
    Precision.POSTCODE: "known only to its postcode",
    Precision.LOCALITY: "known only to its town or village",
}


def titled(key: str) -> str:
    """Give the key of a street's or town's name as people write a name: `Milton of Marrow`."""
    return gazetteer_words.name(key.upper())


def how_exactly(candidate: Candidate) -> str:
    """Say in words how exactly a candidate is located."""
    return f"{_CLASS_WORDS[candidate.precision]}, to within {candidate.uncertainty_m:.0f} m"


def listing(items: Sequence[str], most: int = 6) -> str:
    """Join items for a sentence: `34, 38 and 40`."""
    shown = list(items[:most])
    if len(items) > most:
        return f"{', '.join(shown)} and {len(items) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def matched(candidate: Candidate, notes: Sequence[str]) -> str:
    """Say what was found."""
    return " ".join([f"Found {candidate.label}, {how_exactly(candidate)}.", *notes])


def several(listed: Sequence[Candidate], most: int) -> str:
    """Say that a person must choose."""
    shown = f" The first {most} are listed; add a town or postcode." if len(listed) > most else ""
    return f"{len(listed)} properties fit what was typed. Choose the one that is meant.{shown}"


def confirm(search: Search, candidate: Candidate) -> str:
    """Say that one property fits, and why a person must confirm it."""
    if unknown := _not_understood(search):
        return f"Only {candidate.label} fits, but '{unknown}' was not understood. Choose it if it is the one, or add the postcode."
    return (
        f"The nearest name is {candidate.label}, but what was typed may be another street. "
        "Choose it if it is the one, or add the postcode."
    )


def far(search: Search, found: Found, candidate: Candidate) -> str:
    """Say that one property fits, but lies elsewhere than the town that was typed."""
    where = of_house(found.house)
    towns = " or ".join(titled(town) for town in not_in(where, found.rest, search.gazetteer))
    return (
        f"{candidate.label} is the only such address in the data, but it is not in {towns}{but_near(where, search)}. "
        "Choose it if it is the one, or add the postcode."
    )


def near(where: Where, search: Search) -> str:
    """Say in or near which place an address lies; empty where none is known."""
    nearest = search.gazetteer.locality_name(where.easting, where.northing) or next(iter(where.towns), None)
    return f"in or near {nearest}" if nearest else ""


def but_near(where: Where, search: Search) -> str:
    """Go on, after a sentence has said where an address does not lie, with where it does."""
    place = near(where, search)
    return f", but {place}" if place else ""


def rivals(candidate: Candidate, others: int) -> str:
    """Say that one house fits, and that other streets have the name."""
    streets = "another street has" if others == 1 else f"{others} other streets have"
    return (
        f"{candidate.label} is the only such house in the data, but {streets} this name, and not every house is mapped. "
        "Choose it if it is the one, or add the town or postcode."
    )


def torn(postcode: str, by_postcode: Candidate, by_town: Candidate) -> str:
    """Say that postcode and town speak for two houses."""
    return (
        f"The postcode typed, {postcode}, is that of {by_postcode.label}; in the town typed lies {by_town.label}. "
        "Choose the one that is meant."
    )


def namesake(street: str, town: str) -> str:
    """Say that the typed town has a street of this name of its own, where no such house is mapped."""
    return f"Another {street} lies in {titled(town)} itself, and no such house is mapped there: make sure that this one is meant."


def _not_understood(search: Search) -> str:
    rest = search.found[0].rest
    return " ".join([*search.spare, *(rest.before if search.spare else ()), *rest.unknown])


def notes(search: Search, found: Found) -> list[str]:
    """Give what a person should know about a match: slips overlooked, a postcode that is not quite its own."""
    told = []
    if found.match is not None and (found.slips or found.match.how == BY_OTHER_NAME):
        told.append(f"The street was read as {found.house.street or found.match.key} ({found.match.how}).")
    postcode = search.postcode
    if postcode.text and found.postcode is Verdict.BESIDE and postcode.spot is not None:
        away = of_house(found.house).away_m(postcode.spot.easting, postcode.spot.northing)
        told.append(f"The data gives it {found.house.postcode}; {postcode.text}, as typed, lies {away:.0f} m away.")
    if postcode.text and found.postcode is Verdict.SILENT:
        why = "has no list of postcodes there" if postcode.spot is None else "knows only roughly where it lies"
        told.append(f"The postcode {postcode.text} could not be checked: the region {why}.")
    if found.town in (Verdict.AGAINST, Verdict.FAR):
        towns = not_in(of_house(found.house), found.rest, search.gazetteer) or found.rest.towns
        told.append(f"It is not in {' or '.join(titled(town) for town in towns)} itself; the postcode settled it.")
    if found.rest.unknown:
        told.append(f"'{' '.join(found.rest.unknown)}' was not understood and left out of account.")
    return told


def with_notes(candidate: Candidate, more: Sequence[str]) -> Candidate:
    """Give the candidate with more notes in front of its own."""
    return replace(candidate, notes=(*more, *candidate.notes)) if more else candidate


def missing_flat(flat: str, candidate: Candidate, known: Sequence[str]) -> str:
    """Say that a house is there and the flat is not."""
    place = " ".join(part for part in (candidate.number, candidate.street) if part)
    return f"{place} is in the data, but has no flat {flat} there. It has {listing(list(known))}. Check the flat, or choose one."


def why_postcode(postcode: TypedPostcode) -> str:
    """Say what is wrong with a typed postcode that exists nowhere, or no longer."""
    if postcode.state == "terminated" and postcode.spot is not None:
        return f"The postcode {postcode.text} was ended ({postcode.spot.terminated})."
    if postcode.state == "unknown":
        return f"There is no postcode {postcode.text} in the published list."
    return f"This region has no postcode like {postcode.text}."
