"""What a batch is asked to do with each row, and one row's question: plain values that go to worker processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from era_geo.batch.intake import Part
from era_geo.batch.where import By, Where, text_of
from era_geo.layerset import LayerSet
from era_geo.model import Depth, Parameters


@dataclass(frozen=True)
class Options:
    """How each row is assessed: as one assessment is. `off` is layer id to written reason.

    `region` is the identity of the region file, so that a worker on another machine can tell that it has the same one; `radii` are
    those of a capacity study, metres, none where no study is asked for.
    """

    layers: LayerSet
    parameters: Parameters
    as_of: dt.date
    depth: Depth = Depth.NONE
    off: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    radii: tuple[float, ...] = ()


@dataclass(frozen=True)
class Question:
    """One row: its number in the input, the texts to look up in turn until one gives an answer, or why it could not be read."""

    number: int
    texts: tuple[str, ...]
    fault: str | None = None


def questions(part: Part, wheres: Sequence[Where], crs: str | None = None) -> list[Question]:
    """Give the question of each row. `crs` is that of the shapes, where the table has shapes."""
    named = {name for where in wheres for name in where.columns}
    cells = {name: part.data.column(name).to_pylist() for name in named}
    return questions_of(cells, part.numbers, wheres, faults=part.faults, crs=crs)


def questions_of(
    cells: Mapping[str, Sequence[Any]],
    numbers: Sequence[int],
    wheres: Sequence[Where],
    *,
    faults: Mapping[int, str] | None = None,
    crs: str | None = None,
) -> list[Question]:
    """Give the question of each row of columns (`cells`); shapes are WKB."""
    texts = [_texts(cells, where, crs) for where in wheres]
    told = faults or {}
    return [
        Question(number, tuple(text for text in asked if text), told.get(position))
        for position, (number, *asked) in enumerate(zip(numbers, *texts, strict=True))
    ]


def _texts(cells: Mapping[str, Sequence[Any]], where: Where, crs: str | None) -> list[str]:
    columns = [cells[name] for name in where.columns]
    if where.by is By.SHAPE:
        from era_geo.batch.shapes import points_as_text  # noqa: PLC0415 - slow to import, and few tables have shapes

        return points_as_text(columns[0], crs or "")
    return [text_of(where, dict(zip(where.columns, row, strict=True))) for row in zip(*columns, strict=True)]
