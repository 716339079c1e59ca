"""A lock that a process holds until it ends, however it ends: it tells whether something is at work on a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from era_geo.errors import UsageError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

CAN_LOCK = fcntl is not None
"""Whether this system has such locks."""

_LOOKING_S = 1.0
"""For how long those who only look whether a lock is held are waited for: each holds a part of it for a moment."""


@contextmanager
def held(path: Path, busy: str) -> Iterator[int]:
    """Open and lock a file. A process that is given the descriptor holds the lock until it ends.

    Raises
    ------
    UsageError
        With the sentence `busy`, if another process holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if CAN_LOCK and not (_taken_soon(descriptor) and _is_at(descriptor, path)):
            raise UsageError(busy)
        os.ftruncate(descriptor, 0)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of this file now. Others may look at the same moment."""
    if not CAN_LOCK or not path.exists():
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return not _taken(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _taken_soon(descriptor: int) -> bool:
    end = time.monotonic() + _LOOKING_S
    while not _taken(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one of this name: who held it before may have removed it meanwhile."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
