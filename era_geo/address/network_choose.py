"""What a server found, put through the rules of the region's own addresses: never a guess, nor the first of several."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import shapely

from era_geo.address import candidates, choose, evidence, precision, sentences
from era_geo.address.evidence import Verdict, Where
from era_geo.address.gazetteer import Gazetteer
from era_geo.address.hunt import Found, Search
from era_geo.address.names import name_spans
from era_geo.address.network_answers import Answer, Kind
from era_geo.address.precision import UNCALIBRATED, Within
from era_geo.address.records import House
from era_geo.address.rest import Rest, explain_rest
from era_geo.address.streets import NameMatch, exact_matches, spans
from era_geo.model import Candidate, LocateResult, LocateStatus, Precision
from era_geo.region.address_measures import MOST_BETWEEN_M
from era_geo.region.address_words import name_key, turned_key, written_out

_CREDIT = "Data © OpenStreetMap contributors, ODbL 1.0; found by the Nominatim server {}."
_OTHER_PLACE_M = 100.0  # further off than this, the region's suggestion and the server's answer are two places
_COARSE = {Kind.STREET: Precision.STREET, Kind.POSTCODE: Precision.POSTCODE, Kind.LOCALITY: Precision.LOCALITY}
_NO_REST = Rest((), (), (), joined=False)


@dataclass(frozen=True, slots=True)
class _Held:
    """An answer, and what was typed held against it. `postcode` is the server's own, where the region's list lets it stand."""

    answer: Answer
    match: NameMatch | None
    rest: Rest
    postcode: str | None
    for_postcode: Verdict
    for_town: Verdict
    post_town: bool

    @property
    def is_contradicted(self) -> bool:
        return self.for_postcode is Verdict.AGAINST or (self.for_town is Verdict.AGAINST and not self.post_town)


class Choice:
    """The answers of the server `host` to one text; `search` is the text as the region's own search read it."""

    def __init__(self, text: str, search: Search, answers: Sequence[Answer], host: str) -> None:
        self.text = text
        self.search = search
        self.host = host
        self.gazetteer: Gazetteer = search.gazetteer
        self.held = [self._hold(answer) for answer in answers]
        search.streets = [
            (match, explain_rest(search.typed, search.reading, match, self.gazetteer))
            for match in exact_matches(search.typed.words, search.reading, self.gazetteer)
        ]
        search.found = [found for found, _ in self._houses()]

    @property
    def has_house(self) -> bool:
        """Whether the server has a house of just the number, or the name, that was typed, on the street that was typed."""
        return bool(self.search.found)

    def result(self, local: LocateResult) -> LocateResult | None:
        """Choose; `None` where nothing of it bears on the text. `local` is what the region itself had to say."""
        if self.has_house:
            return self._checked_against(local, self._with_distances(choose.answer(self.text, self.search)))
        if others := self._on_other_streets():
            message = f"{self.host} has {others[0].label}, but its street is not named as it was typed. Choose it if it is the one."
            return self._result(LocateStatus.AMBIGUOUS, message, others)
        return self._without_house()

    # --- holding what was typed against an answer ---------------------------------------------------------------------------

    def _hold(self, answer: Answer) -> _Held:
        match = self._match(answer)
        typed, postcode, gazetteer = self.search.typed, self.search.postcode, self.gazetteer
        rest = _NO_REST if match is None else explain_rest(typed, self.search.reading, match, gazetteer)
        places = {name_key(place) for place in (*answer.towns, *answer.wider)}
        named, unknown = _named(rest.unknown, places)
        rest = replace(rest, towns=(*rest.towns, *named), unknown=unknown)
        reach_m = 0.0 if answer.kind in (Kind.HOUSE, Kind.NAMED) else answer.extent_m
        own = self._own_postcode(answer, reach_m)
        where = Where(answer.easting, answer.northing, own, (*answer.towns, *answer.wider), reach_m)
        for_postcode = evidence.postcode_verdict(where, postcode, typed.district, gazetteer)
        # A town that the server itself names is one the address lies in, whether or not the region knows that town.
        others = tuple(town for town in rest.towns if town not in places)
        for_town = evidence.place_verdict(where, replace(rest, towns=others), gazetteer)
        if len(others) < len(rest.towns) and for_town is not Verdict.AGAINST:
            for_town = Verdict.FOR
        served = for_town is Verdict.AGAINST and for_postcode is Verdict.FOR
        served = served and evidence.may_be_post_town(where, others, gazetteer)
        return _Held(answer, match, rest, own, for_postcode, for_town, served)

    def _match(self, answer: Answer) -> NameMatch | None:
        """Find the answer's street among the typed words, where a street may stand; without a number, a house's own name too."""
        search = self.search
        names = (answer.street,) if answer.street else answer.towns
        keys = {key for name in names for key in (name_key(name), turned_key(name_key(name))) if key}
        if answer.kind is Kind.NAMED:
            keys = {name_key(answer.name or "")} - {""}
            runs: Iterator[tuple[int, int, str]] = name_spans(search.typed)
        else:
            words = search.typed.words
            runs = ((i, j, " ".join(written_out(list(words[i:j])))) for i, j in spans(words, search.reading, self.gazetteer))
        joined = {key.replace(" ", "") for key in keys}
        for start, end, key in runs:
            key_id = self.gazetteer.ids.get(key, (0,))[0]
            if key in keys or key.removeprefix("the ") in keys:
                return NameMatch(key, key_id, start, end, 0.0, "as written")
            if key.replace(" ", "") in joined:
                return NameMatch(key, key_id, start, end, 0.0, "with the spaces elsewhere")
        return None

    def _own_postcode(self, answer: Answer, reach_m: float) -> str | None:
        """Give the server's postcode unless the region's list puts that postcode elsewhere: the server often only estimates it."""
        spot = self.gazetteer.spot(answer.postcode) if answer.postcode else None
        if spot is None:
            return answer.postcode
        away = math.hypot(spot.easting - answer.easting, spot.northing - answer.northing) - reach_m
        return answer.postcode if away <= precision.postcode_limit_m(spot, self.gazetteer) else None

    # --- houses -----------------------------------------------------------------------------------------------------------

    def _is_asked_for(self, answer: Answer) -> bool:
        """Whether an answer is a house of just the number that was typed, or a range that holds it: 2 is never 12."""
        wanted, number = self.search.reading.number, answer.number
        if wanted is None:
            return answer.kind is Kind.NAMED
        return answer.kind is Kind.HOUSE and number is not None and (number.key == wanted.key or number.covers(wanted))

    def _houses(self) -> Iterator[tuple[Found, _Held]]:
        wanted = self.search.reading.number
        for place, held in enumerate(self.held):
            if held.match is not None and not held.rest.joined and self._is_asked_for(held.answer):
                number = held.answer.number
                exactly = not held.answer.on_line and (wanted is None or (number is not None and number.key == wanted.key))
                house = self._house(held, place)
                rest = held.rest
                yield (
                    Found(house, held.match, rest, exactly, held.for_postcode, held.for_town, held.post_town),
                    held,
                )

    def _house(self, held: _Held, place: int) -> House:
        answer = held.answer
        flat = answer.number.flat.upper() if answer.number is not None and answer.number.flat else None
        return House(
            fid=-10 - place, ref=answer.ref or f"nominatim:{place}", flat=flat, number=answer.number,
            number_text=answer.number_text, house=answer.name if answer.number is None else None, street=answer.street,
            town=answer.towns[0] if answer.towns else None, postcode=held.postcode, uprn=None, flats=None,
            building_id=0 if answer.is_building else None, sources=self._sources(), spread_m=0.0, easting=answer.easting,
            northing=answer.northing, between_m=MOST_BETWEEN_M if answer.on_line else None,
        )  # fmt: skip

    def _on_other_streets(self) -> list[Candidate]:
        """Give the houses of that number on streets that are named otherwise: only ever to choose from."""
        return [
            self._told(candidates.of_house(self._house(held, place), self.gazetteer, flat=self.search.reading.flat_text), held)
            for place, held in enumerate(self.held)
            if (held.match is None or held.rest.joined) and self._is_asked_for(held.answer)
            and held.answer.kind is Kind.HOUSE and not held.is_contradicted
        ]  # fmt: skip

    def _with_distances(self, result: LocateResult) -> LocateResult:
        """Give the server's candidates the distances of their own boxes, and the credit."""
        by_point = {_point(found.house): (found, held) for found, held in self._houses()}
        listed = []
        for candidate in result.candidates:
            own = by_point.get((candidate.easting, candidate.northing))
            listed.append(self._told(candidate, own[1]) if own else candidate)
        message = result.message
        if result.status is LocateStatus.MATCHED:
            found, _ = by_point[listed[0].easting, listed[0].northing]
            message = sentences.matched(listed[0], sentences.notes(self.search, found))
        return replace(result, message=message, candidates=tuple(listed))

    def _checked_against(self, local: LocateResult, result: LocateResult) -> LocateResult:
        """Refuse a match outside the region, and one beside which the region itself suggests another house."""
        if result.status is not LocateStatus.MATCHED:
            return result
        (found,) = result.candidates
        if not self._is_covered(found):
            name = self.gazetteer.region.name
            message = f"{self.host} has {found.label}, which lies outside what the region '{name}' covers. Choose another region."
            return replace(result, status=LocateStatus.OUTSIDE_REGION, message=message, candidates=())
        others = [
            other
            for other in local.candidates
            if local.status is LocateStatus.AMBIGUOUS
            and other.precision.is_property
            and math.hypot(other.easting - found.easting, other.northing - found.northing) > _OTHER_PLACE_M
        ]
        if others:
            message = f"{self.host} has {found.label}; the region suggests {others[0].label}. Choose the one that is meant."
            return replace(result, status=LocateStatus.AMBIGUOUS, message=message, candidates=(found, *others))
        return result

    # --- streets, postcodes, towns -------------------------------------------------------------------------------------------

    def _without_house(self) -> LocateResult | None:
        streets = [held for held in self.held if held.answer.kind is Kind.STREET and held.match and not held.rest.joined]
        if streets:
            return self._on_streets(streets)
        listed = [
            self._coarse(held)
            for held in self.held
            if held.answer.kind in (Kind.POSTCODE, Kind.LOCALITY) and not held.is_contradicted
        ]
        if not listed:
            return None
        message = f"{self.host} does not have the address, only {listed[0].label}. Place a pin on the map, or check the address."
        return self._result(LocateStatus.NOT_FOUND, message, listed)

    def _on_streets(self, streets: list[_Held]) -> LocateResult:
        reading, postcode = self.search.reading, self.search.postcode
        good = [held for held in streets if not held.is_contradicted]
        listed = _one_each([self._coarse(held) for held in good or streets])
        name = listed[0].label
        if not good:
            message = f"{self.host} has {name}, but not where the postcode or town typed lies. Check both."
            return self._result(LocateStatus.CONTRADICTION, message, listed)
        if postcode.state in ("unknown", "terminated"):
            message = f"{sentences.why_postcode(postcode)} Without it, {name} fits."
            return self._result(LocateStatus.CONTRADICTION, message, listed)
        if reading.number is not None or reading.flat is not None:
            missing = f"number {reading.number_text}" if reading.number is not None else f"flat {reading.flat_text}"
            message = (
                f"{self.host} has {name}, but no {missing} there.{self._others()} Check the number, or place a pin on the map."
            )
            return self._result(LocateStatus.CONTRADICTION, message, listed)
        if len(listed) > 1:
            return self._result(LocateStatus.AMBIGUOUS, f"{len(listed)} streets have this name. Choose one, or add a town.", listed)
        if not self._is_covered(listed[0]):
            message = f"{name} lies outside what the region '{self.gazetteer.region.name}' covers. Choose another region."
            return self._result(LocateStatus.OUTSIDE_REGION, message, [])
        message = f"Found the street {name}, {sentences.how_exactly(listed[0])}. Add the house number."
        return self._result(LocateStatus.MATCHED, message, listed)

    def _others(self) -> str:
        """Name the houses of other numbers that the server gave instead; none of them is ever taken."""
        given = {held.answer.number_text or "" for held in self.held if held.match and held.answer.number is not None}
        return f" It gave {sentences.listing(sorted(given))} instead." if given else ""

    def _coarse(self, held: _Held) -> Candidate:
        answer, kind = held.answer, _COARSE[held.answer.kind]
        name = (answer.street or answer.name) if kind is Precision.STREET else answer.name
        town = answer.towns[0] if answer.towns else None
        code = held.postcode if kind is Precision.POSTCODE else None
        label = ", ".join(dict.fromkeys(part for part in (name, town, code) if part)) or f"a {kind.value}"
        note = f"This is the middle of a {kind.value}, not a house."
        within = Within(0.0, (UNCALIBRATED,))
        street = name if kind is Precision.STREET else None
        point = answer.easting, answer.northing
        found = candidates.at_point(label, *point, kind, within, notes=(note,))
        return self._told(replace(found, street=street, town=town, postcode=code), held)

    # --- what every candidate of a server says --------------------------------------------------------------------------------

    def _told(self, candidate: Candidate, held: _Held) -> Candidate:
        """Add to a candidate the extent of the server's box, where that is more, and where it comes from."""
        answer = held.answer
        metres = round(max(candidate.uncertainty_m, answer.extent_m), 1)
        more = []
        if answer.postcode and held.postcode is None:
            more.append(f"The server gives it {answer.postcode}, but the region's list puts that postcode elsewhere.")
        if not self._is_covered(candidate):
            more.append(f"It lies outside what the region '{self.gazetteer.region.name}' covers.")
        notes = (*candidate.notes, *more, _CREDIT.format(self.host))
        return replace(candidate, uncertainty_m=metres, sources=self._sources(), notes=notes)

    def _sources(self) -> tuple[str, ...]:
        return (f"OpenStreetMap, by way of {self.host}",)

    def _is_covered(self, candidate: Candidate) -> bool:
        return bool(shapely.intersects_xy(self.gazetteer.region.coverage, candidate.easting, candidate.northing))

    def _result(self, status: LocateStatus, message: str, listed: Sequence[Candidate]) -> LocateResult:
        return LocateResult(self.text, status, message, tuple(listed))


def _named(words: tuple[str, ...], places: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part words that the region does not know into places that the server itself names, whole, and what is left."""
    named: list[str] = []
    left: list[str] = []
    start = 0
    while start < len(words):
        ends = range(len(words), start, -1)
        end = next((end for end in ends if " ".join(written_out(list(words[start:end]))) in places), None)
        if end is None:
            left.append(words[start])
        else:
            named.append(" ".join(written_out(list(words[start:end]))))
        start = end or start + 1
    return tuple(named), tuple(left)


def _point(house: House) -> tuple[float, float]:
    return round(house.easting, 2), round(house.northing, 2)


def _one_each(listed: Sequence[Candidate]) -> list[Candidate]:
    """Bring the pieces of one street together: those of one label that lie within reach of the first."""
    kept: list[Candidate] = []
    for candidate in listed:
        for place, other in enumerate(kept):
            apart = math.hypot(other.easting - candidate.easting, other.northing - candidate.northing)
            if other.label == candidate.label and apart <= other.uncertainty_m + candidate.uncertainty_m:
                kept[place] = replace(other, uncertainty_m=round(max(other.uncertainty_m, apart + candidate.uncertainty_m), 1))
                break
        else:
            kept.append(candidate)
    return kept
