"""What every request meets before Streamlit: the security headers, and on a server the demand to have signed in.

Streamlit's pages ask for sign-in themselves (`era_geo.ui.sign_in`), when they are drawn. Here whatever a window asks for is judged
before it does anything. The files beside the pages, uploads and downloads, have addresses that nobody can guess; they are closed to
everybody who is not signed in, too.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from era_geo.accounts import Account
from era_geo.errors import EraGeoError
from era_geo.ui import sign_ins
from era_geo.ui.sign_in_settings import SignIn

if TYPE_CHECKING:
    from streamlit.proto.BackMsg_pb2 import BackMsg

MAP_FILES = "/map-files"
"""Where the browser finds Leaflet, for maps that are drawn by streamlit-folium."""

SIGN_IN, SIGN_OUT = "sign-in", "sign-out"
"""Keys of the only buttons that do something for whoever is not let in."""

_CACHED = ("/static/", MAP_FILES)
PUBLIC = (*_CACHED, "/_stcore/health")
"""What tells nothing of anybody: the program's own files, and whether it is up."""

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
    """Lets nobody past whose sign-in lets them in no longer, and no other site's page open a connection. Not on one's own machine.

    The pages ask for sign-in too, but a button acts before its page is drawn, and a part of a page that is drawn by itself, or a
    file that is made when it is asked for, never comes by that question. So each message of an open window is judged here, first.
    """

    def __init__(self, app: Any, sign_in: SignIn, home: Path) -> None:
        self._app, self._sign_in, self._home = app, sign_in, home

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request as ASGI has it."""
        if scope["type"] == "websocket" and not self._same_origin(scope):
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "websocket":
            await self._app(scope, self._judged(receive, _claims(scope)), send)
        elif scope["type"] == "http" and scope["path"].startswith(_SIGNED_IN_ONLY) and not self._lets_in(_claims(scope)):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"Sign in first."})
        else:
            await self._app(scope, receive, send)

    def _judged(self, receive: Any, claims: Mapping[str, Any] | None) -> Any:
        async def judged() -> Any:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            asked = _read(message.get("bytes") or b"")
            touched = asked.HasField("rerun_script") and not asked.rerun_script.is_auto_rerun
            if self._lets_in(claims, at_work=touched):
                return message
            return {**message, "bytes": _harmless(asked).SerializeToString()}

        return judged

    def _lets_in(self, claims: Mapping[str, Any] | None, *, at_work: bool = False) -> bool:
        if claims is None:
            return False
        try:
            return isinstance(sign_ins.standing(self._home, claims, time.time(), at_work=at_work), Account)
        except EraGeoError:  # the page, which asks as well, says what is wrong
            return False

    def _same_origin(self, scope: Any) -> bool:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        return origins in ([], [self._sign_in.origin.encode()])


def _read(sent: bytes) -> BackMsg:
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415 - slow to import

    try:
        asked: BackMsg = BackMsg.FromString(sent)
    except DecodeError:  # Streamlit tells whoever sent it, if they are let in
        asked = BackMsg()
    return asked


def _harmless(asked: BackMsg) -> BackMsg:
    """Turn whatever a window asked for into drawing its page anew, which says how to get in; only the buttons there are pressed."""
    from streamlit.runtime.state.common import user_key_from_element_id  # noqa: PLC0415 - slow to import

    drawn = asked.rerun_script
    pressed = [state for state in drawn.widget_states.widgets if user_key_from_element_id(state.id) in (SIGN_IN, SIGN_OUT)]
    drawn.ClearField("fragment_id")
    del drawn.widget_states.widgets[:]
    drawn.widget_states.widgets.extend(pressed)
    return type(asked)(rerun_script=drawn)


def _claims(scope: Any) -> Mapping[str, Any] | None:
    """Give what the cookie that Streamlit has signed for somebody says of them; `None` where there is none."""
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
    claims = None if known is None else json.loads(known)
    return claims if claims and claims.get("is_logged_in") else None
