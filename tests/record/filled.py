"""A record with every field filled in, for tests of everything that reads or writes one: no store, no file, no clock."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from era_geo.record.envelope import Disclosure, Event, RecordDocument, Saved, Signature
from era_geo.record.form import (
    AddressCheck,
    AgencyPart,
    Analysis,
    Case,
    Decision,
    DeskCheck,
    Form,
    Measure,
    Person,
    PhysicalCheck,
    PhysicalRow,
    PropertyFacts,
    Review,
)
from era_geo.record.formjson import sha256, signed_bytes
from era_geo.record.terms import CheckOutcome, Order, Outcome, RiskLevel, Status, Tenure, Trigger
from tests.outputs import drawn

DAY = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def form(**more: Any) -> Form:
    """Give a form in which every field says something, each text another."""
    given: dict[str, Any] = {
        "case": Case("ABC-1", Trigger.FIRST_REGISTRATION, "lanarkshire-2023 1", "North Lanarkshire", *([DAY] * 7)),
        "assessment": drawn.assessment(),
        "person": Person(
            "category one", 2, RiskLevel.HIGH, (Order.SHPO, Order.LICENCE), True, True, "girls under twelve", False, True
        ),
        "lead_agency": "police",
        "agencies": (
            AgencyPart("police", "unit sergeant", DAY, DAY, CheckOutcome.CONCERN, "", "intelligence log reference fourteen"),
            AgencyPart("landlord:marrow-homes", "link post", DAY, DAY, CheckOutcome.NOTHING_HELD, "", "tenancy history is clear"),
            AgencyPart("nhs", "mappa lead", DAY, None, CheckOutcome.NOT_CHECKED, "system was down", ""),
        ),
        "property": PropertyFacts(
            Tenure.COUNCIL, "tenement flat", "two rooms", "second floor", "common close, door entry", "over the lane", False,
            "drying green", "lift out of order",
        ),
        "addresses": (
            AddressCheck(
                "Flat 2/2, 15 Mill Wynd", "same stair", 0.0, "osm:node/5", "housing", CheckOutcome.CONCERN, "toddlers", DAY
            ),
            AddressCheck("17 Mill Wynd", "", None, None, "police", CheckOutcome.NOT_CHECKED, "nothing on the log", DAY, "log shut"),
        ),
        "desk_checks": (
            DeskCheck("Council tax", "Housing", DAY, CheckOutcome.NOTHING_HELD, "register seen"),
            DeskCheck("Adult protection", "Justice social work", DAY, CheckOutcome.CONCERN, "open referral"),
        ),
        "physical_check": PhysicalCheck(
            DAY, "after school hours", "visiting sergeant",
            (PhysicalRow("Play parks", True, "behind the close", "swings in use"), PhysicalRow("Shops", False, "", "shut")),
        ),
        "considered_on": DAY,
        "analysis": Analysis("graffiti on the stair", "place four is in view", "contact is foreseeable"),
        "measures": (
            Measure("weekly unannounced visit", "police", DAY, None),
            Measure("repair the door entry", "landlord:marrow-homes", DAY, DAY),
        ),
        "decision": Decision(
            Outcome.MANAGEABLE_WITH_CONDITIONS, "Jane Campbell, detective sergeant", DAY, "visits are in place",
            "education disagreed",
        ),
        "review": Review(DAY, "a nursery opens in the hall", "no officer was free"),
    }  # fmt: skip
    return Form(**{**given, **more})


def record(the_form: Form | None = None, **more: Any) -> RecordDocument:
    """Give a signed record with its sharing log and trail."""
    given: dict[str, Any] = {
        "id": "7f3c",
        "version": 3,
        "status": Status.SIGNED,
        "form": the_form or form(),
        "saved": Saved("first author (signed in, Police)", AT),
        "sharing": (Disclosure(AT, "sharing officer", "head of the moon unit", "the signed record", "section 35 basis"),),
        "trail": (
            Event(AT, "trail officer", "collection: version 1 saved"),
            Event(AT, "trail officer", "disclosure", "asked by the unit"),
        ),
    }
    document = RecordDocument(**{**given, **more})
    if "signature" not in more and document.status is Status.SIGNED:
        signed = Signature("second reviewer (signed in, Police)", AT, sha256(signed_bytes(document)))
        document = dataclasses.replace(document, signature=signed)
    return document


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give every text inside dataclasses and tuples with its path, chosen words and ids among them."""
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from texts(getattr(value, part.name), f"{path}.{part.name}" if path else part.name)
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from texts(inner, f"{path}.{place}")
    elif type(value) is str and value:
        yield path, value


def rewritten(value: Any, change: Callable[[str, str], str], path: str = "") -> Any:
    """Give a dataclass again with each text changed by `change(path, text)`; chosen words stay."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = {
            part.name: rewritten(getattr(value, part.name), change, f"{path}.{part.name}" if path else part.name)
            for part in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **inner)
    if isinstance(value, tuple):
        return tuple(rewritten(one, change, f"{path}.{place}") for place, one in enumerate(value))
    return change(path, value) if type(value) is str else value
