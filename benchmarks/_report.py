"""A benchmark's figures, printed as they come and saved to docs/benchmarks/ as a page and as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from era_geo import __version__

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "benchmarks"


@dataclass(frozen=True)
class Figure:
    """One measured value: what, ours or whose, how much of which unit, and the target if there is one."""

    what: str
    who: str
    value: float
    unit: str
    target: str = ""


@dataclass
class Report:
    """The figures of one benchmark. `notes` are sentences on how they were taken."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, *, who: str = "era-geo", target: str = "") -> None:
        """Take a figure down, and print it."""
        figure = Figure(what, who, value, unit, target)
        self.figures.append(figure)
        print(f"{figure.what:60} {figure.who:18} {_shown(figure.value):>12} {figure.unit:8} {figure.target}")

    def ratio(self, what: str, ours: float, peer: float, who: str) -> None:
        """Take down how many times as much the peer needs as we do."""
        self.add(what, peer / ours, "x", who=f"{who} / era-geo")

    def save(self) -> Path:
        """Write the page and the JSON, and give the page's path."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self.name}.json").write_text(
            json.dumps(asdict(self) | {"machine": machine()}, indent=2) + "\n", encoding="utf-8"
        )
        page = FOLDER / f"{self.name}.md"
        page.write_text(self._page(), encoding="utf-8")
        print(f"saved docs/benchmarks/{self.name}.md")
        return page

    def _page(self) -> str:
        lines = [
            f"# {self.title}",
            "",
            f"    era-geo bench {self.name}",
            "",
            *(f"- {note}" for note in [*self.notes, machine()]),
            "",
        ]
        lines += ["| what | who | value | unit | target |", "|---|---|---:|---|---|"]
        lines += [f"| {f.what} | {f.who} | {_shown(f.value)} | {f.unit} | {f.target} |" for f in self.figures]
        return "\n".join([*lines, ""])


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    """Say what the figures were taken on, without naming the machine."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, era-geo {__version__}"


def seconds(work: Callable[[], Any]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(arguments: list[str], **environment: str) -> tuple[float, float]:
    """Run a whole Python process; give its wall-clock seconds and its peak memory in MB."""
    watcher = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
        "sys.exit(code)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", watcher, sys.executable, *arguments],
        env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return time.perf_counter() - start, float(done.stdout)


def real_data() -> Path:
    """Folder of the real open data; a benchmark without it stops with a plain line."""
    folder = Path(os.environ.get("ERA_GEO_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        sys.exit("Set ERA_GEO_REAL_DATA to the folder of the real open data.")
    return folder
