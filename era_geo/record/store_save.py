"""Starting a record and saving versions of it, so that no text of two people at once is lost."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account, agency_label
from era_geo.record import access, audit, tables
from era_geo.record.access import Action, Standing, View, Whose
from era_geo.record.audit import Act
from era_geo.record.form import AgencyPart, Form
from era_geo.record.formjson import sha256
from era_geo.record.own_fields import not_own
from era_geo.record.privacy import PrivacyWarning, require_confirmed
from era_geo.record.store_core import Core, Reached, allow, alone, carrying, new_id, own_agency, reach
from era_geo.record.store_drafts import keep_draft
from era_geo.record.store_errors import AnswerConflict, Conflict, NotAllowed, Sides, StoreUnavailable
from era_geo.record.store_keys import check_key, keep_key, started_before
from era_geo.record.store_merge import differences, merge
from era_geo.record.store_rows import (
    VersionRow,
    add_version,
    agencies_of,
    check,
    columns,
    content_of,
    describe,
    form_parts,
    record_row,
    standing,
    version_row,
)
from era_geo.record.terms import Status


@dataclass(frozen=True)
class Written:
    """What a save came to: the record, its version, and the SHA-256 of that version's form. `new` is false if nothing differed.

    `dropped` are the agencies that the version before named and this one does not: they see the record no longer.
    """

    record_id: str
    version: int
    sha256: str
    new: bool = True
    dropped: tuple[str, ...] = ()

    @property
    def dropped_says(self) -> str:
        """What dropping them means, in words; empty where none was dropped."""
        return dropping(self.dropped)


def dropping(agencies: Collection[str]) -> str:
    """Say what dropping agencies means, in words that are the same whether or not they keep places apart; empty without any."""
    if not agencies:
        return ""
    them = ", ".join(map(agency_label, sorted(agencies)))
    return (
        f"No longer named, and so without this record from now on: {them}. If an agency keeps places apart with a record, nobody "
        "else is told; they stay its own, to read, to carry over to a newer record, or to take out."
    )


def new(
    core: Core,
    account: Account,
    form: Form,
    *,
    supersedes: str | None = None,
    confirmed: Collection[PrivacyWarning] = (),
    key: str | None = None,
) -> Written:
    """Start a record; see `Store.new`."""
    record_id, at = new_id(), core.stamp()
    if key is not None:
        check_key(key)
    with carrying(form):
        _accept(core, account, form, confirmed)
        with core.database.writing() as connection:
            if key is not None and (before := started_before(connection, account, key, form)):
                return Written(before.record_id, 1, before.sha256, new=False)
            if supersedes is not None:
                _may_supersede(connection, account, supersedes)
            salt = secrets.token_hex(32)
            no = _insert(connection, account, form, at, id=record_id, salt=salt, supersedes=supersedes)
            version = _version(account, form, 1, at)
            add_version(connection, version, record_id)
            describe(connection, no, form)
            parts, detail = form_parts(salt, version, form), {"supersedes": supersedes}
            if key is not None:
                parts = (*parts, keep_key(connection, account, salt, record_id, key))
            what = "started, version 1"
            audit.append(connection, account, at, Act.COLLECTION, what, record_id=record_id, parts=parts, detail=detail)
    return Written(record_id, 1, version.sha256)


def save(
    core: Core,
    account: Account,
    record_id: str,
    form: Form,
    *,
    base_version: int,
    confirmed: Collection[PrivacyWarning] = (),
) -> Written:
    """Save a new version; see `Store.save`."""
    with carrying(form):
        check(form)
        with core.database.writing() as connection:
            reached = _writer(connection, account, record_id)
            current = version_row(connection, record_id, reached.row.version)
            _check_own(connection, account, reached, form, base_version)
            if current.sha256 == sha256(content_of(form)):
                return Written(record_id, current.number, current.sha256, new=False)
            if base_version == current.number:
                require_confirmed(form, confirmed=confirmed, before=current.form)
                return _save(connection, core, account, reached, form)
            sides = _sides(connection, record_id, base_version, current, form)
        raise Conflict(sides, draft=_kept(core, account, record_id, form, base_version))


def _writer(connection: sa.Connection, account: Account, record_id: str) -> Reached:
    """Give the record for somebody of the lead agency, or of another that fills in what is its own."""
    record = standing(connection, record_row(connection, record_id))
    answers = not _may(account, Action.EDIT, record) and _may(account, Action.ANSWER, record)
    reached = reach(connection, account, record_id, Action.ANSWER if answers else Action.EDIT, lock=True)
    if reached.view is not View.FULL:
        raise NotAllowed("Your agency sees a copy of this record, which cannot be saved. It answers in its own part.")
    return reached


def _may(account: Account, action: Action, record: Standing) -> bool:
    return isinstance(access.may(account, action, record), access.Allowed)


def _check_own(connection: sa.Connection, account: Account, reached: Reached, form: Form, base_version: int) -> None:
    """Refuse what somebody of an agency that does not lead has changed and is not their agency's to fill in."""
    if _may(account, Action.EDIT, reached.standing):
        return
    others = not_own(version_row(connection, reached.row.id, base_version).form, form, account.agency or "")
    if others:
        raise NotAllowed(f"Another agency leads this record. These fields are not your agency's to fill in: {', '.join(others)}.")


def answer(
    core: Core,
    account: Account,
    record_id: str,
    part: AgencyPart,
    *,
    base_version: int,
    confirmed: Collection[PrivacyWarning] = (),
) -> Written:
    """Save one agency's own part on top of whatever others have saved; see `Store.answer`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.ANSWER, lock=True)
        if not alone(connection, account) and part.agency != account.agency:
            raise NotAllowed("You may only answer for your own agency.")
        current = version_row(connection, record_id, reached.row.version)
        base = current if base_version == current.number else version_row(connection, record_id, base_version)
        typed = with_part(base.form, part)
        merged = merge(base.form, current.form, typed)
        if merged.conflicts:
            raise AnswerConflict(next(other for other in current.form.agencies if other.agency == part.agency), part)
        if content_of(merged.form) == current.content:
            return Written(record_id, current.number, current.sha256 if reached.view is View.FULL else "", new=False)
        require_confirmed(merged.form, confirmed=confirmed, before=current.form)
        return _save(connection, core, account, reached, merged.form)


def with_part(form: Form, part: AgencyPart) -> Form:
    """Give the form with one agency's part in the place of the one it has.

    Raises
    ------
    NotAllowed
        If the form does not ask that agency.
    """
    if part.agency not in {other.agency for other in form.agencies}:
        raise NotAllowed("This record does not ask that agency. The lead agency adds it first.")
    return dataclasses.replace(form, agencies=tuple(part if other.agency == part.agency else other for other in form.agencies))


def _accept(core: Core, account: Account, form: Form, confirmed: Collection[PrivacyWarning]) -> None:
    """Refuse what nobody may start a record with."""
    check(form)
    allow(account, Action.CREATE)
    named = Standing(Status.DRAFT, form.lead_agency, agencies_of(form), shared=core.database.path is None)
    if not access.stands(account, Whose.NAMED, named):
        own_agency(account)
        raise NotAllowed("Nothing was saved: a record names the agency of the person who starts it. Add yours among the agencies.")
    require_confirmed(form, confirmed=confirmed)


def _may_supersede(connection: sa.Connection, account: Account, record_id: str) -> None:
    old = reach(connection, account, record_id, Action.READ, lock=True)
    if old.standing.status is not Status.SIGNED or not access.stands(account, Whose.LEAD, old.standing):
        raise NotAllowed("Only a signed record is superseded, and by its lead agency. Leave out what this one supersedes, or look.")

    records = tables.records
    others = sa.and_(records.c.supersedes == record_id, records.c.status != Status.WITHDRAWN.value)
    if connection.execute(sa.select(records.c.id).where(others)).first() is not None:
        raise NotAllowed("Another record is to supersede this one already. Go on with that one, or withdraw it first.")


def _insert(connection: sa.Connection, account: Account, form: Form, at: str, **values: Any) -> int:
    row = {
        "status": Status.DRAFT,
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "updated_by": account.key,
        **columns(form),
        **values,
    }
    (no,) = connection.execute(tables.records.insert().values(row)).inserted_primary_key or (0,)
    return int(no)


def _version(account: Account, form: Form, number: int, at: str) -> VersionRow:
    content = content_of(form)
    return VersionRow(number, content, sha256(content), at, account.key, audit.plain(account.printed))


def _save(connection: sa.Connection, core: Core, account: Account, reached: Reached, form: Form) -> Written:
    at, row = core.stamp(), reached.row
    version = _version(account, form, row.version + 1, at)
    add_version(connection, version, row.id)
    describe(connection, row.no, form, version=version.number, updated_at=at, updated_by=account.key)
    parts = form_parts(row.salt, version, form)
    audit.append(connection, account, at, Act.ALTERATION, f"saved version {version.number}", record_id=row.id, parts=parts)
    # Of a form with few words the rest could be guessed and held against its hash.
    digest = version.sha256 if reached.view is View.FULL else ""
    return Written(row.id, version.number, digest, dropped=tuple(sorted(reached.standing.agencies - agencies_of(form))))


def _sides(connection: sa.Connection, record_id: str, base_version: int, current: VersionRow, typed: Form) -> Sides:
    base, saved = version_row(connection, record_id, base_version).form, current.form
    return Sides(
        record_id=record_id,
        base_version=base_version,
        saved_version=current.number,
        saved_by=current.saved_as,
        base=base,
        saved=saved,
        typed=typed,
        differences=differences(saved, typed),
        merged=merge(base, saved, typed),
    )


def _kept(core: Core, account: Account, record_id: str, form: Form, base_version: int) -> str | None:
    """Keep what was typed as a draft; where even that cannot be written, the error alone carries it."""
    try:
        return keep_draft(core, account, form, record_id=record_id, base_version=base_version)
    except StoreUnavailable:
        return None
