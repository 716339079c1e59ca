"""`era-geo bench`: benchmarks are listed, and say why they cannot run."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def own_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A benchmark is run as a program: it has arguments and a path of its own."""
    monkeypatch.setattr(sys, "argv", sys.argv[:])
    monkeypatch.setattr(sys, "path", sys.path[:])


def test_without_a_name_they_are_listed(era_geo: Run) -> None:
    ran = era_geo("bench")
    assert ran.code == 0
    assert {"batch", "country", "join", "make-country"} <= set(ran.out.split())


def test_one_that_is_not_there_is_a_usage_error(era_geo: Run) -> None:
    ran = era_geo("bench", "speed")
    assert ran.code == 2
    assert "There is no benchmark 'speed'" in ran.err


def test_one_that_lacks_its_data_says_so(era_geo: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERA_GEO_REAL_DATA", str(tmp_path / "gone"))
    ran = era_geo("bench", "locate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "era-geo: Set ERA_GEO_REAL_DATA to the folder of the real open data.\n"
