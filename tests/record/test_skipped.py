"""A yearly review that was skipped asks for its reason before anything of the case is signed."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from era_geo.record.form import Form, Person
from era_geo.record.skipped import lacks_reason
from era_geo.record.terms import RiskLevel, Trigger
from era_geo.settings import Settings
from tests.record.stores import form

LONG_AGO, LATELY = dt.date(2026, 8, 3), dt.date(2026, 11, 2)


def late(**case: object) -> Form:
    """Give a yearly review that was decided more than 21 working days after its renewal date, and does not say why."""
    given = {"trigger": Trigger.ANNUAL_REVIEW, "renewal_on": LONG_AGO, **case}
    base = form()
    return dataclasses.replace(
        base,
        case=dataclasses.replace(base.case, **given),  # type: ignore[arg-type]
        review=dataclasses.replace(base.review, not_done_reason=" "),
    )


def reasoned() -> Form:
    base = late()
    return dataclasses.replace(base, review=dataclasses.replace(base.review, not_done_reason="no officer was free"))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (late(), True),
        (late(trigger=Trigger.CHANGED_CIRCUMSTANCES), True),
        (late(trigger=Trigger.CHANGED_CIRCUMSTANCES, renewal_on=None, registered_on=LONG_AGO.replace(year=2020)), False),
        (late(renewal_on=None, registered_on=LONG_AGO.replace(year=2025)), True),
        (late(renewal_on=LATELY), False),
        (reasoned(), False),
        (late(profile="national-2017 1"), True),
        (late(profile="of an area that has no file here 1"), False),
        (dataclasses.replace(late(), person=Person(level=1, risk_level=RiskLevel.LOW, no_orders=True)), False),
    ],
)
def test_where_the_rules_ask_for_a_reason(tmp_path: Path, given: Form, *, asked: bool) -> None:
    assert lacks_reason(given, Settings(home=tmp_path)) is asked
