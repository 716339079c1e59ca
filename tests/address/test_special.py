"""UPRNs, grid references and coordinates in the ways people write them; whatever looks like one gets an answer or a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.address import special
from era_geo.address.search import locate
from era_geo.address.special import Grid, LonLat, Malformed, Uprn, recognise
from era_geo.model import LocateStatus
from era_geo.region.region import Region


@pytest.mark.parametrize("text", ["UPRN 906700001234", "906700001234", "uprn no. 000906700001234", "UPRN: 906 700 001 234"])
def test_a_uprn_in_many_ways(text: str) -> None:
    assert recognise(text) == Uprn("906700001234")


@pytest.mark.parametrize(
    "text",
    ["NS 75663 55294", "ns7566355294", "NS, 75663, 55294", "NS75663,55294", "grid ref: NS 75663 55294"],
)
def test_a_grid_reference_in_many_ways(text: str) -> None:
    assert recognise(text) == Grid(275663.5, 655294.5, 1.0, "NS 75663 55294")


@pytest.mark.parametrize("text", ["275663 655294", "275663, 655294", "275,663 655,294", "275,663, 655,294", "E 275663 N 655294"])
def test_an_easting_and_a_northing_in_many_ways(text: str) -> None:
    found = recognise(text)
    assert isinstance(found, Grid)
    assert (found.easting, found.northing) == (275663.0, 655294.0)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("55°46'27.1\"N 3°59'20.0\"W", 0.1 / 3600),
        ("55° 46′ 27.1″ N, 3° 59′ 20.0″ W", 0.1 / 3600),  # noqa: RUF001 - what people paste
        ("3°59'20.0''W 55°46'27.1''N", 0.1 / 3600),
        ("55º46'27.1\"N 3º59'20.0\"W", 0.1 / 3600),
        ("55.774194, -3.988889", 1e-6),
        ("-3.988889, 55.774194", 1e-6),
        ("55.774194 N 3.988889 W", 1e-6),
        ("lat 55.774194, lon -3.988889", 1e-6),
        ("55°46.45166'N 3°59.33333'W", 1e-5 / 60),
    ],
)
def test_a_longitude_and_latitude_in_many_ways(text: str, step: float) -> None:
    found = recognise(text)
    assert isinstance(found, LonLat)
    assert found.lon == pytest.approx(-3.988889, abs=2e-6)
    assert found.lat == pytest.approx(55.774194, abs=2e-6)
    assert found.step == pytest.approx(step)


def test_whole_degrees_are_a_point_known_to_a_degree() -> None:
    assert recognise("55,-4") == recognise("-4, 55") == LonLat(-4.0, 55.0, 1.0)
    assert recognise("12,3") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NI 1234 5678", "no square NI"),
        ("SI 12 34", "no square SI"),
        ("ZZ 123 456", "no square ZZ"),
        ("NS 7566 552", "4 and 3 figures"),
        ("NS 756", "3 figures"),
        ("NS 123456 123456", "6 figures for each"),
        ("1234567890123", "13 figures"),
        ("UPRN 1234567890123", "13 figures"),
    ],
)
def test_what_only_looks_like_one_says_what_is_wrong(text: str, why: str, towns: Region) -> None:
    found = recognise(text)
    assert isinstance(found, Malformed)
    assert why in found.why
    assert (locate(text, towns).status, locate(text, towns).message) == (LocateStatus.BAD_INPUT, found.why)


@pytest.mark.parametrize("text", ["TD15 1", "ZE1", "15/6", "12 15", "NI 1234", "No 12", "St 12"])
def test_an_address_or_part_of_one_is_left_to_the_search(text: str) -> None:
    assert recognise(text) is None


def test_a_number_that_is_nothing_gets_a_sentence(towns: Region) -> None:
    result = locate("Flat, 123456", towns)
    assert result.status is LocateStatus.BAD_INPUT
    assert "None" not in result.message


@pytest.mark.parametrize("pattern", special.PATTERNS, ids=lambda pattern: pattern.pattern[:30])
def test_whatever_a_pattern_lets_through_has_an_answer(pattern: re.Pattern[str], towns: Region) -> None:
    @given(st.from_regex(pattern, fullmatch=True))
    def holds(text: str) -> None:
        assert locate(text, towns).message

    holds()
