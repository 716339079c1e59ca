"""The training town, drawn once for all tests of this folder."""

from __future__ import annotations

import pytest

from era_geo.town import ORIGIN, Survey, Town, draw_town


@pytest.fixture(scope="session")
def town() -> Town:
    return draw_town()


@pytest.fixture(scope="session")
def other_town() -> Town:
    """The same plan drawn with another seed, elsewhere, with ids of its own."""
    return draw_town(seed=20, origin=(ORIGIN[0] + 5000, ORIGIN[1] - 7000), first_id=50_001, district="ZZ7")


@pytest.fixture(scope="session")
def other_survey(other_town: Town) -> Survey:
    return Survey(other_town)


@pytest.fixture(scope="session")
def hostile_town() -> Town:
    return draw_town(hostile=True)


@pytest.fixture(scope="session")
def survey(town: Town) -> Survey:
    return Survey(town)
