"""What all tests share: the folder of real open data, and settings that keep everything in the test's own folder."""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import typer.main

from era_geo.settings import Settings

pytest_plugins = ["tests.browser_tools", "tests.postgres", "tests.towns"]
REAL_DATA = "ERA_GEO_REAL_DATA"

# How long an example takes says more about what else the machine is doing than about the program.
hypothesis.settings.register_profile("era-geo", deadline=None)
hypothesis.settings.load_profile("era-geo")


@pytest.fixture(scope="session", autouse=True)
def commands_are_made_once() -> Iterator[None]:
    """Make the command line's tree of commands once: `era-geo` does so at its start, and a test would at every command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", functools.cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_counts() -> None:
    """Begun in the background of a script, tests ignore Ctrl-C, and so would every program that they begin and stop by it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real open data; the test is skipped where it is absent."""
    folder = os.environ.get(REAL_DATA)
    if not folder:
        pytest.skip(f"{REAL_DATA} is not set: it names the folder of the real open data.")
    path = Path(folder)
    if not path.is_dir():
        pytest.skip(f"{REAL_DATA} names {folder}, which is not a folder.")
    return path.resolve()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose home lies in the test's own folder."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(autouse=True)
def program_stays_the_program() -> Iterator[None]:
    """A page tried in this process takes the program's name, `__main__`; a worker process of a later test would run it again."""
    program = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = program
