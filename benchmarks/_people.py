"""People at work with the app, as light as can be: each speaks to the server as the browser does, by Streamlit's own messages.

Twenty browsers on two cores would measure the browsers. What a person does and waits for is the same: widgets by their labels,
until the app has drawn everything anew.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE_S = 60.0
_KINDS = {"text_input": "string_value", "number_input": "double_value", "button": "trigger_value"}


class PersonError(RuntimeError):
    """The app did not do what was asked: no such field or button, an error on the screen, no answer in time."""


@dataclass
class Person:
    """One person with one window. `seen` is everything that the app has sent since it was last emptied, as text.

    `cookie` is what the app gave their browser when it let them in.
    """

    url: str
    cookie: str
    seen: list[bytes] = field(default_factory=list)
    received_bytes: int = 0
    _socket: ClientConnection | None = None
    _widgets: dict[tuple[str, str], str] = field(default_factory=dict)
    _values: dict[str, tuple[str, Any]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        """Open the app, and wait until it is drawn."""
        parts = urlsplit(self.url)
        self._socket = await connect(
            f"ws://{parts.netloc}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(self.url),
            additional_headers={"Cookie": self.cookie},
            max_size=None,
            open_timeout=PATIENCE_S,
        )
        await self._run({})
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the window."""
        if self._socket is not None:
            await self._socket.close()

    async def write(self, field_: str, value: str | float) -> float:
        """Fill in a field, and give the seconds until the app has answered."""
        kind = "text_input" if isinstance(value, str) else "number_input"
        self._values[self._id(kind, field_)] = (_KINDS[kind], value)
        return await self._run({})

    async def press(self, button: str) -> float:
        """Press a button, and give the seconds until the app has answered."""
        return await self._run({self._id("button", button): ("trigger_value", True)})

    def has(self, button: str) -> bool:
        """Say whether there is a button whose label begins so."""
        return any(kind == "button" and label.startswith(button) for kind, label in self._widgets)

    def _id(self, kind: str, label: str) -> str:
        for (known, name), widget in self._widgets.items():
            if known == kind and name.startswith(label):
                return widget
        raise PersonError(f"There is no {kind} '{label}'. There are: {sorted(name for _, name in self._widgets)}.")

    async def _run(self, pressed: dict[str, tuple[str, Any]]) -> float:
        here = set(self._widgets.values())
        self._values = {widget: value for widget, value in self._values.items() if widget in here}
        message = BackMsg()
        message.rerun_script.SetInParent()
        for widget, (kind, value) in {**self._values, **pressed}.items():
            setattr(message.rerun_script.widget_states.widgets.add(id=widget), kind, value)
        start = time.perf_counter()
        await self._connection.send(message.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._until_drawn()
        except TimeoutError:
            raise PersonError(f"The app did not answer within {PATIENCE_S:g} s.") from None
        return time.perf_counter() - start

    async def _until_drawn(self) -> None:
        while True:
            received = await self._connection.recv(decode=False)
            self.received_bytes += len(received)
            self.seen.append(received)
            message = ForwardMsg.FromString(received)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._widgets.clear()
            elif kind == "delta":
                self._note(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise PersonError("The app's script did not run.")

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind in _KINDS:
            widget = getattr(element, kind)
            self._widgets[kind, widget.label] = widget.id
        elif kind == "exception":
            raise PersonError(f"The app shows an error: {element.exception.type}.")

    @property
    def _connection(self) -> ClientConnection:
        if self._socket is None:
            raise PersonError("The window is not open.")
        return self._socket
