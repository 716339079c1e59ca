"""What changed between two maps, in an officer's words: places by layer and name, all else by what it is, never by a number."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from era_geo.outputs import words
from era_geo.outputs.escape import line
from era_geo.vicinity.change_things import Kind, Of
from era_geo.vicinity.changes import Change, Changes, Shower, Side

HEADINGS = {Of.PLACE: "Places", Of.ENTRANCE: "Entrances and gates", Of.BUILDING: "Buildings", Of.PATH: "Streets and paths"}
"""How each kind of object is headed, in the order in which they are told."""

_PATHS = {
    "footway": "footpath",
    "path": "path",
    "steps": "flight of steps",
    "cycleway": "cycle path",
    "bridleway": "bridleway",
    "pedestrian": "pedestrian street",
    "service": "service road",
    "track": "track",
    "residential": "street",
    "living_street": "street",
    "unclassified": "road",
}
_BUILDINGS = {
    "yes": "building",
    "detached": "detached house",
    "semidetached_house": "semi-detached house",
    "terrace": "terrace of houses",
    "apartments": "block of flats",
    **{kind: kind for kind in ("house", "bungalow", "garage", "shed", "barn", "church", "hut", "greenhouse", "carport", "roof")},
}
_GATES = frozenset({"gate", "lift_gate", "kissing_gate", "swing_gate", "stile", "bollard", "cycle_barrier"})
_VERBS = {
    Kind.APPEARED: "appeared",
    Kind.WENT: "went",
    Kind.MOVED: "moved",
    Kind.RENAMED: "changed name",
    Kind.RELAYERED: "changed kind",
}
_NOUNS = {
    Of.PLACE: ("place", "places"),
    Of.ENTRANCE: ("entrance or gate", "entrances and gates"),
    Of.BUILDING: ("building", "buildings"),
    Of.PATH: ("path or street", "paths and streets"),
}


def summary(found: Changes) -> str:
    """Tell all changes in one paragraph of counts, and what such a change is worth."""
    between = f"Between {_shown(found.old)} and {_shown(found.new)}, within {words.metres(found.radius_m)}"
    if not found.changes:
        return f"{between}, the sources show no change in what could be compared."
    counts = Counter((change.of, change.kind) for change in found.changes)
    parts = []
    for of in Of:
        told = [(counts[of, kind], kind) for kind in Kind if counts[of, kind]]
        if told:
            number, first = told[0]
            others = [f"{more} {_VERBS[kind]}" for more, kind in told[1:]]
            parts.append(words.listed([f"{words.count(number, *_NOUNS[of])} {_VERBS[first]}", *others]))
    return f"{between}: {'; '.join(parts)}. What appeared may have been there before and been put on the map only since."


def sentence(change: Change, labels: Mapping[str, str]) -> str:
    """Tell one change; `labels` names the layers by id."""
    shown = change.new or change.old
    if shown is None:
        return ""
    subject = _subject(change.of, shown, labels, layers=change.kind is not Kind.RELAYERED)
    first, second = (change.shown_old, change.shown_new) if change.kind is Kind.WENT else (change.shown_new, change.shown_old)
    here, there = _where(first), _where(second, after=first)
    match change.kind:
        case Kind.APPEARED:
            return f"{subject} is {here} and was not {there}."
        case Kind.WENT:
            return f"{subject} was {here} and is not {there}."
        case Kind.RENAMED:
            return f"{subject} {_named(change.new, 'is')} {here} and {_named(change.old, 'was')} {there}."
        case Kind.RELAYERED:
            return f"{subject} is among {_among(change.new, labels)} {here} and was among {_among(change.old, labels)} {there}."
        case Kind.MOVED:
            return f"{subject} {_moved(change, here, there)}."


def place(change: Change) -> str:
    """Give how far off the change is and in which direction: `34 m north-east`."""
    return f"{words.metres(change.distance_m)} {words.compass(change.bearing_deg)}".strip()


def gaps(found: Changes, labels: Mapping[str, str]) -> list[str]:
    """Tell what could not be compared, layers of one and the same reason together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for gap in found.gaps:
        grouped.setdefault((gap.what, gap.why), []).append(labels.get(gap.layer, gap.layer) if gap.layer else "")
    told = []
    for (what, why), layers in grouped.items():
        about = words.listed([line(layer) for layer in layers if layer])
        told.append(f"{f'{about}: ' if about else ''}{line(what)} {line(why)}")
    return told


def _subject(of: Of, side: Side, labels: Mapping[str, str], *, layers: bool) -> str:
    name = line(side.name or "")
    if of is Of.PLACE:
        place = f"'{name}'" if name else f"an unnamed {_kind_of_place(side.what)}"
        subject = f"{_among(side, labels)}: {place}" if layers else place
    elif of is Of.ENTRANCE:
        subject = _a(_thing(side.what)) if side.what in _GATES else _a(_entrance(side.what))
    elif of is Of.BUILDING:
        subject = _a(_BUILDINGS.get(side.what, f"{_thing(side.what)} building"))
    else:
        kind = _PATHS.get(side.what, f"{_thing(side.what)} road")
        subject = f"the {kind} '{name}'" if name else _a(kind)
    return subject[:1].upper() + subject[1:]


def _kind_of_place(tag: str) -> str:
    """Give `sports centre` of `leisure=sports_centre`; a list's columns and a bare `yes` say no more than `place`."""
    key, _, value = tag.partition("=")
    return "place" if value in ("", "yes") or not key.islower() else _thing(value)


def _thing(value: str) -> str:
    return line(value).replace("_", " ")


def _entrance(value: str) -> str:
    kind = _thing(value)
    return "entrance" if value in ("yes", "entrance") else f"{kind} entrance"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _named(side: Side | None, verb: str) -> str:
    name = line(side.name or "") if side else ""
    return f"{verb} called '{name}'" if name else "has no name" if verb == "is" else "had no name"


def _moved(change: Change, here: str, there: str) -> str:
    if change.new is None or change.old is None:
        return "is drawn elsewhere"
    before, after = words.metres(change.old.distance_m), words.metres(change.new.distance_m)
    if before == after:
        return f"is drawn elsewhere {here} than {there}, {after} away as before"
    return f"is {after} away {here} and was {before} away {there}"


def _among(side: Side | None, labels: Mapping[str, str]) -> str:
    return words.listed([line(labels.get(layer, layer)) for layer in side.layers]) if side else ""


def _where(showers: Sequence[Shower], *, after: Sequence[Shower] = ()) -> str:
    """Give where something is or was looked for: `on the map of 20 July 2022`; `on that of ...` after such words."""
    if after and [shower.what for shower in (*showers, *after)] == ["map", "map"]:
        return f"on that of {_day(showers[0])}"
    return words.listed([f"{'on' if shower.what == 'map' else 'in'} {_of_date(shower)}" for shower in showers])


def _shown(showers: Sequence[Shower]) -> str:
    return words.listed([_of_date(shower) for shower in showers]) or "no source"


def _of_date(shower: Shower) -> str:
    return f"the {line(shower.what)} of {_day(shower)}"


def _day(shower: Shower) -> str:
    return words.day(dt.date.fromisoformat(shower.date) if shower.date else None)
