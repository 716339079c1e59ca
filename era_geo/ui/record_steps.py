"""What can be done with a whole record: its next steps, and signing."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs import words
from era_geo.outputs.draft import moment
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import Action
from era_geo.record.life import MOVES
from era_geo.ui import record_desk, record_read
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.record_fields import label_of
from era_geo.ui.sign_in import account

_BUTTONS = {
    Action.SEND_OUT: "Send out for checks",
    Action.OFFER: "Hand in for review",
    Action.TAKE_BACK: "Take back",
    Action.RETURN: "Return to the author",
    Action.WITHDRAW: "Withdraw",
    Action.SIGN: "Sign",
}
_MEANING = {
    Action.SEND_OUT: "The agencies named in it are asked to answer. It can still be changed.",
    Action.OFFER: "Nobody changes it until a reviewer has signed or returned it.",
    Action.TAKE_BACK: "It becomes a draft again.",
    Action.RETURN: "It becomes a draft again, with your reasons.",
    Action.WITHDRAW: "Nothing is due for it any more. It is kept.",
    Action.SIGN: "This version is frozen with its map, its findings and its list of addresses. Nobody changes it again.",
}


def show(desk: Desk) -> None:
    """Offer the steps that this person may take now."""
    if desk.changed:
        st.html(element("p", "Save what you typed first; then the record can go on.", class_="eg-measure"))
        return
    steps = record_desk.store().next_steps(account(), desk.document.id)
    if not steps:
        st.html(element("p", "There is no step that you can take with this record now.", class_="eg-measure"))
    for action in steps:
        with st.container(border=True):
            st.html(element("p", element("strong", f"{_BUTTONS[action]}. "), _MEANING[action]))
            reason = _reason(desk, action) if action in MOVES and MOVES[action].reason else ""
            if st.button(_BUTTONS[action], key=f"step:{action}", type="primary" if action is Action.SIGN else "secondary"):
                _take(desk, action, reason)


def unconfirmed(desk: Desk) -> None:
    """Ask about each text that looks like what no record may hold."""
    for warning in desk.unconfirmed:
        named = label_of(warning.field)
        with st.container(border=True):
            st.html(
                element("p", element("strong", f"{named} looks like it holds {warning.what}. "), warning.why, role="alert"),
            )
            st.button(
                "It is none: it may stay",
                key=f"stay:{warning.field}:{warning.start}",
                on_click=desk.seen.append,
                args=(warning,),
            )


def _reason(desk: Desk, action: Action) -> str:
    return st.text_input(
        f"Why? ({_BUTTONS[action].lower()})", autocomplete="off", key=f"why:{desk.document.id}:{desk.turn}:{action}"
    )


def _take(desk: Desk, action: Action, reason: str) -> None:
    try:
        if action is Action.SIGN:
            from era_geo.outputs.signing import sign_with_maps  # noqa: PLC0415 - slow to import

            document = desk.document
            sign_with_maps(record_desk.store(), account(), document, record_read.region_of(document.form.assessment))
        else:
            record_desk.store().transition(account(), desk.document.id, action, reason=reason)
        record_desk.open_record(desk.document.id)
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    st.rerun()


def standing(desk: Desk) -> str:
    """Give in one sentence where a record stands."""
    document = desk.document
    saved = f"Version {document.version}, saved {moment(document.saved.at)}" + (
        f" by {line(document.saved.by)}" if document.saved.by else ""
    )
    review = document.form.review.review_on
    again = f" To be looked at again on {words.day(review)}." if review else ""
    return f"{document.status.label}. {saved}.{again}"
