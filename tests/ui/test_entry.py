"""The app's entry draws a page where it is the program, and nothing in a process that the app starts for its work."""

import multiprocessing
import os
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from era_geo import shipped
from era_geo.settings import Settings
from tests.towns import Settle


def test_a_process_started_from_a_page_works_and_draws_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settle: Settle
) -> None:
    monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))
    settle(Settings(home=tmp_path))
    app = AppTest.from_file(str(shipped.APP), default_timeout=60).run()
    assert app.title[0].value
    assert Path(str(sys.modules["__main__"].__file__)) == shipped.APP, "this is what a process started from a page imports"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply_async(os.getpid).get(timeout=60) != os.getpid()
