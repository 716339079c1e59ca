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
    """The figures of one benchmark. `notes` are sentences on how they were taken, `arguments` what the command was given.

    `bench` is the benchmark's name where the report has another, as one of several that it writes.
    """

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=lambda: [_without_folders(one) for one in sys.argv[1:]])
    bench: str = ""

    def add(self, what: str, value: float, unit: str, *, who: str = "era-geo", target: str = "") -> None:
        """Take a figure down, and print it."""
        figure = Figure(what, who, value, unit, target)
        self.figures.append(figure)
        print(f"{figure.what:60} {figure.who:18} {_shown(figure.value):>12} {figure.unit:8} {figure.target}")

    def ratio(self, what: str, ours: float, peer: float, who: str, *, target: str = "") -> None:
        """Take down how many times as much the peer needs as we do."""
        self.add(what, peer / ours, "x", who=f"{who} / era-geo", target=target)

    def save(self, *, whole: bool = True) -> None:
        """Write the page and the JSON; not where only a part was measured, whose figures would stand for the whole."""
        if not whole:
            print(f"not saved to docs/benchmarks/{self.name}.md: only a part of the rows was measured")
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self.name}.json").write_text(
            json.dumps(asdict(self) | {"machine": machine()}, indent=2) + "\n", encoding="utf-8"
        )
        page = FOLDER / f"{self.name}.md"
        page.write_text(self._page(), encoding="utf-8")
        print(f"saved docs/benchmarks/{self.name}.md")

    def _page(self) -> str:
        lines = [
            f"# {self.title}",
            "",
            f"    era-geo bench {' '.join([self.bench or self.name, *self.arguments])}",
            "",
            *(f"- {note}" for note in [*self.notes, machine()]),
            "",
        ]
        lines += ["| what | who | value | unit | target |", "|---|---|---:|---|---|"]
        lines += [f"| {f.what} | {f.who} | {_shown(f.value)} | {f.unit} | {f.target} |" for f in self.figures]
        return "\n".join([*lines, ""])


def _without_folders(argument: str) -> str:
    """Leave of a path only its name: where things lie on this machine is nobody's business."""
    return Path(argument).name if Path(argument).is_absolute() else argument


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


@dataclass(frozen=True)
class Run:
    """What a whole process took, with all processes that it began: wall-clock and processor seconds, peak memory in MB."""

    seconds: float
    processor_s: float
    megabytes: float


def process(arguments: list[str], **environment: str) -> tuple[float, float]:
    """Run a whole Python process; give its wall-clock seconds and its peak memory in MB."""
    run = measured([sys.executable, *arguments], **environment)
    return run.seconds, run.megabytes


def measured(program: list[str], **environment: str) -> Run:
    """Run a program to its end and measure it.

    The memory is the sum over its processes where the system tells of them (Linux), else that of the largest.

    Raises
    ------
    CalledProcessError
        If it fails; what it wrote on standard error is printed.
    """
    watched = [sys.executable, "-c", _WATCHER, *program]
    start = time.perf_counter()
    done = subprocess.run(watched, env=os.environ | environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        done.check_returncode()
    processor_s, megabytes = map(float, done.stdout.split()[-2:])
    return Run(seconds, processor_s, megabytes)


# Between the benchmark and the program: only of children that have ended the system tells the time and memory.
_WATCHER = """
import os, resource, subprocess, sys, time

def family(process):
    try:
        with open(f"/proc/{process}/task/{process}/children") as file:
            return [process, *(one for child in file.read().split() for one in family(int(child)))]
    except OSError:
        return [process]

def held(process):
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0

child, peak = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL), 0
while child.poll() is None:
    peak = max(peak, sum(map(held, family(child.pid))))
    time.sleep(0.5)  # asking costs a millisecond for each process
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss) / 1024)
sys.exit(child.returncode)
"""


def real_data() -> Path:
    """Folder of the real open data; a benchmark without it stops with a plain line."""
    folder = Path(os.environ.get("ERA_GEO_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        sys.exit("Set ERA_GEO_REAL_DATA to the folder of the real open data.")
    return folder
