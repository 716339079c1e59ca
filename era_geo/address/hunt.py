"""One reading of a text, searched: street names, then houses on them, then what else was typed held against each."""

from __future__ import annotations

from typing import NamedTuple

from era_geo.address import evidence
from era_geo.address.evidence import TypedPostcode, Verdict
from era_geo.address.flats import flat_key, listed_flats
from era_geo.address.gazetteer import Gazetteer
from era_geo.address.names import name_likeness, name_spans, without_own_street
from era_geo.address.parse import Reading, Typed
from era_geo.address.records import House
from era_geo.address.rest import Rest, explain_rest
from era_geo.address.slips import WITHOUT_TYPE, near_matches
from era_geo.address.streets import Differs, NameMatch, exact_matches
from era_geo.region.address_words import HouseNumber

BEST = 4
"""The merit of a reading that finds a house as written, with nothing against it."""


class Found(NamedTuple):
    """A house that the text may mean, and what speaks for and against it.

    `exactly` is false where only a range covers the number (`45` in `45-47`), or only the house's name was typed nearly right.
    `post_town`: it carries the typed postcode, and the typed town, where it is not, may well be its post town.
    """

    house: House
    match: NameMatch | None
    rest: Rest
    exactly: bool
    postcode: Verdict
    town: Verdict
    post_town: bool = False

    @property
    def is_contradicted(self) -> bool:
        """Whether something typed speaks against it: its place or postcode, or a town that is not its post town either."""
        return self.postcode is Verdict.AGAINST or (self.town is Verdict.AGAINST and not self.post_town)

    @property
    def slips(self) -> float:
        """How much had to be overlooked in the street's name."""
        return self.match.slips if self.match is not None else 0.0


class Search:
    """One reading of a text, searched: street names, then houses on them, then other evidence."""

    def __init__(self, typed: Typed, reading: Reading, postcode: TypedPostcode, gazetteer: Gazetteer) -> None:
        self.typed = typed
        self.reading = reading
        self.postcode = postcode
        self.gazetteer = gazetteer
        self.streets: list[tuple[NameMatch, Rest]] = []
        """Street names as written, with the words beside them explained, best first."""
        self.near: list[tuple[NameMatch, Rest]] = []
        """Street names with slips, fewest first; looked for only where the written ones do not settle it."""
        self.found: list[Found] = []
        self.elsewhere = 0
        """Houses of that number on streets of that name, left aside because the typed postcode says which is meant."""
        self.spare = reading.spare

    @property
    def merit(self) -> int:
        """Compare two readings of one text: houses that nothing speaks against, then houses, then streets."""
        if any(not found.is_contradicted and found.slips == 0 for found in self.found):
            return BEST
        if any(not found.is_contradicted for found in self.found):
            return 3
        return 2 if self.found else 1 if self.streets and not self.reading.must_have_flat else 0

    def run(self) -> None:
        """Look for streets and houses, the plainest way first."""
        words = self.typed.words
        if not words:
            self._by_postcode()
            return
        self.streets = self._explained(exact_matches(words, self.reading, self.gazetteer))
        self._houses_on(self.streets)
        if self.reading.number is None:
            self._by_name()
        if not self.reading.must_have_flat and not self._is_settled():
            near = self._explained(near_matches(words, self.reading, self.gazetteer))
            written = {match.key_id for match, _ in self.streets}
            self.near = [(match, rest) for match, rest in near if match.key_id not in written and _may_be(match, rest)]
            self._houses_on(self.near)
        if not self.found and not self.streets:
            self._by_postcode()

    def _is_settled(self) -> bool:
        """Whether the names as written are enough: a house that nothing speaks against, or no house asked for, and no word left."""
        good = [found.rest for found in self.found if not found.is_contradicted]
        if self._is_street_only():
            good += [rest for _, rest in self.streets]
        return any(not rest.unknown for rest in good)

    def _is_street_only(self) -> bool:
        return bool(self.streets) and self.reading.number is None

    def _explained(self, matches: list[NameMatch]) -> list[tuple[NameMatch, Rest]]:
        """Explain the words beside each name; of names as written, keep those that leave the fewest words over.

        A name that is only a part of a longer one (`Avenue` in `Yew Tree Avenue`) is not what was typed.
        """
        matches = [match for match in matches if match.slips or not any(match.is_within(other) for other in matches)]
        pairs = [(match, explain_rest(self.typed, self.reading, match, self.gazetteer)) for match in matches]
        pairs = [pair for pair in pairs if not pair[1].joined]
        if not pairs or matches[0].slips:
            return pairs
        least = min(rest.cost for _, rest in pairs)
        kept = [(match, rest) for match, rest in pairs if rest.cost == least]
        longest = max(match.end - match.start for match, _ in kept)
        return [(match, rest) for match, rest in kept if match.end - match.start == longest] if self.reading.number else kept

    def _houses_on(self, pairs: list[tuple[NameMatch, Rest]]) -> None:
        number = self.reading.number
        for match, rest in pairs:
            if number is not None and not self._settled_by_postcode(match, rest, number):
                mapped = [house for house in self.gazetteer.houses(match.key_id, number.base) if _is_number(house, number)]
                for house in mapped or self.gazetteer.lines(match.key_id, number):
                    self._add(house, match, rest, exactly=_is_exactly(house, number))
            if name := rest.before or self._block():
                for house in self.gazetteer.named_houses(match.key_id):
                    likeness = name_likeness(house, name)
                    if likeness == 0 or (likeness is not None and number is None):
                        self._add(house, match, rest, exactly=likeness == 0)

    def _settled_by_postcode(self, match: NameMatch, rest: Rest, number: HouseNumber) -> bool:
        """Look among the houses of the typed postcode alone, and say whether no house elsewhere can be meant any better.

        A country has hundreds of High Streets. Where a house has the postcode, the street and the number as they were typed, and no
        town speaks against it, the others would be read only to be outdone.
        """
        if match.slips or self.postcode.state != "known" or self.postcode.text is None:
            return False
        before = len(self.found)
        for house in self.gazetteer.houses_in(self.postcode.text, match.key_id, number.base):
            if _is_number(house, number):
                self._add(house, match, rest, exactly=_is_exactly(house, number))
        own = self.found[before:]
        if any(found.exactly and found.town is not Verdict.AGAINST for found in own):
            self.elsewhere += self.gazetteer.count_houses(match.key_id, number.base) - len(own)
            return True
        del self.found[before:]
        return False

    def _block(self) -> tuple[str, ...]:
        """Give the words of a block (`Block 3`), which may be the name of the house."""
        flat = self.reading.flat
        return tuple(flat.block.casefold().split()) if flat is not None and flat.block is not None else ()

    def _by_name(self) -> None:
        """Look for a house by its name alone, at the beginning of the text or of a part between commas."""
        known = {found.house.fid for found in self.found}
        for start, end, key in name_spans(self.typed):
            houses = [house for house in self.gazetteer.by_house_name(key) if house.fid not in known]
            if houses:
                match = NameMatch(key, 0, start, end, 0.0, "as a house name")
                rest = explain_rest(self.typed, self.reading, match, self.gazetteer)
                for house in houses:
                    self._add(house, match, without_own_street(rest, house), exactly=True)

    def _by_postcode(self) -> None:
        """Look for the number, or the name, among the addresses that carry the typed postcode."""
        if self.postcode.text is None:
            return
        rest = Rest((), self.typed.words, (), joined=False)
        number = self.reading.number
        for house in self.gazetteer.by_postcode(self.postcode.text):
            if (number is not None and not self.typed.words and house.number is not None and house.number.key == number.key) or (
                number is None and self.typed.words and name_likeness(house, self.typed.words) == 0
            ):
                self._add(house, None, rest, exactly=True)

    def _has_flat(self, house: House) -> bool:
        wanted = flat_key(self.reading.flat_text or "")
        return any(flat_key(flat) == wanted for flat in ([house.flat] if house.flat else listed_flats(house.flats)))

    def _add(self, house: House, match: NameMatch | None, rest: Rest, *, exactly: bool) -> None:
        if self.reading.must_have_flat and not self._has_flat(house):
            return
        where = evidence.of_house(house)
        postcode = evidence.postcode_verdict(where, self.postcode, self.typed.district, self.gazetteer)
        town = evidence.place_verdict(where, rest, self.gazetteer)
        served = (
            town is Verdict.AGAINST and postcode is Verdict.FOR and evidence.may_be_post_town(where, rest.towns, self.gazetteer)
        )
        self.found.append(Found(house, match, rest, exactly, postcode, town, served))


def _may_be(match: NameMatch, rest: Rest) -> bool:
    """Whether the name may be meant: without its type (`Bruntsfield`) only where nothing stands in the type's place."""
    return match.how != WITHOUT_TYPE or not rest.unknown


def _is_number(house: House, number: HouseNumber) -> bool:
    """Whether a house has just this number, or a range or list that covers it. 8 is not 8B, and 2 is never 12."""
    return house.number is not None and (house.number.key == number.key or house.number.covers(number))


def _is_exactly(house: House, number: HouseNumber) -> bool:
    """Whether a mapped house has just this number, and not only a range that covers it."""
    return house.between_m is None and house.number is not None and house.number.key == number.key


def is_plain(found: Found, search: Search) -> bool:
    """Whether the name was typed as it is, or with slips that do not make it another name."""
    if found.match is None or found.match.differs is Differs.BY_LETTERS:
        return True
    if search.streets:  # the name as typed is a street's here
        return False
    return found.postcode is Verdict.FOR or (found.match.differs is Differs.BY_WORD and found.postcode >= Verdict.BESIDE)
