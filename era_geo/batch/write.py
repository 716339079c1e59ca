"""OUT in the form that its name asks for, written under a temporary name and renamed: never half a file under its own name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from era_geo.batch import place
from era_geo.batch.partition import Tables
from era_geo.batch.where import SHAPE
from era_geo.batch.work import ENDINGS, disk_errors
from era_geo.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS, FINDINGS = "rows", "findings"
FOLDER = "Parquet parts"
_FORMS = dict(zip(ENDINGS, ("CSV", "XLSX", "Parquet", "GeoPackage", "GeoJSON", FOLDER), strict=True))
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Shapes:
    """What a writer must know of the tables: their columns, the rows' coordinate system where they have shapes, and the date."""

    rows: pa.Schema
    findings: pa.Schema
    crs: str | None
    date: str

    @property
    def column(self) -> str | None:
        """The rows' column of shapes, if they have any: a column of that name alone is none."""
        return None if self.crs is None else SHAPE


class Writer(Protocol):
    """Writes both tables, some rows at a time, in order."""

    def write(self, rows: pa.Table, findings: pa.Table) -> None:
        """Write what comes next."""

    def close(self) -> None:
        """Write what is left, and finish the files."""


def form_of(out: Path) -> str:
    """Give the form that OUT's name asks for.

    Raises
    ------
    UsageError
        If it asks for none that is known.
    """
    form = _FORMS.get(out.suffix.casefold())
    if form is None:
        raise UsageError(
            f"{out.name}: the output's name must end in .csv, .xlsx, .parquet, .gpkg or .geojson; a name without an ending becomes "
            "a folder of Parquet parts."
        )
    return form


def targets(out: Path) -> tuple[Path, ...]:
    """Give what is written: OUT last, so that where it is there, all is there."""
    if form_of(out) in {"CSV", "Parquet", "GeoJSON"}:
        return out.with_name(f"{out.stem}-{FINDINGS}{out.suffix}"), out
    return (out,)


def check_rows(out: Path, count: int) -> None:
    """Refuse a form that cannot hold so many rows.

    Raises
    ------
    UsageError
        If it cannot.
    """
    if form_of(out) == "XLSX":
        from era_geo.batch.write_xlsx import check_length  # noqa: PLC0415 - slow to import

        check_length(ROWS, count + 1)


def output_names(given: Sequence[str], added: Sequence[str]) -> list[str]:
    """Give names to the input's columns, so that none is taken twice: one named as an added column is is told from it."""
    taken = {name.casefold() for name in added}
    names = []
    for name in given:
        own, copies = name, 0
        while own.casefold() in taken:
            copies += 1
            own = f"{name} (input)" if copies == 1 else f"{name} (input {copies})"
        taken.add(own.casefold())
        names.append(own)
    return names


@contextmanager
def opened(out: Path, shapes: Shapes, scratch: Path) -> Iterator[_Gathering]:
    """Write OUT under a temporary name; when all is written, rename it. On an error nothing is left under its name.

    `scratch` is a folder for what a form needs meanwhile.

    Raises
    ------
    EraGeoError
        If the disk is full, or the folder cannot be written to.
    """
    with _temporary(out) as temporary, disk_errors(out):
        writer = _Gathering(_writer(out, temporary, shapes, scratch))
        yield writer
        writer.close()
        for path in temporary:
            _sync(path)
        place.put(temporary, targets(out))


def try_out(out: Path, shapes: Shapes, scratch: Path) -> None:
    """Write OUT with its columns and no rows under the temporary name, and remove it: what its form cannot hold is told at once.

    Raises
    ------
    EraGeoError
        If the disk is full, the folder cannot be written to, or a column is of a kind that the form cannot hold.
    """
    with _temporary(out) as temporary, disk_errors(out):
        writer = _writer(out, temporary, shapes, scratch)
        writer.write(shapes.rows.empty_table(), shapes.findings.empty_table())
        writer.close()


@contextmanager
def _temporary(out: Path) -> Iterator[list[Path]]:
    paths = [path.with_name(f".{path.name}.tmp{path.suffix}") for path in targets(out)]
    try:
        for path in paths:
            place.remove(path)
        yield paths
    finally:
        for path in paths:
            place.remove(path)


def _writer(out: Path, temporary: Sequence[Path], shapes: Shapes, scratch: Path) -> Writer:
    from era_geo.batch import write_parquet, write_text  # noqa: PLC0415 - they need this module

    form = form_of(out)
    if form == "CSV":
        return write_text.Csv(temporary[1], temporary[0], shapes)
    if form == "GeoJSON":
        return write_text.GeoJson(temporary[1], temporary[0], shapes)
    if form == "XLSX":
        from era_geo.batch import write_xlsx  # noqa: PLC0415 - it needs this module, and is slow to import

        return write_xlsx.Workbook(temporary[0], shapes, scratch)
    if form == "GeoPackage":
        from era_geo.batch import write_gpkg  # noqa: PLC0415 - it needs this module, and is slow to import

        return write_gpkg.GeoPackage(temporary[0], shapes)
    if form == "Parquet":
        return write_parquet.Single(temporary[1], temporary[0], shapes)
    return write_parquet.Parts(temporary[0], shapes)


class _Gathering:
    """Hands a writer many partitions at once: it writes large pieces faster, and Parquet keeps them as its groups."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: list[Tables] = []
        self._count = 0

    def write(self, tables: Tables) -> None:
        """Take one partition."""
        self._held.append(tables)
        self._count += tables.rows.num_rows
        if self._count >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Write the rest."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        if self._held:
            rows, findings = (pa.concat_tables(parts) for parts in zip(*((t.rows, t.findings) for t in self._held), strict=True))
            self._writer.write(rows.combine_chunks(), findings.combine_chunks())
        self._held, self._count = [], 0


def flat(table: pa.Table, shape: str | None = None) -> pa.Table:
    """Give a table for a form that knows numbers, truth, dates and text: the column `shape` as WKT, any other kind as text."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    columns = [_flat(column, is_shape=name == shape) for name, column in zip(table.column_names, table.columns, strict=True)]
    return pa.table(columns, names=table.column_names)


def flat_type(field: pa.Field) -> pa.DataType:
    """Give the type that `flat` makes of a column."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    kind, types = field.type, pa.types
    if types.is_decimal(kind) or types.is_float16(kind):
        return pa.float64()
    if types.is_uint64(kind):
        return pa.string()  # it may be more than any of the forms' whole numbers
    if types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    plain = types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind) or types.is_date32(kind)
    return kind if plain or types.is_string(kind) or types.is_large_string(kind) else pa.string()


def _flat(column: Any, *, is_shape: bool) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import shapely  # noqa: PLC0415 - slow to import

    kind = flat_type(pa.field("", column.type))
    if kind == column.type:
        return column
    if not pa.types.is_string(kind):
        return column.cast(kind, safe=False)
    values = column.to_pylist()
    if is_shape:
        return pa.array([None if wkb is None else shapely.from_wkb(wkb).wkt for wkb in values], pa.string())
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return json_text(value) if isinstance(value, list | dict | tuple) else str(value)


def json_text(value: Any) -> str:
    """Give a value as JSON that every reader takes: what is no number is null."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_numbers_only(value), ensure_ascii=False, default=str, allow_nan=False)


def _numbers_only(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _numbers_only(inner) for key, inner in value.items()}
    return [_numbers_only(inner) for inner in value] if isinstance(value, list | tuple) else value


def _sync(path: Path) -> None:
    import os  # noqa: PLC0415 - beside its only use

    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as opened_file:
                os.fsync(opened_file.fileno())
