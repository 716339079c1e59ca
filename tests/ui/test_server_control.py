"""The opt-in network geocoder: nothing to see without a server, named where there is one, asked once, and off again."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from era_geo import front, shipped
from era_geo.settings import Settings
from tests.address.nominatim import body, house
from tests.servers import Asked, Reply, serve
from tests.towns import Settle
from tests.ui.test_steps import draft, found, press, widget

MISSING = "15 Nowhere Road, Invermarrow"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Path:
    home = tmp_path_factory.mktemp("home")
    settle(Settings(home=home))
    return home


def app(home: Path, monkeypatch: pytest.MonkeyPatch, server: str | None) -> AppTest:
    monkeypatch.setenv("ERA_GEO_HOME", str(home))
    if server:
        monkeypatch.setenv("ERA_GEO_NOMINATIM_URL", server)
    return AppTest.from_file(str(shipped.APP), default_timeout=60).run()


def tick(at: AppTest) -> Any:
    return widget(at.checkbox, "If the region does not have this address")


def test_without_a_server_there_is_nothing_to_tick(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not app(home, monkeypatch, None).checkbox


def test_the_server_is_asked_only_when_ticked_and_only_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_asked: Asked) -> Reply:
        (middle,) = front.locate("Victoria Street, Invermarrow", front.open_region(front.TRAINING_TOWN)).candidates
        return Reply(body=body(house("15", "Nowhere Road", middle.easting, middle.northing, "Invermarrow")))

    with serve(answer) as server:
        at = found(app(home, monkeypatch, server.url), MISSING)
        assert not tick(at).value
        assert "127.0.0.1" in tick(at).label.replace("\\", "")
        assert any("127.0.0.1" in caption.value.replace("\\", "") for caption in at.caption)
        press(at, "Find")
        assert not server.asked

        tick(at).check().run()
        assert not server.asked
        press(at, "Find")
        assert len(server.asked) == 1
        assert "nowhere" in server.asked[0].path.lower()
        assert not tick(at).value
        assert any("which learns this address" in told.value for told in at.info)
        assert [candidate.number for candidate in draft(at).result.candidates] == ["15"]  # type: ignore[union-attr]

        found(at, "16 Nowhere Road, Invermarrow")
        press(at, "Find")
        assert len(server.asked) == 1
        assert not draft(at).told


def test_leaving_the_field_sends_nothing_though_the_box_is_ticked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda _asked: Reply(body=b"[]")) as server:
        at = app(home, monkeypatch, server.url)
        tick(at).check().run()
        found(at, MISSING)
        assert not server.asked
        assert draft(at).result is not None
        assert tick(at).value
        press(at, "Find")
        assert len(server.asked) == 1


def test_a_server_that_does_not_answer_is_a_sentence_and_the_regions_answer_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(lambda _asked: Reply(status=503)) as server:
        at = found(app(home, monkeypatch, server.url), MISSING)
        tick(at).check().run()
        press(at, "Find")
    assert not at.exception
    assert "127.0.0.1" in at.error[0].value.replace("\\", "")
    assert draft(at).result is not None
    assert any("No such address" in warning.value for warning in at.warning)
