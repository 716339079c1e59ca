"""Python's search for cyclic garbage, held back while many objects are made that are no garbage.

Python looks for cycles each time some hundred objects more are alive, and now and then through all that is alive: the places of a
country, each time. That was a quarter of a batch's processor time at depth full (`docs/decisions/batch.md`).
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 0
SELDOM = 20_000
"""So many objects more before the youngest are looked through: some twenty properties looked at closely make as many."""

_GENERATIONS = 20
_changing = threading.Lock()
_before: list[tuple[int, int, int]] = []


def never_again() -> None:
    """Spare a process that is about to end a last search through all that is alive: some tenths of a second after each command."""
    gc.freeze()


@contextmanager
def sought(every: int) -> Iterator[None]:
    """Have cycles looked for each time `every` objects more are alive, in the whole process, until the block ends.

    Blocks may overlap in several threads: what was in force before the first is in force again after the last.
    """
    with _changing:
        _before.append(gc.get_threshold())
        gc.set_threshold(every, _GENERATIONS, _GENERATIONS)
    try:
        yield
    finally:
        with _changing:
            gc.set_threshold(*_before.pop())
