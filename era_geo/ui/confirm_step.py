"""Step 2 of an assessment: a person says which property it is. Nothing is ever chosen for them among several."""

from __future__ import annotations

import streamlit as st

from era_geo import front
from era_geo.model import Candidate, LocateResult, Site
from era_geo.outputs import words
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.ui import pin
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, Step, kept
from era_geo.ui.markup import element
from era_geo.ui.place_map import forget_candidates, show_candidates
from era_geo.ui.sign_in import account

PIN = -1
"""The choice "none of these": a number of no candidate."""


def show(draft: Draft, region: Region, result: LocateResult) -> None:
    """Offer what was found, and take the person's word for which it is."""
    st.header("2. Confirm the property", anchor="confirm")
    candidates = result.candidates
    if not candidates:
        draft.choice = PIN
        st.html(element("p", "Put the address right above. Or, if you know the spot, place a pin on the map.", class_="eg-measure"))
        _pin(draft, region, None, None)
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        _choices(candidates)
    number = 0 if draft.choice is None or draft.choice == PIN else draft.choice
    chosen = candidates[number] if draft.choice == number else None
    if draft.choice == PIN or (chosen is not None and draft.moving_pin == number):
        _pin(draft, region, chosen, candidates[0])
        return
    with right:
        show_candidates(region, candidates, number)
    if chosen is not None:
        with left:
            _confirm(draft, region, chosen)


def _pin(draft: Draft, region: Region, candidate: Candidate | None, nearby: Candidate | None) -> None:
    site = pin.show(draft, region, candidate, nearby)
    if site is not None:
        use(draft, site)


def _choices(candidates: tuple[Candidate, ...]) -> None:
    several = len(candidates) > 1
    st.radio(
        "Which of these is it?" if several else "Is this the property?",
        [*range(len(candidates)), PIN],
        format_func=lambda number: _label(candidates, number),
        captions=[
            *[markdown(_caption(candidate)) for candidate in candidates],
            "Place a pin on the map yourself, with a reason",
        ],
        help="The numbers are those on the map. Choose a property only if you are sure. The metres say how far the true spot "
        "may lie from the point on the map.",
        **kept("choice"),
    )


def _label(candidates: tuple[Candidate, ...], number: int) -> str:
    if number == PIN:
        return "None of these" if len(candidates) > 1 else "No"
    return f"**{number + 1}.** {markdown(candidates[number].label)}"


def _caption(candidate: Candidate) -> str:
    exact = f"within {words.metres(max(candidate.uncertainty_m, 1))}"
    uprn = f" UPRN {candidate.uprn}." if candidate.uprn else ""
    sources = f" From {words.listed(candidate.sources)}." if candidate.sources else ""
    notes = "".join(f" {note}" for note in candidate.notes)
    return f"{words.located_by(candidate.precision)}, {exact}.{uprn}{sources}{notes}"


def _confirm(draft: Draft, region: Region, candidate: Candidate) -> None:
    if not candidate.precision.is_property:
        st.warning(
            f"{words.located_by(candidate.precision)}. Distances would be measured from a point that may be "
            f"{words.metres(candidate.uncertainty_m)} away from the home. Give a better address, or place a pin, if you can.",
            icon=":material/warning:",
        )
    _confirming_as()
    with st.container(horizontal=True):
        right_one = st.button("Yes, this is the property", type="primary")
        st.button("Right property, wrong spot: move the pin", on_click=_move_pin, args=(draft,))
    if right_one:
        use(draft, front.site_from(candidate, region, query=draft.text, confirmed_by=account().printed))


def _move_pin(draft: Draft) -> None:
    draft.moving_pin = draft.choice
    move_focus_to("pin")


def _confirming_as() -> None:
    st.html(element("p", f"You confirm it as {account().printed}. The record prints this.", class_="eg-small"))


def use(draft: Draft, site: Site) -> None:
    """Go on with a confirmed property."""
    if site != draft.site:
        draft.site, draft.assessment = site, None
    draft.step = Step.PARAMETERS
    forget_candidates()
    move_focus_to("parameters")
    st.rerun()
