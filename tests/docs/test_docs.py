"""The documentation is built without a warning, and every example in it runs and says what the page says."""

import doctest
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from era_geo import cli
from tests.docs import region_page
from tests.docs.examples import Command, blocks, commands, in_order
from tests.project.files import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = [command for page in PAGES for command in commands(page)]
SESSIONS = [(page, block) for page in PAGES for block in blocks(page, "python") if ">>>" in block]


@pytest.fixture(scope="module", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run the examples in an empty folder, on a machine that has never seen the program."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ERA_GEO_HOME", str(folder / "home"))
        patch.chdir(folder)
        for path in (ROOT / "docs" / "examples").iterdir():
            shutil.copy(path, folder)
        yield


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").is_file()


def test_there_are_examples_to_run() -> None:
    assert len(COMMANDS) > 5
    assert SESSIONS


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command.page.stem}: {command.line}")
def test_a_command_runs_and_prints_what_the_page_says(command: Command, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(shlex.split(command.line)[1:])
    printed = capfd.readouterr()
    assert code == command.code, printed.err
    assert in_order(command.expected, printed.out + printed.err) is None


@pytest.mark.parametrize(("page", "session"), SESSIONS, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(SESSIONS)])
def test_a_python_session_gives_what_the_page_says(page: Path, session: str) -> None:
    test = doctest.DocTestParser().get_doctest(session, {}, page.stem, str(page), 0)
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)
    assert results.attempted
    assert not results.failed


def test_the_page_on_region_files_is_what_the_schema_says() -> None:
    assert region_page.PAGE.read_text(encoding="utf-8") == region_page.text(), "run: python -m tests.docs.region_page"
