"""On one's own machine: who gets past the door, who does not, and what a key is worth."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from era_geo.ui.own_key import Door, OwnKey

URL = "http://127.0.0.1:8501"


async def _inside(scope: Any, _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inside"})
    else:
        await send({"type": "websocket.accept"})


@dataclass(frozen=True)
class Answer:
    """What the door, or what lies behind it, answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def cookie(self) -> str:
        """What the browser sends back from now on."""
        return self.headers["set-cookie"].partition(";")[0]


def ask(key: OwnKey, address: str, cookie: str = "") -> Answer:
    path, _, query = address.removeprefix(URL).partition("?")
    start, body = sent(key, {"type": "http", "path": path, "query_string": query.encode()}, cookie)
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, body["body"].decode())


def sent(key: OwnKey, scope: dict[str, Any], cookie: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    answering = Door(_inside, key)({**scope, "headers": [(b"cookie", cookie.encode("latin-1"))]}, None, send)
    with suppress(StopIteration):  # nothing here waits for anything, so no loop is needed (a browser test may have one running)
        answering.send(None)
    return messages


@pytest.fixture
def key() -> OwnKey:
    return OwnKey(URL, 8501)


@pytest.mark.parametrize(
    "path", ["/", "/?key=", "/?key=guessed", "/data", "/media/a.csv", "/_stcore/upload_file/a/b", "/?key=k&key=m", "/?key=%ff"]
)
def test_without_the_key_nothing_is_there_but_how_to_get_in(key: OwnKey, path: str) -> None:
    answer = ask(key, path)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert "era-geo app" in answer.text


@pytest.mark.parametrize("path", ["/static/js/a.js", "/map-files/leaflet.js", "/_stcore/health"])
def test_the_programs_own_files_are_nobodys_secret(key: OwnKey, path: str) -> None:
    assert ask(key, path).text == "inside"


def test_the_key_of_the_window_lets_in_again_and_again_and_leaves_the_address(key: OwnKey) -> None:
    for _ in range(2):
        answer = ask(key, key.address)
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
        assert ask(key, "/data", answer.cookie).text == "inside"


def test_the_key_that_a_browser_was_started_with_lets_in_once(key: OwnKey) -> None:
    address = key.address_for_once
    answer = ask(key, address)
    assert ask(key, "/", answer.cookie).text == "inside"
    assert ask(key, address).status == 403


@pytest.mark.parametrize(
    "cookie", ["", "era_geo_8501=", "era_geo_8501=guessed", "era_geo_8502={worth}", "a=b; ;;=", "era_geo_8501=\xe9"]
)
def test_another_cookie_lets_nobody_in(key: OwnKey, cookie: str) -> None:
    worth = key.cookie().partition(";")[0].partition("=")[2]
    assert ask(key, "/", cookie.format(worth=worth)).status == 403
    assert ask(key, "/", f"era_geo_8501={worth}").status == 200


def test_a_window_is_connected_only_with_the_cookie(key: OwnKey) -> None:
    window = {"type": "websocket", "path": "/_stcore/stream", "query_string": b""}
    assert [message["type"] for message in sent(key, window, "")] == ["websocket.close"]
    assert [message["type"] for message in sent(key, window, ask(key, key.address).cookie)] == ["websocket.accept"]


def test_a_key_of_another_run_is_worth_nothing(key: OwnKey) -> None:
    before = OwnKey(URL, 8501)
    assert ask(key, before.address).status == 403
    assert ask(key, "/", ask(before, before.address).cookie).status == 403
