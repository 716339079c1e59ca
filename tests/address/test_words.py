"""Names and numbers made comparable, for the index and the search alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.region.address_words import begins_with_the, house_number, name_key, postcode, turned_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ST. LEONARD'S ST", "Saint Leonards Street"),
        ("St Leonard’s Street", "St. Leonard's St."),  # noqa: RUF001 - the apostrophe that people paste
        ("Corstorphine Rd", "corstorphine road"),
        ("Sràid an Eòin", "SRAID AN EOIN"),
        ("The Causeway", "Causeway"),
        ("Rose & Crown Yd", "Rose and Crown Yard"),
        ("First Avenue", "1st Ave"),
        ("Mill-Wynd", "Mill  Wynd"),
        ("N Bridge", "North Bridge"),
        ("London St South", "London Street S"),
    ],
)
def test_one_name_has_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Mill Street", "Mill Road"), ("St Andrew Street", "Street Andrew Saint"), ("1st Avenue", "2nd Avenue")]
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_direction_may_be_turned_to_the_other_end() -> None:
    assert turned_key("east london street") == "london street east"
    assert turned_key("london street east") == "east london street"
    assert turned_key("london street") is None
    assert begins_with_the("The Shore")
    assert not begins_with_the("Theatre Lane")


@pytest.mark.parametrize(
    ("text", "key", "members"),
    [
        ("8B", "8b", (8,)),
        ("45-47", "45-47", (45, 47)),
        ("45 - 49", "45-49", (45, 47, 49)),
        ("7-8", "7-8", (7, 8)),
        ("25;26", "25-26", (25, 26)),
        ("36-36A", "36-36a", (36,)),
        ("12-", None, ()),
        ("Rose Cottage", None, ()),
        ("1-99999", "1-99999", (1, 99999)),  # no street is as long as that: two numbers, not a range
    ],
)
def test_house_numbers(text: str, key: str | None, members: tuple[int, ...]) -> None:
    number = house_number(text)
    assert (number.key if number else None) == key
    assert (number.members() if number else ()) == members


def test_a_range_covers_its_own_side_and_no_other_house() -> None:
    covers = [
        (a, b)
        for a, b in (("45-49", "47"), ("45-49", "46"), ("45-49", "47a"), ("36-36A", "36A"), ("8", "8"), ("8b", "8"))
        if house_number(a).covers(house_number(b))
    ]  # type: ignore[union-attr] - both are numbers
    assert covers == [("45-49", "47"), ("36-36A", "36A")]


@given(st.text(max_size=80))
def test_any_text_has_a_key_that_is_its_own_key(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    number = house_number(text)
    assert number is None or number.key


def test_postcodes() -> None:
    assert postcode("ml36ab") == "ML3 6AB"
    assert postcode("ML3") is None
    assert postcode(None) is None
