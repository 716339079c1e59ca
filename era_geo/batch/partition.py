"""One partition of a batch: a few hundred rows looked up, assessed and put into the two tables. The same everywhere it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from era_geo.address import search
from era_geo.address import site as site_module
from era_geo.batch import layout
from era_geo.batch.options import Options, Question
from era_geo.errors import DataError, UsageError
from era_geo.model import LocateResult, LocateStatus, Site
from era_geo.region.region import Region
from era_geo.vicinity.assess import assess

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING_GIVEN = "The row gives nothing to look up: its cells are empty."
_GO_ON = (LocateStatus.NOT_FOUND, LocateStatus.BAD_INPUT)


@dataclass(frozen=True)
class Tables:
    """What came of a partition: a row for each question, in order, and a row for each finding."""

    rows: pa.Table
    findings: pa.Table


@dataclass(frozen=True)
class Located:
    """One row looked up: the answer, and the property where exactly one was matched."""

    number: int
    result: LocateResult
    site: Site | None


def run_partition(questions: Sequence[Question], region_path: Path, options: Options) -> Tables:
    """Look up and assess the rows of one partition.

    The region is opened once in a process and stays open; SQLite reads the file through the operating system's page cache, which
    all processes on a machine share.

    Raises
    ------
    DataError
        If the region file is damaged or not a region. Never for what a row says.
    """
    region = _opened(str(region_path), options.region)
    located = [locate_row(question, region) for question in questions]
    return _assessed(located, region, options)


@lru_cache(maxsize=2)
def _opened(path: str, identity: str | None) -> Region:
    region = Region(Path(path))
    if identity is not None and identity_of(region) != identity:
        raise DataError(
            f"The region file {region.path.name} is not the one that the batch was begun with. Put the same file at the same path "
            "on every machine."
        )
    return region


def identity_of(region: Region) -> str:
    """Give a checksum by which a region file is known again: of what it was built from, when and how, and its size."""
    told = [sorted(region.meta.items()), [source.sha256 for source in region.sources], region.path.stat().st_size]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def locate_row(question: Question, region: Region) -> Located:
    """Look up one row: by each of its texts in turn, until one is answered."""
    if question.fault is not None:
        return Located(question.number, LocateResult("", LocateStatus.BAD_INPUT, question.fault), None)
    result = LocateResult("", LocateStatus.BAD_INPUT, NOTHING_GIVEN)
    for text in question.texts:
        result = search.locate(text, region)
        if result.status not in _GO_ON:
            break
    if result.status is LocateStatus.MATCHED and len(result.candidates) == 1:
        return Located(question.number, result, site_module.site_from(result.candidates[0], query=result.query, region=region))
    return Located(question.number, result, None)


def _assessed(located: Sequence[Located], region: Region, options: Options) -> Tables:
    rows: list[layout.Row] = []
    findings: list[layout.Row] = []
    for one in located:
        row = layout.located_cells(one.result)
        if one.site is not None:
            try:
                assessment = assess(
                    one.site,
                    region,
                    parameters=options.parameters,
                    as_of=options.as_of,
                    layers=options.layers,
                    off=options.off,
                    depth=options.depth,
                )
            except UsageError as error:  # the address is known and lies where no source of the region covers the ground
                row |= {"status": LocateStatus.OUTSIDE_REGION.value, "message": str(error)}
            else:
                row |= layout.assessed_cells(assessment)
                findings += [layout.finding_cells(finding, one.number) for finding in assessment.findings]
        rows.append(row)
    return Tables(
        layout.table_of(rows, layout.rows_schema(options.layers.ids)), layout.table_of(findings, layout.findings_schema())
    )
