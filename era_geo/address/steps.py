"""How an answer came about, step by step, in words an officer understands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from era_geo.address.evidence import TypedPostcode, Verdict
from era_geo.address.sentences import listing, titled
from era_geo.model import Candidate

if TYPE_CHECKING:
    from era_geo.address.hunt import Search
    from era_geo.address.properties import Property


def of_search(search: Search) -> list[str]:
    """Tell how the text was read and what the region has of it."""
    told = [_read(search)]
    if search.postcode.text is not None:
        told.append(_postcode(search.postcode))
    if search.streets:
        names = sorted({street.name for match, _ in search.streets for street in search.gazetteer.streets(match.key_id)})
        told.append(f"The region has the street {listing(names)}, {search.streets[0][0].how}.")
    elif search.typed.words:
        told.append("The region has no street of that name as written.")
    if search.near:
        names = list(dict.fromkeys(titled(match.key) for match, _ in search.near))
        told.append(f"Names that are nearly the same: {listing(names, 4)}.")
    if search.found:
        against = sum(found.is_contradicted for found in search.found)
        told.append(
            f"Mapped houses of that number or name there: {len(search.found)}; "
            f"the postcode or town typed speaks against {against or 'none'} of them."
        )
        told += _evidence(search)
    if search.elsewhere:
        told.append(
            f"Others of that number on streets of that name do not have the postcode, and were left aside: {search.elsewhere}."
        )
    return told


def of_properties(groups: Sequence[Property], listed: Sequence[Candidate]) -> str:
    """Tell how many properties are left."""
    objects = sum(len(group.houses) for group in groups)
    if objects > len(groups):
        return f"Objects of one house were brought together: houses left {len(groups)}, addresses to choose from {len(listed)}."
    return f"Houses left: {len(groups)}; addresses to choose from: {len(listed)}."


def _read(search: Search) -> str:
    reading, typed = search.reading, search.typed
    parts = []
    if reading.flat:
        parts.append(f"flat {reading.flat_text}")
    if reading.number_text:
        parts.append(f"house number {reading.number_text}")
    if typed.words:
        parts.append(f"words '{' '.join(typed.words)}'")
    if typed.postcode or typed.district:
        parts.append(f"postcode {typed.postcode}" if typed.postcode else f"beginning of a postcode {typed.district}")
    if search.spare:
        parts.append(f"not understood: {listing(list(search.spare))}")
    return f"Read as {', '.join(parts) or 'nothing'}."


def _postcode(postcode: TypedPostcode) -> str:
    return {
        "known": f"{postcode.text} is a known postcode.",
        "terminated": f"{postcode.text} is a postcode that was ended.",
        "unknown": f"{postcode.text} is not in the published list of postcodes.",
        "unlisted": f"The region has no published list of postcodes to look {postcode.text} up in.",
        "outside": f"The region has no postcode of that area at all: {postcode.text}.",
    }[postcode.state]


def _evidence(search: Search) -> list[str]:
    told = []
    if search.postcode.text is not None:
        agree = sum(found.postcode >= Verdict.BESIDE for found in search.found)
        told.append(f"Having that postcode, or lying where it lies: {agree}.")
    if any(found.rest.towns for found in search.found):
        agree = sum(found.town is Verdict.FOR for found in search.found)
        towns = dict.fromkeys(titled(town) for found in search.found for town in found.rest.towns)
        told.append(f"Lying in the town that was typed ({listing(list(towns))}): {agree}.")
    return told
