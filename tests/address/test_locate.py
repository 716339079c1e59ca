"""What `locate` answers: one property, a choice, a contradiction, a street, or nothing; and never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from era_geo.address.search import locate
from era_geo.model import LocateResult, LocateStatus, Precision
from era_geo.region.region import Region
from tests.address.rows import postcode, region_of_rows, source, street

MATCHED, AMBIGUOUS, CONTRADICTION = LocateStatus.MATCHED, LocateStatus.AMBIGUOUS, LocateStatus.CONTRADICTION
HOUSE = (Precision.UPRN, Precision.BUILDING, Precision.ADDRESS)


def one(text: str, region: Region) -> tuple[str | None, str | None, str | None, str | None]:
    """Give flat, number, street and town of the one match."""
    result = locate(text, region)
    assert result.status is MATCHED, result.message
    assert len(result.candidates) == 1
    found = result.candidates[0]
    return found.flat, found.number, found.street, found.town


def has_house(result: LocateResult) -> bool:
    return any(candidate.precision in HOUSE for candidate in result.candidates)


WAYS = [
    "15 Mill Wynd, Kirkbrae, ML3 6AB",
    "15 mill wynd kirkbrae",
    "15 MILL WYND ML3 6AB",
    "ml36ab 15 mill wynd",
    "Kirkbrae, 15 Mill Wynd",
    "Mill Wynd 15, Kirkbrae",
    "15 Kirkbrae Mill Wynd",
    "15 Mill Wyndd, ML3 6AB",
    "15 Mlil Wynd, Kirkbrae",
    "15 Mil Wynnd, ML3 6AB",
    "15 Millwynd, Kirkbrae",
    "15 Mi ll Wynd, Kirkbrae",
    "15 Mill Wynd, Kirkbrea",
    "15 Muileann Lane, Kirkbrae",
    "15 Mill Wynd, Bruthach na h-Eaglaise",
    "15 Mill Wynd, Kirkbrae, Lanarkshire, Scotland",
    "c/o Mrs Smith, 15 Mill Wynd, Kirkbrae",
    "15 Mill Wynd, ML3",
]


@pytest.mark.parametrize("text", WAYS)
def test_one_house_typed_in_many_ways(text: str, towns: Region) -> None:
    assert one(text, towns) == (None, "15", "Mill Wynd", "Kirkbrae")


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("2 St Leonards St, Kirkbrae", "2", "St. Leonard's Street"),
        ("2 Saint Leonard's Street, Kirkbrae", "2", "St. Leonard's Street"),
        ("2 St Leonard's Stre, Kirkbrae", "2", "St. Leonard's Street"),
        ("2 London Street, East, Kirkbrae", "2", "East London Street"),
        ("2 London St East Kirkbrae", "2", "East London Street"),
        ("2 London Street, Kirkbrae", "2", "London Street"),
        ("2 E London St, Kirkbrae", "2", "East London Street"),
        ("1 rathad a mhuilinn, kirkbrae", "1", "Rathad a' Mhuilinn"),
        ("12 Bruntsfeild Pl, Kirkbrae", "12", "Bruntsfield Place"),
        ("8b Station Rd, Kirkbrae", "8B", "Station Road"),
        ("45-47 Station Road, Kirkbrae", "45-47", "Station Road"),
        ("12 - 14 Station Road Kirkbrae", "12-14", "Station Road"),
    ],
)
def test_names_and_numbers_in_other_spellings(text: str, number: str, street: str, towns: Region) -> None:
    assert one(text, towns)[1:3] == (number, street)


def test_the_same_street_in_two_towns_is_a_choice(towns: Region) -> None:
    result = locate("5 Mill Wynd", towns)
    assert result.status is AMBIGUOUS
    assert [candidate.town for candidate in result.candidates] == ["Kirkbrae", "Netherton"]


def test_a_house_of_which_only_one_town_has_the_number_is_not_guessed_either(towns: Region) -> None:
    result = locate("30 Mill Wynd", towns)  # Netherton's Mill Wynd may have a 30 that nobody mapped
    assert result.status is AMBIGUOUS
    assert "another street has this name" in result.message


@pytest.mark.parametrize("missing", ["Station Road 4", "4 Station Road", "4 Station Road, Kirkbrae", "4 Station Road, ML3 6AD"])
def test_a_number_the_street_has_not_names_the_nearest(missing: str, towns: Region) -> None:
    result = locate(missing, towns)
    assert result.status is CONTRADICTION
    assert "no number 4" in result.message
    assert "2, 3, 5 and 8" in result.message.replace("1, 2, 3, 5, 8", "2, 3, 5 and 8") or "3, 5" in result.message
    assert result.candidates[0].precision in (Precision.STREET, Precision.POSTCODE)


def test_two_is_never_twelve_and_eight_is_not_eight_b(towns: Region) -> None:
    assert not has_house(locate("10 Station Road, Kirkbrae", towns))
    offered = locate("8A Station Road, Kirkbrae", towns)
    assert offered.status is CONTRADICTION
    assert offered.candidates[0].precision is Precision.STREET
    assert one("8 Station Road, Kirkbrae", towns)[1] == "8"
    assert one("8B Station Road, Kirkbrae", towns)[1] == "8B"


def test_a_number_inside_a_range_is_interpolated_and_shows_the_range(towns: Region) -> None:
    for number in ("45", "47"):
        result = locate(f"{number} Station Road, Kirkbrae", towns)
        assert result.status is MATCHED
        assert (result.candidates[0].precision, result.candidates[0].number) == (Precision.INTERPOLATED, "45-47")
    assert locate("46 Station Road, Kirkbrae", towns).status is CONTRADICTION  # the other side of the street


def test_a_number_on_a_mapped_line_of_numbers_is_interpolated(towns: Region) -> None:
    result = locate("105 Station Road, Kirkbrae", towns)
    assert result.status is MATCHED
    found = result.candidates[0]
    assert found.precision is Precision.INTERPOLATED
    assert abs(found.easting - 300240) < 1
    assert locate("106 Station Road, Kirkbrae", towns).status is CONTRADICTION


def test_a_missing_number_between_neighbours_is_estimated_beside_the_street(towns: Region) -> None:
    result = locate("7 Station Road, Kirkbrae", towns)  # between 5 and 9
    estimate = next(candidate for candidate in result.candidates if candidate.precision is Precision.INTERPOLATED)
    assert "would lie about here" in estimate.notes[0]
    assert not estimate.precision.is_property


@pytest.mark.parametrize(
    ("text", "flat", "number"),
    [
        ("2/1, 20 Tenement Row, Kirkbrae", "2/1", "20"),
        ("2F1, 20 Tenement Row, Kirkbrae", "2/1", "20"),
        ("Flat 2/1, 20 Tenement Row", "2/1", "20"),
        ("G/2, 20 Tenement Row", "0/2", "20"),
        ("1/2, 22 Tenement Row", "1F2", "22"),
        ("55/2 Tenement Row", "2", "55"),
        ("Flat 2, 55 Tenement Row", "2", "55"),
        ("4 Marrow Court, Tenement Row", "4", None),
        ("Block 3 Flat 9, Kirk Brae, Kirkbrae", "Flat 9", None),
        ("2/1, 3 St Leonards Street, Kirkbrae", "2/1", "3"),  # the data has no flats there: kept and shown
    ],
)
def test_flats(text: str, flat: str, number: str | None, towns: Region) -> None:
    assert one(text, towns)[:2] == (flat, number)


def test_a_flat_that_is_not_there_is_a_contradiction_with_those_that_are(towns: Region) -> None:
    result = locate("5/1, 20 Tenement Row, Kirkbrae", towns)
    assert result.status is CONTRADICTION
    assert "no flat 5/1" in result.message
    assert "0/1, 0/2" in result.message


def test_flats_mapped_one_by_one_are_a_choice_without_a_flat(towns: Region) -> None:
    result = locate("22 Tenement Row, Kirkbrae", towns)
    assert result.status is AMBIGUOUS
    assert {candidate.flat for candidate in result.candidates} == {"1F1", "1F2", "2F1"}


@pytest.mark.parametrize("text", ["Rose Cottage, Kirk Brae, Kirkbrae", "rose cottage kirkbrae", "Rose Cotage, Kirk Brae"])
def test_house_names(text: str, towns: Region) -> None:
    result = locate(text, towns)
    assert result.status is MATCHED
    assert result.candidates[0].label.startswith("Rose Cottage")


def test_a_farm_without_street_or_town(towns: Region) -> None:
    result = locate("Muirhead Farm", towns)
    assert (result.status, result.candidates[0].precision) == (MATCHED, Precision.BUILDING)


def test_a_name_in_front_that_belongs_to_another_house_is_a_choice(towns: Region) -> None:
    assert locate("Marrow Court, 20 Tenement Row", towns).status is AMBIGUOUS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("15 Mill Wynd, ML9 1AB", "lies"),  # the postcode is Netherton's
        ("5 Mill Wynd, Netherton, ML3 6AB", "ML3 6AB, is that of 5 Mill Wynd, Kirkbrae"),
        ("2 St Leonards Street, Netherton", "not in Netherton"),
        ("2 St Leonards Street, ML3 9ZZ", "no postcode ML3 9ZZ"),
        ("15 Mill Wynd, ML3 6ZZ", "was ended"),
        ("2 St Leonards Street, Perth", "Perth is not in this region"),
        ("99 Station Road, ML3 9ZZ", "no postcode ML3 9ZZ"),
        ("Rose Villa, Kirk Brae, Kirkbrae", "no house called 'Rose Villa'"),
    ],
)
def test_contradictions_stop_with_a_sentence(text: str, why: str, towns: Region) -> None:
    result = locate(text, towns)
    assert result.status is CONTRADICTION, result.message
    assert why in result.message


def test_a_contradiction_offers_the_house_first(towns: Region) -> None:
    first = locate("2 St Leonards Street, ML9 1AB", towns).candidates[0]
    assert (first.number, first.street) == ("2", "St. Leonard's Street")


def test_a_postcode_near_enough_is_no_contradiction_and_is_told(towns: Region) -> None:
    result = locate("15 Mill Wynd, Kirkbrae, ML3 6AD", towns)  # 300 m off, in open country
    assert result.status is MATCHED
    assert "ML3 6AD, as typed, lies" in result.message


def test_a_postcode_that_its_list_places_only_roughly_has_a_wide_circle_and_contradicts_no_house(tmp_path: Path) -> None:
    x, y = 300000.0, 650000.0
    region = region_of_rows(
        tmp_path / "rough.gpkg",
        sources=[source((x - 5000, y - 5000), (x + 5000, y + 5000))],
        addresses=street("Mill Wynd", (x, y), [1, 2, 3]),
        postcodes=[
            *(postcode(f"ML3 6A{letter}", (x + 50 * place, y)) for place, letter in enumerate("BDEFGH")),
            postcode("ML3 6XX", (x + 2500, y), quality=60),
        ],
    )
    alone = locate("ML3 6XX", region).candidates[0]
    assert alone.uncertainty_m == 3000.0
    assert any("uncalibrated" in note for note in alone.notes)
    result = locate("2 Mill Wynd, ML3 6XX", region)
    assert result.status is MATCHED, result.message
    assert "ML3 6XX could not be checked: the region knows only roughly where it lies" in result.message
    assert locate("ML3 6AB", region).candidates[0].uncertainty_m < 500


@pytest.mark.parametrize(
    "text", ["6 Alma Place, Kirkbrae", "6 Alva Street, Kirkbrae", "2 West London Street, Kirkbrae", "2 London Road, Kirkbrae"]
)
def test_a_name_that_differs_by_a_word_is_only_suggested(text: str, towns: Region) -> None:
    assert locate(text, towns).status is not MATCHED


@pytest.mark.parametrize("text", ["2 London Street Lane, Kirkbrae", "2 Great London Street, Kirkbrae", "2 North London Street"])
def test_a_part_of_a_longer_name_is_not_the_street(text: str, towns: Region) -> None:
    assert locate(text, towns).status is not MATCHED


def test_a_street_without_its_type_must_be_confirmed(towns: Region) -> None:
    result = locate("12 Bruntsfield, Kirkbrae", towns)
    assert result.status is AMBIGUOUS
    assert result.candidates[0].street == "Bruntsfield Place"


def test_words_that_nobody_knows_must_be_confirmed(towns: Region) -> None:
    result = locate("2 St Leonards Street, Xanadu", towns)
    assert result.status is AMBIGUOUS
    assert "'xanadu' was not understood" in result.message
    assert locate("2 St Leonards Street, Xanadu, ML3 6AE", towns).status is MATCHED  # the postcode makes up for it


def test_a_street_alone_is_a_street_and_no_house(towns: Region) -> None:
    result = locate("Empty Lane, Kirkbrae", towns)
    assert (result.status, result.candidates[0].precision) == (MATCHED, Precision.STREET)
    assert "not a house" in result.candidates[0].notes[0]
    assert locate("Mill Wynd", towns).status is AMBIGUOUS


def test_a_house_on_a_street_without_any_is_a_contradiction(towns: Region) -> None:
    result = locate("3 Empty Lane, Kirkbrae", towns)
    assert result.status is CONTRADICTION
    assert "no house numbers in the data at all" in result.message


def test_postcodes_alone(towns: Region) -> None:
    result = locate("ml3 6ad", towns)
    assert (result.status, result.candidates[0].precision) == (MATCHED, Precision.POSTCODE)
    assert locate("ML3 6ZZ", towns).status is CONTRADICTION
    assert locate("ML3 9ZZ", towns).status is CONTRADICTION
    assert locate("G1 1AA", towns).status is LocateStatus.OUTSIDE_REGION
    assert locate("ML3", towns).status is LocateStatus.NOT_FOUND


def test_a_number_and_a_postcode_without_a_street(towns: Region) -> None:
    assert one("15, ML3 6AB", towns)[1:3] == ("15", "Mill Wynd")
    assert locate("99, ML3 6AB", towns).status is LocateStatus.NOT_FOUND


def test_a_town_alone_is_a_locality(towns: Region) -> None:
    result = locate("Netherton", towns)
    assert (result.status, result.candidates[0].precision) == (MATCHED, Precision.LOCALITY)


def test_a_street_the_region_lacks_comes_back_at_its_postcode(towns: Region) -> None:
    result = locate("12 Nowhere Crescent, Kirkbrae, ML3 6AD", towns)
    assert result.status is LocateStatus.NOT_FOUND
    assert result.candidates[0].precision is Precision.POSTCODE


def test_places_outside_the_region(towns: Region) -> None:
    for text in ("12 High Street, Inverness", "12 Nowhere Road, G1 1AA", "NT 25000 73000", "55.95,-3.19"):
        assert locate(text, towns).status is LocateStatus.OUTSIDE_REGION, text


def test_bad_input_gets_a_sentence(towns: Region) -> None:
    for text in ("", "   ", "...", "🏠", "12", "x" * 400):
        result = locate(text, towns)
        assert result.status is LocateStatus.BAD_INPUT
        assert result.message.endswith(".")


def test_a_uprn(towns: Region) -> None:
    result = locate("UPRN 906000001", towns)
    assert (result.status, result.candidates[0].precision) == (MATCHED, Precision.UPRN)
    assert locate("000906000001", towns).candidates == result.candidates
    assert locate("906000999", towns).status is LocateStatus.NOT_FOUND


def test_coordinates_are_a_point_as_exact_as_typed(towns: Region) -> None:
    exact = locate("NT 00050 50000", towns)
    assert (exact.status, exact.candidates[0].precision) == (MATCHED, Precision.PIN)
    assert exact.candidates[0].uncertainty_m == 1.0
    assert locate("NT 000 500", towns).candidates[0].uncertainty_m == pytest.approx(70.7)
    assert locate("300050, 650000", towns).candidates[0].easting == 300050.0


def test_the_steps_tell_how_the_answer_came_about(towns: Region) -> None:
    steps = locate("2/1, 15 Mill Wynd, Kirkbrae, ML3 6AB", towns).steps
    assert steps[0] == "Read as flat 2/1, house number 15, words 'mill wynd kirkbrae', postcode ML3 6AB."
    assert "ML3 6AB is a known postcode." in steps
    assert any(step.startswith("The region has the street Mill Wynd") for step in steps)
    assert steps[-1] == "One property is left, so it is the answer."


def test_a_postcode_that_has_the_house_leaves_its_namesakes_aside(towns: Region) -> None:
    aside = "Others of that number on streets of that name do not have the postcode, and were left aside: 1."
    assert aside in locate("5 Mill Wynd, ML9 1AA", towns).steps
    assert one("5 Mill Wynd, ML9 1AA", towns) == (None, "5", "Mill Wynd", "Netherton")
    assert aside in locate("5 Mill Wynd, Netherton, ML9 1AA", towns).steps


@pytest.mark.parametrize(
    "text", ["5 Mill Wynd, Kirkbrae, ML9 1AA", "5 Mill Wynd, Kirkbrae", "15 Mill Wynd, ML9 1AA", "5 Mill Wynd"]
)
def test_namesakes_count_where_no_postcode_settles_it(text: str, towns: Region) -> None:
    assert not any("left aside" in step for step in locate(text, towns).steps)


def test_the_same_text_gives_the_same_answer(towns: Region) -> None:
    texts = ["5 Mill Wynd", "4 Station Road", "2 London Street Lane", "15 Mlil Wynd, Kirkbrae"]
    assert [locate(text, towns) for text in texts] == [locate(text, Region(towns.path)) for text in texts]
