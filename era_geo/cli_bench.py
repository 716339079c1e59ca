"""`era-geo bench`: the benchmarks of a checkout. They measure this program beside its peers and save what they find."""

from __future__ import annotations

import runpy
import sys

import typer

from era_geo import shipped
from era_geo.errors import UsageError

FOLDER = shipped.ROOT / "benchmarks"


def run(name: str, arguments: list[str]) -> int:
    """Run the benchmark `name` with its own arguments, or list the benchmarks.

    Raises
    ------
    UsageError
        If there is no such benchmark, or this installation is not a checkout.
    """
    known = sorted(path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    if not known:
        raise UsageError("Benchmarks are part of a checkout, not of an installed package: clone the project and run it there.")
    if not name:
        typer.echo("Benchmarks (era-geo bench NAME):")
        for each in known:
            typer.echo(f"  {each}")
        return 0
    name = name.replace("_", "-")
    if name not in known:
        raise UsageError(f"There is no benchmark '{name}'. Benchmarks: {', '.join(known)}.")
    sys.argv = [f"era-geo bench {name}", *arguments]
    sys.path.insert(0, str(shipped.ROOT))
    runpy.run_module(f"benchmarks.{name.replace('-', '_')}", run_name="__main__")
    return 0
