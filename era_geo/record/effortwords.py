"""What each parameter would make agencies check in a year, in words and as a table."""

from __future__ import annotations

from era_geo.record.effort import Effort

NOT_KNOWN = "not known"
Row = tuple[str | int | float | None, ...]


def table(effort: Effort) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Give the columns and rows of one table: for each parameter the mean of one property, and each profile's number in a year."""
    columns = (
        "what", "width", "unit", "mean of one property", "properties counted", "properties not counted",
        *(f"{profile.profile}: {_eras(profile.eras)} a year" for profile in effort.profiles),
    )  # fmt: skip
    rows = tuple(
        (
            width.what, width.width, width.unit, NOT_KNOWN if width.mean is None else width.mean, width.counted, width.not_counted,
            *(NOT_KNOWN if profile.checks[place] is None else profile.checks[place] for profile in effort.profiles),
        )
        for place, width in enumerate(effort.widths)
    )  # fmt: skip
    return columns, rows


def sentences(effort: Effort) -> tuple[str, ...]:
    """Say for each parameter what it would make agencies check in the year, and what that rests on."""
    told = []
    for place, width in enumerate(effort.widths):
        parts = [f"{profile.profile} {_told(profile.checks[place])}" for profile in effort.profiles]
        told.append(f"{width} in a year: {', '.join(parts)}.".capitalize())
    return (*told, *effort.notes)


def _eras(count: int | None) -> str:
    return "ERAs suppressed" if count is None else f"{count:,} ERAs"


def _told(count: int | None) -> str:
    return NOT_KNOWN if count is None else f"{count:,}"
