"""What a batch is asked to do with each row, and one row's question: plain values that go to worker processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from era_geo.batch.intake import Part
from era_geo.batch.where import By, Where, text_of
from era_geo.layerset import LayerSet
from era_geo.model import Depth, Parameters


@dataclass(frozen=True)
class Options:
    """How each row is assessed: as one assessment is. `off` is layer id to written reason.

    `region` is the identity of the region file, so that a worker on another machine can tell that it has the same one.
    """

    layers: LayerSet
    parameters: Parameters
    as_of: dt.date
    depth: Depth = Depth.NONE
    off: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None


@dataclass(frozen=True)
class Question:
    """One row: its number in the input, the texts to look up in turn until one gives an answer, or why it could not be read."""

    number: int
    texts: tuple[str, ...]
    fault: str | None = None


def questions(part: Part, wheres: Sequence[Where], crs: str | None = None) -> list[Question]:
    """Give the question of each row. `crs` is that of the shapes, where the table has shapes."""
    texts = [_texts(part, where, crs) for where in wheres]
    return [
        Question(number, tuple(text for text in asked if text), part.faults.get(position))
        for position, (number, *asked) in enumerate(zip(part.numbers, *texts, strict=True))
    ]


def _texts(part: Part, where: Where, crs: str | None) -> list[str]:
    if where.by is By.SHAPE:
        from era_geo.batch.shapes import points_as_text  # noqa: PLC0415 - slow to import, and few tables have shapes

        return points_as_text(part.data.column(where.columns[0]), crs or "")
    columns = [part.data.column(name).to_pylist() for name in where.columns]
    return [text_of(where, dict(zip(where.columns, cells, strict=True))) for cells in zip(*columns, strict=True)]
