"""Carrying on: the draft at hand is saved as it changes, and offered again when its user comes back.

Nothing of it is in the page's address, the browser's storage or a log; only the user it belongs to is ever offered it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from era_geo.errors import EraGeoError
from era_geo.model import LocateResult, Site
from era_geo.outputs import words
from era_geo.outputs.escape import line, markdown
from era_geo.ui import shared, sure
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, Step, begin_with, current, put_typed
from era_geo.ui.drafts import DraftStore, KeptDraft
from era_geo.ui.markup import element
from era_geo.ui.sign_in import account

_FEW = 3
_ID = "draft_id"
_FROM = "draft_from"
_SAVED = "draft_saved"
_STEPS = {Step.PROPERTY: "finding the property", Step.PARAMETERS: "deciding how far to look", Step.RESULTS: "the results"}
_TYPED = (
    "text", "choice", "moving_pin", "pins", "pins_within_m", "pin_middle", "pin_text", "pin_text_read", "pin_reason", "radius_m",
    "radius_reason", "radius_set_by", "doors", "homes", "doors_reason", "doors_set_by", "off", "off_reasons", "reference",
)  # fmt: skip
"""The draft's fields that are kept as they are."""


class SavedDraft(BaseModel):
    """The form of a draft on disk. The facts are not in it: they are looked up anew from what is."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    region: str
    step: Step
    result: LocateResult | None
    site: Site | None
    text: str
    choice: int | None
    moving_pin: int | None
    pins: dict[int, tuple[float, float]]
    pins_within_m: dict[int, float] = {}  # what has a default is lacking in drafts of before it was kept
    pin_middle: tuple[float, float] | None
    pin_text: str
    pin_text_read: str
    pin_reason: str
    radius_m: float | None
    radius_reason: str
    radius_set_by: str
    doors: int | None = None
    homes: list[str] | None = None
    doors_reason: str = ""
    doors_set_by: str = ""
    off: list[str]
    off_reasons: dict[str, str]
    reference: str

    @classmethod
    def of(cls, draft: Draft, region: str) -> SavedDraft:
        """Give what is kept of a draft."""
        typed = {name: getattr(draft, name) for name in _TYPED}
        return cls(region=region, step=draft.step, result=draft.result, site=draft.site, **typed)

    def draft(self, *, region_is_there: bool) -> Draft:
        """Give the draft again. Without its region, what was typed is there and is searched for anew."""
        draft = Draft(**{name: getattr(self, name) for name in _TYPED})
        if region_is_there and self.result is not None:
            draft.step, draft.result, draft.site = self.step, self.result, self.site
            draft.searched = (self.text, self.region)
        return draft


_ADAPTER = TypeAdapter(SavedDraft)


def store() -> DraftStore:
    """Give the store of drafts."""
    settings = shared.settings()
    return DraftStore(settings.home / "drafts", settings.draft_days)


def keep() -> None:
    """Save the draft at hand if it has changed since it was saved last. A draft in which nothing was typed is not kept."""
    draft = current()
    if draft.is_empty:
        if st.session_state.pop(_SAVED, None):
            _forget()
        return
    document = _ADAPTER.dump_python(SavedDraft.of(draft, shared.region_name()), mode="json")
    seal = hashlib.sha256(json.dumps(document).encode("utf-8")).hexdigest()
    if st.session_state.get(_SAVED) == seal:
        return
    try:
        store().save(account().key, st.session_state.setdefault(_ID, DraftStore.new_id()), document)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    st.session_state[_SAVED] = seal
    begun = st.session_state.pop(_FROM, None)
    if begun is not None:
        store().forget(account().key, begun)


def at_hand() -> str:
    """Give the id of the draft at hand; empty where none was saved yet."""
    return str(st.session_state.get(_ID, ""))


def take_up(draft_id: str, fields: Mapping[str, str | float]) -> None:
    """Go on with a draft in a window that outlived its session, and put what its `fields` hold on top (`era_geo.ui.returned`)."""
    for one in store().of(account().key):
        if one.id == draft_id:
            with suppress(ValidationError):  # of another version of the program
                _go_on_with(draft_id, _ADAPTER.validate_python(dict(one.document)))
    put_typed(fields)


def offer() -> None:
    """Offer this user's own unfinished work, as long as nothing new was begun."""
    if not current().is_empty:
        return
    for one in store().of(account().key)[:_FEW]:
        try:
            saved = _ADAPTER.validate_python(dict(one.document))
        except ValidationError:  # of another version of the program
            continue
        _offered(one, saved)


def _offered(one: KeptDraft, saved: SavedDraft) -> None:
    named = f" Your reference: {line(saved.reference)}." if saved.reference else ""
    said = f"Saved {_when(one.saved_at)}, at {_STEPS[saved.step]}.{named}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"carry_on_{one.id}"):
        st.html(element("p", element("strong", "Unfinished work. "), said))
        st.button("Carry on where you left off", on_click=_resume, args=(one.id, saved), key=f"resume_{one.id}")
        sure.button(
            "Delete it",
            "Delete this unfinished work? This cannot be undone.",
            "Yes, delete it",
            key=f"delete_{one.id}",
            then=lambda: _delete(one.id),
        )


def _when(seconds: float) -> str:
    when = dt.datetime.fromtimestamp(seconds, tz=dt.UTC).astimezone()
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    return f"{'today' if when.date() == today else f'on {words.day(when.date())}'} at {when:%H:%M}"


def _resume(draft_id: str, saved: SavedDraft) -> None:
    _go_on_with(draft_id, saved)
    move_focus_to({Step.PROPERTY: "find", Step.PARAMETERS: "parameters", Step.RESULTS: "results"}[current().step])


def _go_on_with(draft_id: str, saved: SavedDraft) -> None:
    there = saved.region in shared.region_names(shared.settings())
    if there:
        shared.choose_region(saved.region)
    begin_with(saved.draft(region_is_there=there))
    # It goes on under an id of its own: the window that it was begun in may still be open.
    st.session_state[_ID], st.session_state[_FROM] = DraftStore.new_id(), draft_id


def _delete(draft_id: str) -> None:
    store().forget(account().key, draft_id)


def _forget() -> None:
    draft_id: Any = st.session_state.pop(_ID, None)
    if draft_id is not None:
        store().forget(account().key, draft_id)
