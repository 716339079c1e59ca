"""Columns of rows as arrays: points of their blobs, texts as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.float64]
"""Eastings and northings, EPSG:27700, shape (n, 2)."""

_POINT_BYTES = 16


def points_of(blobs: Iterable[bytes]) -> Points:
    """Give the points of GeoPackage geometry blobs as this program writes them: the coordinates stand last."""
    return np.frombuffer(b"".join(blob[-_POINT_BYTES:] for blob in blobs), dtype="<f8").reshape(-1, 2)


def numbered(texts: Sequence[str]) -> tuple[list[str], Ints]:
    """Give the distinct texts in alphabetical order, and the place of each text among them, shape (n,)."""
    distinct = sorted(set(texts))
    places = {text: place for place, text in enumerate(distinct)}
    return distinct, np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))
