"""The sentences that all outputs share, in plain English: the app, the record, the map and the table say the same thing.

Short words and short sentences, for a reading age of about 12. Never "nothing there": always "none found in X of DATE". The
text is plain; whoever writes it into a page, a document or a cell escapes it there (`era_geo.outputs.escape`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from era_geo import dates
from era_geo.model import (
    STARTING_VALUE,
    AddressParameter,
    Assessment,
    Band,
    Finding,
    Gap,
    LayerResult,
    LayerState,
    Neighbours,
    Parameters,
    Precision,
    Site,
    Source,
)
from era_geo.outputs.escape import line

MARKING = "OFFICIAL-SENSITIVE"
NO_NAME = "no name in the source"
FACTS_ONLY = "This lists facts. It does not score the property or say whether it is suitable: people decide that."
VISIT = "A map and open data never show everything. They do not replace the physical check."

_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_MEASURED_FROM = {
    Precision.PIN: "the pin",
    Precision.STREET: "the middle of the street",
    Precision.POSTCODE: "the middle of the postcode",
    Precision.LOCALITY: "the middle of the place",
}
_LOCATED_BY = {
    Precision.PIN: "A person placed a pin on the map",
    Precision.UPRN: "Found by its own UPRN (the national number of the property)",
    Precision.BUILDING: "Found as a building with this address",
    Precision.ADDRESS: "Found as a point with this address",
    Precision.INTERPOLATED: "Worked out from house numbers nearby, so it is an estimate",
    Precision.STREET: "Only the street was found, not the house",
    Precision.POSTCODE: "Only the postcode was found, not the house",
    Precision.LOCALITY: "Only the town or village was found, not the street",
}


def day(date: dt.date | None) -> str:
    """Give a date in words: `20 July 2022`."""
    return dates.in_words(date)


def metres(value: float) -> str:
    """Give a length to the metre: `37 m`. A half goes up."""
    return f"{math.floor(value + 0.5)} m"


def listed(items: Sequence[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def unique(items: Iterable[str]) -> list[str]:
    """Give the items without repeats, in order."""
    return list(dict.fromkeys(items))


def compass(bearing_deg: float | None) -> str:
    """Give a bearing (degrees clockwise from grid north) as one of eight compass words; empty if there is none."""
    return "" if bearing_deg is None else _COMPASS[math.floor(bearing_deg / 45 + 0.5) % 8]


def distance(finding: Finding) -> str:
    """Give how far a place is, to the metre; a place in, touching or around the property is said to be."""
    return "0 m: in, touching or around the property" if finding.distance_m == 0 else metres(finding.distance_m)


def band(value: Band, parameters: Parameters) -> str:
    """Give a band in words that name the radius."""
    radius = metres(parameters.radius_m)
    if value is Band.WITHIN:
        return f"within {radius}"
    return f"may be within {radius}: too close to call" if value is Band.BORDERLINE else f"beyond {radius}"


def place_name(finding: Finding) -> str:
    """Give a place's name as one line, or that the source has none."""
    return line(finding.name or "") or NO_NAME


def measured_from(site: Site) -> str:
    """Give what distances are measured from: `the building`, or the point that was found."""
    return "the building" if site.footprint is not None else _MEASURED_FROM.get(site.precision, "the address point")


def located(site: Site) -> str:
    """Give how the property was found and how exactly, as sentences."""
    within = metres(max(site.uncertainty_m, 1))
    exact = f"The true spot should be within {within} of the point used."
    if site.footprint is not None:
        exact = f"The true spot should be in the building whose outline is used, or within {within} of it."
    who = f" Confirmed by {line(site.confirmed_by)}." if site.confirmed_by else " Nobody has confirmed it yet."
    pin = f" Reason for the pin: {line(site.pin_reason)}." if site.pin_reason else ""
    return f"{located_by(site.precision)}. {exact}{who}{pin}"


def located_by(precision: Precision) -> str:
    """Give how a location was found, in words without a full stop."""
    return _LOCATED_BY[precision]


def uncertainty_warning(assessment: Assessment) -> str | None:
    """Give the warning that comes first where the property is located less exactly than the radius, else `None`."""
    if not assessment.too_uncertain:
        return None
    known, radius = metres(assessment.site.uncertainty_m), metres(assessment.parameters.radius_m)
    return (
        f"The property is not located well enough. It is known only to within {known}, which is more than the radius of "
        f"{radius}. So nothing can be said about what is near it. Give a better address, or place a pin on the map."
    )


def whose(parameters: Parameters) -> str:
    """Give who set the parameters: the program's starting value or the group's, and never the guidance's."""
    if parameters.set_by == STARTING_VALUE:
        return "the program's starting value, until the local MAPPA group sets its own. National guidance gives no figure"
    on = f" on {day(parameters.set_on)}" if parameters.set_on else ""
    return f"set by {line(parameters.set_by)}{on}. National guidance gives no figure"


def radius(parameters: Parameters) -> str:
    """Give the place radius, who set it, and the written reason where it is past the limit."""
    over = parameters.radius_m > parameters.radius_limit_m
    beyond = _beyond(metres(parameters.radius_limit_m), parameters.reason) if over else ""
    return f"Places are listed up to {metres(parameters.radius_m)} away: {whose(parameters)}.{beyond}"


HOME_GROUPS = {
    "same_stair": "the same stair",
    "same_building": "the same building",
    "adjoining": "next door",
    "facing": "facing across the street",
}
"""The groups of homes that the address parameter asks for or not, by its fields; the doors each side come besides."""


def homes_to_check(parameter: AddressParameter) -> str:
    """Give the address parameter as a sentence: which homes agencies are asked to check, and who set that."""
    asked = [said for group, said in HOME_GROUPS.items() if getattr(parameter, group)]
    if parameter.doors_each_side > 0:
        asked.append(f"{count(parameter.doors_each_side, 'door', 'doors')} each side")
    if not asked:
        return f"No homes are asked to be checked{_by(parameter)}."
    over = parameter.doors_each_side > parameter.doors_limit
    beyond = _beyond(count(parameter.doors_limit, "door", "doors"), parameter.reason) if over else ""
    return f"Homes that agencies are asked to check: {listed(asked)}{_by(parameter)}.{beyond}"


def _by(parameter: AddressParameter) -> str:
    if parameter.set_by is None:
        return ""
    if parameter.set_by == STARTING_VALUE:
        return " (the program's starting value)"
    return f" (set by {line(parameter.set_by)}{f' on {day(parameter.set_on)}' if parameter.set_on else ''})"


def _beyond(limit: str, reason: str | None) -> str:
    """Say that a parameter is past its local limit, and why."""
    return f" This is more than the local limit of {limit}.{f' Reason given: {line(reason)}.' if reason else ''}"


def count(number: int, one: str, many: str) -> str:
    """Give a number with its noun: `1 door`, `3 doors`, `1,250 doors`."""
    return f"{number:,} {one if number == 1 else many}"


def layer_state(result: LayerResult, sources: Sequence[Source]) -> str:
    """Give what came of one layer as a sentence. "None found" always says in what, and of which date.

    `sources` are the assessment's, for the date of each.
    """
    reason = f": {line(result.reason)}" if result.reason else ""
    match result.state:
        case LayerState.OFF:
            return stop(f"Switched off for this case{reason or ': no reason was written'}")
        case LayerState.NOT_LOOKED_FOR:
            return stop(f"Could not be looked for{reason}")
        case LayerState.FOUND:
            return f"{result.count} found in {_looked_in(result, sources)}."
        case LayerState.NONE_FOUND:
            return f"None found in {_looked_in(result, sources)}."


def gap(value: Gap, labels: dict[str, str]) -> str:
    """Give a gap as a sentence; `labels` names the layers by id."""
    about = labels.get(value.layer, value.layer) if value.layer else None
    why = line(value.why)
    return stop(f"{f'{line(about)}: ' if about else ''}{line(value.what)}. {why[:1].upper()}{why[1:]}".replace("..", "."))


def source(value: Source) -> str:
    """Give a source and its date: `rutland.osm.pbf of 20 July 2022`."""
    return f"{line(value.name)} of {day(value.date)}"


def credits_line(assessment: Assessment) -> str:
    """Give the credits that the sources' licences ask for, each once."""
    return " · ".join(unique(line(value.credit) for value in assessment.sources if value.credit.strip()))


def summary(assessment: Assessment) -> list[str]:
    """Give the findings in a few sentences, the warning first: the paragraph that begins every output."""
    radius_m = metres(assessment.parameters.radius_m)
    if warning := uncertainty_warning(assessment):
        return [warning, f"The places listed are those near {measured_from(assessment.site)}, not those near the property."]
    start = f"Within {radius_m} of {measured_from(assessment.site)}"
    sentences = []
    found = [_layer_in_short(result, assessment.findings) for result in _in_state(assessment, LayerState.FOUND)]
    if found:
        sentences.append(f"{start}: {'; '.join(found)}.")
    borderline = sum(finding.band is Band.BORDERLINE for finding in assessment.findings)
    if borderline:
        them, lies = ("1 of these is", "it lies") if borderline == 1 else (f"{borderline} of these are", "they lie")
        sentences.append(f"{them} too close to call: by how exactly places are located, {lies} within {radius_m} or beyond.")
    if none := _in_state(assessment, LayerState.NONE_FOUND):
        prefix = f"{start}, none found" if not found else "None found"
        # Layers that were looked for in the same sources share a sentence: no source is named for what it was not asked.
        for where in unique(_looked_in(result, assessment.sources) for result in none):
            alike = [result for result in none if _looked_in(result, assessment.sources) == where]
            sentences.append(f"{prefix} in {where}: {_labels(alike)}.")
            prefix = "None found"
    if unknown := _in_state(assessment, LayerState.NOT_LOOKED_FOR):
        sentences.append(f"Could not be looked for: {_labels(unknown)}.")
    if off := _in_state(assessment, LayerState.OFF):
        sentences.append(f"Switched off for this case: {_labels(off)}.")
    return [*sentences, homes_in_short(assessment.neighbours)]


def homes_in_short(value: Neighbours | None) -> str:
    """Give how many homes agencies are asked to check, as one sentence."""
    if value is None:
        return "The homes to check were not listed."
    if not value.to_check:
        return "The data shows no home that agencies are asked to check; it may lack some."
    known = sum(home.homes or 0 for home in value.to_check)
    unknown = sum(home.homes is None for home in value.to_check)
    listed_homes = [count(known, "home", "homes")] if known else []
    listed_homes += [count(unknown, "building that may be a home", "buildings that may be homes")] if unknown else []
    far = metres(max(home.distance_m for home in value.to_check))
    lack = "" if value.complete else "; the data may lack some"
    return f"Agencies are asked to check {listed(listed_homes)}, up to {far} away{lack}."


def _in_state(assessment: Assessment, state: LayerState) -> list[LayerResult]:
    return [result for result in assessment.layers if result.state is state]


def _labels(results: Iterable[LayerResult]) -> str:
    """Give labels as a list. Labels have commas and an "and" of their own, so the list takes semicolons where one has."""
    labels = [_within_sentence(result.label) for result in results]
    return "; ".join(labels) if any("," in label or " and " in label for label in labels) else listed(labels)


def _within_sentence(label: str) -> str:
    """Give a label in lower case where it begins with one capital only (`Schools`, but not `CCTV`)."""
    text = line(label)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _layer_in_short(result: LayerResult, findings: Iterable[Finding]) -> str:
    """Give how many places of a layer there are and how far the nearest is; one that may lie beyond the radius is said to."""
    nearest = min((one for one in findings if one.layer == result.id), key=lambda one: one.distance_m, default=None)
    far = ""
    if nearest is not None:
        far = "in, touching or around the property" if nearest.distance_m == 0 else metres(nearest.distance_m)
        far += ", too close to call" if nearest.band is Band.BORDERLINE else ""
    return f"{_within_sentence(result.label)} {result.count}" + (
        f" ({'' if result.count == 1 else 'nearest '}{far})" if far else ""
    )


def _looked_in(result: LayerResult, sources: Iterable[Source]) -> str:
    """Give the sources that could answer for a layer, each with its own date: one may be years older than another."""
    dated = {value.name: source(value) for value in sources}
    return listed([dated.get(name) or f"{line(name)} of {day(result.as_of)}" for name in result.sources]) or "no named source"


def stop(sentence: str) -> str:
    """Give a sentence with a full stop, unless it ends one already."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
