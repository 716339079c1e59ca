"""Answers where no house is: contradictions, streets without the number, postcodes alone, towns alone, nothing."""

from __future__ import annotations

from era_geo.address import candidates, evidence, sentences
from era_geo.address.evidence import Verdict
from era_geo.address.hunt import Found, Search, is_plain
from era_geo.address.post_towns import POST_TOWNS
from era_geo.address.properties import choices, grouped
from era_geo.address.records import House, Street
from era_geo.address.streets import Differs
from era_geo.model import Candidate, LocateResult, LocateStatus
from era_geo.region.address_words import house_number

_MOST = 25


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
    postcode = _postcode_candidates(search)
    first, second = (houses, postcode) if written else (postcode, houses)
    told.append("What was typed contradicts every house found, so a person must choose.")
    message = (
        f"{houses[0].label} is in the data, but {_why(pool[0], search)}{_meant(search)} Check the address; choose, or correct it."
    )
    return _result(text, LocateStatus.CONTRADICTION, message, [*first, *suggested(search), *second], told)


def torn(text: str, search: Search, best: Found, in_town: list[Found], told: list[str]) -> LocateResult:
    """Answer where the postcode speaks for one house and the town for another: a person must choose."""
    groups = grouped([best, *in_town])
    listed = [one for group in groups for one in choices(group, search.reading, search.gazetteer).candidates]
    told.append("The postcode speaks for one house and the town for another, so a person must choose.")
    message = sentences.torn(search.postcode.text or "", listed[0], listed[-1])
    return _result(text, LocateStatus.CONTRADICTION, message, listed, told)


def suggested(search: Search) -> list[Candidate]:
    """Give the houses on streets of nearly the same name that nothing else speaks against: not what was typed, perhaps meant."""
    pool = [found for found in search.found if found.slips and not found.is_contradicted]
    least = min((found.slips for found in pool), default=0.0)
    groups = grouped([found for found in pool if found.slips == least and (found.exactly or not search.streets)])
    return [c for group in groups[:5] for c in choices(group, search.reading, search.gazetteer).candidates][:5]


def _meant(search: Search) -> str:
    houses = suggested(search)
    return f" Perhaps {houses[0].label} is meant." if houses else ""


def _why(found: Found, search: Search) -> str:
    house, postcode = found.house, search.postcode
    if found.postcode is Verdict.AGAINST:
        if postcode.spot is not None:
            away = evidence.of_house(house).away_m(postcode.spot.easting, postcode.spot.northing)
            return f"the postcode typed, {postcode.text}, lies {_distance(away)} away."
        if postcode.state in ("unknown", "outside"):
            return f"the postcode typed is not. {sentences.why_postcode(postcode)}"
        return f"its postcode there is {house.postcode}, not {postcode.text or search.typed.district}."
    towns = " or ".join(sentences.titled(town) for town in found.rest.towns)
    if outside := outside_towns(found.rest.towns, search):
        return f"{outside} is not in this region."
    nearest = search.gazetteer.locality_name(house.easting, house.northing) or house.town
    return f"it is not in {towns}{f', but in or near {nearest}' if nearest else ''}."


def outside_towns(towns: tuple[str, ...], search: Search) -> str:
    """Give the typed towns that lie outside the region, for a sentence; empty for none."""
    return " and ".join(sentences.titled(town) for town in towns if town not in search.gazetteer.towns)


def _distance(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def bad_postcode(text: str, search: Search, told: list[str], listed: tuple[Candidate, ...]) -> LocateResult:
    """Answer where the house is there and the typed postcode exists nowhere, or no longer."""
    told.append("The postcode cannot be right, so a person must choose.")
    message = f"{sentences.why_postcode(search.postcode)} Without it, {listed[0].label} fits. Choose it if it is the one."
    return _result(text, LocateStatus.CONTRADICTION, message, list(listed), told)


def without_house(text: str, search: Search, told: list[str]) -> LocateResult:
    """Answer where no house was found: from the street, the postcode or the town."""
    streets = _streets(search)
    if streets:
        return _on_streets(text, search, streets, told)
    if search.postcode.state == "outside":
        told.append("The postcode's area lies outside the region.")
        message = f"{search.postcode.text} lies outside the region '{search.gazetteer.region.name}'. Choose another region."
        return _result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    if search.postcode.state == "unknown":
        meant = suggested(search)
        perhaps = f" Perhaps {meant[0].label} is meant." if meant else _suggestions(search)
        message = f"{sentences.why_postcode(search.postcode)} Check it; the street was not found either.{perhaps}"
        return _result(text, LocateStatus.CONTRADICTION, message, meant, told)
    return _elsewhere(text, search, told)


def _streets(search: Search) -> list[tuple[Street, Verdict, Verdict]]:
    """Give the streets of the names as written, with how postcode and town stand to them; else of one plain slip."""
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
            found[street.id] = street, postcode, evidence.town_verdict(where, rest.towns, search.gazetteer)
    return list(found.values())


def _on_streets(text: str, search: Search, streets: list[tuple[Street, Verdict, Verdict]], told: list[str]) -> LocateResult:
    good = [item for item in streets if Verdict.AGAINST not in item[1:]]
    if not good:
        return _street_contradicted(text, search, [street for street, *_ in streets], told)
    best = max(item[1:] for item in good)
    chosen = [street for street, *verdicts in good if tuple(verdicts) == best]
    if search.reading.number is not None:
        return _number_missing(text, search, chosen, told)
    before = search.streets[0][1].before if search.streets else ()
    listed = [candidates.of_street(street, search.gazetteer) for street in chosen]
    if search.postcode.spot is not None:
        listed = [*_postcode_candidates(search, chosen[0].name), *listed]
    if before or search.reading.flat:
        missing = (
            f"house called '{sentences.titled(' '.join(before))}'"
            if before
            else f"flat {search.reading.flat_text} without a house number"
        )
        told.append("The street is there; the house is not.")
        message = f"{chosen[0].name} is in the data, but no {missing} on it. Add the house number, or place a pin on the map."
        return _result(text, LocateStatus.CONTRADICTION, message, listed, told)
    if search.postcode.state in ("unknown", "terminated"):
        return bad_postcode(text, search, told, tuple(listed))
    if len(listed) == 1 or (len(chosen) == 1 and search.postcode.spot is not None):
        told.append("No house number was typed, so only the street can be given.")
        message = f"Found the street {chosen[0].name}, {sentences.how_exactly(listed[0])}. Add the house number."
        return _result(text, LocateStatus.MATCHED, message, listed[:1], told)
    return _result(text, LocateStatus.AMBIGUOUS, f"{len(listed)} streets have this name. Add a town or postcode.", listed, told)


def _street_contradicted(text: str, search: Search, streets: list[Street], told: list[str]) -> LocateResult:
    listed = [candidates.of_street(street, search.gazetteer) for street in streets]
    told.append("The street's place contradicts the postcode or town that was typed.")
    what = search.postcode.text or search.typed.district or "the town typed"
    if outside := outside_towns(search.streets[0][1].towns if search.streets else (), search):
        message = f"{outside} lies outside the region '{search.gazetteer.region.name}'. Choose another region, or check the town."
        return _result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    if search.postcode.state in ("unknown", "terminated", "outside"):
        message = f"{sentences.why_postcode(search.postcode)} {listed[0].label} has no such house in the data either."
    else:
        message = f"{listed[0].label} is in the data, but not where {what} lies, and without that house. Check both."
    return _result(text, LocateStatus.CONTRADICTION, message, [*_postcode_candidates(search), *listed], told)


def _number_missing(text: str, search: Search, streets: list[Street], told: list[str]) -> LocateResult:
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
    subject = f"{street.name} has no number {search.reading.number_text} in the data.{nearest}"
    message = f"{subject}{_meant(search)} Check the number, or place a pin on the map."
    if search.postcode.state in ("unknown", "terminated"):
        message = f"{sentences.why_postcode(search.postcode)} {message}"
    listed = [
        *_postcode_candidates(search, street.name),
        *(candidates.of_street(s, gazetteer, number=number.base) for s in streets),
    ]
    if len(streets) == 1 and number.is_single and (beside := gazetteer.beside(street.key_id, street.id, number.base)):
        estimate = candidates.between_neighbours(*beside, number, gazetteer)
        listed[1:1] = [estimate] if estimate is not None else []
    listed += [*(candidates.of_house(house, gazetteer, flat=search.reading.flat_text) for house in like), *suggested(search)]
    return _result(text, LocateStatus.CONTRADICTION, message, listed, told)


def _in_order(number: str) -> tuple[int, str]:
    read = house_number(number)
    return (read.base if read else 0), number


def _clash(house: House, search: Search) -> bool:
    where = evidence.of_house(house)
    return evidence.postcode_verdict(where, search.postcode, search.typed.district, search.gazetteer) is Verdict.AGAINST


def _postcode_candidates(search: Search, street: str | None = None) -> list[Candidate]:
    spot = search.postcode.spot
    return [] if spot is None else [candidates.of_postcode(spot, search.gazetteer, street=street)]


def _elsewhere(text: str, search: Search, told: list[str]) -> LocateResult:
    """Answer from the postcode, or from a town, where the street is not in the region."""
    listed = _postcode_candidates(search)
    words, reading = search.typed.words, search.reading
    only_postcode = not words and reading.number is None and reading.flat is None
    if listed and only_postcode:
        if search.postcode.state == "terminated":
            return _result(
                text,
                LocateStatus.CONTRADICTION,
                f"{sentences.why_postcode(search.postcode)} This is where it lay.",
                listed,
                told,
            )
        told.append("A postcode alone stands for its middle, not for a house.")
        message = f"Found the postcode {search.postcode.text}, {sentences.how_exactly(listed[0])}. Add the house number and street."
        return _result(text, LocateStatus.MATCHED, message, listed, told)
    if listed:
        told.append("Only the postcode is known, so only the postcode can be given.")
        message = (
            f"The address is not in the data; its postcode {search.postcode.text} is.{_suggestions(search)} Place a pin on the map."
        )
        return _result(text, LocateStatus.NOT_FOUND, message, [*listed, *suggested(search)], told)
    if only_postcode:
        message = f"{search.typed.district} is only the beginning of a postcode. Type the whole address."
        if search.postcode.text is not None:
            message = f"This region does not know the postcode {search.postcode.text}. Type the whole address."
        return _result(text, LocateStatus.NOT_FOUND, message, [], told)
    return _town(text, search, told)


def _town(text: str, search: Search, told: list[str]) -> LocateResult:
    key = _locality_key(search)
    places = [] if key is None else list(search.gazetteer.localities.get(key, ()))
    listed = [candidates.of_locality(place) for place in places]
    reading = search.reading
    only_town = bool(listed) and reading.number is None and reading.flat is None and key == _joined(search)
    if only_town and len(listed) == 1:
        message = f"Found {listed[0].label}, {sentences.how_exactly(listed[0])}. Add the street and house number."
        return _result(text, LocateStatus.MATCHED, message, listed, told)
    if only_town:
        return _result(text, LocateStatus.AMBIGUOUS, f"{len(listed)} places have this name. Add more.", listed, told)
    if _joined(search) in search.gazetteer.towns and reading.number is None and reading.flat is None:
        town = sentences.titled(_joined(search))
        message = f"{town} is the town of some addresses, and no place of its own. Add the street and house number."
        return _result(text, LocateStatus.NOT_FOUND, message, [], told)
    told.append("No street of the region fits.")
    typed = " ".join(search.typed.words)
    outside = [town for town in POST_TOWNS if town not in search.gazetteer.towns and f" {typed} ".endswith(f" {town} ")]
    if outside and not listed:
        town = sentences.titled(max(outside, key=len))
        message = f"{town} lies outside the region '{search.gazetteer.region.name}'. Choose another region."
        return _result(text, LocateStatus.OUTSIDE_REGION, message, [], told)
    nearest = _suggestions(search)
    message = f"No such address in the region '{search.gazetteer.region.name}'.{nearest} Check the spelling, or add the postcode."
    return _result(text, LocateStatus.NOT_FOUND, message, [*listed, *suggested(search)], told)


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


def _result(text: str, status: LocateStatus, message: str, listed: list[Candidate], told: list[str]) -> LocateResult:
    return LocateResult(text, status, message, tuple(listed[:_MOST]), tuple(told))
