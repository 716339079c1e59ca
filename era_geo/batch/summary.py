"""What a batch came to, in numbers and in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from era_geo.batch.layout import BETWEEN, GAPS, layer_columns
from era_geo.batch.partition import Tables
from era_geo.outputs import words

_MOST_GAPS = 8


@dataclass
class Summary:
    """Counts over all rows. `layers` is how many rows have at least one place of a layer within the radius, or borderline."""

    rows: int = 0
    findings: int = 0
    status: Counter[str] = field(default_factory=Counter)
    precision: Counter[str] = field(default_factory=Counter)
    layers: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Rows that could not be read or looked up, by number, with the reason: the first few."""
    seconds: float = 0.0
    study: list[str] = field(default_factory=list)
    also_written: tuple[str, ...] = ()
    kept_rows: int = 0
    """Rows that an earlier run had finished."""

    def add(self, tables: Tables, numbers: Any, layers: tuple[str, ...]) -> None:
        """Count one partition's rows."""
        rows = tables.rows
        self.rows += rows.num_rows
        self.findings += tables.findings.num_rows
        status = rows.column("status").to_pylist()
        self.status.update(status)
        self.precision.update(value for value in rows.column("precision").to_pylist() if value)
        for layer in layers:
            count = sum(bool(value) for value in rows.column(layer_columns(layer)[0]).to_pylist())
            if count:
                self.layers[layer] += count
        for cell, times in Counter(rows.column(GAPS).to_pylist()).items():
            for sentence in (cell or "").split(BETWEEN) if cell else ():
                self.gaps[sentence] += times
        if len(self.gaps) > 100 * _MOST_GAPS:
            self.gaps = Counter(dict(self.gaps.most_common(10 * _MOST_GAPS)))
        messages = rows.column("message").to_pylist()
        self.bad += [
            (number, message)
            for number, one, message in zip(numbers, status, messages, strict=True)
            if one == "bad input" and len(self.bad) < 20
        ]

    def sentences(self, written: Sequence[str]) -> list[str]:
        """Give the numbers in sentences, with the names of the files that were `written`."""
        told = [f"{_rows(self.rows)}: {_listed(self.status)}."]
        if self.precision:
            told.append(f"Located by {_listed(self.precision)}.")
        told += [f"Row {number}: {message}" for number, message in self.bad]
        if self.status["bad input"] > len(self.bad):
            more = words.count(self.status["bad input"] - len(self.bad), "bad row more", "bad rows more")
            told.append(f"and {more}: see the column 'message'.")
        if self.layers:
            told.append(f"Rows with a place within the radius, or borderline: {_listed(self.layers)}.")
        told += [f"Could not be looked up for {_rows(count)}: {gap}" for gap, count in self.gaps.most_common(_MOST_GAPS)]
        told += self.study
        kept = f" ({words.count(self.kept_rows, 'row was', 'rows were')} done before)" if self.kept_rows else ""
        took = f"{self.seconds:.1f} s, {_rows(round(self.rows / self.seconds))} a second" if self.seconds else "no time"
        found = words.count(self.findings, "finding", "findings")
        told.append(f"Wrote {', '.join((*written, *self.also_written))}: {_rows(self.rows)}, {found}, in {took}{kept}.")
        return told

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers as JSON has them."""
        return {
            "rows": self.rows,
            "findings": self.findings,
            "status": dict(self.status),
            "precision": dict(self.precision),
            "rows_with_a_place": dict(self.layers),
            "gaps": [{"gap": gap, "rows": count} for gap, count in self.gaps.most_common(_MOST_GAPS)],
            "bad_rows": [{"row": number, "message": message} for number, message in self.bad],
            "rows_kept_from_before": self.kept_rows,
            "study": self.study,
            "seconds": round(self.seconds, 3),
        }


def _rows(number: int) -> str:
    return words.count(number, "row", "rows")


def _listed(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name}" for name, count in ordered)
