"""A store of 20,000 records on either engine: opening, listing, searching, what is due, one record, one save."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from benchmarks import _caseload, _rutland
from benchmarks._report import Report, seconds
from era_geo import front
from era_geo.accounts import Account, Role
from era_geo.record.calendar import make_calendar
from era_geo.record.form import Form
from era_geo.record.prefill import new_form
from era_geo.record.profileload import load_profile
from era_geo.record.store import Store, open_store
from era_geo.record.store_due import Rules
from era_geo.record.terms import Status
from era_geo.settings import Settings
from tests.postgres import programs, running

RECORDS = 20_000
TODAY = dt.date(2026, 11, 23)
TIMES = 15
_OFFICER = Account("oidc:officer", "officer", "police", frozenset(Role), authenticated=True)
_LANDLORD = Account("oidc:link", "link officer", "landlord", frozenset({Role.OFFICER}), authenticated=True)


def main() -> None:
    """Measure both engines and save."""
    asked = argparse.ArgumentParser(prog="era-geo bench records")
    asked.add_argument("--records", type=int, default=RECORDS)
    count = asked.parse_args().records
    load = os.getloadavg()[0]
    report = Report("records", f"A store of {count:,} records")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        form = _form(home)
        for engine, settings in _engines(home):
            _measure(report, engine, settings, form, count)
    report.notes += [
        _rutland.noise(max(load, os.getloadavg()[0])),
        "Every figure is the median of 15 calls as the app makes them: access is checked, and the look is written to the trail.",
        "Each record names ten agencies and holds an assessment of the training town; drawn with a fixed seed, one version each.",
        "PostgreSQL on the same machine, reached by a socket, with fsync on. Both engines wait for the disk at each save.",
    ]
    report.save()


def _form(home: Path) -> Form:
    settings = Settings(home=home)
    region = front.open_region(front.TRAINING_TOWN, settings)
    candidate = front.locate("12 High Street, Invermarrow", region, settings=settings).candidates[0]
    assessment = front.assess(front.site_from(candidate, region, query=""), region, as_of=TODAY)
    return new_form(assessment, "MAR-0")


def _engines(home: Path) -> Iterator[tuple[str, Settings]]:
    yield "SQLite", Settings(home=home)
    if programs() is None:
        print("PostgreSQL is not installed: only SQLite is measured.")
        return
    with running(durable=True) as server:
        yield "PostgreSQL", Settings(home=home, store_url=server.create("bench"))


@contextmanager
def _filled(settings: Settings, form: Form, count: int) -> Iterator[Store]:
    with open_store(settings) as store:
        _caseload.fill(store, _OFFICER, form, count, TODAY)
        yield store


def _measure(report: Report, engine: str, settings: Settings, form: Form, count: int) -> None:
    rules = Rules(load_profile(settings), cache(lambda _: make_calendar()))
    with _filled(settings, form, count) as store:
        ids = [line.id for line in store.list(_OFFICER, limit=TIMES).lines]
        report.add(
            "what is due, worked out for the first time",
            1000 * seconds(lambda: store.due(_OFFICER, rules, TODAY)),
            "ms",
            who=engine,
        )
        jobs: dict[str, Callable[[int], object]] = {
            "list, the newest 100": lambda _: store.list(_OFFICER),
            "list, a page in the middle": lambda turn: store.list(_OFFICER, offset=count // 2 + 100 * turn),
            "list, only drafts": lambda _: store.list(_OFFICER, status=Status.DRAFT),
            "list, as a landlord": lambda _: store.list(_LANDLORD),
            "search, one reference": lambda turn: store.search(_OFFICER, f"MAR {turn + 77:05}"),
            "search, two words": lambda _: store.search(_OFFICER, "kabar zutav"),
            "search, a word that all have": lambda _: store.search(_OFFICER, "high street"),
            "search, as a landlord": lambda _: store.search(_LANDLORD, "mar"),
            "what is due in 30 days": lambda _: store.due(_OFFICER, rules, TODAY, within_days=30),
            "what is due, all": lambda _: store.due(_OFFICER, rules, TODAY),
        }
        for what, job in jobs.items():
            report.add(what, _median(job), "ms", who=engine, target="< 200")
        report.add("one record, whole", _median(lambda turn: store.get(_OFFICER, ids[turn])), "ms", who=engine)
        report.add("start a record", _median(lambda turn: store.new(_OFFICER, _other(form, turn))), "ms", who=engine)
        report.add("open the store", 1000 * seconds(lambda: open_store(settings).close()), "ms", who=engine)
        report.add("verify, a record", 1000 * seconds(lambda: _fine(store)) / count, "ms", who=engine)


def _other(form: Form, turn: int) -> Form:
    return new_form(form.assessment, f"NEW-{turn}")


def _fine(store: Store) -> None:
    faults = store.verify(_OFFICER).faults
    if faults:
        raise SystemExit(f"The filled store does not verify: {faults[0]}")


def _median(job: Callable[[int], object]) -> float:
    return statistics.median(1000 * seconds(lambda turn=turn: job(turn)) for turn in range(TIMES))  # type: ignore[misc]


if __name__ == "__main__":
    main()
