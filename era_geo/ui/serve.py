"""The app's server: on this machine only unless people sign in, telemetry off, everything the browser asks for from here.

Two locks keep the browser at home: nothing in a page names another host, and the content security policy that comes with every
answer would forbid it.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import sys
import threading
import tomllib
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from era_geo import shipped
from era_geo.errors import EraGeoError, UsageError
from era_geo.settings import Settings
from era_geo.ui import quiet_log, sign_in_settings
from era_geo.ui.gate import MAP_FILES, Gate, Headers, headers
from era_geo.ui.own_key import Door, OwnKey
from era_geo.ui.sign_in_settings import SignIn

HOME_ADDRESS = "127.0.0.1"
SIGN_IN_EXPECTED = "ERA_GEO_SIGN_IN_EXPECTED"
"""Set in the environment of a server that was started with sign-in: should its file vanish, nobody is let in."""


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
        Address of this machine to serve. Without sign-in (`sign-in.toml`) only 127.0.0.1 is served: nobody else may reach it.

    Raises
    ------
    UsageError
        If another address is asked for without sign-in, what sign-in needs is not installed, or the port is taken.
    DataError
        If `sign-in.toml` cannot be used.
    EraGeoError
        If the server did not start.
    """
    quiet_log.hush()
    sign_in = sign_in_settings.load(settings.home)
    if sign_in is None and address != HOME_ADDRESS:
        raise UsageError(
            f"The app has no sign-in, so it is served on {HOME_ADDRESS} only: this machine. To serve it on {address}, set up "
            f"sign-in first: {sign_in_settings.FILE} in {settings.home}."
        )
    if sign_in is not None and importlib.util.find_spec("authlib") is None:
        raise UsageError("Sign-in needs more than is installed. Install it with: pip install 'era-geo[auth]'.")
    _check_free(address, port)
    os.environ.update(_as_environment(settings) | ({SIGN_IN_EXPECTED: "yes"} if sign_in else {}))
    url = f"http://{address}:{port}"
    importlib.import_module("era_geo.ui.pages")  # it takes a second, which the first person would wait for otherwise
    key = OwnKey(url, port)
    app = _app(settings, sign_in or key, open_it=browser)
    at = f"{url} (people sign in at {sign_in.origin})" if sign_in else f"{key.address} (your account on this machine only)"
    sys.stderr.write(f"era-geo: the app is at {at}. Press Ctrl-C to stop it.\n")
    try:
        app.run(config={**_config(), "server.address": address, "server.port": port, **_config_of(sign_in)})
    except SystemExit as error:
        raise EraGeoError(f"The app's server could not start on {url}. The lines above say why.") from error
    return 0


def _config_of(sign_in: SignIn | None) -> dict[str, Any]:
    """Give what must hold whatever the file of settings says."""
    # A traceback that is drawn with colours goes past the log, and with it past `quiet_log`.
    # Garbage is collected as Python does it, not after each run of a page besides: that took a third of all work.
    always = {"browser.gatherUsageStats": False, "logger.enableRich": False, "runner.postScriptGC": False}
    if sign_in is None:
        return always
    return {
        **always,
        "browser.serverAddress": sign_in.host,
        "server.allowedHosts": [sign_in.host],
        "server.corsAllowedOrigins": [sign_in.origin],
        "server.enableXsrfProtection": True,
    }


def _app(settings: Settings, lets_in: SignIn | OwnKey, *, open_it: bool) -> Any:
    from starlette.middleware import Middleware  # noqa: PLC0415 - slow to import
    from starlette.routing import Mount  # noqa: PLC0415 - slow to import
    from starlette.staticfiles import StaticFiles  # noqa: PLC0415 - slow to import
    from streamlit.starlette import App  # noqa: PLC0415 - slow to import

    @asynccontextmanager
    async def once_up(_app: Any) -> AsyncIterator[None]:
        asyncio.get_running_loop().run_in_executor(None, _warm_up)
        if open_it and isinstance(lets_in, OwnKey):
            threading.Timer(0.5, webbrowser.open, [lets_in.address_for_once]).start()
        yield

    sign_in = lets_in if isinstance(lets_in, SignIn) else None
    encrypted = sign_in is not None and sign_in.origin.startswith("https:")
    given = headers(settings.tile_url, encrypted=encrypted)
    gate = Middleware(Door, key=lets_in) if isinstance(lets_in, OwnKey) else Middleware(Gate, sign_in=lets_in, home=settings.home)
    return App(
        shipped.APP,
        secrets={"auth": sign_in.auth.model_dump()} if sign_in else None,
        lifespan=once_up,
        routes=[Mount(MAP_FILES, StaticFiles(directory=shipped.MAP_ASSETS))],
        middleware=[Middleware(Headers, given=given, sign_in=sign_in), gate],
        on_script_error=_unexpected,
    )


def _unexpected(error: Exception) -> bool:
    """Tell the person, and write where it happened to the log: without the error's text, which may hold an address."""
    import streamlit as st  # noqa: PLC0415 - slow to import

    sys.stderr.write(f"era-geo: unexpected {quiet_log.told(error)}\n")
    st.error(
        "Something went wrong inside the app. What you typed is still here: go back a step and try again. "
        "If it happens again, tell the person who looks after this app: the window it was started in says where it happened.",
        icon=":material/error:",
    )
    return True


def _warm_up() -> None:
    """Import what the first map needs while the person is still typing: it takes a second."""
    from era_geo.ui.shared import set_aside  # noqa: PLC0415 - slow to import

    # Not streamlit_folium: a component that is imported outside a page is not known to the server.
    for name in ("era_geo.outputs.page", "era_geo.outputs.choicemap", "folium.plugins"):
        importlib.import_module(name)
    set_aside()


def _check_free(address: str, port: int) -> None:
    async def listen() -> None:
        server = await asyncio.start_server(lambda *_: None, address, port)
        server.close()
        await server.wait_closed()

    try:
        asyncio.run(listen())
    except OSError as error:
        raise UsageError(
            f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). "
            "The app may be running already: open the address that stands in its window. "
            "Or choose another port: era-geo app --port 8502."
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
