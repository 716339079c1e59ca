"""Counts that leave the case team: those under 5 are suppressed, and whatever would let a reader work one of them out again.

A reader of a table has its totals, and knows that no count is below 0. So beside each small count others are left out too, until
what is published leaves at least five values open for every count that is not. A suppressed count is shown in one way only: which
ones are small and which protect them is not told.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from era_geo.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LEAST = 5
"""A count below this is not told outside the case team."""

MARK = "*"
"""What stands in a table for a suppressed count."""

NOTE = f"{MARK} is a count under {LEAST}, or one left out so that such a count cannot be found by subtraction."

Key = TypeVar("Key", bound=Hashable)
Sum = tuple[Key, Sequence[Key]]
"""A total and its parts."""


@dataclass(frozen=True)
class CountTable:
    """Counts by row and column with their totals; `None` is a suppressed count."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def shown(count: int | None) -> str:
    """Give a count as it stands in a table for people."""
    return MARK if count is None else str(count)


def suppress(counts: Mapping[Key, int], sums: Sequence[Sum[Key]], *, least: int = LEAST) -> dict[Key, int | None]:
    """Suppress the counts under `least`, and others until none of them can be found by subtraction.

    Parameters
    ----------
    counts
        Every count that would be published, totals included.
    sums
        Which counts are totals of which others. A count may stand in several: tables that share counts are suppressed together.

    Returns
    -------
    dict
        Each count, or `None` where it is suppressed. From what is left, and from no count being below 0, at least `least` + 1
        values remain possible for each suppressed one.

    Raises
    ------
    UsageError
        If a count is below 0, or a total is not the sum of its parts.
    """
    _check(counts, sums)
    hidden = {key for key, count in counts.items() if count < least}
    reader = _Reader(counts, sums, least)
    while too_narrow := reader.finds(hidden):
        added = _added(counts, sums, hidden, too_narrow, least)
        # Where all is hidden already nothing is left to be subtracted from.
        if not added:
            break
        hidden |= added
    return {key: None if key in hidden else count for key, count in counts.items()}


def suppress_table(
    rows: Sequence[str], columns: Sequence[str], counts: Mapping[tuple[str, str], int], *, least: int = LEAST
) -> CountTable:
    """Suppress a table of counts with the totals of its rows, its columns and of all.

    Parameters
    ----------
    counts
        Count by row and column; a pair that is not in it counts 0.

    Raises
    ------
    UsageError
        If a count is below 0, or is of a row or column that the table has not.
    """
    strangers = sorted(key for key in counts if key[0] not in rows or key[1] not in columns)
    if strangers:
        raise UsageError(
            f"The table has no row and column for {strangers[0]}. Rows: {', '.join(rows)}. Columns: {', '.join(columns)}."
        )
    # A total is `None` in place of a row or a column, which no name of a row can be.
    every: dict[tuple[str | None, str | None], int] = {(r, c): counts.get((r, c), 0) for r in rows for c in columns}
    every |= {(r, None): sum(every[r, c] for c in columns) for r in rows}
    every |= {(None, c): sum(every[r, c] for r in rows) for c in (*columns, None)}
    sums: list[Sum[tuple[str | None, str | None]]] = [((r, None), [(r, c) for c in columns]) for r in (*rows, None)]
    sums += [((None, c), [(r, c) for r in rows]) for c in (*columns, None)]
    kept = suppress(every, sums, least=least)
    return CountTable(
        rows=tuple(rows),
        columns=tuple(columns),
        cells=tuple(tuple(kept[r, c] for c in columns) for r in rows),
        row_totals=tuple(kept[r, None] for r in rows),
        column_totals=tuple(kept[None, c] for c in columns),
        total=kept[None, None],
    )


def suppress_shares(of_all: int, counts: Mapping[str, int], *, least: int = LEAST) -> tuple[int | None, dict[str, int | None]]:
    """Suppress counts that are each a part of the same whole and may overlap, such as themes found in audited files.

    What is left of the whole is a count too: 11 of 12 files tell of the one that is not among them.

    Returns
    -------
    tuple
        The whole and the counts, each `None` where it is suppressed.

    Raises
    ------
    UsageError
        If a count is below 0 or more than the whole.
    """
    every: dict[tuple[str, ...], int] = {(): of_all}
    every |= {(name, "with"): count for name, count in counts.items()}
    every |= {(name, "without"): of_all - count for name, count in counts.items()}
    kept = suppress(every, [((), [(name, "with"), (name, "without")]) for name in counts], least=least)
    return kept[()], {name: kept[name, "with"] for name in counts}


def _check(counts: Mapping[Key, int], sums: Sequence[Sum[Key]]) -> None:
    negative = [key for key, count in counts.items() if count < 0]
    if negative:
        raise UsageError(f"A count cannot be below 0, but that of {negative[0]} is.")
    for total, parts in sums:
        if counts[total] != sum(counts[part] for part in parts):
            raise UsageError(f"The total of {total} is not the sum of its parts, so nothing can be suppressed safely.")


class _Reader(Generic[Key]):
    """Someone who has all that is published and works out what each suppressed count can still be, by linear programming.

    In one table of rows and columns the limits are exact whole numbers. Where tables are linked they may be wider than those for
    whole numbers, by fractions of a count.
    """

    def __init__(self, counts: Mapping[Key, int], sums: Sequence[Sum[Key]], least: int) -> None:
        import numpy as np  # noqa: PLC0415 - slow to import

        self._keys = list(counts)
        self._least = least
        places = {key: place for place, key in enumerate(counts)}
        self._lines = np.zeros((len(sums), len(places)))
        for number, (total, parts) in enumerate(sums):
            self._lines[number, places[total]] -= 1
            for part in parts:
                self._lines[number, places[part]] += 1
        # What turned out to be possible stays so when more is suppressed. The true counts are the first that are possible.
        self._true = np.array(list(counts.values()), dtype=float)
        self._lowest, self._highest = self._true.copy(), self._true.copy()

    def finds(self, hidden: set[Key]) -> list[Key]:
        """Give the suppressed counts of which fewer than enough values are possible, in a fixed order."""
        import numpy as np  # noqa: PLC0415 - slow to import

        places = np.array([place for place, key in enumerate(self._keys) if key in hidden], dtype=int)
        return [self._keys[place] for place in places if not self._leaves_room(place, places)]

    def _leaves_room(self, place: int, hidden: npt.NDArray[np.int_]) -> bool:
        for aim in (-1.0, 1.0):
            if self._highest[place] - self._lowest[place] >= self._least:
                return True
            self._push(place, hidden, aim)
        return bool(self._highest[place] - self._lowest[place] >= self._least)

    def _push(self, place: int, hidden: npt.NDArray[np.int_], aim: float) -> None:
        """Move one count as far up (`aim` -1) or down (1) as the others let it, and note where all of them come to."""
        import numpy as np  # noqa: PLC0415 - slow to import
        from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

        true = self._true[hidden]
        lines = self._lines[:, hidden]
        # A count that moves by `least` pulls no other by more, so that nobody need look further.
        limits = np.column_stack((np.maximum(true - self._least, 0), true + self._least))
        moved = linprog(aim * (hidden == place), A_eq=lines, b_eq=lines @ true, bounds=limits, method="highs")
        values = np.round(moved.x, 6)
        self._lowest[hidden] = np.minimum(self._lowest[hidden], values)
        self._highest[hidden] = np.maximum(self._highest[hidden], values)


def _added(
    counts: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: set[Key], too_narrow: Sequence[Key], least: int
) -> set[Key]:
    """Choose what to suppress beside the counts that can be found: the smallest part that still stands in a sum with them.

    Sums come first in which a count has no other beside it, or they share too few between them; then any sum of the first count
    that can be found; then any count that stands.
    """
    lines = [(total, *parts) for total, parts in sums]
    found = set(too_narrow)
    own = [line for line in lines if not found.isdisjoint(line)]
    for choice in (
        [line for line in own if _is_short(line, counts, hidden, least)],
        [line for line in own if too_narrow[0] in line],
    ):
        added: set[Key] = set()
        for total, *parts in choice:
            # A total tells the most, and goes only where no part of it is left.
            standing = [key for key in parts if key not in hidden] or [key for key in (total,) if key not in hidden]
            if standing and added.isdisjoint((total, *parts)):
                added.add(min(standing, key=lambda key: counts[key]))
        if added:
            return added
    anything = [key for key in counts if key not in hidden]
    return {min(anything, key=lambda key: counts[key])} if anything else set()


def _is_short(line: Sequence[Key], counts: Mapping[Key, int], hidden: set[Key], least: int) -> bool:
    """Whether a sum has only one suppressed count, or those that it has come to less than `least`."""
    suppressed = [key for key in line if key in hidden]
    return len(suppressed) == 1 or sum(counts[key] for key in suppressed) < least
