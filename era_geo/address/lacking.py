"""Answers where no house is: contradictions, streets without the number, postcodes alone, towns alone, nothing."""

from __future__ import annotations

from era_geo.address import candidates, evidence, on_streets, sentences
from era_geo.address.answers import bad_input
from era_geo.address.evidence import Verdict
from era_geo.address.hunt import Found, Search, is_plain
from era_geo.address.offers import meant, outside_towns, postcode_candidates, result, suggested
from era_geo.address.post_towns import POST_TOWNS
from era_geo.address.properties import choices, grouped
from era_geo.model import LocateResult, LocateStatus


def contradicted(text: str, search: Search, told: list[str]) -> LocateResult:
    """Answer where houses were found and the postcode or town typed speaks against every one."""
    against = [found for found in search.found if found.is_contradicted]
    written = [found for found in against if found.slips == 0]
    pool = list(written) or [found for found in against if is_plain(found, search)]
    if any(found.exactly for found in pool):
        pool = [found for found in pool if found.exactly]
    pool.sort(key=lambda found: (found.slips, -found.town, -found.postcode))
    by_postcode = next((found for found in pool if found.postcode is Verdict.FOR), None)
    in_town = [found for found in pool if found.town is Verdict.FOR]
    if by_postcode is not None and in_town:
        return torn(text, search, by_postcode, in_town, told)
    groups = grouped(pool)
    houses = [c for group in groups for c in choices(group, search.reading, search.gazetteer).candidates]
    postcode = postcode_candidates(search)
    first, second = (houses, postcode) if written else (postcode, houses)
    told.append("What was typed contradicts every house found, so a person must choose.")
    message = (
        f"{houses[0].label} is in the data, but {_why(pool[0], search)}{meant(search)} Check the address; choose, or correct it."
    )
    return result(text, LocateStatus.CONTRADICTION, message, [*first, *suggested(search), *second], told)


def torn(text: str, search: Search, best: Found, in_town: list[Found], told: list[str]) -> LocateResult:
    """Answer where the postcode speaks for one house and the town for another: a person must choose."""
    groups = grouped([best, *in_town])
    listed = [one for group in groups for one in choices(group, search.reading, search.gazetteer).candidates]
    told.append("The postcode speaks for one house and the town for another, so a person must choose.")
    message = sentences.torn(search.postcode.text or "", listed[0], listed[-1])
    return result(text, LocateStatus.CONTRADICTION, message, listed, told)


def _why(found: Found, search: Search) -> str:
    house, postcode = found.house, search.postcode
    if found.postcode is Verdict.AGAINST:
        if postcode.spot is not None:
            away = evidence.of_house(house).away_m(postcode.spot.easting, postcode.spot.northing)
            return f"the postcode typed, {postcode.text}, lies {_distance(away)} away."
        if postcode.state in ("unknown", "outside"):
            return f"the postcode typed is not. {sentences.why_postcode(postcode)}"
        return f"its postcode there is {house.postcode}, not {postcode.text or search.typed.district}."
    if outside := outside_towns(found.rest.towns, search):
        return f"{outside} is not in this region."
    where = evidence.of_house(house)
    towns = " or ".join(sentences.titled(town) for town in evidence.not_in(where, found.rest, search.gazetteer))
    return f"it is not in {towns}{sentences.but_near(where, search)}."


def _distance(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def without_house(text: str, search: Search, told: list[str]) -> LocateResult:
    """Answer where no house was found: from the street, the postcode or the town."""
    streets = on_streets.streets_of(search)
    if streets:
        return on_streets.answer(text, search, streets, told)
    if search.postcode.state == "outside":
        told.append("The postcode's area lies outside the region.")
        message = f"{search.postcode.text} lies outside the region '{search.gazetteer.region.name}'. Choose another region."
        return result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    if search.postcode.state == "unknown":
        perhaps = meant(search) or _suggestions(search)
        message = f"{sentences.why_postcode(search.postcode)} Check it; the street was not found either.{perhaps}"
        return result(text, LocateStatus.CONTRADICTION, message, suggested(search), told)
    return _elsewhere(text, search, told)


def _elsewhere(text: str, search: Search, told: list[str]) -> LocateResult:
    """Answer from the postcode, or from a town, where the street is not in the region."""
    listed = postcode_candidates(search)
    words, reading = search.typed.words, search.reading
    only_postcode = not words and reading.number is None and reading.flat is None
    if listed and only_postcode:
        if search.postcode.state == "terminated":
            return result(
                text,
                LocateStatus.CONTRADICTION,
                f"{sentences.why_postcode(search.postcode)} This is where it lay.",
                listed,
                told,
            )
        told.append("A postcode alone stands for its middle, not for a house.")
        message = f"Found the postcode {search.postcode.text}, {sentences.how_exactly(listed[0])}. Add the house number and street."
        return result(text, LocateStatus.MATCHED, message, listed, told)
    if listed:
        told.append("Only the postcode is known, so only the postcode can be given.")
        message = (
            f"The address is not in the data; its postcode {search.postcode.text} is.{_suggestions(search)} Place a pin on the map."
        )
        return result(text, LocateStatus.NOT_FOUND, message, [*listed, *suggested(search)], told)
    if only_postcode and search.typed.district is None and search.postcode.text is None:
        why = "Nothing in this can be looked up: such a number is no house's. Type the address, or write UPRN before it."
        return bad_input(text, why)
    if only_postcode:
        message = f"{search.typed.district} is only the beginning of a postcode. Type the whole address."
        if search.postcode.text is not None:
            message = f"This region does not know the postcode {search.postcode.text}. Type the whole address."
        return result(text, LocateStatus.NOT_FOUND, message, [], told)
    return _town(text, search, told)


def _town(text: str, search: Search, told: list[str]) -> LocateResult:
    key = _locality_key(search)
    places = [] if key is None else list(search.gazetteer.localities.get(key, ()))
    listed = [candidates.of_locality(place, search.gazetteer) for place in places]
    reading = search.reading
    only_town = bool(listed) and reading.number is None and reading.flat is None and key == _joined(search)
    if only_town and len(listed) == 1:
        message = f"Found {listed[0].label}, {sentences.how_exactly(listed[0])}. Add the street and house number."
        return result(text, LocateStatus.MATCHED, message, listed, told)
    if only_town:
        return result(text, LocateStatus.AMBIGUOUS, f"{len(listed)} places have this name. Add more.", listed, told)
    if _joined(search) in search.gazetteer.towns and reading.number is None and reading.flat is None:
        town = sentences.titled(_joined(search))
        message = f"{town} is the town of some addresses, and no place of its own. Add the street and house number."
        return result(text, LocateStatus.NOT_FOUND, message, [], told)
    told.append("No street of the region fits.")
    typed = " ".join(search.typed.words)
    outside = [town for town in POST_TOWNS if town not in search.gazetteer.towns and f" {typed} ".endswith(f" {town} ")]
    if outside and not listed:
        town = sentences.titled(max(outside, key=len))
        message = f"{town} lies outside the region '{search.gazetteer.region.name}'. Choose another region."
        return result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    nearest = _suggestions(search)
    message = f"No such address in the region '{search.gazetteer.region.name}'.{nearest} Check the spelling, or add the postcode."
    return result(text, LocateStatus.NOT_FOUND, message, [*listed, *suggested(search)], told)


def _joined(search: Search) -> str:
    from era_geo.address.names import key_of  # noqa: PLC0415

    return key_of(search.typed.words)


def _locality_key(search: Search) -> str | None:
    from era_geo.address.names import key_of  # noqa: PLC0415

    words = search.typed.words
    spans = sorted(((i, j) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 6) + 1)), key=lambda s: s[0] - s[1])
    return next((key for i, j in spans if (key := key_of(words[i:j])) in search.gazetteer.localities), None)


def _suggestions(search: Search) -> str:
    names = list(dict.fromkeys(sentences.titled(match.key) for match, _ in search.near))
    return f" Streets with a similar name: {sentences.listing(names, 4)}." if names else ""
