"""The app is killed while people type, and started again: their windows say so and come back, and nothing typed is lost."""

import os
import signal
from pathlib import Path

import pytest

from era_geo.settings import Settings
from era_geo.ui.returned import Window
from tests.browser_tools import Visit
from tests.ui.officer import Officer
from tests.ui.running import Server, free_port, running_app
from tests.ui.test_records import fill, part, start_record
from tests.ui.test_way import ADDRESS

WHY = "Why look further than 200 m"
PROFILE = "Victim profile"


@pytest.mark.browser
def test_what_two_windows_were_typing_comes_back(visit: Visit, tmp_path: Path) -> None:
    settings, port = Settings(home=tmp_path / "home"), free_port()
    settings.home.mkdir()
    with running_app(tmp_path, settings, port=port, ERA_GEO_RADIUS_LIMIT_M="200") as server:
        visit.allow(server.url)
        looking, writing = _at_work(visit, server), _at_work(_beside(visit), server)
        looking.find(ADDRESS)
        looking.confirm()
        looking.set_radius(220)
        _type(looking, WHY, "A path to the sch")
        start_record(writing, "MG 7")
        part(writing, "The case")
        fill(writing, "MAPPA category", "1")
        _type(writing, PROFILE, "Children under tw")
        assert looking.visit.faults == []
        os.kill(server.pid, signal.SIGKILL)
        for one in (looking, writing):
            alert = one.page.locator("#eg-lost [role=alert]")
            alert.wait_for()
            assert "does not answer" in alert.inner_text()
            assert "start it again" in alert.inner_text()
            assert one.page.get_by_role("dialog").count() == 0
    with running_app(tmp_path, settings, port=port, ERA_GEO_RADIUS_LIMIT_M="200") as server:
        _at_work(_beside(visit), server).page.close()  # whoever starts the app again is shown it, and its key is new
        for one in (looking, writing):
            one.page.locator("#eg-lost [role=status]").wait_for()
            one.rest()
        assert looking.radius().input_value() == "220"
        assert looking.field(WHY).input_value() == "A path to the sch"
        assert looking.page.get_by_text("Reason given: A path to the sch.").count() == 1  # the app has it, too
        assert writing.page.get_by_label("MAPPA category", exact=True).input_value() == "1"
        assert writing.field(PROFILE).input_value() == "Children under tw"
        writing.page.wait_for_function("() => document.activeElement.value === 'Children under tw'")
        assert writing.visit.barriers() == []
        _forget_the_silence(looking.visit, writing.visit)
        writing.press("Save as a new version")
        writing.page.get_by_text("Nothing has been changed since the last saved version").wait_for()
        part(writing, "Read")
        assert writing.page.get_by_text("Children under tw").count() == 1
    _forget_the_silence(looking.visit, writing.visit)


def test_a_button_of_another_version_or_of_nobodys_making_is_a_window_at_work_with_nothing() -> None:
    window = Window("1" * 16, "a-b", "c", 3)
    assert Window.of_key(window.key) == window
    assert Window.of_key("back_again|1|2") == Window.of_key("back_again|1|2|3|x") == Window()


def _at_work(visit: Visit, server: Server) -> Officer:
    officer = Officer(visit, server.entry)
    officer.begin()
    return officer


def _beside(visit: Visit) -> Visit:
    """Another window of the same browser, watched as the first."""
    beside = Visit(visit.context, visit.context.new_page(), faults=visit.faults, origins=visit.origins)
    beside._watch()
    return beside


def _type(officer: Officer, field: str, text: str) -> None:
    """Type, and stay in the field: Streamlit has not told the app of it."""
    officer.field(field).click()
    officer.page.keyboard.type(text)


def _forget_the_silence(*visits: Visit) -> None:
    """Let a browser say that nobody answers, or that the new app does not know it yet; whatever else was wrong stays."""
    said = (
        "ERR_CONNECTION_REFUSED",
        "when disconnected",
        "server endpoint",
        "not responding",
        "status of 403",
        "HTTP status: 403",
        "with status 403",
    )
    for visit in visits:
        visit.faults[:] = [fault for fault in visit.faults if not any(one in fault for one in said)]
