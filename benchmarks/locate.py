"""The geocoder: real addresses in messy forms, beside the peers; addresses nobody mapped; what it says of its own error; speed.

    era-geo bench locate [--quick] [--no-country]

`--quick` asks fewer texts and leaves the synthetic country out; its figures are printed and not saved.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import _regions
from benchmarks._addresses import FORMS, Address, missing_number, of_extract, of_gold, plain
from benchmarks._judging import Tally, judge
from benchmarks._locate_limits import country, held_out, hostile, speed
from benchmarks._locate_places import other_towns
from benchmarks._locate_run import CODE_POINT, EDINBURGH, RUTLAND, SEED, Asked, FormsReport, Run, ask_forms, ask_lacking
from benchmarks._peers import nominatim_missing
from benchmarks._report import real_data
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.search import locate
from era_geo.model import LocateStatus
from era_geo.region.region import Region

GOLD = "gold/edinburgh-business-addresses.csv"
SHARED_M = 50.0  # two houses of one number and street further apart than this are two
NOTES = (
    "`right`: matched, and the house that the map has (number, street, within 50 m), or a contradiction offering it.",
    "`wrong house`: one house given as the answer, and another one. The rest is a choice, a street or postcode, or not found.",
    "`held out`: a third of the addresses taken off the map; for `building`, points that their buildings were given instead.",
    "FTS5: any word, best bm25 first. rapidfuzz: best WRatio first. Both always give a house.",
    "Speeds are by processor time, on one core; peers and ours in the same run.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(prog="era-geo bench locate")
    parser.add_argument("--quick", action="store_true", help="fewer texts; nothing is saved")
    parser.add_argument("--no-country", action="store_true", help="leave the synthetic country of 2.7 million addresses out")
    given = parser.parse_args(arguments)
    report = FormsReport("locate", "The geocoder, beside its peers")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(report, real_data(), Path(folder), given.quick)
        edinburgh(run)
        rutland(run)
        training_town(run)
        report.add("confidently wrong, all forms of both lists", 1000 * run.wrong / max(1, run.asked), "per 1,000", target="<= 1")
        report.notes.append(f"Confidently wrong: {run.wrong} of {run.asked:,} texts asked.")
        held_out(run)
        hostile(run)
        if not (given.no_country or given.quick):
            country(run)
    report.notes += NOTES
    if missing := nominatim_missing():
        report.notes.append(missing)
    if not given.quick:
        report.save()


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
    lines = [replace(one, town=one.town or "Edinburgh") for one in extract]  # the peers do best with the city in every line
    ask_forms(run, Asked("Edinburgh", region, run.some(mapped, 200), lines), FORMS)
    made_up = _made_up(mapped, extract)
    ask_lacking(run, "Edinburgh, houses the map lacks", region, run.some(absent, 400), "as written")
    ask_lacking(run, "Edinburgh, houses the map lacks, no postcode", region, run.some(absent, 400), "no postcode")
    ask_lacking(run, "Edinburgh, numbers that do not exist", region, run.some(made_up, 200), "as written")


def _made_up(addresses: Sequence[Address], extract: Sequence[Address]) -> list[Address]:
    """Give the addresses with numbers that their streets do not have."""
    numbers = defaultdict(set)
    for one in extract:
        numbers[plain(one.street)].add(one.number.lower())
    rng = random.Random(SEED)
    return [replace(one, number=missing_number(numbers[plain(one.street)], rng)) for one in addresses]


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
        f"Rutland: {len(whole)} addresses with number, street and postcode. {len(alone)} are the only such number and street in "
        f"the county (objects within {SHARED_M:.0f} m and without units of their own are one); {len(shared)} share both with "
        f"another and must be a choice without town and postcode. In the forms without postcode {len(named)} are answerable: "
        "the others name no town, and several streets of the county have the name."
    )
    with_postcode = {name: form for name, form in FORMS.items() if "no postcode" not in name}
    without = {name: form for name, form in FORMS.items() if "no postcode" in name}
    ask_forms(run, Asked("Rutland", region, run.some(alone, 150), extract), with_postcode)
    ask_forms(run, Asked("Rutland", region, run.some(named, 150), extract), without)
    _shared(run, region, shared)
    made_up = run.some(_made_up(extract, extract), 200)
    ask_lacking(run, "Rutland, numbers that do not exist", region, made_up, "as written")
    ask_lacking(run, "Rutland, numbers that do not exist, no postcode", region, made_up, "no postcode")
    other_towns(run, "Rutland", region, run.some(extract, 200))
    speed(run, "Rutland", region, alone, target=">= 2,000")


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
    run.report.add("Rutland, number and street shared, nothing else typed: a choice", verdicts.share("choice"), "%", target="100")


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


if __name__ == "__main__":
    main()
