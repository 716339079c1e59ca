"""The circumstances of a record, as the rules ask for them, kept beside it so that lists need not read whole forms."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace
from typing import Any

from era_geo.record.circumstances import Circumstances
from era_geo.record.form import Form
from era_geo.record.terms import Order, RiskLevel, Trigger

_DATES = tuple(name for name in Circumstances.__dataclass_fields__ if name.endswith("_on") or name == "needed_by")


def circumstances(form: Form, *, last_era_on: dt.date | None = None) -> Circumstances:
    """Give what a form says of a case. That no order is written is no answer, unless somebody has said that there is none.

    Parameters
    ----------
    last_era_on
        Day on which this ERA was signed, once it is: the next yearly review counts from it.
    """
    case, person = form.case, form.person
    return Circumstances(
        trigger=case.trigger,
        level=person.level,
        risk_level=person.risk_level,
        orders=person.orders or (() if person.no_orders else None),
        supervised=person.supervised,
        community_sentence=person.community_sentence,
        registered_on=case.registered_on,
        notified_on=case.notified_on,
        moved_on=case.moved_on,
        needed_by=case.needed_by,
        sentenced_on=case.sentenced_on,
        renewal_on=case.renewal_on,
        last_era_on=last_era_on,
        review_on=form.review.review_on,
        not_done_reason=form.review.not_done_reason,
    )


def facts_text(form: Form) -> str:
    """Give a form's circumstances as they are kept."""
    known = {key: value for key, value in asdict(circumstances(form)).items() if value not in (None, "")}
    return json.dumps(known, default=str, separators=(",", ":"))


def read_facts(text: str, *, last_era_on: dt.date | None = None) -> Circumstances:
    """Read `facts_text`'s form back."""
    data: dict[str, Any] = json.loads(text)
    for name in _DATES:
        if name in data:
            data[name] = dt.date.fromisoformat(data[name])
    for name, kind in (("trigger", Trigger), ("risk_level", RiskLevel)):
        if name in data:
            data[name] = kind(data[name])
    if "orders" in data:
        data["orders"] = tuple(Order(order) for order in data["orders"])
    return replace(Circumstances(**data), last_era_on=last_era_on)
