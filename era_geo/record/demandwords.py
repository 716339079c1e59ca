"""A demand as words, as a table and as JSON, and made fit to leave the case team."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from era_geo.record.demand import LATER, SCHEMA, Demand, DemandLine, ProfileDemand
from era_geo.record.statistics import MARK, NOTE, Sum, shown, suppress
from era_geo.record.terms import Trigger

ALL_LINES = "All"
_CANNOT_SAY = "Cannot be said (facts are missing)"
Row = tuple[str | int | None, ...]


def sentences(demand: Demand) -> tuple[str, ...]:
    """Say what each profile asks for, and what that rests on."""
    return tuple(_sentences(demand))


def table(demand: Demand) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Give the columns and the rows of one table: for each profile its lines, then their sum, month by month."""
    columns = ("profile", "ERA", *demand.months, "total")
    rows: list[Row] = []
    for profile in demand.profiles:
        rows += [_row(profile, line.label, line) for line in profile.lines]
        rows.append((profile.profile, ALL_LINES, *(_told(count) for count in profile.months), _told(profile.total)))
        rows += [_row(profile, f"{_CANNOT_SAY}: {line.trigger}", line) for line in profile.cannot_say if line.total != 0]
    return columns, tuple(rows)


def to_dict(demand: Demand) -> dict[str, Any]:
    """Give the document `era-geo/demand/1` as plain data; a suppressed count is null."""
    return {"schema": SCHEMA, **TypeAdapter(Demand).dump_python(demand, mode="json")}


def to_json(demand: Demand) -> str:
    """Give the document as JSON text; equal demands give equal text."""
    return json.dumps(to_dict(demand), ensure_ascii=False, indent=2) + "\n"


def json_schema() -> dict[str, Any]:
    """Give the published JSON Schema (2020-12) of the document."""
    body = TypeAdapter(Demand).json_schema(mode="serialization")
    body["properties"] = {"schema": {"const": SCHEMA}, **body["properties"]}
    body["required"] = ["schema", *body["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **body}


def for_sharing(demand: Demand) -> Demand:
    """Suppress the small counts, and those by which they could be found, in all profiles' tables together.

    Lines that are the same under several profiles are suppressed alike. People for whom nothing is asked are not told: under
    another profile they are a line. All people are the sum of those who have a review, may have one, and have none; where a
    profile repeats reviews otherwise than yearly the sum does not hold, and all people are not told. How many register later is
    not told either.

    Give it all profiles in force, whichever are shown then: two runs over different profiles could be subtracted.
    """
    counts: dict[Hashable, int] = {"people": demand.people or 0}
    sums: list[Sum[Hashable]] = []
    for profile in demand.profiles:
        keys = [_line_keys(line) for line in profile.lines]
        own = _keys(ALL_LINES, profile.months)
        for line, line_keys in zip(
            [*profile.lines, *profile.cannot_say], [*keys, *map(_line_keys, profile.cannot_say)], strict=True
        ):
            counts |= _counted(line_keys, line.months, line.total)
            sums.append((line_keys[-1], line_keys[:-1]))
        counts |= _counted(own, profile.months, profile.total)
        sums.append((own[-1], own[:-1]))
        sums += [(own[place], [line_keys[place] for line_keys in keys]) for place in range(len(own))]
        nothing = ("not required", profile.profile)
        counts[nothing] = profile.not_required or 0
        reviews = [line for line in (*profile.lines, *profile.cannot_say) if line.trigger is Trigger.ANNUAL_REVIEW]
        sums.append(("people", [nothing, *(_line_keys(line)[-1] for line in reviews)]))
    adds_up = [counts[total] == sum(counts[part] for part in parts) for total, parts in sums if total == "people"]
    kept = suppress(counts, sums if all(adds_up) else [each for each in sums if each[0] != "people"])

    def cleared(line: DemandLine) -> DemandLine:
        *months, total = (kept[key] for key in _line_keys(line))
        return replace(line, months=tuple(months), total=total)

    profiles = []
    for profile in demand.profiles:
        *months, total = (kept[key] for key in _keys(ALL_LINES, profile.months))
        lines, cannot_say = tuple(map(cleared, profile.lines)), tuple(map(cleared, profile.cannot_say))
        profiles.append(replace(profile, lines=lines, months=tuple(months), total=total, cannot_say=cannot_say, not_required=None))
    notes = (*(note.partition(" ")[2].capitalize() if note.endswith(LATER) else note for note in demand.notes), NOTE)
    people = kept["people"] if all(adds_up) else None
    return replace(demand, people=people, profiles=tuple(profiles), notes=notes, suppressed=True)


def _keys(label: str, months: tuple[int | None, ...]) -> list[Hashable]:
    """Name the months' counts of a line and its total. Lines that are alike in every month have the same names: they are one."""
    return [(label, months, place) for place in range(len(months) + 1)]


def _line_keys(line: DemandLine) -> list[Hashable]:
    return _keys(f"{line.trigger}, {line.need}", line.months)


def _counted(keys: list[Hashable], months: tuple[int | None, ...], total: int | None) -> dict[Hashable, int]:
    return {key: count or 0 for key, count in zip(keys, (*months, total), strict=True)}


def _row(profile: ProfileDemand, label: str, line: DemandLine) -> Row:
    return (profile.profile, label, *(_told(count) for count in line.months), _told(line.total))


def _told(count: int | None) -> str | int:
    return MARK if count is None else count


def _sentences(demand: Demand) -> Iterator[str]:
    yield f"{shown(demand.people)} people on the caseload; twelve months, {demand.months[0]} to {demand.months[-1]}."
    for profile in demand.profiles:
        parts = "; ".join(f"{line.label.lower()} {shown(line.total)}" for line in profile.lines)
        yield f"{profile.profile} asks for {shown(profile.total)} ERAs: {parts}."
        for line in (line for line in profile.cannot_say if line.total != 0):
            yield f"{profile.profile}: of {shown(line.total)} more it cannot be said; facts are missing ({line.trigger})."
        if profile.not_required:
            yield f"{profile.profile}: no yearly review is asked of {profile.not_required} people."
    yield from _compared(demand.profiles)


def _compared(profiles: tuple[ProfileDemand, ...]) -> Iterator[str]:
    first, *others = profiles
    for other in others:
        if first.total and other.total is not None and other.total != first.total:
            few = first.total - other.total
            share = round(100 * abs(few) / first.total)
            yield f"{other.profile} asks for {abs(few)} ({share}%) {'fewer' if few > 0 else 'more'} than {first.profile}."
