"""The geocoder: real addresses in messy forms, beside the peers; addresses nobody mapped; what it says of its own error; speed.

    era-geo bench locate [--quick] [--no-country]

`--quick` asks fewer texts and leaves the synthetic country out; its figures are printed and not saved.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import _country, _hostile, _regions
from benchmarks._addresses import FORMS, Address, missing_number, of_extract, of_gold, plain
from benchmarks._judging import HOUSE_LEVEL, Tally, holds, invented, judge, percent
from benchmarks._peers import peers
from benchmarks._report import Report, real_data
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.search import locate
from era_geo.contract import to_json
from era_geo.model import LocateResult, LocateStatus
from era_geo.region.region import Region

SEED = 7
EDINBURGH = "osm/edinburgh-shops-2016-11-04.osm.pbf"
RUTLAND = "osm/rutland-2022-07-20.osm.pbf"
CODE_POINT = "official/codepoint-open-scotland-2020-08.zip"
GOLD = "gold/edinburgh-business-addresses.csv"
SHARED_M = 50.0  # two houses of one number and street further apart than this are two


@dataclass
class Run:
    """One run of the benchmark: its report, and how much is asked."""

    report: Report
    data: Path
    home: Path
    quick: bool
    asked: int = 0
    wrong: int = 0

    def some(self, addresses: Sequence[Address], most: int) -> list[Address]:
        """Give all addresses, or in a quick run a seeded sample."""
        if not self.quick or len(addresses) <= most:
            return list(addresses)
        return random.Random(SEED).sample(list(addresses), most)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(prog="era-geo bench locate")
    parser.add_argument("--quick", action="store_true", help="fewer texts; nothing is saved")
    parser.add_argument("--no-country", action="store_true", help="leave the synthetic country of 2.7 million addresses out")
    given = parser.parse_args(arguments)
    report = Report("locate", "The geocoder, beside its peers")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(report, real_data(), Path(folder), given.quick)
        edinburgh(run)
        rutland(run)
        training_town(run)
        report.add(
            "confidently wrong, all forms of both lists", 1000 * run.wrong / max(1, run.asked), "per 1,000", target="<= 1"
        )
        report.notes.append(f"Confidently wrong: {run.wrong} of {run.asked:,} texts asked.")
        held_out(run)
        hostile(run)
        if not (given.no_country or given.quick):
            country(run)
    report.notes += [
        "`right`: matched, and the house that the map has (number, street, within 50 m), or a contradiction of the postcode that offers it. "
        "`wrong`: one house given as the answer, and another one. The rest is a choice, a street or postcode, or not found.",
        "FTS5: any word, best bm25 first. rapidfuzz: best WRatio first. Both always give a house.",
        "Speeds are by processor time, on one core; peer and ours in the same run.",
    ]
    if not given.quick:
        report.save()


# --- Edinburgh ---------------------------------------------------------------------------------------------------------------


def edinburgh(run: Run) -> None:
    """Ask a council's own list: the houses that the map has in every form, those it lacks, and numbers that do not exist."""
    region = _regions.build([run.data / EDINBURGH, run.data / CODE_POINT], run.home, "edinburgh")
    extract = of_extract(run.data / EDINBURGH)
    gold = of_gold(run.data / GOLD, extract)
    mapped = [one for one in gold if one.points]
    absent = _absent(gold, extract)
    run.report.notes.append(
        f"Edinburgh: {len(gold):,} addresses as a council wrote them; the map has {len(mapped)} of these houses; "
        f"{len(absent):,} are on no mapped house by any reading of number and street."
    )
    _forms(run, "Edinburgh", region, run.some(mapped, 200), FORMS, extract)
    numbers = defaultdict(set)
    for one in extract:
        numbers[plain(one.street)].add(one.number.lower())
    rng = random.Random(SEED)
    made_up = [replace(one, number=missing_number(numbers[plain(one.street)], rng)) for one in mapped]
    _lacking(run, "Edinburgh, houses the map lacks", region, run.some(absent, 400), "as written")
    _lacking(run, "Edinburgh, houses the map lacks, no postcode", region, run.some(absent, 400), "no postcode")
    _lacking(run, "Edinburgh, numbers that do not exist", region, run.some(made_up, 200), "as written")


def _absent(gold: Sequence[Address], extract: Sequence[Address]) -> list[Address]:
    """Give the addresses that no mapped house can be, however number and street are read.

    The list breaks names off after 24 letters, turns them round (`MAITLAND STREET, WEST`) and writes flats into the number
    (`17(GF)`); a house that is mapped under the plain form is not lacking.
    """
    by_number: dict[str, list[set[str]]] = defaultdict(list)
    for one in extract:
        for number in _plain_numbers(one.number):
            by_number[number].append(set(plain(one.street).split()))
    return [one for one in gold if not one.points and not _may_be_mapped(one, by_number)]


def _plain_numbers(text: str) -> set[str]:
    digits = "".join(sign if sign.isdigit() else " " for sign in text).split()
    return set(digits)


def _may_be_mapped(one: Address, by_number: dict[str, list[set[str]]]) -> bool:
    words = plain(one.street).split()
    whole, last = set(words[:-1]), words[-1]
    return any(
        whole <= street and any(word.startswith(last) for word in street)
        for number in _plain_numbers(one.number)
        for street in by_number.get(number, ())
    )


def _forms(run: Run, name: str, region: Region, addresses: list[Address], forms: dict, extract: Sequence[Address]) -> None:
    """Ask every form of every address, ours and the peers'."""
    engines = peers(extract)
    for form, write in forms.items():
        rng = random.Random(SEED)
        texts = [(one, write(one, rng)) for one in addresses]
        tally, seconds = Tally(), time.process_time()
        for one, text in texts:
            tally.take(judge(one, locate(text, region)), text)
        seconds = time.process_time() - seconds
        run.asked += tally.total
        run.wrong += tally.counts["wrong"]
        run.report.add(f"{name}, {form}: right", tally.share("right", "offered"), "%", target=_target(name, form))
        run.report.add(f"{name}, {form}: wrong house", tally.share("wrong"), "%")
        for text in tally.wrong:
            print(f"    wrong: {text}")
        for engine in engines:
            start = time.process_time()
            hits = [engine.first(text) for _, text in texts]
            peer_seconds = time.process_time() - start
            right = percent(hit == one.key for hit, (one, _) in zip(hits, texts, strict=True))
            wrong = percent(hit not in (None, one.key) for hit, (one, _) in zip(hits, texts, strict=True))
            run.report.add(f"{name}, {form}: right", right, "%", who=engine.name)
            run.report.add(f"{name}, {form}: wrong house", wrong, "%", who=engine.name)
            run.report.ratio(f"{name}, {form}: time", seconds, peer_seconds, engine.name)


def _target(name: str, form: str) -> str:
    if name != "Edinburgh":
        return ">= 99"
    return ">= 99.5" if form == "as written" else ">= 97"


def _lacking(run: Run, name: str, region: Region, addresses: list[Address], form: str) -> None:
    """Ask for houses that are not there: nothing may be invented, and the circle should hold the postcode's centre."""
    gazetteer = gazetteer_of(region)
    rng = random.Random(SEED)
    held, sizes, made_up, far = [], [], 0, 0
    for one in addresses:
        result = locate(FORMS[form](one, rng), region)
        made_up += invented(result)
        spot = gazetteer.spot(one.postcode)
        if spot is None or not result.candidates:
            continue
        first = result.candidates[0]
        centre = (spot.easting, spot.northing)
        if first.precision.value in ("street", "postcode"):
            held.append(bool(holds(result.candidates, centre)))
            sizes.append(first.uncertainty_m)
        away = math.dist(centre, (first.easting, first.northing))
        far += result.status is LocateStatus.MATCHED and first.precision.value in HOUSE_LEVEL and away > 1000
    run.asked += len(addresses)
    run.wrong += made_up
    run.report.add(f"{name}: a house invented", 1000 * made_up / len(addresses), "per 1,000", target="<= 1")
    run.report.add(f"{name}: circle holds the postcode's centre", percent(held), "%", target=">= 95")
    run.report.add(f"{name}: median circle", statistics.median(sizes), "m")
    run.report.add(f"{name}: over 1 km off without a contradiction", far, "", target="0" if form == "as written" else "")


# --- Rutland, training town --------------------------------------------------------------------------------------------------


def rutland(run: Run) -> None:
    """Ask the county's own addresses in every form, against an index of the whole county."""
    region = _regions.build([run.data / RUTLAND], run.home, "rutland")
    extract = of_extract(run.data / RUTLAND)
    alike = defaultdict(list)
    for one in extract:
        alike[one.key].append(one)
    whole = [one for one in extract if one.postcode]
    alone = [one for one in whole if all(_is_one_house(one, other) for other in alike[one.key])]
    shared = [one for one in whole if one not in alone]
    named = [one for one in alone if one.town or _is_only_street(one, region)]
    run.report.notes.append(
        f"Rutland: {len(whole)} addresses with number, street and postcode. {len(alone)} are the only such number and street in the county "
        f"(objects within {SHARED_M:.0f} m and without units of their own are one); {len(shared)} share both with another and must be a choice without town and postcode. In the forms "
        f"without postcode {len(named)} are answerable: the others name no town, and several streets of the county have the name."
    )
    with_postcode = {name: form for name, form in FORMS.items() if "no postcode" not in name}
    without = {name: form for name, form in FORMS.items() if "no postcode" in name}
    _forms(run, "Rutland", region, run.some(alone, 150), with_postcode, extract)
    _forms(run, "Rutland", region, run.some(named, 150), without, extract)
    _shared(run, region, shared)
    _speed(run, "Rutland", region, alone, target=">= 2,000")


def _is_one_house(one: Address, other: Address) -> bool:
    return one.unit == other.unit and math.dist(one.points[0], other.points[0]) <= SHARED_M


def _is_only_street(one: Address, region: Region) -> bool:
    gazetteer = gazetteer_of(region)
    streets = [street for key in gazetteer.ids.get(plain(one.street), ()) for street in gazetteer.streets(key)]
    return len(streets) == 1


def _shared(run: Run, region: Region, addresses: list[Address]) -> None:
    verdicts = Tally()
    for one in addresses:
        text = f"{one.number} {one.street}"
        result = locate(text, region)
        verdicts.take("choice" if result.status is LocateStatus.AMBIGUOUS else judge(one, result), text)
    run.report.add(
        "Rutland, number and street shared, nothing else typed: a choice", verdicts.share("choice"), "%", target="100"
    )


def training_town(run: Run) -> None:
    """Ask every address and every flat of the training town."""
    region = _regions.training_town(run.home)
    rows = region.query("SELECT ref, flat, number, house, street, town, postcode, flats FROM addresses")
    asked = [item for row in rows for item in _regions.spoken(row)]
    asked = random.Random(SEED).sample(asked, 500) if run.quick else asked
    right = 0
    for ref, flat, text in asked:
        result = locate(text, region)
        found = result.candidates[0] if result.status is LocateStatus.MATCHED else None
        right += found is not None and found.ref == ref and found.flat == flat
    run.report.add("training town, every address and flat: right", 100 * right / len(asked), "%", target="100")


# --- held out, hostile, speed ------------------------------------------------------------------------------------------------


def held_out(run: Run) -> None:
    """Take a third of the addresses off the map, ask for them, and see whether the truth lies in the circle that is stated."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, extract, more in (("edinburgh", EDINBURGH, [CODE_POINT]), ("rutland", RUTLAND, [])):
        region, lost = _regions.without_some(run.data / extract, [run.data / path for path in more], run.home, name, SEED)
        for one in lost:
            for form in ("as written", "no postcode"):
                _measure(one, locate(FORMS[form](one, random.Random(SEED)), region), errors)
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


def _speed(run: Run, name: str, region: Region, addresses: list[Address], target: str) -> None:
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
    _speed(run, "synthetic country", region, chosen, target=">= 200")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    run.report.add("synthetic country: peak memory, its building included", max(before, after), "MB", target="< 2,000")


if __name__ == "__main__":
    main()
