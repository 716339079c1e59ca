"""The merging of one place's sources is held to a floor where the truth comes with the project: on the training town."""

from __future__ import annotations

from pathlib import Path

from benchmarks import conflation
from benchmarks._report import Report
from era_geo.settings import Settings

FLOOR = 95.0


def test_the_towns_lists_and_its_map_are_put_together_rightly(tmp_path: Path) -> None:
    report = Report("conflation", "a part of it", arguments=[])
    conflation._town(report, Settings(home=tmp_path))
    told = {figure.what.rpartition(": ")[2]: figure.value for figure in report.figures}
    assert told["pairs that are one place"] >= 20
    assert told["precision"] >= FLOOR
    assert told["recall"] >= FLOOR
