"""The life of a record: draft, out for checks, ready for review, signed, superseded or withdrawn; and what a signature freezes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account, agency_label
from era_geo.record import access, attachments, audit, tables
from era_geo.record.access import Action
from era_geo.record.attachments import PICTURE, Attachment
from era_geo.record.audit import Act
from era_geo.record.envelope import RecordDocument, Saved
from era_geo.record.form import AddressCheck, AgencyPart, Form
from era_geo.record.formjson import sha256, signed_bytes, with_pictures
from era_geo.record.skipped import lacks_reason
from era_geo.record.store_core import Core, reach, reason_given
from era_geo.record.store_errors import Incomplete, NotAllowed
from era_geo.record.store_rows import VersionRow, pack, record_row, version_row
from era_geo.record.store_words import check_person
from era_geo.record.terms import CheckOutcome, Outcome, Status
from era_geo.settings import Settings


@dataclass(frozen=True)
class Move:
    """Where an action takes a record, and whether it asks for a reason."""

    to: Status
    reason: bool = False


MOVES: dict[Action, Move] = {
    Action.SEND_OUT: Move(Status.OUT_FOR_CHECKS),
    Action.OFFER: Move(Status.READY_FOR_REVIEW),
    Action.TAKE_BACK: Move(Status.DRAFT),
    Action.RETURN: Move(Status.DRAFT, reason=True),
    Action.WITHDRAW: Move(Status.WITHDRAWN, reason=True),
}
"""What `transition` does. Signing is more than a move, and superseding comes with the newer record's signature."""


_HOUSED = frozenset({Outcome.MANAGEABLE, Outcome.MANAGEABLE_WITH_CONDITIONS})
"""Outcomes after which somebody lives there, so that there is a next look."""
_NOT_WORKED_OUT = {"next_on": None, "need": None, "next_by": None}
"""Of a closed record nothing is due; of any other it is worked out when it is next asked for."""


@dataclass(frozen=True)
class Signed:
    """A signature as it was given: by whom (as printed), when, over which version, the SHA-256 of the signed bytes."""

    record_id: str
    version: int
    sha256: str
    signed_at: str
    signed_as: str
    authenticated: bool
    anchor: audit.Anchor


@dataclass(frozen=True)
class Step:
    """One step in a record's life. `by` is the account; the reason is the person's own words."""

    at: str
    by: str
    from_status: Status
    to_status: Status
    reason: str


def next_steps(core: Core, account: Account, record_id: str) -> tuple[Action, ...]:
    """Give the steps that this account may take with this record now."""
    can = allowed(core, account, record_id)
    return tuple(action for action in (*MOVES, Action.SIGN) if action in can)


def allowed(core: Core, account: Account, record_id: str) -> frozenset[Action]:
    """Give all that this account may do with this record as it stands; see `Store.allowed`."""
    with core.database.reading() as connection:
        record = reach(connection, account, record_id, Action.READ).standing
    return frozenset(action for action in Action if isinstance(access.may(account, action, record), access.Allowed))


def transition(core: Core, account: Account, record_id: str, action: Action, reason: str = "") -> Status:
    """Take a step; see `Store.transition`."""
    move = MOVES.get(action)
    if move is None:
        raise NotAllowed(f"To {action} is no step of its own. The steps are: {'; '.join(MOVES)}.")
    reason = reason_given(action, reason) if move.reason else audit.plain(reason.strip())
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, action, lock=True)
        if reason:
            check_person(reason, version_row(connection, record_id, reached.row.version).form)
        _move(connection, account, reached.row, move.to, at=core.stamp(), reason=reason)
    return move.to


def steps(connection: sa.Connection, record_id: str) -> tuple[Step, ...]:
    """Give the steps of a record's life in order."""
    table = tables.steps
    rows = connection.execute(sa.select(table).where(table.c.record_id == record_id).order_by(table.c.seq))
    return tuple(Step(row.at, row.by, Status(row.from_status), Status(row.to_status), row.reason) for row in rows)


def step_part(salt: str, step: Mapping[str, Any]) -> audit.Part:
    """Give a row of `steps` as the trail knows it."""
    told = {key: step[key] for key in ("at", "by", "from_status", "to_status", "reason")}
    return audit.digest(salt, f"step {step['seq']}", told)


def sign(
    core: Core,
    account: Account,
    record_id: str,
    *,
    version: int,
    pictures: Mapping[int, bytes],
    files: tuple[Attachment, ...] = (),
) -> Signed:
    """Sign a version; see `Store.sign`."""
    with core.database.writing() as connection:
        reached = reach(connection, account, record_id, Action.SIGN, lock=True)
        row = reached.row
        if row.version != version:
            raise NotAllowed(f"You read version {version}; version {row.version} has been saved since. Read that one first.")
        saved = version_row(connection, record_id, version)
        form = saved.form
        _complete(form, core.settings)
        at, anchor = core.stamp(), audit.anchor(connection)
        kept = [Attachment(PICTURE.format(scale=scale), "image/png", content) for scale, content in sorted(pictures.items())]
        parts = attachments.attach(connection, record_id, row.salt, (*kept, *attachments.as_they_were(form), *files), at)
        document = signed_bytes(with_pictures(_document(row, saved, form), pictures))
        signed = Signed(record_id, version, sha256(document), at, audit.plain(account.printed), account.authenticated, anchor)
        connection.execute(tables.signatures.insert().values(_signature_row(signed, account, document)))
        part = signature_part(row.salt, signed, sha256(document), account.key)
        connection.execute(tables.records.update().where(tables.records.c.no == row.no).values(signed_at=at))
        _move(connection, account, row, Status.SIGNED, at=at, parts=(*parts, part))
        if row.supersedes:
            _supersede(connection, account, row.supersedes, at)
    return signed


def signature_part(salt: str, signed: Signed, document_sha256: str, account_key: str) -> audit.Part:
    """Give a signature as the trail knows it; `document_sha256` is that of the bytes which are kept."""
    told = {
        "version": signed.version,
        "sha256": signed.sha256,
        "document": document_sha256,
        "at": signed.signed_at,
        "by": account_key,
        "as": signed.signed_as,
        "authenticated": signed.authenticated,
        "anchor": [signed.anchor.entries, signed.anchor.hash],
    }
    return audit.digest(salt, "signature", told)


def read_signature(row: Any) -> Signed:
    """Make a signature of its row."""
    anchor = audit.Anchor(row.trail_entries, row.trail_head)
    return Signed(row.record_id, row.version, row.sha256, row.signed_at, row.signed_as, row.authenticated, anchor)


def _document(row: Any, saved: VersionRow, form: Form) -> RecordDocument:
    return RecordDocument(row.id, saved.number, Status.SIGNED, form, Saved(saved.saved_as, audit.moment(saved.saved_at)))


def _signature_row(signed: Signed, account: Account, document: bytes) -> dict[str, Any]:
    return {
        "record_id": signed.record_id,
        "version": signed.version,
        "document": pack(document),
        "sha256": signed.sha256,
        "signed_at": signed.signed_at,
        "signed_by": account.key,
        "signed_as": signed.signed_as,
        "authenticated": signed.authenticated,
        "trail_entries": signed.anchor.entries,
        "trail_head": signed.anchor.hash,
    }


def _complete(form: Form, settings: Settings) -> None:
    """Refuse to have signed what nobody has decided; all that is missing at once."""
    decision = form.decision
    wanted = {
        "the lead agency": form.lead_agency,
        "what made this ERA necessary": form.case.trigger,
        "the outcome": decision.outcome,
        "its reasons": decision.reasons.strip(),
        "who decided": decision.decided_by.strip(),
        "the date of the decision": decision.decided_on,
        "the rule profile": form.case.profile.strip(),
    }
    if decision.outcome in _HOUSED:
        wanted["the date of the next look, or the renewal date"] = form.review.review_on or form.case.renewal_on
    missing = [name for name, value in wanted.items() if not value]
    if lacks_reason(form, settings):
        missing.append("why the yearly review was not done in time")
    missing += [f"why {agency_label(part.agency)} did not check" for part in form.agencies if _is_unexplained(part)]
    unexplained = sum(map(_is_unexplained, form.addresses))
    if unexplained:
        missing.append(f"why {unexplained} of the addresses {'was' if unexplained == 1 else 'were'} not checked")
    if missing:
        raise Incomplete(f"This record cannot be signed yet. It lacks: {', '.join(missing)}. Return it, saying so.")


def _is_unexplained(part: AgencyPart | AddressCheck) -> bool:
    return part.outcome is CheckOutcome.NOT_CHECKED and not part.why_not.strip()


def _supersede(connection: sa.Connection, account: Account, record_id: str, at: str) -> None:
    old = record_row(connection, record_id, lock=True)
    if Status(old.status) is Status.SIGNED:
        _move(connection, account, old, Status.SUPERSEDED, at=at)


def _move(
    connection: sa.Connection,
    account: Account,
    row: Any,
    to: Status,
    *,
    at: str,
    reason: str = "",
    parts: tuple[audit.Part, ...] = (),
) -> None:
    """Write a step down, bring the record's row in line with it, and log it with the parts that came with it."""
    table = tables.steps
    last = connection.execute(sa.select(sa.func.max(table.c.seq)).where(table.c.record_id == row.id)).scalar() or 0
    values = {"seq": last + 1, "at": at, "by": account.key, "from_status": row.status, "to_status": to.value, "reason": reason}
    connection.execute(table.insert().values(record_id=row.id, **values))
    changed = {"status": to.value, "updated_at": at, "updated_by": account.key, **_NOT_WORKED_OUT}
    connection.execute(tables.records.update().where(tables.records.c.no == row.no).values(changed))
    audit.append(
        connection,
        account,
        at,
        Act.ALTERATION,
        f"version {row.version} is {to.value} (was {row.status})",
        record_id=row.id,
        detail={"status": to.value},
        parts=(*parts, step_part(row.salt, values)),
    )
