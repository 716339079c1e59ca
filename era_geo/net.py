"""Requests over the network, all of them: opt-in, told on the screen, never logged, and each failure told apart.

Only three modules call this one: `region.download`, `region.overpass` and `address.network`. Nothing of what is asked (an
address, a place) appears in an error or a log: only the host's name does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import requests

from era_geo import __version__
from era_geo.errors import SourceIncomplete, SourceUnavailable

AGENT = f"era-geo/{__version__} (environmental risk assessment; local, single user)"
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
_LONGEST_WAIT_S = 86_400.0
_LONGEST_FIGURE = 19

# The library below requests writes whole URLs, and so addresses, to its debug log.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class RateLimited(SourceUnavailable):
    """The server asks to be left alone for a while: for `wait_s` seconds, `None` where it does not say how long."""

    def __init__(self, message: str, wait_s: float | None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class NotThere(SourceUnavailable):
    """The server has no such file."""


class Busy(SourceUnavailable):
    """The server could not answer now (5xx, time-out, a broken connection): asking again may help."""


class Resting(RateLimited, Busy):
    """The server is not there for now, and says after how many seconds to ask again (503 with Retry-After)."""


def host(url: str) -> str:
    """Give the host's name, which is all that may be told of a URL."""
    return urlsplit(url).hostname or "the server"


@contextmanager
def request(
    method: str,
    url: str,
    *,
    parameters: dict[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    read_timeout_s: float = READ_TIMEOUT_S,
    follow: bool = True,
) -> Iterator[requests.Response]:
    """Send one request and hand on the answer, its body not yet read; what goes wrong while it is read is told apart too.

    `parameters` go into the URL of a GET and into the body of a POST. Without `follow` a server that sends the request on to
    another address is refused, so that nobody else learns what was asked.

    Raises
    ------
    RateLimited
        Status 429, or 503 with the time after which to ask again.
    NotThere
        Status 404 or 410.
    Busy
        Status 5xx, a time-out, a connection that was refused or broke.
    SourceIncomplete
        The body ended before its announced length.
    SourceUnavailable
        Any other refusal.
    """
    where = host(url)
    posted = method == "POST"
    try:
        with requests.Session() as session:
            response = session.request(
                method,
                url,
                headers={"User-Agent": AGENT, **(headers or {})},
                timeout=(CONNECT_TIMEOUT_S, read_timeout_s),
                stream=True,
                allow_redirects=follow,
                data=parameters if posted else None,
                params=None if posted else parameters,
            )
            with response:
                _refuse(response, where)
                yield response
    except requests.exceptions.ChunkedEncodingError:
        raise SourceIncomplete(f"The answer of {where} broke off. Try again.") from None
    except requests.exceptions.SSLError:
        raise SourceUnavailable(f"The certificate of {where} cannot be trusted, so nothing was read from it.") from None
    except requests.exceptions.Timeout:
        raise Busy(f"{where} did not answer in time. Try again later.") from None
    except requests.exceptions.ConnectionError:
        raise Busy(f"{where} could not be reached, or broke the connection. Is this machine on the network?") from None
    except requests.exceptions.RequestException as error:
        # The exception's own text holds the URL, and so perhaps an address: only its kind is told.
        raise SourceUnavailable(f"{where} could not be asked ({type(error).__name__}).") from None


def _refuse(response: requests.Response, where: str) -> None:
    status = response.status_code
    if response.is_redirect:
        raise SourceUnavailable(f"{where} sends the request on to another address, which was not asked. Correct its URL.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(f"{where} asks for fewer requests. Try again later.", _wait(response))
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise NotThere(f"{where} has no such file.")
    if status == HTTPStatus.SERVICE_UNAVAILABLE and (wait_s := _wait(response)) is not None:
        raise Resting(f"{where} is not there for now (status {status}). Try again later.", wait_s)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Busy(f"{where} could not answer (status {status}). Try again later.")
    if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise SourceUnavailable(f"{where} refused the request (status {status}).")


def _wait(response: requests.Response) -> float | None:
    """Give the seconds of Retry-After, written as such or as a date; `None` where it is missing or none of the two."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), _LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    seconds = until.timestamp() - time.time() if until.tzinfo is not None else 0.0
    return min(max(0.0, seconds), _LONGEST_WAIT_S)


def size(response: requests.Response) -> int | None:
    """Give the length that an answer announces, bytes; `None` where it announces none, or something that is no number."""
    said = response.headers.get("Content-Length", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < _LONGEST_FIGURE else None
