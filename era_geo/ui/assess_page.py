"""The page Assess: from whatever one has of an address to what lies near it, one step after the other."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.model import Assessment, LayerState, Site
from era_geo.outputs import words
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.settings import Settings
from era_geo.ui import carry_on, confirm_step, find_step, parameters_step, results_step, shared
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, Step, current, start_again
from era_geo.ui.markup import element
from era_geo.ui.region_words import region_line


def show() -> None:
    """Show the steps done as short summaries, and the step at hand in full."""
    draft, settings, region = current(), shared.settings(), shared.region()
    st.title("Assess a property", anchor=False)
    st.html(
        element(
            "p",
            "See what lies close to a home, for an Environmental Risk Assessment (ERA): schools, play parks and other places, "
            "how far they are, and what the data cannot tell.",
            class_="eg-lead eg-measure",
        )
    )
    st.html(region_line(region))
    carry_on.offer()
    _drop_what_another_region_said(draft, region)
    if draft.step is Step.PROPERTY:
        find_step.show(draft, region)
        if draft.result is not None:
            confirm_step.show(draft, region, draft.result)
        return
    if draft.step is Step.RESULTS and draft.assessment is None and draft.site is not None:
        _look_again(draft, draft.site, region, settings)
    if draft.step is Step.PARAMETERS or draft.assessment is None:
        _property_done(draft)
        parameters_step.show(draft, region, settings, shared.layers())
        return
    left, right = st.columns(2, gap="large")
    with left:
        _property_done(draft)
    with right:
        _parameters_done(draft, draft.assessment)
    results_step.show(draft, draft.assessment, region)
    st.divider()
    st.button("Assess another property", on_click=_another)


def _look_again(draft: Draft, site: Site, region: Region, settings: Settings) -> None:
    """Work out the results of a draft that is carried on with: the facts are what they are now."""
    try:
        parameters_step.look(draft, site, region, settings, shared.layers())
    except EraGeoError as error:
        draft.step = Step.PARAMETERS
        st.error(markdown(str(error)), icon=":material/error:")


def _drop_what_another_region_said(draft: Draft, region: Region) -> None:
    if draft.searched is not None and draft.searched[1] != region.name:
        draft.forget_property()


def _property_done(draft: Draft) -> None:
    if draft.site is None:
        return
    st.header("1 and 2. The property", anchor="property")
    st.html(
        element(
            "dl",
            element("dt", "Confirmed property"),
            element("dd", draft.site.label, class_="eg-key"),
            element("dt", "How exactly it is located"),
            element("dd", words.located(draft.site)),
            class_="eg-done",
        )
    )
    st.button("Change the property", on_click=_back_to, args=(draft, Step.PROPERTY, "find"))


def _parameters_done(draft: Draft, assessment: Assessment) -> None:
    st.header("3. How far to look", anchor="parameters")
    off = [f"{result.label}: {result.reason}" for result in assessment.layers if result.state is LayerState.OFF]
    st.html(
        element(
            "dl",
            element("dt", "Place radius"),
            element("dd", words.radius(assessment.parameters)),
            element("dt", "Left out"),
            *[element("dd", line) for line in off or ["Nothing"]],
            class_="eg-done",
        )
    )
    st.button("Change how far to look", on_click=_back_to, args=(draft, Step.PARAMETERS, "parameters"))


def _back_to(draft: Draft, step: Step, anchor: str) -> None:
    draft.step = step
    move_focus_to(anchor)


def _another() -> None:
    start_again()
    move_focus_to("find")
