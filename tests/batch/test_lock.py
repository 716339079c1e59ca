"""Whether something is at work on a folder: those who look do not see one another, nor keep anybody from beginning."""

import fcntl
import threading
from pathlib import Path

import pytest

from era_geo.batch import lock
from era_geo.errors import UsageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "running.lock").touch()
    return tmp_path / "running.lock"


def test_who_only_looks_is_not_taken_for_the_one_at_work(path: Path) -> None:
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not lock.is_held(path)
    with lock.held(path, "busy"):
        assert lock.is_held(path)
    assert not lock.is_held(path)


def test_who_only_looks_keeps_nobody_from_beginning(path: Path) -> None:
    with path.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.1, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        with lock.held(path, "busy"):
            assert lock.is_held(path)


def test_a_second_one_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_LOOKING_S", 0.05)
    with lock.held(path, "busy"), pytest.raises(UsageError, match="busy"), lock.held(path, "busy"):
        pass
