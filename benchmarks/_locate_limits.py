"""The geocoder's limits: houses taken off the map, hostile texts, a whole country."""

from __future__ import annotations

import math
import random
import resource
import statistics
import sys
import time
from collections import Counter, defaultdict

from benchmarks import _country, _hostile, _regions
from benchmarks._addresses import FORMS, Address, of_extract
from benchmarks._judging import HOUSE_LEVEL, Tally, judge, percent
from benchmarks._locate_run import ABERDEEN, CODE_POINT, EDINBURGH, RUTLAND, SEED, Run
from era_geo.address.search import locate
from era_geo.contract import to_json
from era_geo.model import LocateResult, Precision
from era_geo.region.region import Region


def held_out(run: Run) -> None:
    """Take a third of the addresses off the map, ask for them, and see whether the truth lies in the circle that is stated."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, extract, more in (("edinburgh", EDINBURGH, [CODE_POINT]), ("rutland", RUTLAND, [])):
        region, lost = _regions.without_some(run.data / extract, [run.data / path for path in more], run.home, name, SEED)
        for one in lost:
            for form in ("as written", "no postcode"):
                _measure(one, locate(FORMS[form](one, random.Random(SEED)), region), errors)
    _in_buildings(run, errors)
    for kind, found in sorted(errors.items()):
        tested = len(found)
        note = "" if tested >= 100 else " (too few to calibrate)"
        run.report.add(
            f"held out, {kind}: truth inside the circle, of {tested}{note}",
            percent(e <= u for e, u in found),
            "%",
            target=">= 95",
        )
        run.report.add(f"held out, {kind}: median circle", statistics.median(u for _, u in found), "m")
        run.report.add(f"held out, {kind}: median error", statistics.median(e for e, _ in found), "m")


def _in_buildings(run: Run, errors: dict[str, list[tuple[float, float]]]) -> None:
    """Let buildings carry the addresses of points in them, and see how far from the buildings' middles they are."""
    for name, extract, more in (("rutland", RUTLAND, []), ("aberdeen", ABERDEEN, [CODE_POINT])):
        extras = [run.data / path for path in more]
        whole = _regions.build([run.data / extract, *extras], run.home, name)
        region, moved = _regions.with_points_on_buildings(whole, run.data / extract, extras, run.home, name)
        for one in moved:
            for candidate in locate(FORMS["as written"](one, random.Random(SEED)), region).candidates[:1]:
                if candidate.precision is Precision.BUILDING:
                    away = math.dist(one.points[0], (candidate.easting, candidate.northing))
                    errors["building"].append((away, candidate.uncertainty_m))


def _measure(one: Address, result: LocateResult, errors: dict[str, list[tuple[float, float]]]) -> None:
    """Note the error and the circle of each class that is not a mapped house; of several streets to choose from, none is meant."""
    kinds = Counter(candidate.precision.value for candidate in result.candidates)
    for candidate in result.candidates:
        kind = candidate.precision.value
        if kind not in HOUSE_LEVEL and kinds[kind] == 1:
            away = min(math.dist(point, (candidate.easting, candidate.northing)) for point in one.points)
            errors[kind].append((away, candidate.uncertainty_m))


def hostile(run: Run) -> None:
    """Throw random, mutated and hostile texts at it."""
    region = _regions.build([run.data / RUTLAND], run.home, "rutland")
    real = [FORMS["as written"](one, random.Random(SEED)) for one in of_extract(run.data / RUTLAND)]
    count = 3_000 if run.quick else 100_000
    slowest = 0.0
    for text in _hostile.texts(count, real):
        start = time.process_time()
        result = locate(text, region)
        slowest = max(slowest, time.process_time() - start)
        if not result.message:
            sys.exit(f"no sentence for {text!r}")
        to_json(result)
    run.report.add(f"hostile texts without an error, of {count:,}", 100.0, "%", target="100")
    run.report.add("hostile texts, the slowest answer", slowest * 1000, "ms", target="<= 250")


def speed(run: Run, name: str, region: Region, addresses: list[Address], target: str) -> None:
    rng = random.Random(SEED)
    texts = [form(one, rng) for one in run.some(addresses, 100) for form in FORMS.values()]
    rng.shuffle(texts)
    start = time.process_time()
    for text in texts:
        locate(text, region)
    run.report.add(
        f"{name}: messy texts a second, all forms mixed", len(texts) / (time.process_time() - start), "/s", target=target
    )


def country(run: Run) -> None:
    """Ask a synthetic country of 2.7 million addresses."""
    path = run.home / "country.gpkg"
    sample = _country.write(path, 2_700_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    region = Region(path)
    start = time.process_time()
    locate(FORMS["as written"](sample[0], random.Random(SEED)), region)
    run.report.add("synthetic country: first answer after opening", time.process_time() - start, "s")
    chosen = random.Random(SEED).sample(sample, 400)
    rng = random.Random(SEED)
    tally = Tally()
    for one in chosen:
        for write in FORMS.values():
            text = write(one, rng)
            tally.take(judge(one, locate(text, region)), text)
    run.report.add("synthetic country: right, all forms", tally.share("right", "offered"), "%")
    run.report.add("synthetic country: wrong house, all forms", 10 * tally.share("wrong"), "per 1,000", target="<= 1")
    speed(run, "synthetic country", region, chosen, target=">= 200")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    run.report.add("synthetic country: peak memory, its building included", max(before, after), "MB", target="< 2,000")
