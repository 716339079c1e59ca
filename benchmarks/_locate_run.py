"""What the parts of the geocoder's benchmark share: the run, asking a list in every form, asking for houses that are not there."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._addresses import FORMS, Address, Form
from benchmarks._judging import HOUSE_LEVEL, Tally, holds, invented, judge, percent
from benchmarks._peers import peers
from benchmarks._report import Report
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.search import locate
from era_geo.model import LocateStatus
from era_geo.region.region import Region

SEED = 7
EDINBURGH = "osm/edinburgh-shops-2016-11-04.osm.pbf"
RUTLAND = "osm/rutland-2022-07-20.osm.pbf"
ABERDEEN = "osm/aberdeen-centre-2016-03-20.osm.pbf"
CODE_POINT = "official/codepoint-open-scotland-2020-08.zip"


@dataclass
class FormsReport(Report):
    """A report whose page has the forms as a table: a row for each form, a column for each engine, `right % (wrong house %)`."""

    forms: dict[str, dict[str, dict[str, tuple[float, float]]]] = field(default_factory=dict)

    def add_form(self, name: str, form: str, who: str, right: float, wrong: float) -> None:
        """Take down what an engine made of a form, and print it."""
        self.forms.setdefault(name, {}).setdefault(form, {})[who] = (right, wrong)
        print(f"{name + ', ' + form:50} {who:18} right {right:6.2f} %   wrong house {wrong:6.2f} %")

    def _page(self) -> str:
        parts = [super()._page()]
        for name, forms in self.forms.items():
            engines = list(next(iter(forms.values())))
            parts += [
                f"\n## {name}: right % (wrong house %)\n",
                f"| form | {' | '.join(engines)} |",
                f"|---|{'---:|' * len(engines)}",
            ]
            parts += [f"| {form} | {' | '.join(_cell(*made[who]) for who in engines)} |" for form, made in forms.items()]
        return "\n".join([*parts, ""])


def _cell(right: float, wrong: float) -> str:
    return f"{right:.1f} ({wrong:.1f})"


@dataclass
class Run:
    """One run of the benchmark: its report, and how much is asked."""

    report: FormsReport
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


@dataclass(frozen=True)
class Asked:
    """A list to ask for: its name, the region, the addresses, and what the peers are given."""

    name: str
    region: Region
    addresses: Sequence[Address]
    extract: Sequence[Address]


def ask_forms(run: Run, asked: Asked, forms: Mapping[str, Form]) -> None:
    """Ask every form of every address, ours and the peers', and hold their times against ours."""
    name, region, addresses = asked.name, asked.region, asked.addresses
    engines = peers(asked.extract)
    ours, theirs = 0.0, dict.fromkeys((engine.name for engine in engines), 0.0)
    for form, write in forms.items():
        rng = random.Random(SEED)
        texts = [(one, write(one, rng)) for one in addresses]
        tally, start = Tally(), time.process_time()
        for one, text in texts:
            tally.take(judge(one, locate(text, region)), text)
        ours += time.process_time() - start
        run.asked += tally.total
        run.wrong += tally.counts["wrong"]
        run.report.add_form(name, form, "era-geo", tally.share("right", "offered"), tally.share("wrong"))
        for text in tally.wrong:
            print(f"    wrong: {text}")
        for engine in engines:
            start = time.process_time()
            hits = [engine.first(text) for _, text in texts]
            theirs[engine.name] += time.process_time() - start
            right = percent(hit == one.key for hit, (one, _) in zip(hits, texts, strict=True))
            wrong = percent(hit not in (None, one.key) for hit, (one, _) in zip(hits, texts, strict=True))
            run.report.add_form(name, form, engine.name, right, wrong)
    for engine_name, seconds in theirs.items():
        run.report.ratio(f"{name}, {len(forms)} forms together: time", ours, seconds, engine_name)


def ask_lacking(run: Run, name: str, region: Region, addresses: Sequence[Address], form: str) -> None:
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
        alone = sum(other.precision is first.precision for other in result.candidates) == 1
        if alone and first.precision.value in ("street", "postcode"):  # of several streets to choose from, none is meant
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
