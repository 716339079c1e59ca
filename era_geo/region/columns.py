"""Columns of rows as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.float64]
"""Eastings and northings, EPSG:27700, shape (n, 2)."""


def numbered(texts: Sequence[str]) -> tuple[list[str], Ints]:
    """Give the distinct texts in alphabetical order, and the place of each text among them, shape (n,)."""
    distinct = sorted(set(texts))
    places = {text: place for place, text in enumerate(distinct)}
    return distinct, np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))
