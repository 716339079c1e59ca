"""Addresses from gazetteers and several sources: UPRNs, sources that disagree, one house on several rows, damaged files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from era_geo.address.search import locate
from era_geo.contract import to_json
from era_geo.errors import DataError
from era_geo.model import LocateStatus, Precision
from era_geo.region.region import Region
from tests.address.rows import Row, address, locality, postcode, region_of_rows, source

X, Y = 300000.0, 650000.0


def region(path: Path, addresses: list[Row], **more: list[Row]) -> Region:
    return region_of_rows(
        path / f"{len(list(path.glob('*.gpkg')))}.gpkg",
        sources=[source((X - 900, Y - 900), (X + 900, Y + 900))],
        addresses=addresses,
        **more,
    )


def test_a_uprn_makes_an_address_as_exact_as_it_gets(tmp_path: Path) -> None:
    found = locate("15 Mill Wynd", region(tmp_path, [address((X, Y), "15", "Mill Wynd", uprn="123456789")])).candidates[0]
    assert (found.precision, found.uprn, found.sources) == (Precision.UPRN, "123456789", ("rows.csv",))
    assert "uncalibrated" in found.notes[-1]


def test_flats_with_uprns_of_their_own_are_found_one_by_one(tmp_path: Path) -> None:
    flats = [
        address((X, Y), "15", "Mill Wynd", flat=f"FLAT {floor}/{door}", uprn=f"9{floor}{door}") for floor in "012" for door in "12"
    ]
    opened = region(tmp_path, flats)
    assert locate("2/1, 15 Mill Wynd", opened).candidates[0].uprn == "921"
    assert locate("2F1, 15 Mill Wynd", opened).candidates[0].uprn == "921"
    everything = locate("15 Mill Wynd", opened)
    assert (everything.status, len(everything.candidates)) == (LocateStatus.AMBIGUOUS, 6)


def test_two_uprns_on_one_number_are_two_properties(tmp_path: Path) -> None:
    rows = [address((X + east, Y), "15", "Mill Wynd", uprn=uprn) for east, uprn in ((0, "111111"), (6, "222222"))]
    result = locate("15 Mill Wynd", region(tmp_path, rows))
    assert result.status is LocateStatus.AMBIGUOUS
    assert len({candidate.label for candidate in result.candidates}) == 2  # the list tells them apart


def test_a_uprn_that_is_only_a_point_is_found_and_says_so(tmp_path: Path) -> None:
    points = [{"fid": 333333, "easting": X, "northing": Y, "source_id": 1}]
    opened = region(tmp_path, [])
    with closing(sqlite3.connect(opened.path)) as connection, connection:
        connection.executemany("INSERT INTO uprn_points VALUES (:fid, :easting, :northing, :source_id)", points)
    result = locate("333333", opened)
    assert (result.status, result.candidates[0].precision) == (LocateStatus.MATCHED, Precision.UPRN)
    assert "check on the map" in result.candidates[0].notes[0]


def test_objects_of_one_house_are_one_answer_as_wide_as_they_lie_apart(tmp_path: Path) -> None:
    near = [address((X, Y), "15", "Mill Wynd"), address((X + 20, Y), "15", "Mill Wynd", house="Corner Shop")]
    found = locate("15 Mill Wynd", region(tmp_path, near))
    assert found.status is LocateStatus.MATCHED
    assert found.candidates[0].uncertainty_m == pytest.approx(35.0)


def test_sources_that_disagree_are_told(tmp_path: Path) -> None:
    found = locate("15 Mill Wynd", region(tmp_path, [address((X, Y), "15", "Mill Wynd", spread_m=40.0)])).candidates[0]
    assert "up to 40 m apart" in found.notes[0]
    assert found.uncertainty_m >= 40


def test_the_same_number_far_apart_is_a_choice_that_can_be_told_apart(tmp_path: Path) -> None:
    far = [address((X, Y), "15", "Mill Wynd"), address((X + 200, Y), "15", "Mill Wynd")]
    result = locate("15 Mill Wynd", region(tmp_path, far))
    assert result.status is LocateStatus.AMBIGUOUS
    assert [candidate.label for candidate in result.candidates] == [
        "15 Mill Wynd (at 300000, 650000)",
        "15 Mill Wynd (at 300200, 650000)",
    ]


def test_the_circle_of_a_postcode_is_the_smaller_the_denser_postcodes_lie(tmp_path: Path) -> None:
    rows = [postcode(f"ML3 {i}AA", (X + 30 * i, Y)) for i in range(9)] + [
        postcode(f"ML9 {i}AA", (X, Y + 300 * i)) for i in range(3, 9)
    ]
    opened = region(tmp_path, [], postcodes=rows)
    dense, sparse = (locate(code, opened).candidates[0].uncertainty_m for code in ("ML3 4AA", "ML9 8AA"))
    assert dense < sparse / 5


def test_a_file_without_the_index_says_how_to_mend_it(tmp_path: Path) -> None:
    opened = region(tmp_path, [])
    with closing(sqlite3.connect(opened.path)) as connection, connection:
        connection.execute("DROP TABLE street_keys")
    with pytest.raises(DataError, match="Rebuild it: era-geo region build"):
        locate("15 Mill Wynd", Region(opened.path))


def test_an_empty_region_answers_with_sentences(tmp_path: Path) -> None:
    opened = region(tmp_path, [])
    for text in ("15 Mill Wynd", "Mill Wynd", "ML3 6AB", "15, ML3 6AB", "UPRN 1", "Rose Cottage", "EH10"):
        result = locate(text, opened)
        assert result.status is not LocateStatus.MATCHED
        assert result.message.endswith(".")


TYPED = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "15",
                "Mill",
                "Wynd",
                "Kirkbrae",
                "Netherton",
                "ML3 6AB",
                "ML3",
                "2/1",
                "Flat",
                "GFL",
                ",",
                "45-47",
                "st",
                "East",
                "c/o",
                "(",
                "/",
            ]
        ),
        max_size=9,
    ).map(" ".join),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(text=TYPED)
def test_no_text_raises_and_every_answer_is_whole(text: str, towns: Region) -> None:
    result = locate(text, towns)
    assert result.message
    assert to_json(result)
    matched = result.status is LocateStatus.MATCHED
    assert matched == (len(result.candidates) == 1) or not matched
    for candidate in result.candidates:
        assert candidate.uncertainty_m > 0
        assert (candidate.precision is Precision.STREET) <= (not candidate.precision.is_property)


def test_a_house_lies_in_the_town_it_names_unless_the_typed_one_is_nearer(tmp_path: Path) -> None:
    places = [locality("Kirkbrae", (X, Y), "town"), locality("Milton", (X + 1200, Y))]
    rows = [address((X + east, Y), number, "Mill Wynd", town="Kirkbrae") for east, number in ((100, "1"), (1100, "99"))]
    opened = region(tmp_path, rows, localities=places)
    assert locate("1 Mill Wynd, Milton", opened).status is LocateStatus.CONTRADICTION
    assert locate("99 Mill Wynd, Milton", opened).status is LocateStatus.MATCHED  # Kirkbrae is its post town
    assert locate("99 Mill Wynd, Kirkbrae", opened).status is LocateStatus.MATCHED


def test_a_flat_without_house_or_street_is_no_town(tmp_path: Path) -> None:
    opened = region(tmp_path, [], localities=[locality("Kirkbrae", (X, Y), "town")])
    assert locate("Kirkbrae", opened).status is LocateStatus.MATCHED
    assert locate("Flat 4, Kirkbrae", opened).status is LocateStatus.NOT_FOUND


def test_a_street_of_the_same_name_in_the_typed_town_itself_is_told(tmp_path: Path) -> None:
    places = [locality("Kirkbrae", (X, Y), "town"), locality("Milton", (X + 6000, Y))]
    rows = [address((X, Y), "1", "Market Place", town="Kirkbrae"), address((X + 6000, Y), "4", "Market Place", town="Kirkbrae")]
    opened = region(tmp_path, rows, localities=places)
    assert "Another Market Place lies in Kirkbrae itself" in locate("4 Market Place, Kirkbrae", opened).message
    assert "Another" not in locate("4 Market Place, Milton", opened).message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("15 Mill Wynd, Kirkbrae", LocateStatus.MATCHED),
        ("15 Mill Wynd, Kirkbrae, Midlothian", LocateStatus.MATCHED),
        ("15 Mill Wynd", LocateStatus.MATCHED),
        ("15 Mill Wynd, Glasgow", LocateStatus.CONTRADICTION),
        ("17 Mill Wynd, Glasgow", LocateStatus.OUTSIDE_REGION),
        ("Mill Wynd, Glasgow", LocateStatus.OUTSIDE_REGION),
        ("Kirkbrae", LocateStatus.NOT_FOUND),
    ],
)
def test_a_town_elsewhere_is_a_contradiction_where_towns_are_only_names(tmp_path: Path, text: str, status: LocateStatus) -> None:
    rows = [address((X, Y), "15", "Mill Wynd"), address((X, Y + 300), "1", "Station Road", town="Kirkbrae")]
    result = locate(text, region(tmp_path, rows))
    assert result.status is status, result.message
    assert ("Glasgow" in text) == ("Glasgow" in result.message)


def test_a_town_that_nothing_can_be_held_against_asks(tmp_path: Path) -> None:
    result = locate("15 Mill Wynd, Glasgow", region(tmp_path, [address((X, Y), "15", "Mill Wynd")]))
    assert result.status is LocateStatus.AMBIGUOUS
    assert "glasgow" in result.message


def test_nearest_numbers_are_told_in_order(tmp_path: Path) -> None:
    opened = region(tmp_path, [address((X + 5 * n, Y), str(n), "Mill Wynd") for n in (8, 9, 12, 14, 20)])
    assert "The nearest are 8, 9, 12, 14 and 20." in locate("12-16 Mill Wynd", opened).message
    assert "The nearest is 8." in locate("2 High Street", region(tmp_path, [address((X, Y), "8", "High Street")])).message


def test_postcode_and_town_that_speak_for_two_houses_are_a_contradiction(tmp_path: Path) -> None:
    rows = [
        address((X, Y), "15", "Mill Wynd", town="Kirkbrae", postcode="ML3 6AB"),
        address((X + 500, Y), "15", "Mill Wynd", town="Nether of Marrow", postcode="ML3 6XX"),
        address((X + 510, Y), "17", "Mill Wynd", town="Nether of Marrow", postcode="ML3 6XX"),
    ]
    dense = [postcode(f"ML3 {n}{letter}{letter}", (X + 500 * n, Y + 20 * m)) for n in (0, 1) for m, letter in enumerate("BDEFGH")]
    codes = [*dense, postcode("ML3 6AB", (X, Y)), postcode("ML3 6XX", (X + 500, Y))]
    towns = [locality("Kirkbrae", (X, Y), "town"), locality("Nether of Marrow", (X + 500, Y), "hamlet")]
    opened = region(tmp_path, rows, postcodes=codes, localities=towns)
    torn = locate("15 Mill Wynd, Kirkbrae, ML3 6XX", opened)
    assert torn.status is LocateStatus.CONTRADICTION
    assert [one.postcode for one in torn.candidates] == ["ML3 6XX", "ML3 6AB"]
    assert locate("17 Mill Wynd, Kirkbrae, ML3 6XX", opened).status is LocateStatus.MATCHED, "the town is its post town"
    other = locate("15 Mill Wynd, Nether of Marrow, ML3 6AB", opened)
    assert other.status is LocateStatus.CONTRADICTION
    assert "ML3 6AB, is that of 15 Mill Wynd, Kirkbrae" in other.message
    assert "in the town typed lies 15 Mill Wynd, Nether of Marrow" in other.message
    assert "Nether of Marrow, ML3 6XX is in the data, but the postcode" in locate("17 Mill Wynd, ML3 6AB", opened).message
