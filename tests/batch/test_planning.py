"""Neighbours are worked on together, and come out in the order in which they were given."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from era_geo.batch import planning, run
from era_geo.batch.options import Question
from era_geo.batch.planning import Plan
from era_geo.model import Depth

Batch = Callable[..., Any]


def worked_on(*texts: str) -> list[str]:
    plan = Plan.of([Question(number, (text,) if text else ()) for number, text in enumerate(texts)], 2)
    return [texts[position] for part in plan.parts() for position in part]


@pytest.mark.parametrize(
    ("here", "beside", "elsewhere"),
    [
        ("1 Mill Wynd, Drawnton, ZZ1 1AA", "Flat 2, 90 Mill Wynd, Drawnton zz11aa", "1 Mill Wynd, Farton, ZZ9 9AA"),
        ("1 Mill Wynd, Drawnton", "99 Mill Wynd, Drawnton", "2 Kirk Row, Drawnton"),
        ("easting 240000, northing 750000", "easting 240120, northing 750090", "easting 240010, northing 650000"),
        ("lon -4.2501, lat 55.86", "lon -4.2512, lat 55.8605", "lon -4.2502, lat 57.86"),
        ("NS 5900 6600", "NS 5903 6602", "NS 5900 9600"),
    ],
)
def test_neighbours_follow_on_one_another(here: str, beside: str, elsewhere: str) -> None:
    given = worked_on(here, elsewhere, "", beside)
    assert abs(given.index(here) - given.index(beside)) == 1
    assert sorted(given) == sorted([here, elsewhere, "", beside])


def test_out_is_in_the_order_of_in_and_the_same_unplanned(batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(11)
    rows = [f"r{n},{chance.choice(['', 'nowhere', *(f'{2 * d + 1} Mill Wynd' for d in range(12))])}" for n in range(50)]
    source = tmp_path / "in.csv"
    source.write_text("\n".join(["ref,address", *rows]) + "\n", encoding="utf-8")
    monkeypatch.setitem(run.ROWS_IN_A_PARTITION, Depth.NONE, 4)
    monkeypatch.setattr(run, "STRETCH_ROWS", 17)  # four partitions a stretch, and a last one that is not whole
    outs = []
    for name in ("planned", "unplanned"):
        if name == "unplanned":
            monkeypatch.setattr(planning, "_key", lambda _: ())
        batch(source, tmp_path / f"{name}.csv")
        outs.append([(tmp_path / f"{name}{end}.csv").read_text(encoding="utf-8") for end in ("", "-findings")])
    assert outs[0] == outs[1]
    assert [line.split(",")[0].strip('"') for line in outs[0][0].splitlines()[1:]] == [f"r{n}" for n in range(50)]
    assert len(outs[0][1].splitlines()) > 20
