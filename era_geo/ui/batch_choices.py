"""What a batch is to look for, and how far: the same choices as the command's, in words."""

from __future__ import annotations

import streamlit as st

from era_geo.batch import capacity
from era_geo.errors import UsageError
from era_geo.layerset import LayerSet
from era_geo.model import Depth
from era_geo.outputs import words
from era_geo.outputs.escape import markdown
from era_geo.settings import Settings

_DEPTHS = {
    Depth.NONE: "Places and distances only (quickest)",
    Depth.WALK: "Ways on foot, too",
    Depth.FULL: "Everything: ways on foot, sight, near neighbours",
}


def ask(settings: Settings, layers: LayerSet, faults: list[str]) -> tuple[str, ...]:
    """Ask how closely and how far to look, and for what; give the choices as the command's options.

    What is still to be said before a batch can begin (a reason, radii that can be read) is added to `faults`.
    """
    depth = st.selectbox("How closely to look", list(_DEPTHS), index=2, format_func=lambda one: _DEPTHS[one], width=480)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        radius = st.number_input("Place radius in metres", 1.0, None, settings.radius_m, step=10.0, format="%g", width=240)
        doors = st.number_input("Doors to check on each side", 0, None, settings.doors_each_side, step=1, width=240)
    given = [f"--depth={depth}"]
    given += _own_parameters(settings, radius, doors, faults)
    given += _off(layers, faults)
    given += _study(faults)
    return tuple(given)


def _own_parameters(settings: Settings, radius: float, doors: int, faults: list[str]) -> list[str]:
    """Give what differs from the group's two parameters, with who set it, and why where it is past a limit."""
    given = [] if radius == settings.radius_m else [f"--radius={radius:g}"]
    given += [] if doors == settings.doors_each_side else [f"--doors={doors}"]
    if not given:
        return []
    set_by = st.text_input(
        "Who decided on this?",
        help="A name or a role. The results say so. Your group's own parameters differ.",
        autocomplete="off",
        width=480,
    ).strip()
    given += [f"--set-by={set_by}"] if set_by else []
    if radius > settings.radius_limit_m or doors > settings.doors_limit:
        limits = f"{words.metres(settings.radius_limit_m)} or {settings.doors_limit} doors"
        reason = st.text_area(
            f"Why look further than {limits}?",
            help="A wider circle makes more work for all, and says less about each home. The results print your reason.",
            height=80,
            width=640,
        ).strip()
        if not reason:
            faults.append(f"Write why you want to look further than {limits}, or look less far.")
        given.append(f"--reason={reason}")
    return given


def _off(layers: LayerSet, faults: list[str]) -> list[str]:
    labels = {layer.id: layer.label for layer in layers.layers}
    off = st.multiselect(
        f"Kinds of place to leave out (all {len(labels)} are looked for unless you choose some)",
        list(labels),
        format_func=lambda layer: labels[layer],
        placeholder="None left out",
        help="Leave a kind of place out only where it has no bearing on any row. Each needs a written reason.",
    )
    reasons = {
        layer: st.text_input(
            f"Why leave out: {markdown(labels[layer])}?", autocomplete="off", key=f"batch_off:{layer}", width=640
        ).strip()
        for layer in off
    }
    missing = [labels[layer] for layer, reason in reasons.items() if not reason]
    if missing:
        faults.append(f"Write why each kind of place is left out. There is no reason yet for: {words.listed(missing)}.")
    return [f"--off={layer}={reason}" for layer, reason in reasons.items()]


def _study(faults: list[str]) -> list[str]:
    radii = st.text_input(
        "Capacity study: several radii in metres, such as 50, 100, 250 (may stay empty)",
        help="Counts how many homes and places each of these radii, and each number of doors, would have agencies check. Which is "
        "right is for the local group to decide.",
        autocomplete="off",
        width=640,
    ).strip()
    if not radii:
        return []
    try:
        return [f"--radii={','.join(f'{one:g}' for one in capacity.read_radii(radii))}"]
    except UsageError as error:
        faults.append(str(error).replace(f"--radii {radii}: ", "Capacity study: "))
        return []
