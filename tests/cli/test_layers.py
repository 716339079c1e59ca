"""`era-geo layers check`: the files that come with the program, and a list before a region is built of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from era_geo import shipped
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ROLL = shipped.TRAINING_LISTS / "school-roll-2026.csv"
CARE = ROLL.with_name("care-inspectorate-2026-05-31.csv")


def test_layers_and_sources_are_counted_with_their_examples(era_geo: Run) -> None:
    ran = era_geo("layers", "check")
    layers, sources = ran.out.splitlines()
    assert ran.code == 0
    assert layers.endswith("examples are in order.")
    assert "sources and their" in sources
    assert int(sources.split()[0]) >= 18
    assert int(sources.split("their ")[1].split()[0]) > 20


def test_a_list_that_is_known_says_what_its_first_rows_become(era_geo: Run) -> None:
    ran = era_geo("layers", "check", ROLL, CARE)
    assert ran.code == 0
    assert "school-roll-2026.csv is read as Training town school roll (layers/sources/training_school_roll.toml)." in ran.out
    assert "row 2: Victoria Primary School becomes school" in ran.out
    assert "row 2: Wee Thistles Private Nursery becomes nursery. kind of day care: Nursery" in ran.out


def test_a_row_that_is_only_counted_or_left_out_gives_no_name(era_geo: Run, tmp_path: Path) -> None:
    head, *rows = CARE.read_text(encoding="utf-8").splitlines()
    minder = next(row for row in rows if "Child Minding" in row)
    refuge = next(row for row in rows if "Wee Thistles" in row).replace("Wee Thistles Private Nursery", "Mill Womens Aid")
    copy = tmp_path / "care.csv"
    copy.write_text(f"{head}\n{minder}\n{refuge}", encoding="utf-8")
    ran = era_geo("layers", "check", copy)
    assert "row 2: only counted among child minders" in ran.out
    assert "row 3: left out (may be a refuge: never stored)" in ran.out
    assert "Mill" not in ran.out


@pytest.mark.parametrize("wrong", ["SeedCod", "GridRefEasting2"])
def test_a_misspelt_column_is_named_with_the_one_that_is_meant(era_geo: Run, tmp_path: Path, wrong: str) -> None:
    right = {"SeedCod": "SeedCode", "GridRefEasting2": "GridRefEasting"}[wrong]
    copy = tmp_path / "roll.csv"
    copy.write_text(ROLL.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    ran = era_geo("layers", "check", copy)
    assert ran.code == 2
    assert f'{right}: the column is missing. Did you mean "{wrong}"?' in ran.err


def test_a_list_of_nothing_that_is_known(era_geo: Run, tmp_path: Path) -> None:
    copy = tmp_path / "trees.csv"
    copy.write_text("Species,Height\nOak,12\n", encoding="utf-8")
    ran = era_geo("layers", "check", copy)
    assert ran.code == 2
    assert "No source file fits it: write one (layers/README.md)." in ran.err
