"""The group's two parameters: each with its limit, its reason, and who set it when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from era_geo import settings
from era_geo.errors import UsageError
from era_geo.model import STARTING_VALUE, AddressParameter
from era_geo.settings import FOR_THIS_CASE, Settings

SET_ON = dt.date(2026, 3, 3)
TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"radius_m": 300}, r"radius_m \(300\) is more than radius_limit_m \(250\)"),
        ({"doors_each_side": 7}, r"doors_each_side \(7\) is more than doors_limit \(6\)"),
        ({"doors_limit": 2}, r"doors_each_side \(3\) is more than doors_limit \(2\)"),
    ],
)
def test_the_groups_own_values_are_within_its_limits(values: dict[str, int], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        settings.load(home=tmp_path, **values)


def test_both_parameters_are_the_programs_until_the_group_sets_them(tmp_path: Path) -> None:
    given = Settings(home=tmp_path).parameters()
    assert (given.set_by, given.address_parameter.set_by) == (STARTING_VALUE, STARTING_VALUE)


def test_each_parameter_says_who_set_it_and_when(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, set_by="Lanarkshire SOG", set_on=SET_ON)
    both = chosen.parameters()
    assert (
        (both.set_by, both.set_on) == (both.address_parameter.set_by, both.address_parameter.set_on) == ("Lanarkshire SOG", SET_ON)
    )
    wider = chosen.parameters(radius_m=120, set_by="Sgt A", set_on=TODAY)
    assert (wider.set_by, wider.set_on) == ("Sgt A", TODAY)
    assert wider.address_parameter == both.address_parameter, "the doors are still the group's"
    more = chosen.parameters(doors_each_side=5)
    assert (more.set_by, more.set_on) == ("Lanarkshire SOG", SET_ON), "the radius is still the group's"
    assert (more.address_parameter.set_by, more.address_parameter.set_on) == (FOR_THIS_CASE, None)


def test_the_doors_may_be_set_by_others_than_the_radius(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, set_by="Lanarkshire SOG", set_on=SET_ON, doors_set_by="Lanarkshire MOG")
    assert (chosen.address_parameter().set_by, chosen.address_parameter().set_on) == ("Lanarkshire MOG", None)
    assert chosen.parameters().set_by == "Lanarkshire SOG"


def test_a_reason_goes_with_the_parameter_that_is_past_its_limit(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path)
    reasons = {
        (radius, doors): (given.reason, given.address_parameter.reason)
        for radius, doors in [(100, 3), (300, 3), (100, 9), (300, 9), (120, 4)]
        if (given := chosen.parameters(radius_m=radius, doors_each_side=doors, reason="a path"))
    }
    assert reasons == {
        (100, 3): (None, None),
        (300, 3): ("a path", None),
        (100, 9): (None, "a path"),
        (300, 9): ("a path", "a path"),
        (120, 4): (None, None),
    }


def test_other_groups_of_homes_are_not_the_groups_setting(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, check_facing=False)
    asked = chosen.address_parameter(groups=["same_stair", "facing"], set_by="Sgt A", set_on=TODAY)
    assert asked == AddressParameter(True, False, False, True, 3, 6, set_by="Sgt A", set_on=TODAY)
    assert chosen.address_parameter(groups=["same_stair", "same_building", "adjoining"]) == chosen.address_parameter()
