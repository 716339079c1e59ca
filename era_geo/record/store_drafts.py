"""Drafts: what a person typed and has not saved as a version, kept for that person alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import tables
from era_geo.record.access import Action
from era_geo.record.audit import plain
from era_geo.record.form import Form
from era_geo.record.formjson import form_from_dict
from era_geo.record.store_core import Core, allow, carrying, new_id
from era_geo.record.store_errors import NoSuchRecord
from era_geo.record.store_rows import content_of, pack, unpack


@dataclass(frozen=True)
class Draft:
    """One draft. `record_id` and `base_version` are `None` for a record that was never saved."""

    id: str
    record_id: str | None
    base_version: int | None
    reference: str
    kept_at: str


_COLUMNS = [tables.drafts.c[name] for name in Draft.__dataclass_fields__]


def keep_draft(
    core: Core,
    account: Account,
    form: Form,
    *,
    record_id: str | None = None,
    base_version: int | None = None,
    draft_id: str | None = None,
) -> str:
    """Keep what was typed, in the place of `draft_id` if that is given; see `Store.keep_draft`."""
    allow(account, Action.CREATE if record_id is None else Action.KEEP_TYPED)
    values: dict[str, Any] = {
        "record_id": record_id,
        "account": account.key,
        "reference": plain(form.case.reference),
        "base_version": base_version,
        "kept_at": core.stamp(),
        "form": pack(content_of(form)),
    }
    table = tables.drafts
    with carrying(form), core.database.writing() as connection:
        if draft_id is not None:
            own = (table.c.id == draft_id) & (table.c.account == account.key)
            if connection.execute(table.update().where(own).values(values)).rowcount:
                return draft_id
        kept = new_id()
        connection.execute(table.insert().values(id=kept, **values))
    return kept


def drafts(core: Core, account: Account) -> tuple[Draft, ...]:
    """Give the account's own drafts, newest first."""
    query = sa.select(*_COLUMNS).where(tables.drafts.c.account == account.key).order_by(tables.drafts.c.kept_at.desc())
    with core.database.reading() as connection:
        return tuple(Draft(*row) for row in connection.execute(query))


def open_draft(core: Core, account: Account, draft_id: str) -> tuple[Draft, Form]:
    """Give one of the account's own drafts with its form.

    Raises
    ------
    NoSuchRecord
        If the account has no such draft.
    """
    table = tables.drafts
    query = sa.select(*_COLUMNS, table.c.form).where(table.c.id == draft_id, table.c.account == account.key)
    with core.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchRecord("You have no such draft.")
    return Draft(*row[:-1]), form_from_dict(json.loads(unpack(row.form)))


def drop_draft(core: Core, account: Account, draft_id: str) -> None:
    """Throw one of the account's own drafts away."""
    table = tables.drafts
    with core.database.writing() as connection:
        connection.execute(table.delete().where(table.c.id == draft_id, table.c.account == account.key))
