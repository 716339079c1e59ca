"""One request a second to the network geocoder, for the whole program: every thread and process of this machine takes turns.

The public Nominatim server allows one request a second and nothing at the same time. A lock on one small file holds all others
back while one asks; the file's content says when the last request ended, and for how long a server asked to be left alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from era_geo.errors import DataError, SourceUnavailable

APART_S = 1.0
"""Seconds from the end of one request to the beginning of the next."""
LONGEST_REST_S = 3600.0
"""A server that asks to be left alone for longer is asked again after this."""
_PATIENCE_S = 60.0
_POLL_S = 0.02
_FILE = "nominatim-turn.json"

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class Turn:
    """The right to send one request now; held by one thread of one process at a time."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._last = 0.0
        self._rests: dict[str, float] = {}
        self._read()

    def rest_s(self, host: str) -> float:
        """Give for how many seconds more `host` asked to be left alone; 0 for not at all."""
        left = self._rests.get(host, 0.0) - time.time()
        return left if 0 < left <= LONGEST_REST_S else 0.0

    def leave_alone(self, host: str, seconds: float) -> None:
        """Keep in mind, for all processes, that `host` asked to be left alone."""
        self._rests[host] = time.time() + min(seconds, LONGEST_REST_S)

    def wait(self) -> None:
        """Wait until a second has passed since the last request; a clock that was set back costs no more than that."""
        pause = min(self._last + APART_S - time.time(), APART_S)
        if pause > 0:
            time.sleep(pause)
        self.write()

    def write(self) -> None:
        """Write down that a request was made just now."""
        self._last = time.time()
        resting = {host: until for host, until in self._rests.items() if until > self._last}
        content = json.dumps({"last": self._last, "rests": resting}).encode()
        os.lseek(self._file, 0, os.SEEK_SET)
        os.ftruncate(self._file, 0)
        os.write(self._file, content)

    def _read(self) -> None:
        os.lseek(self._file, 0, os.SEEK_SET)
        try:
            content = json.loads(os.read(self._file, 1 << 16) or b"{}")
            self._last = float(content.get("last", 0.0))
            self._rests = {str(host): float(until) for host, until in content.get("rests", {}).items()}
        except (ValueError, TypeError, AttributeError):
            # Half written when a process was stopped, or not ours: a request may have been made just now.
            self._last, self._rests = time.time(), {}


@contextmanager
def turn(home: Path) -> Iterator[Turn]:
    """Wait for the turn, and keep all others waiting until the block ends.

    Raises
    ------
    SourceUnavailable
        If others have been asking for a minute.
    DataError
        If the file cannot be written in `home`.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = os.open(home / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataError(
            f"Nothing was asked: {home} cannot be written to ({error.strerror}), so one request a second cannot be kept."
        ) from error
    try:
        _lock(file)
        try:
            held = Turn(file)
            yield held
        finally:
            _unlock(file)
    finally:
        os.close(file)


def _lock(file: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            _try_lock(file)
        except OSError:
            if time.monotonic() > until:
                raise SourceUnavailable("Nothing was asked: another window of the program is still asking. Try again.") from None
            time.sleep(_POLL_S)
        else:
            return
