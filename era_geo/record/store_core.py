"""What every part of the store works with: the database, the clock, and a record that an account is allowed to reach."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import access, audit, tables
from era_geo.record.access import Action, Standing, View, Whose
from era_geo.record.form import Form
from era_geo.record.store_engine import Database
from era_geo.record.store_errors import NoSuchRecord, NotAllowed, StoreError
from era_geo.record.store_rows import record_row, shared, standing
from era_geo.settings import Settings


@dataclass(frozen=True)
class Core:
    """The open database, the clock (aware times), and the settings: where the program keeps files and rule profiles."""

    database: Database
    now: Callable[[], dt.datetime]
    settings: Settings

    @property
    def home(self) -> Path:
        """The folder in which the program keeps files beside the store."""
        return self.settings.home

    def stamp(self) -> str:
        """Give the time as the store keeps it."""
        return audit.stamp(self.now())


@dataclass(frozen=True)
class Reached:
    """A record's row, how the agencies stand to it, and the view that the account has of it."""

    row: Any
    standing: Standing
    view: View


def allow(account: Account, action: Action, record: Standing | None = None) -> View:
    """Give the view that an account has, if it may do this.

    Raises
    ------
    NotAllowed
        If no rule allows it.
    """
    answer = access.may(account, action, record)
    if isinstance(answer, access.Refused):
        raise NotAllowed(answer.sentence)
    return answer.view


def reach(
    connection: sa.Connection,
    account: Account,
    record_id: str,
    action: Action,
    *,
    lock: bool = False,
    holder: str = "",
    holds: bool = False,
) -> Reached:
    """Give a record that the account may do this to.

    Parameters
    ----------
    holder
        The agency whose restricted places this is about.
    holds
        Whether it holds some with this record: for these it counts as named, though the record may name it no longer.

    Raises
    ------
    NoSuchRecord
        If there is none, or none that names the account's agency: whether there is one is not told.
    NotAllowed
        If the account may not.
    """
    row = record_row(connection, record_id, lock=lock)
    record = standing(connection, row, holder)
    if holds:
        record = dataclasses.replace(record, agencies=record.agencies | {holder})
    if action is not Action.BREAK_GLASS and not access.stands(account, Whose.NAMED, record):
        own_agency(account)
        raise NoSuchRecord("There is no such record among those that name your agency. Breaking the glass needs a written reason.")
    return Reached(row, record, allow(account, action, record))


def alone(connection: sa.Connection, account: Account) -> bool:
    """Whether the account works alone on its own file: see `era_geo.record.access`."""
    return access.works_alone(account) and not shared(connection)


def visible(connection: sa.Connection, query: sa.Select[Any], account: Account, *, some: bool = False) -> sa.Select[Any]:
    """Narrow a query on `records` to those that name the account's agency.

    With `some` each record is asked in turn: right for the first lines of a list in the order of an index, wrong for a whole count.
    """
    if alone(connection, account):
        return query
    named = tables.named
    own = named.c.agency == own_agency(account)
    if some:
        return query.where(sa.exists().where(own, named.c.record_no == tables.records.c.no))
    return query.where(tables.records.c.no.in_(numbers_of(account)))


def numbers_of(account: Account) -> sa.Select[Any]:
    """Give the query for the numbers of the records that name the account's agency."""
    return sa.select(tables.named.c.record_no).where(tables.named.c.agency == own_agency(account))


def own_agency(account: Account) -> str:
    """Give the agency of an account in a store that several computers share, or by sign-in: there nobody works alone.

    Raises
    ------
    NotAllowed
        If it is an account of this computer, and nobody has said which agency the computer is of: to say instead that there is
        nothing would not be true.
    """
    if access.works_alone(account):
        raise NotAllowed(
            "Nobody has said which agency this computer is of, and in a store that several computers share you see the records "
            "that name your agency. Say it first: setting `agency`, such as ERA_GEO_AGENCY=police."
        )
    return account.agency or ""


def new_id() -> str:
    """Give an id that tells nothing."""
    return uuid.uuid4().hex


@contextmanager
def carrying(form: Form) -> Iterator[None]:
    """Let every error of the store that leaves the block carry the form, so that what was typed can be kept."""
    try:
        yield
    except StoreError as error:
        if error.form is None:
            error.form = form
        raise


def reason_given(action: Action, reason: str) -> str:
    """Give a reason without blanks around it, as it can be kept.

    Raises
    ------
    NotAllowed
        If it says nothing.
    """
    if not reason.strip():
        raise NotAllowed(f"To {action}, give a reason.")
    return audit.plain(reason.strip())
