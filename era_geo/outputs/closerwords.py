"""The sentences of the closer look: ways on foot, sight, gates and boundaries, the way past the door, streets, near neighbours.

As in `era_geo.outputs.words`: plain text and short sentences. What is not known is said to be, with the reason where a gap has it;
a walk is never replaced by the straight line, and what is blocked in plan is never said to be out of sight.
"""

from __future__ import annotations

from era_geo.model import Assessment, Finding, Neighbours, Streets
from era_geo.outputs.escape import line
from era_geo.outputs.words import count, listed, metres, stop
from era_geo.vicinity.passing import ASSUMPTIONS, Passing
from era_geo.vicinity.sight import OPEN_SHARE
from era_geo.vicinity.walking import SAME_BUILDING

WAY_PAST_ASSUMPTIONS = ASSUMPTIONS
"""What a count of the ways past the property takes for granted: shown once, beside the counts."""

_FROM = {
    "entrance": "from the entrance",
    "wall": "from the wall (no entrance is mapped)",
    "point": "from the point (no outline is mapped)",
}
_TO = {"gate": "to a gate", "entrance": "to an entrance", "edge": "to the nearest edge that can be reached"}


def walk(finding: Finding) -> str:
    """Give the walking distance, or that it is not known: never the straight line instead."""
    if finding.walk_to == SAME_BUILDING:
        return "in the same building"
    return "not known" if finding.walk_m is None else metres(finding.walk_m)


def way_on_foot(finding: Finding, assessment: Assessment) -> str:
    """Give the way on foot: how far, from where to where; where it is not known, why."""
    if finding.walk_m is None:
        why = _why_no_walk(finding, assessment)
        return f"Not known. {stop(line(why))}" if why else "Not known."
    if finding.walk_to == SAME_BUILDING:
        return "In the same building."
    if finding.walk_m == 0:
        return "0 m: the property is inside the place or touches it."
    ends = [_FROM.get(finding.walk_from or "", ""), _TO.get(finding.walk_to or "", "")]
    return stop(", ".join(part for part in (f"{metres(finding.walk_m)} on foot", " ".join(filter(None, ends))) if part))


def sight(finding: Finding) -> str:
    """Give how open the line between property and place is: in plan only, because heights are not known."""
    if finding.sight is None:
        return "not known"
    openness = "blocked" if finding.sight == 0 else "partly open" if finding.sight < OPEN_SHARE else "open"
    return f"{openness} in plan, heights unknown"


def gates(finding: Finding) -> str:
    """Give a place's gates and entrances on the property's side; empty where none is known."""
    return f"Gates and entrances: {'; '.join(map(line, finding.gates))}." if finding.gates else ""


def boundary(finding: Finding) -> str:
    """Give whether property and place share a boundary, and how that is known; empty where nobody has looked."""
    how = f": {line(finding.boundary)}" if finding.boundary else ""
    if finding.shares_boundary is None:
        return stop(f"Not known whether they share a boundary{how}") if how else ""
    return stop(f"{'Shares a boundary' if finding.shares_boundary else 'No shared boundary'}{how}")


def meeting(finding: Finding) -> str:
    """Give where property and place meet, as far as they do: gates on the property's side, a shared boundary; else empty."""
    return " ".join(filter(None, (gates(finding), boundary(finding) if finding.shares_boundary else "")))


def way_past(finding: Finding) -> str:
    """Give of how many homes the shortest way to a place leads past the property, as a count over a count; else empty."""
    if finding.way_past is None:
        return ""
    return Passing(finding.way_past.homes, finding.way_past.past, finding.way_past.within_m, (), None).said


def streets(value: Streets | None) -> list[str]:
    """Give crossings and lit ways within the radius as sentences, and what the map does not say of them."""
    if value is None:
        return ["Crossings and lit ways were not looked for, or could not be: see what could not be looked up."]
    number = len(value.crossings)
    mapped = "No crossing is mapped" if not number else f"{number} crossing{'s are' if number > 1 else ' is'} mapped"
    kinds = [f"{line(one.kind).replace('_', ' ')} {metres(one.distance_m)} away" for one in value.crossings]
    nearest = [stop(f"Crossings, nearest first: {'; '.join(kinds)}")] if kinds else []
    return [f"{mapped} within the radius; the map may lack some.", *nearest, _lit(value)]


def _lit(value: Streets) -> str:
    total = value.lit_m + value.unlit_m + value.not_said_m
    if total == 0:
        return "No way that people may walk is mapped within the radius."
    share = f"{value.not_said_m:.0f} m ({value.not_said_m / total:.0%})"
    unsaid = f"; of {share} the map does not say" if value.not_said_m >= 0.5 else ""
    return (
        f"Of {total:.0f} m of mapped ways, {value.lit_m:.0f} m are said to be lit and {value.unlit_m:.0f} m to be unlit{unsaid}. "
        "A street and its pavement, where both are mapped, count as two ways."
    )


def neighbours(value: Neighbours | None) -> list[str]:
    """Give everything about the homes near the property as sentences: counts, what wider parameters cost, how they were counted."""
    if value is None:
        return homes_counted(value)
    return [*homes_counted(value), *_wider(value), *homes_method(value)]


def homes_counted(value: Neighbours | None) -> list[str]:
    """Give the counts of homes by door, unknown ones as unknown, and what is striking about the property itself."""
    if value is None:
        return ["Homes near the property were not counted."]
    parts = (
        ("in the same stair", value.same_stair),
        ("in the same building", value.same_building),
        ("next door", value.adjoining),
        ("facing across the street", value.facing),
        ("behind the next doors along the street", value.each_side),
    )
    known = [f"{number} {where}" for where, number in parts if number is not None]
    unknown = [where for where, number in parts if number is None]
    sentences = [f"Homes: {listed(known)}."] if known else []
    if unknown:
        sentences.append(f"The number of homes {listed(unknown)} is not known.")
    if not value.complete:
        sentences.append("The count is not complete, because the data is not.")
    return sentences + [stop(line(note)) for note in value.notes]


def homes_method(value: Neighbours | None) -> list[str]:
    """Give how the homes were counted."""
    return [] if value is None else [stop(f"How they were counted: {line(value.method)}")]


def wider_rows(value: Neighbours | None) -> list[tuple[str, str, str]]:
    """Give what wider parameters would have cost, by metres: the circle, the homes in it, the buildings that may be homes."""
    if value is None:
        return []
    return [
        (f"within {line(m)} m", _number(number), _number(value.use_unknown.get(m)) if value.use_unknown else "not known")
        for m, number in value.within.items()
    ]


def check_line(value: Neighbours) -> str:
    """Give the size of the list of homes to check, and begin to say what a circle would have asked for: `wider_rows` goes on.

    Where no circle could be counted, there is nothing to go on with.
    """
    known = sum(home.homes or 0 for home in value.to_check)
    size = f"The list to check has {count(known, 'home', 'homes')}."
    if any(number is not None for number in value.within.values()):
        return f"{size} A list by distance would have had:"
    return f"{size} How many a list by distance would have had is not known."


def _wider(value: Neighbours) -> list[str]:
    wider = [f"{homes} {where}" for where, homes, _ in wider_rows(value)]
    doubtful = [f"{number} within {line(m)} m" for m, number in value.use_unknown.items() if number]
    said = [f"A wider check would take in more homes: {listed(wider)}."] if wider else []
    return [*said, f"Buildings that may be homes, and are not counted: {listed(doubtful)}."] if doubtful else said


def _number(value: int | None) -> str:
    return "not known" if value is None else str(value)


def _why_no_walk(finding: Finding, assessment: Assessment) -> str:
    """Give why a walk is not known: the gap that names this place, else one that names its layer or all places."""
    gaps = [gap for gap in assessment.gaps if gap.field == "walk_m" and gap.layer in (finding.layer, None)]
    own = [gap for gap in gaps if finding.name and finding.name in gap.what]
    return (own or gaps)[0].why if gaps else ""
