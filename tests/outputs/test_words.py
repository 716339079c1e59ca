"""The sentences all outputs share: what they must say, and what they must never say."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.model import STARTING_VALUE, AddressParameter, Band, LayerState, Parameters, Precision
from era_geo.outputs import words
from era_geo.outputs.places import place_rows
from tests.outputs import drawn


def test_the_summary_says_what_was_found_and_how_near() -> None:
    said = words.summary(drawn.assessment())
    assert said[0].startswith("Within 100 m of the building: ")
    assert "schools 2 (nearest 34 m)" in said[0]
    assert "play areas 1 (57 m)" in said[0]
    assert "parks 1 (in, touching or around the property)" in said[0]
    assert "1 of these is too close to call: by how exactly places are located, it lies within 100 m or beyond." in said
    assert "None found in town.osm.pbf of 20 July 2022: CCTV." in said
    assert "Could not be looked for: libraries." in said
    assert "Switched off for this case: bus stops." in said


def test_the_summary_ends_with_one_sentence_on_the_homes_to_check() -> None:
    neighbours = drawn.assessment().neighbours
    assert neighbours is not None
    assert words.summary(drawn.assessment())[-1] == (
        "Agencies are asked to check 1 home and 1 building that may be a home, up to 14 m away; the data may lack some."
    )
    whole = dataclasses.replace(neighbours, to_check=neighbours.to_check[:1], complete=True)
    assert words.homes_in_short(whole) == "Agencies are asked to check 1 home, up to 0 m away."
    nobody = dataclasses.replace(neighbours, to_check=())
    assert words.homes_in_short(nobody) == "The data shows no home that agencies are asked to check; it may lack some."


def test_nothing_found_is_said_of_a_source_and_a_date() -> None:
    said, homes = words.summary(drawn.empty())
    assert homes == "The homes to check were not listed."
    assert said.startswith("Within 100 m of the building, none found in town.osm.pbf of 20 July 2022")
    assert "libraries" in said, "a label begins in lower case, but not one of capitals"
    assert "CCTV" in said


def test_each_source_has_its_own_date_and_is_named_only_for_what_it_was_asked() -> None:
    roll = dataclasses.replace(drawn.empty().sources[0], name="roll.csv", date=dt.date(2026, 1, 1))
    both = dataclasses.replace(drawn.empty(), sources=(*drawn.empty().sources, roll))
    asked = dataclasses.replace(both.layers[0], label="Halls and hostels", sources=("town.osm.pbf", "roll.csv"))
    first, second = both.layers[1:3]
    layers = (asked, first, dataclasses.replace(second, label="Parks and greens"))
    said = words.summary(dataclasses.replace(both, layers=layers))
    assert said[0].endswith("none found in town.osm.pbf of 20 July 2022 and roll.csv of 1 January 2026: halls and hostels.")
    assert said[1].startswith("None found in town.osm.pbf of 20 July 2022: ")
    assert said[1].endswith("; parks and greens."), "labels that say 'and' themselves are not joined by it"
    assert words.layer_state(asked, both.sources) == "None found in town.osm.pbf of 20 July 2022 and roll.csv of 1 January 2026."


def test_a_layer_whose_nearest_place_may_lie_beyond_is_not_said_to_be_within() -> None:
    known = drawn.assessment()
    schools = [finding for finding in known.findings if finding.layer == "school"]
    perhaps = dataclasses.replace(schools[0], distance_m=170.0, band=Band.BORDERLINE)
    one = [dataclasses.replace(result, count=1) for result in known.layers if result.id == "school"]
    said = words.summary(dataclasses.replace(known, layers=tuple(one), findings=(perhaps,)))
    assert said[0] == "Within 100 m of the building: schools 1 (170 m, too close to call)."


def test_sentences_of_a_list_are_joined_without_two_stops() -> None:
    known = drawn.assessment()
    finding = dataclasses.replace(known.findings[0], caveats=("the list says: Swings.", "only in the official list"))
    row = place_rows(dataclasses.replace(known, findings=(finding,)))[0]
    assert row.caveats == "the list says: Swings; only in the official list"


def test_a_property_located_too_roughly_is_said_first_and_nothing_is_called_none() -> None:
    said = words.summary(drawn.uncertain())
    assert said[0].startswith("The property is not located well enough. It is known only to within 180 m")
    assert not any("one found" in sentence for sentence in said)
    assert words.uncertainty_warning(drawn.assessment()) is None


@given(st.sampled_from(LayerState), st.none() | st.text(max_size=20), st.none() | st.dates(), st.integers(0, 9))
def test_no_state_of_a_layer_says_there_is_nothing(state: LayerState, reason: str | None, date: dt.date | None, count: int) -> None:
    said = words.layer_state(drawn.layer("a", "A", state, drawn.style("A"), reason=reason, as_of=date, count=count), ())
    assert said.endswith((".", "!", "?"))
    assert "nothing" not in said.replace(reason or "\0", "").lower()
    if state is LayerState.NONE_FOUND:
        assert said == f"None found in town.osm.pbf of {words.day(date)}."
    if state is LayerState.NOT_LOOKED_FOR:
        assert said.startswith("Could not be looked for")


@pytest.mark.parametrize(
    ("bearing", "word"),
    [(0, "north"), (22.4, "north"), (22.5, "north-east"), (90, "east"), (181, "south"), (337.5, "north"), (359.9, "north")],
)
def test_a_bearing_is_the_nearest_compass_word(bearing: float, word: str) -> None:
    assert words.compass(bearing) == word


def test_no_bearing_is_no_word() -> None:
    assert words.compass(None) == ""


@pytest.mark.parametrize(("value", "said"), [(0, "0 m"), (0.5, "1 m"), (36.49, "36 m"), (2.5, "3 m"), (1234.0, "1234 m")])
def test_lengths_are_to_the_metre(value: float, said: str) -> None:
    assert words.metres(value) == said


def test_bands_name_the_radius() -> None:
    parameters = Parameters(radius_m=80)
    assert words.band(Band.WITHIN, parameters) == "within 80 m"
    assert words.band(Band.BORDERLINE, parameters) == "may be within 80 m: too close to call"
    assert words.band(Band.OUTSIDE, parameters) == "beyond 80 m"


def test_a_radius_is_the_program_s_or_the_group_s_and_never_the_guidance_s() -> None:
    own = words.radius(Parameters())
    assert own == (
        "Places are listed up to 100 m away: the program's starting value, until the local MAPPA group sets its own. "
        "National guidance gives no figure."
    )
    theirs = words.radius(Parameters(radius_m=300, set_by="Lanarkshire SOG", set_on=dt.date(2026, 3, 3), reason="open fields"))
    assert "set by Lanarkshire SOG on 3 March 2026. National guidance gives no figure." in theirs
    assert "more than the local limit of 250 m. Reason given: open fields." in theirs


def test_homes_to_check_are_in_doors() -> None:
    said = words.homes_to_check(AddressParameter(same_building=False, doors_each_side=1))
    assert (
        said == "Homes that agencies are asked to check: the same stair, next door, facing across the street and 1 door each side."
    )
    beyond = words.homes_to_check(AddressParameter(doors_each_side=9, reason="one long terrace"))
    assert beyond.endswith("9 doors each side. This is more than the local limit of 6 doors. Reason given: one long terrace.")
    assert words.homes_to_check(AddressParameter(False, False, False, False, 0)) == "No homes are asked to be checked."
    groups = words.homes_to_check(AddressParameter(False, False, False, set_by="Lanarkshire SOG", set_on=dt.date(2026, 3, 3)))
    assert groups.endswith("facing across the street and 3 doors each side (set by Lanarkshire SOG on 3 March 2026).")
    assert words.homes_to_check(AddressParameter(set_by=STARTING_VALUE)).endswith("each side (the program's starting value).")


def test_a_reason_is_told_only_of_the_parameter_that_is_past_its_limit() -> None:
    assert "Reason" not in words.radius(Parameters(radius_m=250, reason="one long terrace"))
    assert "Reason" not in words.homes_to_check(AddressParameter(doors_each_side=6, reason="open fields"))


@pytest.mark.parametrize("precision", list(Precision))
def test_every_precision_is_told_in_words(precision: Precision) -> None:
    site = drawn.site(precision=precision, footprint=None, confirmed_by=None)
    assert words.located(site).endswith("Nobody has confirmed it yet.")
    assert (" not the " in words.located(site)) == (precision in (Precision.STREET, Precision.POSTCODE, Precision.LOCALITY))
    assert words.measured_from(site).startswith("the ")
    assert words.measured_from(site) != "the building", "there is no outline to measure from"


def test_gaps_are_sentences_that_name_the_layer() -> None:
    drawn_gaps = drawn.assessment().gaps
    labels = {"library": "Libraries"}
    assert words.gap(drawn_gaps[0], labels) == (
        "Libraries: Libraries were not looked for. The region did not keep the key 'amenity'. Rebuild the region."
    )
    assert words.gap(drawn_gaps[1], labels) == "Walking distances were not worked out. They were not asked for."


def test_rows_are_numbered_nearest_first_and_one_line_each() -> None:
    rows = place_rows(drawn.assessment())
    assert [row.number for row in rows] == list(range(1, 8))
    assert [row.finding.distance_m for row in rows] == sorted(row.finding.distance_m for row in rows)
    assert rows[0].name == words.NO_NAME
    assert rows[6].spoken == "7: Schools, Sgoil Àraich, 99 m north-east, may be within 100 m: too close to call"
    assert rows[6].sources == "town.osm.pbf of 20 July 2022"
    assert not any("\x1b" in row.spoken or "\u202e" in row.spoken for row in rows)
