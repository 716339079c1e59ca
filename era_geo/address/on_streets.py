"""Answers where the street is there, and the house is not; or where the street lies elsewhere than was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from era_geo.address import candidates, evidence, sentences
from era_geo.address.evidence import Verdict
from era_geo.address.hunt import Found, Search
from era_geo.address.offers import bad_postcode, meant, outside_towns, postcode_candidates, result, suggested
from era_geo.address.properties import choices, grouped
from era_geo.address.records import House, Street
from era_geo.address.rest import Rest
from era_geo.address.streets import Differs
from era_geo.model import LocateResult, LocateStatus
from era_geo.region.address_words import house_number

_MOST = 25


@dataclass(frozen=True, slots=True)
class OnMap:
    """A street that may be meant, the words beside its name, and how postcode and town stand to it."""

    street: Street
    rest: Rest
    postcode: Verdict
    town: Verdict

    @property
    def verdicts(self) -> tuple[Verdict, Verdict]:
        """Postcode and town; the greater, the better."""
        return self.postcode, self.town


def streets_of(search: Search) -> list[OnMap]:
    """Give the streets of the names as written, else of one plain slip."""
    pairs = search.streets
    if not pairs:
        plain = [(match, rest) for match, rest in search.near if match.differs is Differs.BY_LETTERS and match.slips <= 1]
        least = min((match.slips for match, _ in plain), default=0.0)
        pairs = [(match, rest) for match, rest in plain if match.slips == least]
        if len({match.key_id for match, _ in pairs}) > 1:
            return []
    found = {}
    for match, rest in pairs:
        for street in search.gazetteer.streets(match.key_id):
            where = evidence.of_street(street)
            postcode = evidence.postcode_verdict(where, search.postcode, search.typed.district, search.gazetteer)
            found[street.id] = OnMap(street, rest, postcode, evidence.place_verdict(where, rest, search.gazetteer))
    return list(found.values())


def answer(text: str, search: Search, streets: list[OnMap], told: list[str]) -> LocateResult:
    """Answer from the `streets` of the name that was typed, at least one; no house of that number or name is there."""
    good = [one for one in streets if Verdict.AGAINST not in one.verdicts]
    if not good:
        return _street_contradicted(text, search, streets, told)
    best = max(one.verdicts for one in good)
    if best[1] is Verdict.FAR and (search.postcode.text is None or best[0] < Verdict.BESIDE):
        return _street_elsewhere(text, search, good, told)
    best_fit = [one for one in good if one.verdicts == best]
    if search.reading.number is not None:
        return number_missing(text, search, [one.street for one in best_fit], told)
    return _street_alone(text, search, best_fit, told)


def _street_alone(text: str, search: Search, best_fit: list[OnMap], told: list[str]) -> LocateResult:
    """Answer where no house number was typed."""
    before, chosen = best_fit[0].rest.before, [one.street for one in best_fit]
    listed = [candidates.of_street(street, search.gazetteer) for street in chosen]
    if search.postcode.spot is not None:
        listed = [*postcode_candidates(search, chosen[0].name), *listed]
    if before or search.reading.flat:
        missing = (
            f"house called '{sentences.titled(' '.join(before))}'"
            if before
            else f"flat {search.reading.flat_text} without a house number"
        )
        told.append("The street is there; the house is not.")
        message = f"{chosen[0].name} is in the data, but no {missing} on it. Add the house number, or place a pin on the map."
        return result(text, LocateStatus.CONTRADICTION, message, listed, told)
    if search.postcode.state in ("unknown", "terminated"):
        return bad_postcode(text, search, told, tuple(listed))
    if len(listed) == 1 or (len(chosen) == 1 and search.postcode.spot is not None):
        told.append("No house number was typed, so only the street can be given.")
        message = f"Found the street {chosen[0].name}, {sentences.how_exactly(listed[0])}. Add the house number."
        return result(text, LocateStatus.MATCHED, message, listed[:1], told)
    return result(text, LocateStatus.AMBIGUOUS, f"{len(listed)} streets have this name. Add a town or postcode.", listed, told)


def _street_elsewhere(text: str, search: Search, streets: list[OnMap], told: list[str]) -> LocateResult:
    """Answer where the typed town has no street of that name, and others of the name lie too far from it to be meant."""
    places = [(one, evidence.of_street(one.street)) for one in streets]
    towns = list(dict.fromkeys(town for one, where in places for town in evidence.not_in(where, one.rest, search.gazetteer)))
    listed = [candidates.of_street(one.street, search.gazetteer) for one in streets]
    listed = candidates.told_apart(listed[:_MOST], search.gazetteer)
    told.append("The town that was typed has no such street; streets of that name lie elsewhere.")
    message = (
        f"{' and '.join(map(sentences.titled, towns))} has no {streets[0].street.name} in the data. "
        f"{'There is' if len(listed) == 1 else 'There are'} {sentences.listing([one.label for one in listed], 4)}."
        f"{meant(search)} Check the town and the street."
    )
    return result(text, LocateStatus.CONTRADICTION, message, [*listed, *suggested(search)], told)


def _street_contradicted(text: str, search: Search, streets: list[OnMap], told: list[str]) -> LocateResult:
    listed = [candidates.of_street(one.street, search.gazetteer) for one in streets]
    told.append("The street's place contradicts the postcode or town that was typed.")
    rest = streets[0].rest
    what = search.postcode.text or search.typed.district or " or ".join(map(sentences.titled, (*rest.towns, *rest.counties)))
    if outside := outside_towns(rest.towns, search):
        message = f"{outside} lies outside the region '{search.gazetteer.region.name}'. Choose another region, or check the town."
        return result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    if search.postcode.state in ("unknown", "terminated", "outside"):
        message = f"{sentences.why_postcode(search.postcode)} {listed[0].label} has no such house in the data either."
    else:
        without = "" if search.reading.number is None else ", and without that house"
        message = f"{listed[0].label} is in the data, but not where {what} lies{without}. Check both."
    return result(text, LocateStatus.CONTRADICTION, message, [*postcode_candidates(search), *listed], told)


def number_missing(
    text: str, search: Search, streets: list[Street], told: list[str], *, elsewhere: Sequence[Found] = ()
) -> LocateResult:
    """Answer where the street is there and the number is not: another house is never taken instead.

    `elsewhere` are houses of that number on streets of the same name, too far from the typed town to be meant without a word.
    """
    number = search.reading.number
    assert number is not None  # noqa: S101 - the caller has looked
    gazetteer = search.gazetteer
    street = streets[0]
    near = gazetteer.near_numbers(street.key_id, street.id, number.base)
    like = [
        h for h in gazetteer.houses(street.key_id, number.base) if h.street_id in {s.id for s in streets} and not _clash(h, search)
    ]
    shown = sorted({*(h.number_text or "" for h in like), *map(str, near)}, key=_in_order)
    nearest = " It has no house numbers in the data at all."
    if shown:
        nearest = f" The nearest {'is' if len(shown) == 1 else 'are'} {sentences.listing(shown)}."
    told.append("The street is there; the number is not. Another house is never taken instead.")
    others = [one for group in grouped(list(elsewhere)) for one in choices(group, search.reading, gazetteer).candidates]
    name = candidates.of_street(street, gazetteer).label if others else street.name
    subject = f"{name} has no number {search.reading.number_text} in the data.{nearest}"
    if others:
        place = sentences.near(evidence.of_house(elsewhere[0].house), search) or "elsewhere"
        subject += f" {others[0].label} lies on another {street.name}, {place}."
    message = f"{subject}{meant(search)} Check the number, or place a pin on the map."
    if search.postcode.state in ("unknown", "terminated"):
        message = f"{sentences.why_postcode(search.postcode)} {message}"
    listed = [
        *postcode_candidates(search, street.name),
        *(candidates.of_street(s, gazetteer, number=number.base) for s in streets),
    ]
    if len(streets) == 1 and number.is_single and (beside := gazetteer.beside(street.key_id, street.id, number.base)):
        estimate = candidates.between_neighbours(*beside, number, gazetteer)
        listed[1:1] = [estimate] if estimate is not None else []
    alike = (candidates.of_house(house, gazetteer, flat=search.reading.flat_text) for house in like)
    listed += [*alike, *others, *suggested(search)]
    return result(text, LocateStatus.CONTRADICTION, message, listed, told)


def _in_order(number: str) -> tuple[int, str]:
    read = house_number(number)
    return (read.base if read else 0), number


def _clash(house: House, search: Search) -> bool:
    where = evidence.of_house(house)
    return evidence.postcode_verdict(where, search.postcode, search.typed.district, search.gazetteer) is Verdict.AGAINST
