"""The notebook runs from its first cell to its last, on a machine that has never seen the program."""

import os
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.project.files import ROOT

NOTEBOOK = ROOT / "docs" / "housing-stock.ipynb"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.enable_socket
def test_the_notebook_runs_and_draws_a_map_and_a_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    book = nbformat.read(NOTEBOOK, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        NotebookClient(book, timeout=280, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "docs")}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    printed = "".join(output.get("data", {}).get("text/plain", "") for output in outputs)
    assert "properties have a school, nursery or play area" in printed
    assert "for 1 it could not be looked for" in printed  # a class of its own, and not those without
    assert "could not be looked for" in printed or "were not asked for" in printed


def test_it_is_kept_without_outputs() -> None:
    book = nbformat.read(NOTEBOOK, as_version=4)
    assert not [cell for cell in book.cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
