"""A refresh, a new window, another day: what was typed, chosen and decided is offered again, to its own user only."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from era_geo import shipped
from era_geo.settings import Settings
from era_geo.ui.draft import Step
from tests.towns import Settle
from tests.ui.officer import Officer
from tests.ui.test_steps import ADDRESS, confirmed, draft, found, looked, press, widget

CARRY_ON = "Carry on where you left off"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settle: Settle) -> Path:
    monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))
    monkeypatch.setenv("ERA_GEO_RADIUS_LIMIT_M", "200")
    settle(Settings(home=tmp_path))
    return tmp_path


def visited() -> AppTest:
    """A new visit: a session of its own."""
    return AppTest.from_file(str(shipped.APP), default_timeout=60).run()


def offers(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.label == CARRY_ON]


def dict_of(app: AppTest) -> dict[str, Any]:
    """The results as data: a JSON document has lists where Python had tuples."""
    made = draft(app).assessment
    assert made is not None
    return made.to_dict()


def test_results_and_all_that_was_decided_come_back(home: Path) -> None:
    first = visited()
    assert not offers(first)
    confirmed(first)
    first.number_input[0].set_value(210.0).run()
    widget(first.text_area, "Why look further").set_value("a path").run()
    widget(first.number_input, "Doors to check").set_value(1).run()
    widget(first.multiselect, "Kinds of place").set_value(["shop"]).run()
    widget(first.text_input, "Why leave out: Shops").set_value("no bearing").run()
    looked(first)
    widget(first.text_input, "Your reference").set_value("MG 7").run()
    assert not first.exception

    second = press(visited(), CARRY_ON)
    assert not second.exception
    assert draft(second).step is Step.RESULTS
    assert dict_of(second) == dict_of(first)
    assert widget(second.text_input, "Your reference").value == "MG 7"
    press(second, "Change how far to look")
    assert second.number_input[0].value == 210.0
    assert widget(second.text_area, "Why look further").value == "a path"
    assert widget(second.text_input, "Why leave out: Shops").value == "no bearing"
    press(second, "Change the property")
    assert widget(second.text_input, "Address, postcode").value == ADDRESS
    assert len(offers(visited())) == 1


def test_a_pin_its_reason_and_a_choice_come_back(home: Path) -> None:
    first = found(visited(), "15 Mill Wynd")
    first.radio[0].set_value(1).run()
    press(first, "Right property, wrong spot")
    press(first, "5 m east")
    widget(first.text_area, "Why do you place").set_value("the door is round the corner").run()
    second = press(visited(), CARRY_ON)
    assert second.radio[0].value == 1
    assert draft(second).pins == draft(first).pins
    assert widget(second.text_area, "Why do you place").value == "the door is round the corner"
    press(second, "Use this pin")
    assert draft(second).site is not None


def test_two_windows_keep_a_draft_each_and_what_is_done_with_is_gone(home: Path) -> None:
    first, second = visited(), visited()
    found(first, "15 Mill Wynd")
    found(second, "27 Wallace Street")
    assert len(offers(visited())) == 2
    press(confirmed_at_results(first), "Assess another property")
    assert len(offers(visited())) == 1
    third = press(visited(), CARRY_ON)
    assert draft(third).text == "27 Wallace Street"
    assert not offers(third)
    found(second, "28 Wallace Street")
    assert {json.loads(file.read_text())["text"] for file in home.glob("drafts/*/*.json")} == {
        "27 Wallace Street",
        "28 Wallace Street",
    }


def confirmed_at_results(app: AppTest) -> AppTest:
    return looked(confirmed(app))


def test_a_draft_is_deleted_on_request(home: Path) -> None:
    found(visited(), "15 Mill Wynd")
    asked = press(visited(), "Delete it")
    assert list(home.glob("drafts/*/*.json"))
    assert offers(press(asked, "No, keep it"))
    at = press(press(visited(), "Delete it"), "Yes, delete it")
    assert not offers(at)
    assert not list(home.glob("drafts/*/*.json"))


def test_another_user_is_offered_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(visited(), "15 Mill Wynd")
    monkeypatch.setattr("era_geo.accounts.system_name", lambda: "somebody-else")
    assert not offers(visited())


def test_without_its_region_a_draft_keeps_what_was_typed(home: Path) -> None:
    found(visited(), "15 Mill Wynd")
    (file,) = home.glob("drafts/*/*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"region": "gone"}))
    at = press(visited(), CARRY_ON)
    assert not at.exception
    assert widget(at.text_input, "Address, postcode").value == "15 Mill Wynd"
    assert draft(at).result is not None


def test_a_draft_of_another_version_of_the_program_is_not_offered(home: Path) -> None:
    found(visited(), "15 Mill Wynd")
    (file,) = home.glob("drafts/*/*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"version": 2}))
    assert not offers(visited())


@pytest.mark.browser
def test_a_refresh_in_the_middle_of_a_word_loses_nothing(officer: Officer) -> None:
    officer.find(ADDRESS)
    officer.confirm()
    officer.set_radius(220)
    box = officer.page.get_by_role("textbox", name="Why look further than 200 m")
    box.click()
    officer.page.keyboard.type("A path to the sch")
    # What a browser says when it leaves a page. On a busy machine the reload itself can be quicker than the app's answer to it.
    officer.page.evaluate("dispatchEvent(new Event('pagehide'))")
    officer.rest()
    officer.page.reload()
    officer.heading("Assess a property").wait_for()
    officer.rest()
    assert "Wallace" not in officer.page.url
    stored = officer.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Wallace" not in stored
    officer.page.get_by_role("button", name=CARRY_ON).first.click()
    officer.heading("3. Decide how far to look").wait_for()
    officer.rest()
    assert officer.radius().input_value() == "220"
    assert officer.field("Why look further than 200 m").input_value() == "A path to the sch"
    assert officer.visit.barriers() == []
