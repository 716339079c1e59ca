"""Who is at work: on one's own machine its account, on a server whoever has signed in. Everything is denied by default."""

from __future__ import annotations

import os
import time

import streamlit as st

from era_geo.accounts import Account, agency_label, local_account
from era_geo.outputs.escape import line
from era_geo.outputs.words import listed
from era_geo.settings import Settings
from era_geo.ui import sign_in_settings, sign_ins
from era_geo.ui.gate import SIGN_IN, SIGN_OUT
from era_geo.ui.markup import element
from era_geo.ui.serve import HOME_ADDRESS, SIGN_IN_EXPECTED
from era_geo.ui.sign_in_settings import Refused, SignIn

_ACCOUNT = "account"
_LOOK_AGAIN_S = 20.0


def account() -> Account:
    """Give who is at work in this session: whom `at_work` has let in.

    Raises
    ------
    KeyError
        If nobody was let in. No page is drawn then, so this is a defect and never a way in.
    """
    known: Account = st.session_state[_ACCOUNT]
    return known


def at_work(settings: Settings) -> Account | None:
    """Let somebody in, or say why not and give `None`: then nothing else may be drawn.

    Raises
    ------
    DataError
        If `sign-in.toml` cannot be used: nobody is let in.
    """
    st.session_state.pop(_ACCOUNT, None)
    sign_in = sign_in_settings.current(settings.home)
    if sign_in is None:
        return _known(local_account(settings.agency)) if _this_machine_only() else None
    if not st.user.get("is_logged_in"):
        _ask_to_sign_in("")
        return None
    who = sign_ins.standing(settings.home, dict(st.user), time.time(), at_work=True)
    if isinstance(who, Account):
        return _known(who)
    if isinstance(who, Refused):
        _refuse(who, sign_in, settings)
    else:
        _ask_to_sign_in(who.value if who else "")
    return None


def side_bar(settings: Settings) -> None:
    """Show who is at work, and on a server a way out; there the page is left as soon as the sign-in has ended."""
    who = account()
    if not who.authenticated:
        return
    roles = listed([role.label.lower() for role in sorted(who.roles)])
    agency = agency_label(who.agency) if who.agency else "no agency"
    st.html(element("p", element("strong", line(who.name)), f", {agency}. Signed in as {roles}.", class_="eg-small"))
    st.button("Sign out", key=SIGN_OUT, on_click=_end, args=(settings,))
    sign_in = sign_in_settings.current(settings.home)
    if sign_in is not None:
        often = min(_LOOK_AGAIN_S, sign_in.session.idle_minutes * 60 / 3)
        st.fragment(_watch, run_every=often)(settings)


def _known(who: Account) -> Account:
    """Note who is at work. A session that was another's is emptied first."""
    before = st.session_state.get("account_key")
    if before not in (None, who.key):
        st.session_state.clear()
    st.session_state["account_key"] = who.key
    st.session_state[_ACCOUNT] = who
    return who


def _this_machine_only() -> bool:
    """Whether nobody but this machine can reach the app, which has no sign-in; else say what to do."""
    if st.get_option("server.address") == HOME_ADDRESS and SIGN_IN_EXPECTED not in os.environ:
        return True
    st.error(
        f"This app has no sign-in, so it answers on {HOME_ADDRESS} only: start it with era-geo app. To serve other people, set up "
        f"sign-in first ({sign_in_settings.FILE}).",
        icon=":material/lock:",
    )
    return False


def _ask_to_sign_in(why: str) -> None:
    _empty_session()
    st.title("Sign in", anchor=False)
    if why:
        st.info(f"{why} Your unfinished work is kept.", icon=":material/lock:")
    st.html(
        element(
            "p",
            "This app is for the agencies that take part in Environmental Risk Assessments (ERA).",
            class_="eg-lead",
        )
    )
    st.button("Sign in", key=SIGN_IN, type="primary", on_click=st.login)


def _refuse(refused: Refused, sign_in: SignIn, settings: Settings) -> None:
    _empty_session()
    st.title("No access", anchor=False)
    st.warning(f"{refused.why} You can see and do nothing here.", icon=":material/lock:")
    st.html(element("p", f"To be let in, ask: {line(sign_in.people.ask)}", class_="eg-measure"))
    st.button("Sign out", key=SIGN_OUT, on_click=_end, args=(settings,))


def _empty_session() -> None:
    """Forget all that was typed and found: whoever looks at this window now may be somebody else. Drafts are kept on disk."""
    for key in list(st.session_state):
        del st.session_state[key]


def _end(settings: Settings) -> None:
    """End the sign-in here and at the provider."""
    sign_in = sign_in_settings.current(settings.home)
    try:
        if sign_in is not None:
            sign_ins.of(settings.home, sign_in.session).end(dict(st.user), time.time())
    finally:
        _empty_session()
        st.logout()


def _watch(settings: Settings) -> None:
    """Look whether the sign-in is still alive: a screen that nobody touches must not go on showing an address."""
    if not isinstance(sign_ins.standing(settings.home, dict(st.user), time.time(), at_work=False), Account):
        st.rerun()
