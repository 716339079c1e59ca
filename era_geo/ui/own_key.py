"""On one's own machine: the app is for the account that started it, though every account of that machine can reach its port.

Whoever opens the address that stands in the window where the app was started carries a key, and their browser is given a cookie for
it. Key and cookie are worth nothing once the app has ended.
"""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from era_geo.ui.gate import PUBLIC

_NAME = "key"
_HOW = b"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>era-geo: not let in</title></head>
<body style="font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem"><main>
<h1>This app is for the account that started it</h1>
<p>Open it with the whole address that stands in the window where it was started: it ends with <code>?key=</code> and a key. A key
is worth nothing once that app has been stopped.</p>
<p>Or start it anew: <code>era-geo app</code> opens it in your browser.</p>
</main></body></html>
"""


class OwnKey:
    """The keys of one run of the app at `url`."""

    def __init__(self, url: str, port: int) -> None:
        self._kept, self._once, self._worth = (secrets.token_urlsafe(24) for _ in range(3))
        self._url = url
        self._cookie = f"era_geo_{port}"  # browsers give a cookie to every port of a machine

    @property
    def address(self) -> str:
        """The address for the window where the app was started, which nobody else sees. It can be opened again and again."""
        return f"{self._url}/?{_NAME}={self._kept}"

    @property
    def address_for_once(self) -> str:
        """The address to open in the browser: others of the machine see with what a program was started, so it opens once only."""
        return f"{self._url}/?{_NAME}={self._once}"

    def turns(self, given: str) -> bool:
        """Whether this key lets in; the one for once does so no more."""
        if _same(given, self._once):
            self._once = secrets.token_urlsafe(24)
            return True
        return _same(given, self._kept)

    def knows(self, cookies: str) -> bool:
        """Whether a request's cookies tell of a key that let in."""
        found = SimpleCookie(cookies).get(self._cookie)
        return found is not None and _same(found.value, self._worth)

    def cookie(self) -> str:
        """Give the cookie for a browser that is let in: gone with the browser's window, kept from scripts and other sites."""
        return f"{self._cookie}={self._worth}; Path=/; HttpOnly; SameSite=Lax"


class Door:
    """Lets in whoever has the key; everybody else is told how to get in."""

    def __init__(self, app: Any, key: OwnKey) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request as ASGI has it."""
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(PUBLIC) or self._key.knows(_cookies(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif any(map(self._key.turns, parse_qs(scope["query_string"].decode("latin-1")).get(_NAME, []))):
            await _answer(send, 303, [(b"location", b"/"), (b"set-cookie", self._key.cookie().encode())], b"")
        else:
            await _answer(send, 403, [(b"content-type", b"text/html; charset=utf-8")], _HOW)


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cookies(scope: Any) -> str:
    return "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())
