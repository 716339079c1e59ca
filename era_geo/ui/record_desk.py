"""The record that one person has open: what was read, what they have changed since, and the store it is kept in.

What is typed lives in the session and, as it changes, in the person's own drafts in the store: a refresh or a lost connection
loses nothing, and nobody else sees it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from era_geo import settings as settings_module
from era_geo.errors import EraGeoError
from era_geo.outputs.escape import markdown
from era_geo.record.access import Action
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import Form
from era_geo.record.privacy import PrivacyWarning, warnings
from era_geo.record.store import Store, open_store
from era_geo.record.store_drafts import Draft as KeptDraft
from era_geo.record.store_errors import AnswerConflict, Conflict, NoSuchRecord, Sides
from era_geo.record.store_merge import with_fields_of
from era_geo.ui import record_fields, shared
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.markup import element
from era_geo.ui.sign_in import account

_DESK = "record_desk"
_DONE = "record_done"
Found = TypeVar("Found")


@dataclass
class Desk:
    """An open record. `form` is the working copy of `document`'s, `kept` what of it was last kept as the draft `draft_id`.

    `seen` are the privacy warnings that the person has confirmed, `clash` the two sides where somebody else has saved meanwhile.
    `overtaken` says that somebody of the person's own agency has saved its part since it was opened.
    `turn` grows when the fields are to show other values than were typed into them. `read` is what was read of it besides.
    """

    document: RecordDocument
    form: Form
    kept: Form
    draft_id: str | None = None
    seen: list[PrivacyWarning] = field(default_factory=list)
    clash: Sides | None = None
    overtaken: bool = False
    turn: int = 0
    read: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, read: Callable[[], Found]) -> Found:
        """Read something of this version once, however often the page is drawn: each reading is an entry in the trail."""
        if name not in self.read:
            self.read[name] = read()
        found: Found = self.read[name]
        return found

    @property
    def changed(self) -> bool:
        """Whether something was typed that no version has."""
        return self.form != self.document.form

    @property
    def unconfirmed(self) -> list[PrivacyWarning]:
        """Texts that look like what no record may hold, and that the person has not yet said may stay."""
        return [warning for warning in warnings(self.form, self.document.form) if warning not in self.seen]

    def may(self, action: Action) -> bool:
        """Whether the person at work may do this with the record as it stands. Breaking the glass lets them read, no more."""
        return action in self.once("allowed", self._allowed)

    @property
    def fills_in_for(self) -> str | None:
        """The person's agency, where another leads the record and theirs takes part; else `None`."""
        if self.may(Action.EDIT) or not self.may(Action.ANSWER):
            return None
        mine = account().agency
        return mine if any(part.agency == mine for part in self.document.form.agencies) else None

    @property
    def only_answers(self) -> bool:
        """Whether what was typed is no more than the answer of the person's own agency, where another leads."""
        mine = self.fills_in_for
        if mine is None:
            return False
        parts = tuple(part for part in self.document.form.agencies if part.agency != mine)
        typed = dataclasses.replace(self.form, agencies=self.document.form.agencies)
        return typed == self.document.form and tuple(part for part in self.form.agencies if part.agency != mine) == parts

    def _allowed(self) -> frozenset[Action]:
        try:
            return store().allowed(account(), self.document.id)
        except NoSuchRecord:
            return frozenset()


def store() -> Store:
    """Give the store of records, opened once for everybody; it checks each person's every step itself.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    settings = shared.settings()
    return _store(str(settings.home), settings.store_url)


@st.cache_resource(max_entries=2, show_spinner="Opening the records")
def _store(home: str, url: str | None) -> Store:  # noqa: ARG001 - the cache's key
    return open_store(settings_module.load())


def at_hand() -> Desk | None:
    """Give the record that this person has open."""
    desk: Desk | None = st.session_state.get(_DESK)
    return desk


def open_record(record_id: str, *, break_glass: str = "") -> Desk:
    """Read a record and put it on the desk; what the person typed into it before and did not save comes with it.

    Raises
    ------
    EraGeoError
        If it cannot be read, or the person may not.
    """
    who, records = account(), store()
    document = records.get(who, record_id, break_glass=break_glass)
    before = at_hand()
    desk = Desk(document, document.form, document.form, turn=before.turn + 1 if before else 0)
    st.session_state[_DESK] = desk
    return desk


def drafts_of(desk: Desk) -> list[KeptDraft]:
    """Give this person's drafts of the record at hand that are not the one being typed in, newest first."""
    if not (desk.may(Action.EDIT) or desk.fills_in_for):
        return []
    return [draft for draft in store().drafts(account()) if draft.record_id == desk.document.id and draft.id != desk.draft_id]


def carry_on(desk: Desk, draft: KeptDraft) -> None:
    """Take up what was typed and not saved. Where a version was saved since, saving will say so and show both."""
    _, form = store().open_draft(account(), draft.id)
    desk.form = desk.kept = form
    desk.draft_id = draft.id
    desk.turn += 1
    if draft.base_version is not None and draft.base_version != desk.document.version:
        desk.document = store().get(account(), desk.document.id, version=draft.base_version)


def take_up(record_id: str, draft_id: str, turn: int, fields: Mapping[str, str | float]) -> None:
    """Go on with a record in a window that outlived its session, and put what its `fields` hold on top (`era_geo.ui.returned`).

    Raises
    ------
    EraGeoError
        If the record cannot be read, or the person may not.
    """
    if not record_id:
        return
    desk = open_record(record_id)
    for draft in store().drafts(account()):
        if draft.id == draft_id and draft.record_id == record_id:
            carry_on(desk, draft)
    desk.turn = turn
    for key, value in fields.items():
        path = key.removeprefix(field_key(desk, ""))
        if path != key and isinstance(value, str):
            # A path that the form has no longer, or that is no text, is nothing that was typed into it.
            with suppress(LookupError, AttributeError, ValueError):
                if isinstance(record_fields.read(desk.form, path), str):
                    desk.form = record_fields.write(desk.form, path, value)


def field_key(desk: Desk, path: str) -> str:
    """Give the key of the widget that shows the field at `path`."""
    return f"record:{desk.document.id}:{desk.turn}:{path}"


def forget(draft: KeptDraft) -> None:
    """Throw away one of this person's drafts."""
    store().drop_draft(account(), draft.id)


def put_away() -> None:
    """Close the record; what was typed and not saved stays among the person's drafts."""
    st.session_state.pop(_DESK, None)
    move_focus_to("records")


def say_done(said: str) -> None:
    """Have a sentence said at the record once the page is drawn anew."""
    st.session_state[_DONE] = said


def tell_done() -> None:
    """Say what was done just now, if anything was."""
    said = st.session_state.pop(_DONE, None)
    if said is not None:
        st.html(element("p", said, class_="eg-told", role="status"))


def keep() -> None:
    """Keep what was typed since the last time as the person's own draft. It must not fail what the person is doing."""
    desk = at_hand()
    if desk is None or desk.form == desk.kept:
        return
    records, who = store(), account()
    try:
        if desk.changed:
            desk.draft_id = records.keep_draft(
                who, desk.form, record_id=desk.document.id, base_version=desk.document.version, draft_id=desk.draft_id
            )
        else:
            _drop_draft(desk)
        desk.kept = desk.form
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def save(desk: Desk) -> bool:
    """Save what was typed as a new version, and say whether it is saved. Two people at once are shown to each other.

    Raises
    ------
    EraGeoError
        If it cannot be saved. What was typed stays in the fields.
    """
    try:
        store().save(account(), desk.document.id, desk.form, base_version=desk.document.version, confirmed=desk.seen)
    except Conflict as conflict:
        desk.clash, desk.draft_id, desk.kept = conflict.sides, conflict.draft or desk.draft_id, desk.form
        return False
    _drop_draft(desk)
    open_record(desk.document.id)
    return True


def answer(desk: Desk) -> bool:
    """Save the part of the person's own agency, on top of whatever others have saved, and say that it is saved.

    Where somebody of the same agency has saved meanwhile, what was typed stays in the fields, on top of that version: the person
    sees both, and what they save next stands.

    Raises
    ------
    EraGeoError
        If it cannot be saved. What was typed stays in the fields.
    """
    who = account()
    (part,) = (part for part in desk.form.agencies if part.agency == who.agency)
    try:
        store().answer(who, desk.document.id, part, base_version=desk.document.version, confirmed=desk.seen)
    except AnswerConflict:
        desk.document = store().get(who, desk.document.id)
        agencies = tuple(part if other.agency == part.agency else other for other in desk.document.form.agencies)
        desk.form = dataclasses.replace(desk.document.form, agencies=agencies)
        desk.overtaken = True
        return False
    _drop_draft(desk)
    open_record(desk.document.id)
    return True


def settle(desk: Desk, clash: Sides, theirs: Collection[str]) -> None:
    """Go on after a conflict, on top of the version that the other person saved.

    `theirs` are the paths of the fields, changed by both, in which the other's text stays.
    """
    form = with_fields_of(clash.merged.form, clash.saved, theirs)
    desk.document = store().get(account(), desk.document.id, version=clash.saved_version)
    desk.form, desk.clash = form, None
    desk.turn += 1


def discard(desk: Desk) -> None:
    """Throw away what was typed and not saved."""
    _drop_draft(desk)
    open_record(desk.document.id)


def _drop_draft(desk: Desk) -> None:
    if desk.draft_id is not None:
        store().drop_draft(account(), desk.draft_id)
        desk.draft_id = None
