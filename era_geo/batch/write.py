"""OUT in the form that its name asks for, written under a temporary name and renamed: never half a file under its own name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from era_geo.batch.partition import Tables
from era_geo.batch.where import SHAPE
from era_geo.batch.work import disk_errors, rename
from era_geo.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS, FINDINGS = "rows", "findings"
_FORMS = {".csv": "CSV", ".xlsx": "XLSX", ".parquet": "Parquet", ".gpkg": "GeoPackage", ".geojson": "GeoJSON", "": "Parquet parts"}
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Shapes:
    """What a writer must know of the tables: their columns, the rows' coordinate system where they have shapes, and the date."""

    rows: pa.Schema
    findings: pa.Schema
    crs: str | None
    date: str


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
def opened(out: Path, shapes: Shapes) -> Iterator[_Gathering]:
    """Write OUT under a temporary name; when all is written, rename it. On an error nothing is left under its name.

    Raises
    ------
    EraGeoError
        If the disk is full, or the folder cannot be written to.
    """
    temporary = [path.with_name(f".{path.name}.tmp{path.suffix}") for path in targets(out)]
    for path in temporary:
        _remove(path)
    try:
        with disk_errors(out):
            writer = _Gathering(_writer(out, temporary, shapes))
            yield writer
            writer.close()
            for path in temporary:
                _sync(path)
            for path, final in zip(temporary, targets(out), strict=True):
                if final.is_dir():
                    shutil.rmtree(final)
                rename(path, final)
    finally:
        for path in temporary:
            _remove(path)


def _writer(out: Path, temporary: Sequence[Path], shapes: Shapes) -> Writer:
    from era_geo.batch import write_gpkg, write_parquet, write_text, write_xlsx  # noqa: PLC0415 - they need this module

    form = form_of(out)
    if form == "CSV":
        return write_text.Csv(temporary[1], temporary[0], shapes)
    if form == "GeoJSON":
        return write_text.GeoJson(temporary[1], temporary[0], shapes)
    if form == "XLSX":
        return write_xlsx.Workbook(temporary[0], shapes)
    if form == "GeoPackage":
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


def flat(table: pa.Table) -> pa.Table:
    """Give a table for a form that knows neither shapes nor lists: a shape as WKT, anything nested as JSON."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    columns = [_flat(name, column) for name, column in zip(table.column_names, table.columns, strict=True)]
    return pa.table(columns, names=table.column_names)


def flat_type(field: pa.Field) -> pa.DataType:
    """Give the type that `flat` makes of a column."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return pa.string() if _is_other(field.type) else field.type


def _is_other(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    types = pa.types
    return bool(types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind) or types.is_dictionary(kind))


def _flat(name: str, column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import shapely  # noqa: PLC0415 - slow to import

    if not _is_other(column.type):
        return column
    values = column.to_pylist()
    if name == SHAPE:
        return pa.array([None if wkb is None else shapely.from_wkb(wkb).wkt for wkb in values], pa.string())
    return pa.array([None if v is None else v.hex() if isinstance(v, bytes) else _nested(v) for v in values], pa.string())


def _nested(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _sync(path: Path) -> None:
    import os  # noqa: PLC0415 - beside its only use

    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as opened_file:
                os.fsync(opened_file.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
