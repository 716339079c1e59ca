"""Which rows are worked on together: neighbours, so that what is read of one square of ground serves them all.

Tables come in any order, and a partition of rows from all over a country would read each row's streets for that row alone. So the
rows of a long stretch of the table are shared out among its partitions by where they say they are, and put back in their own
order when OUT is joined. Where a row really is, only looking it up tells; what it says is near enough, and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from era_geo.batch.options import Question
from era_geo.batch.partition import Tables

if TYPE_CHECKING:
    import pyarrow as pa

STRETCH_ROWS = 20_000
"""So many rows are shared out at once: they, and what is found for them, are held in memory when OUT is joined."""

_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d+\w?) +(.+)")
_PAIR = re.compile(r"(?:lon|easting) ([+-]?[\d.]+), (?:lat|northing) ([+-]?[\d.]+)")
_GRID = re.compile(r"([A-Z]{2}) ?(\d{2,5}) ?(\d{2,5})", re.IGNORECASE)

Key = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How a stretch of rows is shared out: `order` gives the rows' positions in the order in which they are worked on."""

    order: tuple[int, ...]
    size: int

    @classmethod
    def of(cls, questions: Sequence[Question], size: int) -> Plan:
        """Put the rows in order of what they say of their place; equal rows always give the same plan."""
        keys = [_key(question.texts[0]) if question.texts else () for question in questions]
        return cls(tuple(sorted(range(len(keys)), key=keys.__getitem__)), size)

    def parts(self) -> Iterator[tuple[int, ...]]:
        """Give the positions of the rows of each partition."""
        for first in range(0, len(self.order), self.size):
            yield self.order[first : first + self.size]

    def in_order(self, tables: Sequence[Tables], numbers: Sequence[int]) -> Iterator[Tables]:
        """Give what came of the partitions in the order of the rows, as many at a time; `numbers` are those of the rows."""
        rows, findings = (_joined([getattr(each, name) for each in tables]) for name in ("rows", "findings"))
        rows = rows.take(np.argsort(self.order))
        position = dict(zip(numbers, range(len(numbers)), strict=True))
        found_for = np.array([position[number] for number in findings.column("row").to_pylist()], dtype=np.int64)
        findings = findings.take(np.argsort(found_for, kind="stable"))
        firsts = range(0, len(self.order), self.size)
        bounds = np.searchsorted(np.sort(found_for), [*firsts, len(self.order)]).tolist()
        for first, start, end in zip(firsts, bounds[:-1], bounds[1:], strict=True):
            yield Tables(rows.slice(first, self.size), findings.slice(start, end - start))


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return pa.concat_tables(tables)


def _key(text: str) -> Key:
    """Give what a row says of its place, the largest first: neighbours have keys that begin alike."""
    if pair := _PAIR.fullmatch(text):
        return ("", _alternating(*(_digits(float(number)) for number in pair.groups())))
    if grid := _GRID.fullmatch(text):
        digits = grid[2] + grid[3]
        half = len(digits) // 2
        return ("", grid[1].upper() + _alternating(digits[:half], digits[half:]))
    postcode = _POSTCODE.search(text)
    parts = [_street_first(part.strip().casefold()) for part in reversed(text.split(","))]
    return (f"{postcode[1]} {postcode[2]}".upper() if postcode else "", *parts)


def _digits(number: float) -> str:
    """Write metres or degrees so that one digit after the other halves in on the place (by tens)."""
    return f"{number + 180:.4f}".rjust(13, "0") if abs(number) <= 180 else f"{number:.0f}".rjust(8, "0")


def _alternating(first: str, second: str) -> str:
    return "".join(a + b for a, b in zip(first, second, strict=False))


def _street_first(part: str) -> str:
    numbered = _NUMBERED.fullmatch(part)
    return f"{numbered[2]} {numbered[1]}" if numbered else part
