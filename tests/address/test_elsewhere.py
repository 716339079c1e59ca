"""Houses and streets that lie elsewhere than the town or county that was typed: never taken without a word."""

from __future__ import annotations

import pytest

from era_geo.address.search import locate
from era_geo.model import LocateStatus, Precision
from era_geo.region.region import Region
from tests.address.rows import address, locality, postcode, region_of_rows, road, source, street

AMBIGUOUS, CONTRADICTION, MATCHED = LocateStatus.AMBIGUOUS, LocateStatus.CONTRADICTION, LocateStatus.MATCHED
KIRK = (300000.0, 650000.0)
FAR = (312000.0, 650000.0)


@pytest.fixture(scope="module")
def shire(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A town, and a village twelve kilometres off whose houses name no town, as most mapped houses do."""
    (x, y), (fx, fy) = KIRK, FAR
    return region_of_rows(
        tmp_path_factory.mktemp("shire") / "shire.gpkg",
        sources=[source((x - 20000, y - 20000), (fx + 20000, fy + 20000))],
        addresses=[
            *street("Mill Street", KIRK, [1, 3, 5]),
            *street("Mill Street", FAR, [2, 4]),
            *street("Ketco Avenue", (fx, fy + 300), [11]),
            *street("Loan Row", (fx, fy + 600), [7], postcode="ML9 1AB"),
            address((fx, fy + 900), None, "Loan Row", house="Rose Cottage"),
        ],
        roads=[
            road("Mill Street", [(x - 50, y), (x + 50, y)]),
            road("Mill Street", [(fx - 50, fy), (fx + 50, fy)]),
            road("The Avenue", [(x, y + 300), (x + 100, y + 300)]),
            road("Brook Close", [(x, y + 600), (x + 100, y + 600)]),
            road("Yew Tree Avenue", [(fx, fy - 300), (fx + 100, fy - 300)]),
            road("North Brook Close", [(fx, fy - 600), (fx + 100, fy - 600)]),
            road("Church Street", [(fx, fy - 900), (fx + 100, fy - 900)]),
        ],
        postcodes=[
            postcode("ML3 6AB", (x + 50, y)),
            postcode("ML3 6AD", (x + 50, y + 300)),
            postcode("ML9 1AA", (fx + 30, fy)),
            postcode("ML9 1AB", (fx + 30, fy + 600)),
        ],
        localities=[locality("Kirkbrae", (x, y), "town"), locality("Farley", (fx, fy), "village")],
    )


def test_a_house_far_from_the_typed_town_must_be_confirmed(shire: Region) -> None:
    result = locate("11 Ketco Avenue, Kirkbrae", shire)
    assert result.status is AMBIGUOUS
    assert "it is not in Kirkbrae, but in or near Farley" in result.message
    assert [one.number for one in result.candidates] == ["11"]
    assert locate("11 Ketco Avenue, Farley", shire).status is MATCHED
    assert locate("Rose Cottage, Loan Row, Kirkbrae", shire).status is AMBIGUOUS


def test_the_typed_towns_own_street_comes_before_a_house_on_another_of_its_name(shire: Region) -> None:
    result = locate("2 Mill Street, Kirkbrae", shire)
    assert result.status is CONTRADICTION
    assert result.message.startswith("Mill Street, Kirkbrae has no number 2 in the data. The nearest are 1, 3 and 5.")
    assert "in or near Farley" in result.message
    assert result.candidates[0].precision in (Precision.STREET, Precision.INTERPOLATED)
    assert "2 Mill Street" in [one.label for one in result.candidates]
    assert locate("3 Mill Street, Kirkbrae", shire).status is MATCHED


def test_a_postcode_settles_which_town_is_only_the_post_town(shire: Region) -> None:
    result = locate("7 Loan Row, Kirkbrae, ML9 1AB", shire)
    assert result.status is MATCHED
    assert "not in Kirkbrae itself; the postcode settled it" in result.message
    assert locate("2 Mill Street, Kirkbrae, ML9", shire).status is not MATCHED  # a district is too wide to say so


@pytest.mark.parametrize("text", ["Yew Tree Avenue, Kirkbrae", "North Brook Close, Kirkbrae"])
def test_a_part_of_the_typed_name_is_not_the_street(text: str, shire: Region) -> None:
    result = locate(text, shire)
    assert result.status is CONTRADICTION
    assert [one.street for one in result.candidates] == [text.split(",", maxsplit=1)[0]]
    assert result.message.startswith(f"Kirkbrae has no {result.candidates[0].street} in the data.")


@pytest.mark.parametrize("text", ["Fir Tree Avenue, Kirkbrae", "South Brook Close, Kirkbrae"])
def test_a_street_that_nobody_knows_is_not_the_part_of_its_name_that_is_known(text: str, shire: Region) -> None:
    assert locate(text, shire).status is not MATCHED
    assert all(one.street not in ("The Avenue", "Brook Close") for one in locate(text, shire).candidates)


@pytest.mark.parametrize("text", ["1 Church Street, Kirkbrae", "Church Street, Kirkbrae"])
def test_a_town_without_the_street_says_so(text: str, shire: Region) -> None:
    result = locate(text, shire)
    assert result.status is CONTRADICTION
    assert result.message.startswith("Kirkbrae has no Church Street in the data. There is Church Street, Farley.")


def test_a_town_of_another_postcode_area_is_no_post_town_of_the_house(shire: Region) -> None:
    assert locate("7 Loan Row, Motherwell, ML9 1AB", shire).status is MATCHED
    result = locate("7 Loan Row, Inverness, ML9 1AB", shire)
    assert result.status is CONTRADICTION
    assert "Inverness is not in this region" in result.message


def test_a_county_that_its_postcodes_do_not_reach_is_not_left_out(shire: Region) -> None:
    assert locate("7 Loan Row, Farley, Lanarkshire", shire).status is MATCHED
    result = locate("7 Loan Row, Farley, Fife", shire)
    assert result.status is CONTRADICTION
    assert "it is not in Fife" in result.message
    with_postcode = locate("7 Loan Row, Farley, Fife, ML9 1AB", shire)
    assert with_postcode.status is MATCHED
    assert "It is not in Fife itself; the postcode settled it." in with_postcode.message
