"""The app's server: on this machine only, telemetry off, everything the browser asks for served from here.

Two locks keep the browser at home: nothing in a page names another host, and the content security policy that comes with every
answer would forbid it.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import threading
import tomllib
import traceback
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from era_geo import shipped
from era_geo.errors import EraGeoError, UsageError
from era_geo.settings import Settings

HOME_ADDRESS = "127.0.0.1"
MAP_FILES = "/map-files"
"""Where the browser finds Leaflet, for maps that are drawn by streamlit-folium."""

_HEADERS = {
    # Streamlit and folium put scripts and styles into the page itself and evaluate some; no other host has a say in it.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
        "frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_CACHED = ("/static/", MAP_FILES)


def run(settings: Settings, *, port: int = 8501, browser: bool = True, address: str = HOME_ADDRESS) -> int:
    """Serve the app until it is stopped (Ctrl-C), and give the exit code.

    Parameters
    ----------
    settings
        Handed on to the pages, whatever the environment says.
    port
        TCP port on this machine.
    browser
        Whether to open the app in the person's browser once it is up.
    address
        Only 127.0.0.1 is served: the app has no sign-in, so nobody else may reach it.

    Raises
    ------
    UsageError
        If another address is asked for, or the port is taken.
    EraGeoError
        If the server did not start.
    """
    if address != HOME_ADDRESS:
        raise UsageError(
            f"The app has no sign-in, so it is served on {HOME_ADDRESS} only: this machine. It cannot be served on {address}."
        )
    _check_free(port)
    os.environ.update(_as_environment(settings))
    url = f"http://{HOME_ADDRESS}:{port}"
    app = _app(url if browser else None)
    sys.stderr.write(f"era-geo: the app is at {url} (this machine only). Press Ctrl-C to stop it.\n")
    try:
        app.run(config={**_config(), "server.address": HOME_ADDRESS, "server.port": port, "browser.gatherUsageStats": False})
    except SystemExit as error:
        raise EraGeoError(f"The app's server could not start on {url}. The lines above say why.") from error
    return 0


def _app(open_url: str | None) -> Any:
    from starlette.middleware import Middleware  # noqa: PLC0415 - slow to import
    from starlette.routing import Mount  # noqa: PLC0415 - slow to import
    from starlette.staticfiles import StaticFiles  # noqa: PLC0415 - slow to import
    from streamlit.starlette import App  # noqa: PLC0415 - slow to import

    @asynccontextmanager
    async def once_up(_app: Any) -> AsyncIterator[None]:
        asyncio.get_running_loop().run_in_executor(None, _warm_up)
        if open_url is not None:
            threading.Timer(0.5, webbrowser.open, [open_url]).start()
        yield

    return App(
        shipped.APP,
        lifespan=once_up,
        routes=[Mount(MAP_FILES, StaticFiles(directory=shipped.MAP_ASSETS))],
        middleware=[Middleware(_Headers)],
        on_script_error=_unexpected,
    )


def _unexpected(error: Exception) -> bool:
    """Tell the person, and write where it happened to the log: without the error's text, which may hold an address."""
    import streamlit as st  # noqa: PLC0415 - slow to import

    place = traceback.extract_tb(error.__traceback__)[-1]
    sys.stderr.write(f"era-geo: unexpected {type(error).__name__} in {place.filename}, line {place.lineno}\n")
    st.error(
        "Something went wrong inside the app. What you typed is still here: go back a step and try again. "
        "If it happens again, tell the person who looks after this app: the window it was started in says where it happened.",
        icon=":material/error:",
    )
    return True


def _warm_up() -> None:
    """Import what the first map needs while the person is still typing: it takes a second."""
    # Not streamlit_folium: a component that is imported outside a page is not known to the server.
    for name in ("era_geo.outputs.page", "era_geo.outputs.choicemap", "folium.plugins"):
        importlib.import_module(name)


class _Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        cached = scope["type"] == "http" and scope["path"].startswith(_CACHED)
        added = [(k.encode(), v.encode()) for k, v in _HEADERS.items() if not (cached and k == "cache-control")]

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in added}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _check_free(port: int) -> None:
    async def listen() -> None:
        server = await asyncio.start_server(lambda *_: None, HOME_ADDRESS, port)
        server.close()
        await server.wait_closed()

    try:
        asyncio.run(listen())
    except OSError as error:
        raise UsageError(
            f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). "
            f"The app may be running already: open http://{HOME_ADDRESS}:{port}. Or choose another: era-geo app --port 8502."
        ) from error


def _as_environment(settings: Settings) -> dict[str, str]:
    """Give the settings as the environment variables that `era_geo.settings.load` reads in the pages."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return {f"ERA_GEO_{name.upper()}": str(value) for name, value in values.items()}


def _config() -> dict[str, Any]:
    with (shipped.ROOT / ".streamlit" / "config.toml").open("rb") as file:
        return dict(_flattened("", tomllib.load(file)))


def _flattened(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flattened(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value
