"""What every request meets before Streamlit: the security headers, and on a server the demand to have signed in.

Streamlit's pages ask for sign-in themselves (`era_geo.ui.sign_in`). The files beside them, uploads and downloads, have addresses
that nobody can guess; here they are closed to everybody who has no signed cookie, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from era_geo.ui.sign_in_settings import SignIn

MAP_FILES = "/map-files"
"""Where the browser finds Leaflet, for maps that are drawn by streamlit-folium."""

_CACHED = ("/static/", MAP_FILES)
_SIGNED_IN_ONLY = ("/media/", "/_stcore/upload_file", "/_stcore/metrics", "/_stcore/agent")
_COOKIE_AGE = re.compile(rb"(?i)max-age=2592000")


def headers(tile_url: str | None = None, *, encrypted: bool = False) -> dict[str, str]:
    """Give the security headers of every answer.

    Parameters
    ----------
    tile_url
        The map service of the settings, whose pictures alone may come from elsewhere.
    encrypted
        Whether people reach the app by https, and should never do otherwise.
    """
    tiles = urlsplit(tile_url) if tile_url else None
    pictures = f" {tiles.scheme}://{tiles.netloc}" if tiles else ""
    # Streamlit and folium put scripts and styles into the page itself and evaluate some; no other host has a say in it.
    given = {
        "content-security-policy": (
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:{pictures}; font-src 'self' data:; connect-src 'self' blob: data:; "
            "worker-src 'self' blob:; frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'self'"
        ),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
    }
    return given | ({"strict-transport-security": "max-age=63072000"} if encrypted else {})


class Headers:
    """Adds the headers to every answer, and makes cookies no longer lived and no less guarded than the sign-in."""

    def __init__(self, app: Any, given: Mapping[str, str], sign_in: SignIn | None) -> None:
        self._app = app
        self._given = [(name.encode(), value.encode()) for name, value in given.items()]
        self._sign_in = sign_in

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request as ASGI has it."""
        cached = scope["type"] == "http" and scope["path"].startswith(_CACHED)
        added = [(name, value) for name, value in self._given if not (cached and name == b"cache-control")]
        names = {name for name, _ in added}

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, self._cookie(name, value)) for name, value in message["headers"] if name.lower() not in names]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _cookie(self, name: bytes, value: bytes) -> bytes:
        if self._sign_in is None or name.lower() != b"set-cookie":
            return value
        value = _COOKIE_AGE.sub(b"Max-Age=%d" % int(self._sign_in.session.hours * 3600), value)
        secure = self._sign_in.origin.startswith("https:") and b"; secure" not in value.lower()
        return value + b"; Secure" if secure else value


class Gate:
    """Lets nobody past who has not signed in, and no other site's page open a connection. Not there on one's own machine."""

    def __init__(self, app: Any, sign_in: SignIn) -> None:
        self._app, self._sign_in = app, sign_in

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request as ASGI has it."""
        if scope["type"] == "websocket" and not self._same_origin(scope):
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and scope["path"].startswith(_SIGNED_IN_ONLY) and not _has_signed_in(scope):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"Sign in first."})
        else:
            await self._app(scope, receive, send)

    def _same_origin(self, scope: Any) -> bool:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        return origins in ([], [self._sign_in.origin.encode()])


def _has_signed_in(scope: Any) -> bool:
    """Whether the request carries the cookie that Streamlit has signed for somebody."""
    from starlette.requests import HTTPConnection  # noqa: PLC0415 - slow to import
    from streamlit.auth_util import get_cookie_with_chunks  # noqa: PLC0415 - slow to import
    from streamlit.web.server.server_util import get_cookie_secret  # noqa: PLC0415 - slow to import
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value  # noqa: PLC0415 - slow to import
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME  # noqa: PLC0415 - slow to import

    cookies = HTTPConnection(scope).cookies

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value)

    known = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    return known is not None and bool(json.loads(known).get("is_logged_in"))
