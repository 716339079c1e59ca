"""Real HTTP servers on loopback, well-behaved and misbehaving, for tests of what asks the network."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request that a server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What a server says. `announce` is the Content-Length it claims; `hang_up` breaks the connection after the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    announce: int | None = None
    silence_s: float = 0.0


@dataclass
class Server:
    """A running server: its address, and what it was asked."""

    url: str
    asked: list[Asked]


@contextmanager
def serve(answer: Callable[[Asked], Reply]) -> Iterator[Server]:
    """Run a server on loopback that answers each request by `answer`, until the block ends."""
    asked: list[Asked] = []
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            asked.append(request)
            reply = answer(request)
            closing.wait(reply.silence_s)
            with suppress(ConnectionError):  # a client that gave up is part of the tests
                self._say(reply)

        def _say(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.announce is None else reply.announce))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_HEAD = _any  # noqa: N815 - the names the standard library calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
