"""How many people one process of the app bears: each assesses another property every 20 seconds, and sees nobody else's.

`era-geo bench load [--people 20] [--minutes 5] [--also 30,40]`. The app runs on the training town in a process of its own; the
people speak to it as browsers do (`_people.py`) from this one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks._people import Person, PersonError
from benchmarks._report import Report
from era_geo import front
from era_geo.settings import Settings
from tests.ui.running import Server, running_app

EVERY_S = 20.0
TARGET_S = 4.0
NOTES = (
    f"Each person assesses another property of the training town every {EVERY_S:g} s, with a radius set under a name of their own.",
    "They begin spread over the first 20 s.",
    "An assessment is timed from the button to the last of its results, map included. The whole way is all six steps together.",
    "Everything the app sends to a person is searched for the names under which the others set their radius.",
    "The people's own process takes part of the same two cores.",
    "How many one process bears is also worked out from its processor time; beside much other work that time is higher, too.",
    "That is 60% of one core, shared by people who each ask for one whole way every 20 s.",
)


@dataclass
class Tally:
    """What came of one run. Seconds for each assessment (from the button to the last of its results) and for each whole way."""

    people: int
    assessments: list[float] = field(default_factory=list)
    ways: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    received_mb: float = 0.0

    def p95(self, seconds: list[float]) -> float:
        """Give the 95th percentile; endless where nothing was answered."""
        return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else float("inf")


def main() -> None:
    """Run the load, and save the figures."""
    parser = argparse.ArgumentParser(prog="era-geo bench load")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--also", default="", help="Other numbers of people to try for a minute each, such as 40,60.")
    parser.add_argument("--no-save", action="store_true", help="Only print.")
    given = parser.parse_args()
    report = Report("load", "People at work at the same time")
    with tempfile.TemporaryDirectory(prefix="era-geo-load-") as folder:
        settings = Settings(home=Path(folder) / "home")
        addresses = _addresses(settings)
        with running_app(Path(folder), settings) as server:
            _first(server, addresses, report)
            alone = _rss_mb(server.pid)
            before = _cpu_s(server.pid)
            tally = asyncio.run(_together(server, given.people, given.minutes * 60, addresses))
            _tell(report, tally, given.minutes * 60)
            _bears(report, (_cpu_s(server.pid) - before) / max(1, len(tally.ways)))
            report.add("memory of the app, one person before", alone, "MB")
            after = _rss_mb(server.pid)
            report.add(f"memory of the app, after {given.people} people", after, "MB")
            report.add("memory taken meanwhile, the region's own with it, by person", (after - alone) / given.people, "MB")
            report.add("memory for each open window more", asyncio.run(_windows(server, given.people, addresses)), "MB")
            for people in [int(part) for part in given.also.split(",") if part]:
                _tell(report, asyncio.run(_together(server, people, 60.0, addresses)), 60.0)
            report.add("memory of the app, in the end", _rss_mb(server.pid), "MB")
    report.notes += NOTES
    report.notes.append(f"Other work on the machine meanwhile: load average {os.getloadavg()[1]:.1f}.")
    if not given.no_save:
        report.save()


def _addresses(settings: Settings) -> list[str]:
    """Give addresses that are one property each, shuffled the same way each time."""
    region = front.open_region(front.TRAINING_TOWN, settings)
    rows = region.query("SELECT number, street, postcode FROM addresses WHERE coalesce(flat, '') = '' ORDER BY number, street")
    texts = sorted({f"{number} {street}, {postcode}" for number, street, postcode in rows if number and street and postcode})
    random.Random(20261123).shuffle(texts)
    found = (text for text in texts if len(front.locate(text, region).candidates) == 1)
    return list(islice(found, 300))


def _first(server: Server, addresses: list[str], report: Report) -> None:
    """Time one person alone: the page, and from the address to the results."""

    async def alone() -> None:
        start = time.perf_counter()
        async with Person(server.url, server.cookie()) as person:
            report.add("one person: page drawn by the server", time.perf_counter() - start, "s", target="under 2")
            await _assess(person, addresses[0], "first", Tally(1))
            tally = Tally(1)
            await _assess(person, addresses[1], "first", tally)
            report.add("one person: address to results, all steps", tally.ways[0], "s", target="under 1.5")

    asyncio.run(alone())


async def _together(server: Server, people: int, seconds: float, addresses: list[str]) -> Tally:
    tally = Tally(people)
    await asyncio.gather(*(_at_work(server, number, seconds, addresses, tally) for number in range(people)))
    return tally


async def _at_work(server: Server, number: int, seconds: float, addresses: list[str], tally: Tally) -> None:
    own = f"Person-{number:03d}-decided"
    others = [f"Person-{other:03d}-decided".encode() for other in range(tally.people) if other != number]
    later = EVERY_S * number / tally.people
    begin = time.monotonic() + later
    try:
        async with Person(server.url, server.cookie()) as person:
            turn = 0
            while later + turn * EVERY_S < seconds:
                await asyncio.sleep(max(0.0, begin + turn * EVERY_S - time.monotonic()))
                person.seen.clear()
                await _assess(person, addresses[(number * 37 + turn) % len(addresses)], own, tally)
                sent = b"".join(person.seen)
                if own.encode() not in sent:
                    tally.faults.append("a result does not name who set its radius")
                tally.leaks += [other.decode() for other in others if other in sent]
                turn += 1
            tally.received_mb += person.received_bytes / 1e6
    except (PersonError, OSError) as error:
        tally.faults.append(str(error))


async def _windows(server: Server, people: int, addresses: list[str]) -> float:
    """Give the MB that each window takes that shows its results and stays open.

    The region has been read before. The first windows take up what earlier ones left free, so those opened after them are measured.
    """
    async with AsyncExitStack() as opened:
        sizes = []
        for half in range(2):
            for number in range(people):
                person = await opened.enter_async_context(Person(server.url, server.cookie()))
                await _assess(person, addresses[(half * people + number) % len(addresses)], "held open", Tally(1))
                person.seen.clear()
            sizes.append(_rss_mb(server.pid))
    return (sizes[1] - sizes[0]) / people


async def _assess(person: Person, address: str, own: str, tally: Tally) -> None:
    way = await person.press("Assess another property") if person.has("Assess another property") else 0.0
    way += await person.write("Address, postcode", address)
    way += await person.press("Yes, this is the property")
    way += await person.write("How far to list places", 90.0)
    way += await person.write("Who decided on this radius", own)
    look = await person.press("Look around this property")
    tally.assessments.append(look)
    tally.ways.append(way + look)


def _tell(report: Report, tally: Tally, seconds: float) -> None:
    what = f"{tally.people} people for {seconds / 60:g} min"
    p95 = tally.p95(tally.assessments)
    report.add(f"{what}: assessments", len(tally.assessments), "", target=f"{tally.people * seconds / EVERY_S:.0f} asked for")
    report.add(f"{what}: assessment, median", statistics.median(tally.assessments or [float("inf")]), "s")
    report.add(f"{what}: assessment, 95th percentile", p95, "s", target=f"at most {TARGET_S:g}")
    report.add(f"{what}: whole way of six steps, 95th percentile", tally.p95(tally.ways), "s")
    report.add(f"{what}: faults", len(tally.faults), "", target="0")
    report.add(f"{what}: things seen of others", len(tally.leaks), "", target="0")
    for fault in sorted(set(tally.faults)):
        print(f"  fault: {fault}")


def _bears(report: Report, cpu_s: float) -> None:
    """Say how many people one process bears by what an assessment costs it, whatever else the machine is doing meanwhile.

    Python works on one core at a time; kept at 60% of it, the process answers without a queue that grows.
    """
    report.add("processor time of the app for one whole way", cpu_s, "s")
    report.add("people one process bears, by processor time", 0.6 * EVERY_S / cpu_s, "", target="20 at least")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
