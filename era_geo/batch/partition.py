"""One partition of a batch: a few hundred rows looked up, assessed and put into the two tables. The same everywhere it runs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from era_geo import garbage
from era_geo.address import search
from era_geo.address import site as site_module
from era_geo.batch import agree, layout
from era_geo.batch.look import Looker
from era_geo.batch.options import Options, Question
from era_geo.errors import DataError
from era_geo.model import LocateResult, LocateStatus, Site
from era_geo.region.region import Region

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


@garbage.sought(garbage.SELDOM)
def get_ready(region_path: Path, options: Options) -> None:
    """Open the region and classify its places, as the first partition would; errors are those of `run_partition`."""
    _bench(region_path, options)


@garbage.sought(garbage.SELDOM)
def run_partition(questions: Sequence[Question], region_path: Path, options: Options) -> Tables:
    """Look up and assess the rows of one partition.

    The region is opened once in a process and stays open; SQLite reads the file through the operating system's page cache, which
    all processes on a machine share.

    Raises
    ------
    DataError
        If the region file is damaged or not a region. Never for what a row says.
    """
    region, looker = _bench(region_path, options)
    schema = layout.rows_schema(options.layers.ids, options.radii)
    return _assessed(locate_rows(questions, region), looker, schema)


class _Bench(threading.local):
    """What a thread works with, kept from one partition to the next; a worker of a cluster may have several threads."""

    ready: tuple[Path, Options, Region, Looker] | None = None


_BENCH = _Bench()


def _bench(region_path: Path, options: Options) -> tuple[Region, Looker]:
    """Open the region, and get ready to look, once for all partitions that are worked on in the same way."""
    if _BENCH.ready is None or _BENCH.ready[:2] != (region_path, options):
        region = _opened(str(region_path), options.region)
        _BENCH.ready = region_path, options, region, Looker(region, options)
    return _BENCH.ready[2:]


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


def locate_rows(questions: Sequence[Question], region: Region) -> list[Located]:
    """Look up rows, and turn the answers that are one property into those to assess."""
    results = [_locate(question, region) for question in questions]
    matched = [i for i, one in enumerate(results) if one.status is LocateStatus.MATCHED and len(one.candidates) == 1]
    chosen = [(results[i].candidates[0], results[i].query) for i in matched]
    sites = dict(zip(matched, site_module.sites_from(chosen, region=region), strict=True))
    return [
        Located(question.number, result, sites.get(i)) for i, (question, result) in enumerate(zip(questions, results, strict=True))
    ]


def _locate(question: Question, region: Region) -> LocateResult:
    """Look up one row: by each of its texts in turn, until one is answered."""
    if question.fault is not None:
        return LocateResult("", LocateStatus.BAD_INPUT, question.fault)
    result = LocateResult("", LocateStatus.BAD_INPUT, NOTHING_GIVEN)
    for position, text in enumerate(question.texts):
        result = search.locate(text, region)
        if result.status not in _GO_ON:
            result = agree.held_against(result, question.texts[position + 1 :], region)
            return replace(result, message=f"{_instead(question.texts[:position])}{result.message}")
    return result


def _instead(texts: Sequence[str]) -> str:
    """Say which of a row's texts gave no property, before the one that did."""
    return f"{' and '.join(texts)} gave no property here, so the row's next column was asked. " if texts else ""


def _assessed(located: Sequence[Located], looker: Looker, schema: pa.Schema) -> Tables:
    rows = [layout.located_cells(one.result) for one in located]
    findings: list[layout.Row] = []
    matched = [(i, one.number, one.site) for i, one in enumerate(located) if one.site is not None]
    for (i, number, _), look in zip(matched, looker.look([site for _, _, site in matched]), strict=True):
        if isinstance(look, str):  # the address is known and lies where no source of the region covers the ground
            rows[i] |= {"status": LocateStatus.OUTSIDE_REGION.value, "message": look}
        else:
            rows[i] |= layout.looked_cells(look.counts, look.findings, look.neighbours, look.gaps) | look.study
            findings += [layout.finding_cells(finding, number) for finding in look.findings]
    return Tables(layout.table_of(rows, schema), layout.table_of(findings, layout.findings_schema()))
