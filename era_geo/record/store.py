"""The store of records: the one front that the command line, the app and scripts work through.

Every function takes the account at work first, checks what it may do, and writes the audit trail in the same transaction as what it
did: either both are there or neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import Self

from era_geo.accounts import Account
from era_geo.record import life, store_drafts, store_due, store_list, store_read, store_save, store_share
from era_geo.record.access import Action
from era_geo.record.attachments import Attachment
from era_geo.record.audit import Anchor, Entry
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import AgencyPart, Form
from era_geo.record.privacy import PrivacyWarning
from era_geo.record.store_care import Care
from era_geo.record.store_core import Core
from era_geo.record.store_engine import open_database
from era_geo.record.store_holders import Holders
from era_geo.record.terms import Status
from era_geo.settings import Settings, load


def clock() -> dt.datetime:
    """Give the time now, aware and in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def open_store(settings: Settings | None = None, *, now: Callable[[], dt.datetime] = clock) -> Store:
    """Open the store of records that the settings name, and bring it up to date if an older version of the program wrote it.

    It is `records.db` in `ERA_GEO_HOME` (SQLite), or what `store_url` names (`postgresql+psycopg://...`). A SQLite store is copied
    before it is brought up to date.

    Parameters
    ----------
    settings
        Those of this machine if not given.
    now
        The clock, as aware times.

    Raises
    ------
    UsageError
        If `store_url` cannot be used.
    StoreUnavailable
        If the store cannot be reached or written.
    StoreTooNew
        If a newer version of the program wrote it.
    """
    chosen = settings or load()
    return Store(Core(open_database(chosen.store_url, chosen.home, now), now, chosen))


class Store(Care, Holders):
    """The open store; a context manager that closes it. One store may be used by several threads.

    Every function may raise, besides what it names: `NotAllowed` (the account may not), `NoSuchRecord` (there is none that names
    the account's agency) and `StoreUnavailable` (nothing was changed; of a save, the error carries the form).
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.core.database.close()

    # Writing

    def new(
        self,
        account: Account,
        form: Form,
        *,
        supersedes: str | None = None,
        confirmed: Collection[PrivacyWarning] = (),
        key: str | None = None,
    ) -> store_save.Written:
        """Start a record as a draft, and give its id.

        Parameters
        ----------
        supersedes
            Id of the signed record that this one takes the place of, once it is signed.
        confirmed
            Warnings (`era_geo.record.privacy.warnings`) that a person has seen and confirmed.
        key
            The caller's own key for this record, one for each of its agency's records: with a key that has started a record before,
            nothing is started, and the answer is the first one again (but for `new`). So a script that was cut short is run again.

        Raises
        ------
        StoreError
            If the form cannot be kept: no reference, an unknown agency, a property located too inexactly.
        UsageError
            If a text looks like what no record may hold, and nobody has confirmed it; if the key cannot be one, or has started a
            record of another case or address.
        """
        return store_save.new(self.core, account, form, supersedes=supersedes, confirmed=confirmed, key=key)

    def save(
        self, account: Account, record_id: str, form: Form, *, base_version: int, confirmed: Collection[PrivacyWarning] = ()
    ) -> store_save.Written:
        """Save a new version made from `base_version`. The versions before it stay as they are.

        Somebody of an agency that does not lead may change what is its own to fill in (`era_geo.record.own_fields`). Saving what is
        saved already changes nothing, so that a save whose end was not seen can be repeated.

        Raises
        ------
        Conflict
            If somebody has saved since: it carries both texts, their differences and a merged form, and keeps what was typed as a
            draft.
        StoreError, UsageError
            As `new`.
        """
        return store_save.save(self.core, account, record_id, form, base_version=base_version, confirmed=confirmed)

    def answer(
        self, account: Account, record_id: str, part: AgencyPart, *, base_version: int, confirmed: Collection[PrivacyWarning] = ()
    ) -> store_save.Written:
        """Save the part of the account's own agency, on top of whatever others have saved since `base_version`.

        Raises
        ------
        AnswerConflict
            If somebody of the same agency has changed that part since.
        """
        return store_save.answer(self.core, account, record_id, part, base_version=base_version, confirmed=confirmed)

    def keep_draft(
        self,
        account: Account,
        form: Form,
        *,
        record_id: str | None = None,
        base_version: int | None = None,
        draft_id: str | None = None,
    ) -> str:
        """Keep what a person typed and has not saved, for that person alone, and give the draft's id.

        With `draft_id` it takes the place of that draft.
        """
        return store_drafts.keep_draft(self.core, account, form, record_id=record_id, base_version=base_version, draft_id=draft_id)

    def drafts(self, account: Account) -> tuple[store_drafts.Draft, ...]:
        """Give the account's own drafts, newest first."""
        return store_drafts.drafts(self.core, account)

    def open_draft(self, account: Account, draft_id: str) -> tuple[store_drafts.Draft, Form]:
        """Give one of the account's own drafts with its form."""
        return store_drafts.open_draft(self.core, account, draft_id)

    def drop_draft(self, account: Account, draft_id: str) -> None:
        """Throw one of the account's own drafts away."""
        store_drafts.drop_draft(self.core, account, draft_id)

    # The life of a record

    def allowed(self, account: Account, record_id: str) -> frozenset[Action]:
        """Give all that the account may do with a record as it stands, for a screen that offers no more than that.

        Raises
        ------
        NoSuchRecord
            If there is none that names the account's agency.
        """
        return life.allowed(self.core, account, record_id)

    def next_steps(self, account: Account, record_id: str) -> tuple[Action, ...]:
        """Give the steps that the account may take with a record now: what `transition` takes, and `Action.SIGN`."""
        return life.next_steps(self.core, account, record_id)

    def transition(self, account: Account, record_id: str, action: Action, *, reason: str = "") -> Status:
        """Send out, hand in for review, take back, return or withdraw a record, and give its new status.

        Parameters
        ----------
        action
            One of `era_geo.record.life.MOVES`; returning and withdrawing ask for a reason, which is kept with the record.
        """
        return life.transition(self.core, account, record_id, action, reason)

    def sign(
        self,
        account: Account,
        record_id: str,
        *,
        version: int,
        pictures: Mapping[int, bytes],
        files: tuple[Attachment, ...] = (),
    ) -> life.Signed:
        """Sign a version: its exact JSON and hash are frozen, with the map pictures, the address list and the findings as they are.

        Parameters
        ----------
        version
            The version that the reviewer has read; if another has been saved since, nothing is signed.
        pictures
            The map pictures (PNG) by scale.
        files
            What else is to be kept with the record.

        Raises
        ------
        Incomplete
            If nobody has decided yet; all that is missing is named.
        """
        return life.sign(self.core, account, record_id, version=version, pictures=pictures, files=files)

    # Reading

    def get(self, account: Account, record_id: str, *, version: int | None = None, break_glass: str = "") -> RecordDocument:
        """Give a record as the account sees it: the newest version, or `version`. A landlord's account gets the redacted view.

        Parameters
        ----------
        break_glass
            The reason for reading a record that does not name the account's agency; it is logged.
        """
        return store_read.get(self.core, account, record_id, version=version, break_glass=break_glass)

    def find(self, account: Account, text: str, *, held: bool = False) -> str:
        """Give the id of the record that a case reference, an id or the beginning of one means.

        Where several records have the reference, the one that is not superseded or withdrawn is meant.

        Parameters
        ----------
        held
            Look also among records that name the account's agency no longer, and with which it holds restricted places.
        """
        return store_list.find(self.core, account, text, held=held)

    def list(
        self, account: Account, *, status: Status | None = None, offset: int = 0, limit: int = store_list.PAGE
    ) -> store_list.Page:
        """List the records that the account may see, newest first."""
        return store_list.listed(self.core, account, status=status, offset=offset, limit=limit)

    def search(
        self, account: Account, text: str, *, status: Status | None = None, offset: int = 0, limit: int = store_list.PAGE
    ) -> store_list.Page:
        """List the records in whose newest version every word of `text` begins a word.

        Looked at are the reference, the address and what people wrote; for an account with the redacted view, the first two.
        """
        return store_list.listed(self.core, account, text=text or " ", status=status, offset=offset, limit=limit)

    def history(self, account: Account, record_id: str) -> store_read.History:
        """Give a record's versions, the steps of its life with their reasons, its signature, and what is kept with it."""
        return store_read.history(self.core, account, record_id)

    def attachment(self, account: Account, record_id: str, name: str) -> Attachment:
        """Give a file that is kept with a record."""
        return store_read.attachment(self.core, account, record_id, name)

    def audit(self, account: Account, record_id: str | None = None) -> tuple[Entry, ...]:
        """Give the audit trail of a record, or of the whole store."""
        return store_read.trail(self.core, account, record_id)

    def due(
        self,
        account: Account,
        rules: store_due.Rules,
        as_of: dt.date,
        *,
        within_days: int | None = None,
        limit: int = store_list.PAGE,
    ) -> store_due.DuePage:
        """List what is due by the rules, soonest first, so overdue first; those without a date come last.

        Parameters
        ----------
        within_days
            Leave out what is due more than so many days after `as_of`; it is counted.
        """
        return store_due.due(self.core, account, rules, as_of, within_days=within_days, limit=limit)

    # What leaves the store

    def for_export(
        self, account: Account, record_id: str, *, recipient: str, basis: str, version: int | None = None
    ) -> RecordDocument:
        """Give the document that an export is made of. Log the disclosure with `disclosed` once the files are written.

        Parameters
        ----------
        recipient
            Who receives it: an agency or a role, never a person's name.
        basis
            The legal basis, in words that name nothing of the case: they go into the trail.
        """
        return store_share.for_export(self.core, account, record_id, recipient=recipient, basis=basis, version=version)

    def disclosed(
        self,
        account: Account,
        record_id: str,
        *,
        recipient: str,
        basis: str,
        files: Mapping[str, str],
        version: int,
        redacted: bool,
    ) -> Anchor:
        """Log a disclosure with the exported files' SHA-256 by file name, by which `verify` knows them later."""
        return store_share.disclosed(
            self.core, account, record_id, recipient=recipient, basis=basis, files=files, version=version, redacted=redacted
        )

    def pictures(self, account: Account, record_id: str) -> dict[int, bytes]:
        """Give the map pictures, by scale, that were kept when a record was signed."""
        return store_read.pictures(self.core, account, record_id)

    def sheet_map(self, account: Account, record_id: str) -> tuple[int, bytes] | None:
        """Give the map of the visit sheet that was kept when a record was signed, with its scale; `None` if none was."""
        return store_read.sheet_map(self.core, account, record_id)
