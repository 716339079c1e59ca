"""A batch from IN to OUT: read in parts, worked on by an engine, kept part by part, joined at the end."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo import __version__
from era_geo.batch import capacity_files, engines, layout, place, work, write
from era_geo.batch.capacity import Study
from era_geo.batch.engines import Job
from era_geo.batch.intake import Intake
from era_geo.batch.options import Options, questions
from era_geo.batch.partition import Tables, identity_of
from era_geo.batch.planning import STRETCH_ROWS, Plan
from era_geo.batch.summary import Summary
from era_geo.batch.where import Where
from era_geo.errors import UsageError
from era_geo.model import Depth
from era_geo.region.progress import Progress, silent
from era_geo.region.region import Region
from era_geo.vicinity import assess
from era_geo.vicinity.neighbours import check_parameter

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_A_PARTITION = {Depth.NONE: 2000, Depth.WALK: 500, Depth.FULL: 50}
"""A kill loses what is under way: some seconds of work, whatever the depth."""

_HASHED_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Request:
    """What a batch is asked for: an opened table, where in it the properties are, how to assess them, and where to write."""

    intake: Intake
    wheres: tuple[Where, ...]
    out: Path
    region: Region
    options: Options
    resume: bool = False
    replace: bool = False
    workers: int | None = None
    dask: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    """What else the run was asked for that a resume must be asked for again."""

    @property
    def partition_rows(self) -> int:
        """How many rows a partition has."""
        return ROWS_IN_A_PARTITION[self.options.depth]

    @property
    def stretch_rows(self) -> int:
        """How many rows are shared out among partitions at once: those of whole partitions."""
        return self.partition_rows * max(1, STRETCH_ROWS // self.partition_rows)

    @property
    def partitions(self) -> int:
        """How many partitions there are."""
        return math.ceil(self.intake.count / self.partition_rows)


def date_of_unfinished(out: Path) -> dt.date | None:
    """Give the date of assessment of unfinished work for OUT; `None` where there is none."""
    stored = work.read_manifest(out)
    return dt.date.fromisoformat(stored["date"]) if stored else None


def run(request: Request, progress: Progress = silent) -> Summary:
    """Do the whole batch, or the rest of it, and write OUT.

    Raises
    ------
    UsageError
        If what is asked for cannot be done as asked, or OUT or unfinished work for it is there already.
    EraGeoError
        If the disk is full, or workers were lost again and again; finished rows are kept.
    DataError
        If the region file is damaged.
    """
    began = time.perf_counter()
    options = request.options
    assess.check(options.parameters, options.layers, options.off)
    check_parameter(options.parameters.address_parameter)
    write.form_of(request.out)
    study = Study(options.radii) if options.radii else None
    summary = Summary()
    with _begun(request) as kept:
        summary.kept_rows = _work(request, kept, progress)
        _join(request, kept, summary, study, progress)
        if study is not None:
            summary.study = study.sentences()
            summary.also_written = tuple(path.name for path in capacity_files.write(study, request.out))
        kept.remove()
    summary.seconds = time.perf_counter() - began
    return summary


@contextmanager
def _begun(request: Request) -> Iterator[work.Work]:
    """Refuse what could not be written at the end, and begin, or go on."""
    out = request.out
    if not out.absolute().parent.is_dir():
        raise UsageError(f"The folder {out.parent} is not there. Make it, or choose another one for {out.name}.")
    finals = write.targets(out)
    beside = capacity_files.targets(out) if request.options.radii else ()
    for path in (*finals, *beside):
        if path.exists() and (request.intake.path.samefile(path) or path in request.intake.path.parents):
            raise UsageError(f"{path.name} is the table that is to be read. Choose another name for what is written.")
        place.refuse_foreign(path, folder=write.form_of(path) == write.FOLDER if path in finals else False)
    write.check_rows(out, request.intake.count)
    goes_on = request.resume and work.read_manifest(out) is not None
    for path in (*finals, *beside):
        if path.exists() and not (request.replace or goes_on):
            raise UsageError(f"{path.name} is there already. Choose another name, or write over it: --replace.")
    with work.begun(out, _manifest(request), resume=request.resume, replace=request.replace) as kept:
        place.recover(finals)
        yield kept


def _manifest(request: Request) -> dict[str, Any]:
    """Give what the result depends on; equal manifests give equal results."""
    options = request.options
    return {
        "input": _sha256(request.intake.path),
        "columns": [str(where) for where in request.wheres],
        "region": identity_of(request.region),
        "layer_files": options.layers.sha256,
        "parameters": _plain(asdict(options.parameters)),
        "layers_switched_off": dict(options.off),
        "depth": options.depth.value,
        "radii": list(options.radii),
        "date": options.as_of.isoformat(),
        "version_of_era-geo": __version__,
        "partition_rows": request.partition_rows,
        "stretch_rows": request.stretch_rows,
        **request.said,
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _plain(value) if isinstance(value, Mapping) else value.isoformat() if isinstance(value, dt.date) else value
        for key, value in values.items()
    }


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_HASHED_AT_ONCE):
            digest.update(chunk)
    return digest.hexdigest()


def _work(request: Request, kept: work.Work, progress: Progress) -> int:
    """Do the partitions that are not there yet. Gives how many rows were there."""
    size, total = request.partition_rows, request.intake.count
    lengths = {number: min(size, total - number * size) for number in range(request.partitions)}
    there = {number for number in lengths if kept.has(number)} if request.resume else set()
    done = before = sum(lengths[number] for number in there)
    if len(there) == len(lengths):
        return before
    engine = engines.choose(request.workers, request.dask, len(lengths) - len(there))
    progress("assessing", done, total)
    with closing(engine.results(_jobs(request, kept, there), request.region.path.absolute(), request.options)) as results:
        for number, blob in results:
            kept.put(number, blob)
            done += lengths[number]
            progress("assessing", done, total)
    return before


def _jobs(request: Request, kept: work.Work, there: set[int]) -> Iterator[Job]:
    """Give the partitions that are not there yet. An OUT that cannot be written is told before the first, while workers start."""
    write.try_out(request.out, _shapes(request), kept.folder)
    number = 0
    for part in request.intake.parts(request.stretch_rows):
        asked = questions(part, request.wheres, request.intake.crs)
        for positions in Plan.of(asked, request.partition_rows).parts():
            if number not in there:
                yield number, [asked[position] for position in positions]
            number += 1


def _join(request: Request, kept: work.Work, summary: Summary, study: Study | None, progress: Progress) -> None:
    """Put the input's columns and the partitions together, in order, as OUT."""
    layers = request.options.layers.ids
    shapes = _shapes(request)
    total = request.intake.count
    progress("writing", 0, total)
    with write.opened(request.out, shapes, kept.folder) as writer:
        finished = _finished(request, kept)
        for part, tables in zip(request.intake.parts(request.partition_rows), finished, strict=True):
            writer.write(type(tables)(_beside(part.data, tables.rows, shapes.rows), tables.findings))
            summary.add(tables, part.numbers, layers)
            if study is not None:
                study.add(tables.rows)
            progress("writing", summary.rows, total)


def _finished(request: Request, kept: work.Work) -> Iterator[Tables]:
    """Give what came of the rows in their own order, as many at a time as a partition has."""
    before = 0
    for part in request.intake.parts(request.stretch_rows):
        plan = Plan.of(questions(part, request.wheres, request.intake.crs), request.partition_rows)
        count = math.ceil(len(part) / request.partition_rows)
        yield from plan.in_order([kept.get(before + number) for number in range(count)], part.numbers)
        before += count


def _shapes(request: Request) -> write.Shapes:
    """Give the tables' columns: the input's own, each with a name that is told from the others', and those that are added."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    given, options = request.intake.schema, request.options
    added = layout.rows_schema(options.layers.ids, options.radii)
    names = write.output_names(request.intake.columns, added.names)
    rows = pa.schema([*(pa.field(name, field.type) for name, field in zip(names, given, strict=True)), *added])
    return write.Shapes(rows, layout.findings_schema(), request.intake.crs, options.as_of.isoformat())


def _beside(given: pa.Table, added: pa.Table, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    return pa.table([*given.columns, *added.columns], schema=schema)
