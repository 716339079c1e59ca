"""A machine that has never seen the program: its own home, the training town built into it once."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from era_geo import cli
from era_geo.settings import Settings
from tests.towns import Settle


class Ran(NamedTuple):
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, settle: Settle) -> Path:
    folder = tmp_path_factory.mktemp("home")
    settle(Settings(home=folder))
    return folder


@pytest.fixture
def era_geo(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `era-geo` with the given words."""
    monkeypatch.setenv("ERA_GEO_HOME", str(home))

    def run(*words: str) -> Ran:
        capfd.readouterr()
        code = cli.run([str(word) for word in words])
        return Ran(code, *capfd.readouterr())

    return run
