"""The training town as the program builds it by itself: built once in a process of tests, and copied to whoever wants one."""

import shutil
from collections.abc import Callable

import pytest

from era_geo.settings import Settings

Settle = Callable[[Settings], None]
"""Give a home its training town."""


@pytest.fixture(scope="session")
def settle(tmp_path_factory: pytest.TempPathFactory) -> Settle:
    """Give a home the training town by a copy; building it takes seconds, and many tests want a home of their own."""
    from era_geo import front  # noqa: PLC0415 - slow to import, and not every test wants a town

    built = Settings(home=tmp_path_factory.mktemp("built"))
    front.open_region(front.TRAINING_TOWN, built)

    def settle(settings: Settings) -> None:
        shutil.copytree(built.regions, settings.regions, dirs_exist_ok=True)

    return settle
