"""From what a search found to an answer: one property, a choice, a contradiction, or nothing."""

from __future__ import annotations

from era_geo.address import candidates, lacking, on_streets, sentences, steps
from era_geo.address.evidence import Verdict, lies_in, not_in, of_house, of_street
from era_geo.address.hunt import Found, Search, is_plain
from era_geo.address.offers import bad_postcode
from era_geo.address.properties import Choice, choices, grouped
from era_geo.address.records import Street
from era_geo.address.slips import WITHOUT_TYPE
from era_geo.address.streets import Differs, NameMatch
from era_geo.model import Candidate, LocateResult, LocateStatus

MOST_LISTED = 25
_ELSEWHERE_M = 1500.0  # a street of the same name further off than this is another street
_LONG_NAME = 14  # letters; in a longer one two slips are still plain


def answer(text: str, search: Search) -> LocateResult:
    """Choose among what was found; never the first of several."""
    told = steps.of_search(search)
    good = [found for found in search.found if not found.is_contradicted]
    pool, sure = _pool(good, search)
    if pool:
        if in_town := _in_the_town_itself(pool[0], search):
            return lacking.torn(text, search, pool[0], in_town, told)
        if _is_far(pool[0], search) and (streets := _streets_there(search, pool[0])):
            return on_streets.number_missing(text, search, streets, told, elsewhere=pool)
        return _from_pool(text, search, pool, told, sure=sure)
    if any(found.is_contradicted and is_plain(found, search) for found in search.found):
        return lacking.contradicted(text, search, told)
    return lacking.without_house(text, search, told)


def _pool(good: list[Found], search: Search) -> tuple[list[Found], bool]:
    """Give the houses that the text means best, and whether that is sure enough to need no confirmation."""
    written = [found for found in good if found.slips == 0]
    if written:
        best = _best_evidence(written)
        fuller = _fuller(good, best[0])
        if fuller:  # "Lochend Road, Souh" is Lochend Road South, not Lochend Road
            return _of_slipped(fuller, search)
        if best[0].postcode is Verdict.BESIDE or _is_unchecked(best[0], search):
            best += [found for found in search.found if found.slips == 0 and found.exactly and found.is_contradicted]
        return best, all(_is_understood(found, search) for found in best)
    corroborated = [found for found in good if found.postcode >= Verdict.BESIDE]
    if corroborated:
        return _of_slipped(corroborated, search)
    if search.streets and search.reading.number is not None:
        # The street is there as written and lacks the number: another street's house is no answer, unless it takes up more words.
        match, rest = search.streets[0]
        good = [found for found in good if rest.unknown and found.match is not None and found.match.end > match.end]
    return _of_slipped(good, search)


def _fuller(good: list[Found], written: Found) -> list[Found]:
    """Give the houses on names with a slip that take up the words which the name as written leaves unexplained."""
    if not written.rest.unknown or written.match is None:
        return []
    end = written.match.end
    return [
        found for found in good if found.match and found.match.end > end and len(found.rest.unknown) < len(written.rest.unknown)
    ]


def _best_evidence(pool: list[Found]) -> list[Found]:
    exact = [found for found in pool if found.exactly] or pool
    postcode = max(found.postcode for found in exact)
    exact = [found for found in exact if found.postcode is postcode]
    town = max(found.town for found in exact)
    return [found for found in exact if found.town is town]


def _of_slipped(good: list[Found], search: Search) -> tuple[list[Found], bool]:
    """Choose among houses whose street was typed with slips: those with the fewest.

    A name that differs by a whole word (North for South) is no slip: such a house is only suggested, never the answer.
    """
    near = [found for found in good if found.postcode >= Verdict.BESIDE or _is_one_slip(found)]
    plain = [found for found in near if is_plain(found, search)]
    if not plain:
        return [found for found in near if found.match and found.match.differs is Differs.BY_WORD and found.slips <= 1], False
    least = min(found.slips for found in plain)
    best = _best_evidence([found for found in plain if found.slips == least])
    sure = all(_is_sure(found, search) for found in best)
    if best[0].postcode < Verdict.BESIDE and any(
        match.slips < least and match.differs is Differs.BY_LETTERS for match, _ in search.near
    ):
        sure = False  # a nearer name lacks the number
    return best, sure


def _is_unchecked(found: Found, search: Search) -> bool:
    """Whether a postcode was typed that the region cannot look up, and the house has none to hold it against."""
    return search.postcode.text is not None and found.postcode is Verdict.SILENT


def _is_sure(found: Found, search: Search) -> bool:
    """Whether a name typed with slips is sure enough to be the answer: one slip, or more where the postcode speaks for it."""
    match = found.match
    if match is None or found.postcode is Verdict.FOR:
        return _is_understood(found, search)
    if match.how == WITHOUT_TYPE:
        return False
    return _is_understood(found, search)


def _is_one_slip(found: Found) -> bool:
    """Whether so little was overlooked that the name may be meant with nothing else to speak for it."""
    if found.match is None or found.match.how == WITHOUT_TYPE:
        return True
    return found.match.slips <= (2 if len(found.match.key) > _LONG_NAME else 1)


def _is_far(found: Found, search: Search) -> bool:
    """Whether the typed town lies far off, and no whole postcode says that the house is meant all the same."""
    return found.town is Verdict.FAR and (search.postcode.text is None or found.postcode < Verdict.BESIDE)


def _is_understood(found: Found, search: Search) -> bool:
    """Whether no town, word or number was left over that might mean another place; a postcode that agrees makes up for it."""
    if _is_far(found, search):
        return False
    if found.postcode >= Verdict.BESIDE:
        return True
    return not found.rest.unknown and not search.spare


def _from_pool(text: str, search: Search, pool: list[Found], told: list[str], *, sure: bool) -> LocateResult:
    groups = grouped(pool)
    offers = [choices(group, search.reading, search.gazetteer) for group in groups]
    if any(not offer.missing_flat for offer in offers):
        offers = [offer for offer in offers if not offer.missing_flat]
    listed = [candidate for offer in offers for candidate in offer.candidates]
    told.append(steps.of_properties(groups, listed))
    if search.postcode.state in ("unknown", "terminated"):
        return bad_postcode(text, search, told, tuple(listed[:MOST_LISTED]))
    if all(offer.missing_flat for offer in offers):
        return _missing_flat(text, search, offers[0], listed, told)
    if len(listed) > 1:
        listed = candidates.told_apart(listed[:MOST_LISTED], search.gazetteer) + listed[MOST_LISTED:]
        return _result(text, LocateStatus.AMBIGUOUS, sentences.several(listed, MOST_LISTED), listed, told)
    if sure and (rivals := _rivals(search, pool[0])):
        told.append(f"Other streets have the same name ({rivals}), and no town or postcode typed says which is meant.")
        return _result(text, LocateStatus.AMBIGUOUS, sentences.rivals(listed[0], rivals), listed, told)
    if sure:
        return _matched(text, search, pool[0], listed[0], told)
    message = sentences.far(search, pool[0], listed[0]) if _is_far(pool[0], search) else sentences.confirm(search, listed[0])
    return _result(text, LocateStatus.AMBIGUOUS, message, listed, told)


def _in_the_town_itself(best: Found, search: Search) -> list[Found]:
    """Give the houses in the town that was typed, where the best has the postcode typed and the town only as its post town."""
    if best.town is not Verdict.AGAINST:
        return []
    return [found for found in search.found if found.slips == 0 and found.exactly and found.town is Verdict.FOR]


def _rivals(search: Search, found: Found) -> int:
    """Count the streets of the same name elsewhere, where nothing typed says which is meant. Not all their houses are mapped."""
    is_told = found.town is Verdict.FOR or found.postcode >= Verdict.BESIDE
    if found.match is None or found.match.key_id == 0 or is_told:
        return 0
    house = found.house
    streets = [of_street(street) for street in search.gazetteer.streets(found.match.key_id)]
    return sum(where.away_m(house.easting, house.northing) > _ELSEWHERE_M for where in streets)


def _namesake(search: Search, found: Found) -> list[str]:
    """Say that a street of the same name lies in the typed town itself, where the house only has it as its post town."""
    if found.match is None or found.match.key_id == 0 or found.postcode >= Verdict.BESIDE:
        return []
    house = of_house(found.house)
    for town in found.rest.towns:
        inside = _streets_in(search, found.match, town)
        if inside and not lies_in(house, town, search.gazetteer):
            return [sentences.namesake(inside[0].name, town)]
    return []


def _streets_there(search: Search, found: Found) -> list[Street]:
    """Give the streets of the house's own street name in the typed towns that the house does not lie in."""
    if found.match is None or found.match.key_id == 0 or search.reading.number is None:
        return []
    towns = not_in(of_house(found.house), found.rest, search.gazetteer)
    return [street for town in towns for street in _streets_in(search, found.match, town)]


def _streets_in(search: Search, match: NameMatch, town: str) -> list[Street]:
    return [street for street in search.gazetteer.streets(match.key_id) if lies_in(of_street(street), town, search.gazetteer)]


def _matched(text: str, search: Search, found: Found, candidate: Candidate, told: list[str]) -> LocateResult:
    notes = [*sentences.notes(search, found), *_namesake(search, found)]
    candidate = sentences.with_notes(candidate, notes)
    told.append("One property is left, so it is the answer.")
    return _result(text, LocateStatus.MATCHED, sentences.matched(candidate, notes), [candidate], told)


def _missing_flat(text: str, search: Search, offer: Choice, listed: list[Candidate], told: list[str]) -> LocateResult:
    told.append("The house is there; the flat is not.")
    message = sentences.missing_flat(search.reading.flat_text or "", listed[0], offer.known_flats)
    return _result(text, LocateStatus.CONTRADICTION, message, listed, told)


def _result(text: str, status: LocateStatus, message: str, listed: list[Candidate], told: list[str]) -> LocateResult:
    return LocateResult(text, status, message, tuple(listed[:MOST_LISTED]), tuple(told))
