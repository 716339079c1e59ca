"""pyproject.toml is the source of dependencies; the conda environment and the lock file must agree with it."""

import re

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

from tests.project.files import ROOT, pyproject, requirements

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> list[Requirement]:
    return [Requirement(line) for line in LOCK.splitlines() if line.strip() and not line.startswith("#")]


def test_the_lock_pins_exact_versions_and_names_no_host() -> None:
    assert all(re.fullmatch(r"==[^*,]+", str(item.specifier)) for item in locked())
    assert "://" not in LOCK
    assert "file:" not in LOCK


def test_every_requirement_is_locked_to_versions_it_allows() -> None:
    pinned: dict[str, list[str]] = {}
    for item in locked():
        pinned.setdefault(canonicalize_name(item.name), []).append(str(item.specifier).removeprefix("=="))
    for requirement in requirements():
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in requirements.lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_conda_environment_installs_this_project_on_the_same_pythons() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    specs = [MatchSpec(item) for item in environment["dependencies"] if isinstance(item, str)]
    python = next(spec for spec in specs if spec.name.normalized == "python")
    assert SpecifierSet(str(python.version)) == SpecifierSet(pyproject()["project"]["requires-python"])
    (by_pip,) = (item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert by_pip == ["--constraint requirements.lock", "--editable ."]
