"""What an answer without the house can offer all the same: the postcode, houses on streets of nearly the same name."""

from __future__ import annotations

from collections.abc import Sequence

from era_geo.address import candidates, sentences
from era_geo.address.hunt import Search
from era_geo.address.properties import choices, grouped
from era_geo.model import Candidate, LocateResult, LocateStatus

_MOST = 25


def result(text: str, status: LocateStatus, message: str, listed: Sequence[Candidate], told: list[str]) -> LocateResult:
    """Give an answer with as many candidates as a person can read."""
    return LocateResult(text, status, message, tuple(listed[:_MOST]), tuple(told))


def suggested(search: Search) -> list[Candidate]:
    """Give the houses on streets of nearly the same name that nothing else speaks against: not what was typed, perhaps meant."""
    pool = [found for found in search.found if found.slips and not found.is_contradicted]
    least = min((found.slips for found in pool), default=0.0)
    groups = grouped([found for found in pool if found.slips == least and (found.exactly or not search.streets)])
    return [c for group in groups[:5] for c in choices(group, search.reading, search.gazetteer).candidates][:5]


def meant(search: Search) -> str:
    """Give the likeliest of `suggested` as a sentence, with a space before it; empty for none."""
    houses = suggested(search)
    return f" Perhaps {houses[0].label} is meant." if houses else ""


def outside_towns(towns: tuple[str, ...], search: Search) -> str:
    """Give the typed towns that lie outside the region, for a sentence; empty for none."""
    return " and ".join(sentences.titled(town) for town in towns if town not in search.gazetteer.towns)


def postcode_candidates(search: Search, street: str | None = None) -> list[Candidate]:
    """Give the typed postcode, if the region knows where it lies, as a candidate."""
    spot = search.postcode.spot
    return [] if spot is None else [candidates.of_postcode(spot, search.gazetteer, street=street)]


def bad_postcode(text: str, search: Search, told: list[str], listed: tuple[Candidate, ...]) -> LocateResult:
    """Answer where the house is there and the typed postcode exists nowhere, or no longer."""
    told.append("The postcode cannot be right, so a person must choose.")
    message = f"{sentences.why_postcode(search.postcode)} Without it, {listed[0].label} fits. Choose it if it is the one."
    return result(text, LocateStatus.CONTRADICTION, message, listed, told)
