"""A batch from Python: a DataFrame or GeoDataFrame in, the same rows with what was found for each out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo.batch import engines, layout, work, write
from era_geo.batch.options import Options, Question, questions_of
from era_geo.batch.partition import Tables
from era_geo.batch.planning import Plan
from era_geo.batch.run import ROWS_IN_A_PARTITION
from era_geo.batch.where import Where, choose
from era_geo.errors import UsageError
from era_geo.vicinity import assess
from era_geo.vicinity.neighbours import check_parameter

if TYPE_CHECKING:
    import pandas as pd


def assess_frame(
    frame: pd.DataFrame, region: Path, options: Options, *, wheres: Sequence[Where], engine: engines.Engine
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the frame's rows, in order and under its index, with what was found for each; and a frame of all findings.

    In the second frame `row` is the position of the row in the first, from 0.

    Raises
    ------
    UsageError
        If what is asked for cannot be done as asked.
    DataError
        If the region file is damaged.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    assess.check(options.parameters, options.layers, options.off)
    check_parameter(options.parameters.address_parameter)
    asked = _questions(frame, wheres)
    plan = Plan.of(asked, ROWS_IN_A_PARTITION[options.depth])
    jobs = ((number, [asked[i] for i in positions]) for number, positions in enumerate(plan.parts()))
    with closing(engine.results(jobs, region, options)) as results:
        tables = dict(results)
    parts = [work.unpacked(tables[number]) for number in sorted(tables)]
    done = list(plan.in_order(parts, range(len(frame)))) if parts else [_nothing(options)]
    rows = pd.concat([_typed(part.rows) for part in done], ignore_index=True)
    findings = pd.concat([_typed(part.findings) for part in done], ignore_index=True)
    given = frame.set_axis(write.output_names([str(name) for name in frame.columns], list(rows.columns)), axis=1)
    rows.index = frame.index
    joined = pd.concat([given, rows], axis=1)
    if (shape := shape_column(frame)) is not None:
        import geopandas as gpd  # noqa: PLC0415 - slow to import

        named = given.columns[list(frame.columns).index(shape)]
        joined = gpd.GeoDataFrame(joined, geometry=named, crs=frame.crs)
    return joined, findings


def partitions(rows: int, options: Options) -> int:
    """Give how many partitions a frame of so many rows is worked on in: no more workers than that have anything to do."""
    return max(1, math.ceil(rows / ROWS_IN_A_PARTITION[options.depth]))


def where_in(
    frame: pd.DataFrame,
    *,
    address: str | Sequence[str] = (),
    uprn: str | None = None,
    xy: tuple[str, str] | None = None,
    grid: str | None = None,
) -> tuple[Where, ...]:
    """Say which columns of a frame tell where the properties are; see `era_geo.batch.where.choose`.

    Raises
    ------
    UsageError
        If a named column is not there, or no heading tells.
    """
    columns = [str(name) for name in frame.columns]
    if len(set(columns)) < len(columns):
        raise UsageError("The frame has several columns of one name. Give each a name of its own.")
    named = [address] if isinstance(address, str) else list(address)
    has_shape = shape_column(frame) is not None
    return choose(columns, address=named, uprn=uprn, xy=xy, grid=grid, has_shape=has_shape)


def shape_column(frame: pd.DataFrame) -> Any:
    """Give the name of a GeoDataFrame's active shapes; `None` for a plain frame."""
    return getattr(frame, "_geometry_column_name", None)


def _questions(frame: pd.DataFrame, wheres: Sequence[Where]) -> list[Question]:
    named = {name for where in wheres for name in where.columns}
    by_name = {str(name): name for name in frame.columns}
    crs = str(frame.crs.to_wkt()) if shape_column(frame) is not None and frame.crs is not None else None
    cells = {name: _cells(frame, by_name.get(name)) for name in named}
    return questions_of(cells, range(len(frame)), wheres, crs=crs)


def _cells(frame: pd.DataFrame, name: Any) -> list[Any]:
    """Give a column's cells as plain values; the shapes as WKB where no column is named `geometry`."""
    if name is None or name == shape_column(frame):
        return list(frame.geometry.to_wkb()) if shape_column(frame) is not None else []
    return [None if missing else value for value, missing in zip(frame[name].tolist(), frame[name].isna(), strict=True)]


def _nothing(options: Options) -> Tables:
    return Tables(layout.rows_schema(options.layers.ids, options.radii).empty_table(), layout.findings_schema().empty_table())


def _typed(table: Any) -> pd.DataFrame:
    """Give a table as a frame in which whole numbers and truth stay what they are beside empty cells."""
    import pandas as pd  # noqa: PLC0415 - slow to import
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    kept = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=kept.get)
    return frame
