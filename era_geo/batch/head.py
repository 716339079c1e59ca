"""The first rows of a result, read without the rest: a result of a million rows is looked into as quickly as one of ten."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from era_geo.batch.write import ROWS
from era_geo.errors import DataError

Rows = list[dict[str, Any]]


def first_rows(path: Path, count: int) -> Rows:
    """Give up to `count` rows from the beginning of a file that a batch wrote, each as column to value.

    A CSV file's values are text.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        return _READERS[path.suffix](path, count)
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(f"{path.name} cannot be read. Was it moved or changed?") from error


def _csv(path: Path, count: int) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(islice(csv.DictReader(file), count))


def _workbook(path: Path, count: int) -> Rows:
    import openpyxl  # noqa: PLC0415 - slow to import

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        names, *rows = islice(book[ROWS].iter_rows(values_only=True), count + 1)
        return [dict(zip_longest(names, row)) for row in rows]  # a row ends at its last cell that is not empty
    finally:
        book.close()


def _parquet(path: Path, count: int) -> Rows:
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    with pq.ParquetFile(path) as file:
        batch = next(file.iter_batches(batch_size=count), None)
        return [] if batch is None else list(batch.to_pylist())


def _layer(path: Path, count: int) -> Rows:
    import pyogrio  # noqa: PLC0415 - slow to import

    layer = ROWS if path.suffix == ".gpkg" else None
    _, table = pyogrio.read_arrow(path, layer=layer, max_features=count, read_geometry=False)
    return list(table.to_pylist())


_READERS: Mapping[str, Callable[[Path, int], Rows]] = {
    ".csv": _csv,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".gpkg": _layer,
    ".geojson": _layer,
}
