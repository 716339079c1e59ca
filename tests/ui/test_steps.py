"""The steps of an assessment without a browser: what each asks for, what it keeps, and what it hands to the program."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from era_geo import front, shipped
from era_geo.model import STARTING_VALUE, AddressParameter, Precision
from era_geo.settings import FOR_THIS_CASE, Settings
from era_geo.ui.draft import Draft
from tests.towns import Settle

ADDRESS = "PF1, 27 Wallace Street, ZZ1 2BU"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Path:
    home = tmp_path_factory.mktemp("home")
    settle(Settings(home=home))
    return home


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("ERA_GEO_HOME", str(home))
    monkeypatch.setenv("ERA_GEO_RADIUS_LIMIT_M", "200")
    return AppTest.from_file(str(shipped.APP), default_timeout=60).run()


def draft(app: AppTest) -> Draft:
    kept: Draft = app.session_state["draft"]
    return kept


def press(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label.startswith(label))
    button.click()
    return app.run()


def widget(elements: Any, label: str) -> Any:
    return next(element for element in elements if element.label.startswith(label))


def found(app: AppTest, text: str) -> AppTest:
    widget(app.text_input, "Address, postcode").set_value(text)
    return app.run()


def confirmed(app: AppTest, text: str = ADDRESS) -> AppTest:
    return press(found(app, text), "Yes, this is the property")


def looked(app: AppTest) -> AppTest:
    return press(app, "Look around this property")


def errors(app: AppTest) -> list[str]:
    return [element.value.replace("\\", "") for element in app.error]


def test_the_assessment_is_the_one_that_python_gives(app: AppTest, home: Path) -> None:
    looked(confirmed(app))
    assert not app.exception
    made = draft(app).assessment
    assert made is not None
    region = front.open_region(front.TRAINING_TOWN)
    (candidate,) = front.locate(ADDRESS, region).candidates
    site = front.site_from(candidate, region, query=ADDRESS, confirmed_by=made.site.confirmed_by)
    assert made == front.assess(site, region, as_of=dt.datetime.now(tz=dt.UTC).astimezone().date())
    assert made.parameters.set_by == STARTING_VALUE


@pytest.mark.parametrize(("radius", "read"), [(None, 0), (-1.0, -1)])
def test_a_radius_that_is_no_length_is_a_sentence(app: AppTest, radius: float | None, read: int) -> None:
    confirmed(app)
    app.number_input[0].set_value(radius).run()
    looked(app)
    assert errors(app) == [f"The radius must be a number of metres above zero, not {read}."]
    assert draft(app).assessment is None


def test_a_radius_of_the_case_is_not_named_as_the_groups(app: AppTest) -> None:
    confirmed(app)
    app.number_input[0].set_value(60.0).run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert (made.parameters.set_by, made.parameters.reason) == (FOR_THIS_CASE, None)
    press(app, "Change how far to look")
    widget(app.text_input, "Who decided").set_value("Sgt A").run()
    looked(app)
    again = draft(app).assessment
    assert again is not None
    assert again.parameters.set_by == "Sgt A"
    assert again.parameters.set_on == again.as_of


def test_past_the_limit_there_is_no_assessment_without_a_reason(app: AppTest) -> None:
    confirmed(app)
    app.number_input[0].set_value(201.0).run()
    looked(app)
    assert "Write why you want to look further than 200 m" in errors(app)[0]
    assert draft(app).assessment is None
    widget(app.text_area, "Why look further").set_value("  ").run()
    looked(app)
    assert draft(app).assessment is None
    widget(app.text_area, "Why look further").set_value("a path").run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert made.parameters.reason == "a path"


def test_a_reason_for_a_wide_radius_is_not_printed_for_a_tight_one(app: AppTest) -> None:
    confirmed(app)
    app.number_input[0].set_value(201.0).run()
    widget(app.text_area, "Why look further").set_value("a path").run()
    app.number_input[0].set_value(100.0).run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert made.parameters.reason is None


def test_the_homes_to_check_are_the_groups_unless_the_case_asks_for_others(app: AppTest) -> None:
    confirmed(app)
    widget(app.multiselect, "Homes to check").set_value(["same_stair"]).run()
    widget(app.number_input, "Doors to check").set_value(1).run()
    widget(app.text_input, "Who decided on these homes").set_value("Sgt A").run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert made.parameters.address_parameter == AddressParameter(
        True, False, False, False, doors_each_side=1, set_by="Sgt A", set_on=made.as_of
    )
    assert (made.parameters.set_by, made.parameters.set_on) == (STARTING_VALUE, None), "the radius is still the group's"


def test_more_doors_than_the_limit_need_a_reason_of_their_own(app: AppTest) -> None:
    confirmed(app)
    app.number_input[0].set_value(201.0).run()
    widget(app.text_area, "Why look further").set_value("a path").run()
    widget(app.number_input, "Doors to check").set_value(7).run()
    looked(app)
    assert errors(app) == ["Write why you want to check more than 6 doors each side, or choose fewer doors."]
    widget(app.text_area, "Why check more").set_value("one long terrace").run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert (made.parameters.reason, made.parameters.address_parameter.reason) == ("a path", "one long terrace")


def test_every_kind_left_out_needs_its_own_reason(app: AppTest) -> None:
    confirmed(app)
    widget(app.multiselect, "Kinds of place").set_value(["school", "shop"]).run()
    widget(app.text_input, "Why leave out: Schools").set_value("no bearing").run()
    looked(app)
    assert "Shops" in errors(app)[0]
    assert "Schools" not in errors(app)[0]
    widget(app.text_input, "Why leave out: Shops").set_value("none either").run()
    looked(app)
    made = draft(app).assessment
    assert made is not None
    assert {one.id: one.reason for one in made.layers if one.state == "off"} == {"school": "no bearing", "shop": "none either"}


def test_of_several_none_is_chosen_and_a_street_is_never_a_house(app: AppTest) -> None:
    found(app, "15 Mill Wynd")
    assert app.radio[0].value is None
    assert not [button for button in app.button if button.label.startswith("Yes")]
    found(app, "Wallace Street")
    app.radio[0].set_value(0).run()
    assert any("Only the street was found" in warning.value for warning in app.warning)


def test_a_new_text_forgets_the_choice_made_for_the_old_one(app: AppTest) -> None:
    found(app, "15 Mill Wynd")
    app.radio[0].set_value(1).run()
    found(app, "27 Wallace Street")
    assert app.radio[0].value is None
    found(app, "   ")
    assert draft(app).result is None


def test_going_back_keeps_everything_and_a_changed_property_asks_for_a_new_look(app: AppTest) -> None:
    confirmed(app)
    app.number_input[0].set_value(70.0).run()
    widget(app.multiselect, "Kinds of place").set_value(["shop"]).run()
    widget(app.text_input, "Why leave out: Shops").set_value("no bearing").run()
    looked(app)
    press(app, "Change the property")
    assert widget(app.text_input, "Address, postcode").value == ADDRESS
    press(app, "Yes, this is the property")
    assert app.number_input[0].value == 70.0
    assert widget(app.text_input, "Why leave out: Shops").value == "no bearing"
    press(app, "Change the property")
    confirmed(app, "71 Waterside, ZZ1 3BD")
    assert draft(app).assessment is None
    assert app.number_input[0].value == 70.0


def test_starting_again_forgets_everything(app: AppTest) -> None:
    looked(confirmed(app))
    press(app, "Assess another property")
    assert draft(app) == Draft()
    assert widget(app.text_input, "Address, postcode").value == ""


def test_a_pin_without_a_candidate_needs_a_reason_and_a_place_in_the_region(app: AppTest) -> None:
    found(app, "15 Nowhere Road")
    press(app, "Use this pin")
    assert errors(app) == ["Say why the pin was moved: the reason is kept in the record."]
    widget(app.text_input, "Where the pin is").set_value("240010 751950").run()
    press(app, "5 m east")
    widget(app.text_area, "Why do you place").set_value("a new house").run()
    press(app, "Use this pin")
    site = draft(app).site
    assert site is not None
    assert (site.precision, round(site.easting), round(site.northing)) == (Precision.PIN, 240015, 751950)
    assert (site.pin_reason, site.query) == ("a new house", "15 Nowhere Road")


@pytest.mark.parametrize("text", ["Invermarrow", "Wallace Street", "ZZ1 2BU", "27 Wallace Street, ZZ1 2BU"])
def test_an_address_or_a_place_is_no_pin(app: AppTest, text: str) -> None:
    found(app, "15 Nowhere Road")
    before = dict(draft(app).pins)
    assert before
    widget(app.text_input, "Where the pin is").set_value(text).run()
    assert draft(app).pins == before
    assert any("Type a grid reference or coordinates here" in warning.value for warning in app.warning)


def test_a_pin_is_known_as_exactly_as_it_was_typed_and_no_better_until_it_is_placed(app: AppTest) -> None:
    found(app, "15 Nowhere Road")
    assert min(draft(app).pins_within_m.values()) > 100  # it begins in the middle of the region
    widget(app.text_area, "Why do you place").set_value("a new house").run()
    widget(app.text_input, "Where the pin is").set_value("NN 400 519").run()
    assert list(draft(app).pins_within_m.values()) == [pytest.approx(70.7)]
    press(app, "Use this pin")
    site = draft(app).site
    assert site is not None
    assert (site.precision, site.uncertainty_m, site.footprint) == (Precision.PIN, pytest.approx(70.7), None)


def test_a_reference_that_tells_the_address_makes_no_file(app: AppTest) -> None:
    looked(confirmed(app))
    assert len(app.get("download_button")) == 12
    widget(app.text_input, "Your reference").set_value("Wallace Street 27").run()
    assert "part of the address" in errors(app)[0]
    assert len(app.get("download_button")) == 2  # the check sheet's, which go by no reference then
