"""What deploy/compose.yaml says."""

from typing import Any

import yaml

from tests.project.files import ROOT

DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return content


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found
