"""How many live records lie near a place, and that only the police learn of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.accounts import Agency
from era_geo.errors import UsageError
from era_geo.record.concentration import Concentration, LivePoint, concentration_for, count_near

EAST, NORTH = 240000.0, 750000.0
DAY = dt.date(2026, 11, 20)


def point(reference: str, metres: float, uncertainty: float = 0.0) -> LivePoint:
    return LivePoint(reference, EAST + metres * 0.6, NORTH - metres * 0.8, uncertainty)


def never() -> Concentration:
    raise AssertionError("nobody but the police may make the program count")


class TestCount:
    def test_by_straight_distance_and_how_exactly_both_are_known(self) -> None:
        points = [point("a", 0), point("b", 100), point("c", 101), point("d", 95, 10), point("e", 120, 30), point("f", 900)]
        assert count_near(points, EAST, NORTH, 100) == Concentration(100, within=2, borderline=2, not_located=0)
        assert count_near(points, EAST, NORTH, 100, uncertainty_m=2) == Concentration(100, within=1, borderline=4, not_located=0)

    def test_a_case_counts_once_and_the_one_that_asks_not_at_all(self) -> None:
        points = [point("a", 5), point("a", 10), point("a", 105, 10), point("me", 0)]
        assert count_near(points, EAST, NORTH, 100, but="me") == Concentration(100, within=1, borderline=0, not_located=0)

    def test_a_case_without_a_place_is_told_and_never_counted_as_none(self) -> None:
        points = [LivePoint("a", None, None), LivePoint("b", None, None), point("b", 10), LivePoint("c", 1.0, None)]
        assert count_near(points, EAST, NORTH, 100) == Concentration(100, within=1, borderline=0, not_located=2)

    @given(st.lists(st.floats(0, 500), max_size=20), st.floats(1, 400))
    def test_agrees_with_counting_by_hand(self, distances: list[float], radius: float) -> None:
        points = [LivePoint(str(place), EAST + metres, NORTH) for place, metres in enumerate(distances)]
        by_hand = sum(abs(one.easting - EAST) <= radius for one in points)
        assert count_near(points, EAST, NORTH, radius).within == by_hand

    @pytest.mark.parametrize("distance", [0, -1, float("inf"), float("nan")])
    def test_a_distance_that_is_none_is_refused(self, distance: float) -> None:
        with pytest.raises(UsageError, match="above 0"):
            count_near([], EAST, NORTH, distance)


class TestWhoSeesWhat:
    COUNTED = Concentration(250, within=3, borderline=1, not_located=0)

    @pytest.mark.parametrize("agency", [*(kind for kind in Agency if kind is not Agency.POLICE), "landlord:marrow-homes", ""])
    @pytest.mark.parametrize(("day", "said"), [(DAY, "Considered by police on 2026-11-20."), (None, "To be considered by police.")])
    def test_others_see_the_date_and_nothing_more_and_nothing_is_counted(self, agency: str, day: dt.date | None, said: str) -> None:
        view = concentration_for(str(agency), day, never)
        assert (view.sentence, view.concentration) == (said, None)

    @pytest.mark.parametrize("agency", ["police", "police:east"])
    def test_police_see_the_number(self, agency: str) -> None:
        view = concentration_for(agency, DAY, lambda: self.COUNTED)
        assert view.concentration == self.COUNTED
        assert view.sentence == (
            "Considered by police on 2026-11-20. 3 other cases with a live record within 250 m, 1 more that may be."
        )

    @pytest.mark.parametrize("agency", ["Police", "police ", "policewatch", "police:"])
    def test_what_only_looks_like_police_is_no_agency(self, agency: str) -> None:
        with pytest.raises(UsageError):
            concentration_for(agency, DAY, never)
