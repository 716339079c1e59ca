"""From a text to an answer: `locate`. Everything is looked up in the region file; nothing leaves the machine."""

from __future__ import annotations

from era_geo.address import answers, choose, special
from era_geo.address.evidence import typed_postcode
from era_geo.address.gazetteer import Gazetteer, gazetteer_of
from era_geo.address.hunt import BEST, Search
from era_geo.address.parse import LONGEST_TEXT, Typed, parse
from era_geo.model import LocateResult
from era_geo.region.region import Region


def locate(text: str, region: Region) -> LocateResult:
    """Say what property a text means: an address, postcode, UPRN, grid reference or coordinates.

    The answer is `matched` only where exactly one property remains; several are listed for a person to choose from, and where
    the parts of the text contradict each other or the map, it says so. `steps` tell how the answer came about.

    Raises
    ------
    DataError
        If the region file is damaged. Never for a text.
    """
    gazetteer = gazetteer_of(region)
    if not any(sign.isalnum() for sign in text):
        return answers.bad_input(text, "Type an address, such as 2/1, 15 Mill Wynd, ML3 6AB.")
    if len(text) > LONGEST_TEXT:
        return answers.bad_input(text, f"The text is longer than {LONGEST_TEXT} letters. Type only the address.")
    found = special.recognise(text)
    if found is not None:
        return answers.for_special(text, found, gazetteer)
    if special.is_lone_number(text):
        return answers.bad_input(text, "A number alone is no address. Add the street, or write UPRN before it.")
    return _address(text, parse(text), gazetteer)


def _address(text: str, typed: Typed, gazetteer: Gazetteer) -> LocateResult:
    postcode = typed_postcode(typed.postcode, gazetteer)
    best: Search | None = None
    for reading in typed.readings:
        if reading.must_have_flat and best is not None and best.merit > 2:
            break
        search = Search(typed, reading, postcode, gazetteer)
        search.run()
        if best is None or search.merit > best.merit:
            best = search
        if best.merit == BEST:
            break
    assert best is not None  # noqa: S101 - parse always gives a reading
    return choose.answer(text, best)
