"""Stores for the tests, on both engines, and the people who work on them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from era_geo.accounts import Account, Role
from era_geo.record import tables
from era_geo.record.access import Action
from era_geo.record.form import AddressCheck, DeskCheck, Form
from era_geo.record.privacy import warnings
from era_geo.record.store import Store
from tests.record import filled

PICTURE = b"\x89PNG a picture of the map at a fixed scale"


def account(name: str, agency: str | None = "police", *roles: Role, authenticated: bool = True) -> Account:
    return Account(f"oidc:{name}", name, agency, frozenset(roles or (Role.OFFICER,)), authenticated)


OFFICER = account("officer one")
COLLEAGUE = account("officer two")
REVIEWER = account("reviewer", "police", Role.REVIEWER)
ADMINISTRATOR = account("administrator", "police", Role.ADMINISTRATOR)
NURSE = account("nhs lead", "nhs")
LINK_OFFICER = account("link officer", "landlord:marrow-homes")
STRANGER = account("teacher", "education")
NOBODY = Account("oidc:nobody", "nobody", "police", frozenset(), authenticated=True)
LOCAL = Account("os:anna", "anna", None, frozenset(Role), authenticated=False)
HERE = Account("os:anna", "anna", "police", frozenset(Role), authenticated=False)
OTHER_HERE = Account("os:bert", "bert", "police", frozenset(Role), authenticated=False)


class Clock:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.time += dt.timedelta(seconds=1)
        return self.time


@cache
def _drawn() -> Form:
    return filled.form()


def form(reference: str = "ABC-1", **more: Any) -> Form:
    case = dataclasses.replace(_drawn().case, reference=reference)
    return dataclasses.replace(_drawn(), **{"case": case, **more})


def with_housing(reference: str = "ABC-1") -> Form:
    """The drawn form, with council housing among those that take part, and rows of several agencies."""
    base = form(reference)
    housing = dataclasses.replace(base.agencies[-1], agency="housing", detail="", contact="the SOLO")
    checks = (DeskCheck("Council tax", "Housing"), DeskCheck("the log", "Police"))
    addresses = (AddressCheck("17 Mill Wynd"), AddressCheck("19 Mill Wynd", agency="police"))
    return dataclasses.replace(base, agencies=(*base.agencies, housing), desk_checks=checks, addresses=addresses)


def judged(base: Form, text: str) -> Form:
    """Give the form with another judgement."""
    return dataclasses.replace(base, analysis=dataclasses.replace(base.analysis, judgement=text))


def start(store: Store, the_form: Form | None = None, by: Account = OFFICER, **more: Any) -> str:
    """Start a record; the warnings about its texts are confirmed."""
    chosen = the_form or form()
    return store.new(by, chosen, confirmed=warnings(chosen), **more).record_id


def save(store: Store, record_id: str, the_form: Form, *, by: Account = OFFICER, base: int = 1) -> int:
    return store.save(by, record_id, the_form, base_version=base, confirmed=warnings(the_form)).version


def signed(store: Store, the_form: Form | None = None, **more: Any) -> str:
    """Start a record, hand it in and have it signed."""
    record_id = start(store, the_form, **more)
    store.transition(OFFICER, record_id, Action.OFFER)
    store.sign(REVIEWER, record_id, version=1, pictures={2500: PICTURE})
    return record_id


def all_rows(store: Store) -> Iterator[str]:
    """Give every text and number in every table, as one text for each row."""
    with store.core.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            yield from (f"{table.name}: {tuple(row)}" for row in connection.execute(table.select()))
