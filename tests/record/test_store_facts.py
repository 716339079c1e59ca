"""What a form says of a case, as the rules ask for it, and back again."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from era_geo.record.form import Case, Form, Person
from era_geo.record.store_facts import circumstances, facts_text, read_facts
from era_geo.record.terms import Order, RiskLevel, Trigger
from tests.record import filled


@pytest.fixture
def form() -> Form:
    day = dt.date(2026, 3, 2)
    case = Case("R-1", Trigger.PROPOSED_ADDRESS, registered_on=day, moved_on=day, needed_by=day, sentenced_on=day, notified_on=day)
    person = Person(level=1, risk_level=RiskLevel.LOW, community_sentence=True, supervised=False)
    return filled.form(case=case, person=person)


@pytest.mark.parametrize(
    ("orders", "no_orders", "known"),
    [((), False, None), ((), True, ()), ((Order.SRO,), False, (Order.SRO,)), ((Order.SRO,), True, (Order.SRO,))],
)
def test_no_order_is_known_only_when_somebody_has_said_so(
    form: Form, orders: tuple[Order, ...], no_orders: bool, known: tuple[Order, ...] | None
) -> None:
    form = dataclasses.replace(form, person=dataclasses.replace(form.person, orders=orders, no_orders=no_orders))
    assert circumstances(form).orders == known
    assert read_facts(facts_text(form)).orders == known


def test_every_fact_comes_back_as_it_was(form: Form) -> None:
    assert read_facts(facts_text(form)) == circumstances(form)
    assert circumstances(form).needed_by == dt.date(2026, 3, 2)
    assert circumstances(form).community_sentence is True
