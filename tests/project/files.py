"""The project's own files, as tests read them."""

import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements() -> list[Requirement]:
    """Every requirement of the project, its extras among them; an extra that names the project's other extras adds nothing."""
    project = pyproject()["project"]
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    every = [Requirement(text) for text in [*project["dependencies"], *extras]]
    return [requirement for requirement in every if requirement.name != project["name"]]
