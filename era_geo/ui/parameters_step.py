"""Step 3 of an assessment: how far to look, and what for. The local MAPPA group decides; a case may differ, with reasons."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.layerset import LayerSet
from era_geo.model import Parameters, Site
from era_geo.outputs import words
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.settings import Settings
from era_geo.ui.browser_side import move_focus_to
from era_geo.ui.draft import Draft, kept, kept_reason
from era_geo.ui.markup import element
from era_geo.vicinity.assess import assess


def show(draft: Draft, region: Region, settings: Settings, layers: LayerSet) -> None:
    """Ask for the parameters, and look when the person says so."""
    st.header("3. Decide how far to look", anchor="parameters")
    if draft.radius_m is None:
        draft.radius_m = settings.radius_m
    if draft.doors is None:
        draft.doors = settings.doors_each_side
    if draft.homes is None:
        draft.homes = [group for group in words.HOME_GROUPS if getattr(settings.address_parameter(), group)]
    _radius(draft, settings)
    _homes(draft, settings)
    _layers(draft, layers)
    if st.button("Look around this property", type="primary"):
        _look(draft, region, settings, layers)


def _radius(draft: Draft, settings: Settings) -> None:
    st.number_input(
        "How far to list places, in metres",
        step=10.0,
        format="%g",
        help="The place radius: places up to this far from the building are listed. It is a straight line from the building's "
        "wall to the nearest edge of the place. Keep it tight: near things matter most.",
        width=320,
        **kept("radius_m"),
    )
    parameters = parameters_of(draft, settings)
    st.html(element("p", _about_radius(parameters, settings), class_="eg-small eg-measure"))
    if parameters.radius_m != settings.radius_m:
        st.text_input(
            "Who decided on this radius?",
            help="Your own name or role, or that of the person who asked for it. The record prints it.",
            autocomplete="off",
            **kept("radius_set_by"),
        )
    if _past_limit(draft, settings):
        st.text_area(
            f"Why look further than {words.metres(settings.radius_limit_m)}?",
            help="A wider circle makes more work for all, and says less about this home. The record prints your reason.",
            height=80,
            **kept("radius_reason"),
        )


def _about_radius(parameters: Parameters, settings: Settings) -> str:
    return f"{words.radius(parameters)} More than {words.metres(settings.radius_limit_m)} needs a written reason."


def _homes(draft: Draft, settings: Settings) -> None:
    """Ask which homes agencies are to check: folded away, because the group's setting is for most cases the right one."""
    chosen = parameters_of(draft, settings).address_parameter
    is_groups_own = chosen == settings.address_parameter()
    st.html(element("p", words.homes_to_check(chosen), class_="eg-small eg-measure"))
    with st.expander("Which homes to check", expanded=not is_groups_own):
        st.multiselect(
            "Homes to check, besides the next doors",
            list(words.HOME_GROUPS),
            format_func=words.HOME_GROUPS.__getitem__,
            placeholder="None of these",
            help="Every home on the list is one more for each agency to check. Leave out what has no bearing on this case.",
            **kept("homes"),
        )
        limit = words.count(settings.doors_limit, "door", "doors")
        st.number_input(
            "Doors to check on each side",
            min_value=0,
            step=1,
            help=f"The next doors along the street, to the left and to the right. More than {limit} needs a written reason.",
            width=320,
            **kept("doors"),
        )
        if not is_groups_own:
            st.text_input(
                "Who decided on these homes?",
                help="Your own name or role, or that of the person who asked for it. The record prints it.",
                autocomplete="off",
                **kept("doors_set_by"),
            )
        if _too_many_doors(draft, settings):
            st.text_area(
                f"Why check more than {limit} each side?",
                help="More homes ask more of every agency. The record prints your reason.",
                height=80,
                **kept("doors_reason"),
            )


def _layers(draft: Draft, layers: LayerSet) -> None:
    labels = {layer.id: layer.label for layer in layers.layers}
    draft.off = [layer for layer in draft.off if layer in labels]
    st.multiselect(
        f"Kinds of place to leave out of this case (all {len(labels)} are looked for unless you choose some)",
        list(labels),
        format_func=lambda layer: labels[layer],
        placeholder="None left out",
        help="Leave a kind of place out only where it has no bearing on this case, such as on the people who may be at risk. "
        "Each needs a written reason, which the record prints.",
        **kept("off"),
    )
    for layer in draft.off:
        st.text_input(f"Why leave out: {markdown(labels[layer])}?", autocomplete="off", **kept_reason(layer))


def parameters_of(draft: Draft, settings: Settings) -> Parameters:
    """Give the parameters as chosen so far."""
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    return settings.parameters(
        radius_m=draft.radius_m,
        reason=draft.radius_reason.strip() or None,
        set_by=draft.radius_set_by.strip() or None,
        set_on=today,
        homes=settings.address_parameter(
            doors_each_side=draft.doors,
            groups=draft.homes,
            reason=draft.doors_reason.strip() or None,
            set_by=draft.doors_set_by.strip() or None,
            set_on=today,
        ),
    )


def _past_limit(draft: Draft, settings: Settings) -> bool:
    return draft.radius_m is not None and draft.radius_m > settings.radius_limit_m


def _too_many_doors(draft: Draft, settings: Settings) -> bool:
    return draft.doors is not None and draft.doors > settings.doors_limit


def _look(draft: Draft, region: Region, settings: Settings, layers: LayerSet) -> None:
    missing = [layers.layer(layer).label for layer in draft.off if not draft.off_reasons.get(layer, "").strip()]
    if missing:
        st.error(f"Write why each kind of place is left out. There is no reason yet for: {markdown(words.listed(missing))}.")
        return
    if _past_limit(draft, settings) and not draft.radius_reason.strip():
        st.error(f"Write why you want to look further than {words.metres(settings.radius_limit_m)}, or make the radius smaller.")
        return
    if _too_many_doors(draft, settings) and not draft.doors_reason.strip():
        limit = words.count(settings.doors_limit, "door", "doors")
        st.error(f"Write why you want to check more than {limit} each side, or choose fewer doors.")
        return
    if draft.site is None:
        return
    try:
        look(draft, draft.site, region, settings, layers)
    except EraGeoError as error:
        st.error(markdown(str(error)))
        return
    move_focus_to("results")
    st.rerun()


def look(draft: Draft, site: Site, region: Region, settings: Settings, layers: LayerSet) -> None:
    """Look around the property with the parameters as chosen, and go on to the results.

    Raises
    ------
    UsageError
        If the parameters cannot be used, or a reason is missing.
    """
    assessment = assess(
        site,
        region,
        parameters=parameters_of(draft, settings),
        as_of=dt.datetime.now(tz=dt.UTC).astimezone().date(),
        layers=layers,
        off={layer: draft.off_reasons.get(layer, "").strip() for layer in draft.off},
    )
    draft.show_results(assessment)
