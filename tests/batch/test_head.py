"""The first rows of a result, in every form that a batch writes, without the rest of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from era_geo.batch.head import first_rows
from era_geo.errors import DataError

ROWS = ["3 Mill Wynd", "77 Mill Wynd", "9 Mill Wynd"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".gpkg", ".geojson"])
def test_the_first_rows_are_read_in_order(ending: str, batch: Callable[..., Any], tmp_path: Path) -> None:
    given, out = tmp_path / "in.csv", tmp_path / f"out{ending}"
    given.write_text("\n".join(["Street", *ROWS]))
    batch(given, out)
    first = first_rows(out, 2)
    assert [row["Street"] for row in first] == ROWS[:2]
    assert [row["status"] for row in first] == ["matched", "contradiction"]
    assert float(first[0]["lon"]) < 0
    assert first[1]["lon"] in (None, "")
    assert len(first_rows(out, 9)) == 3


def test_a_result_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv cannot be read"):
        first_rows(tmp_path / "gone.csv", 2)
