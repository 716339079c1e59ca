"""Placing a pin by hand: on the map, by buttons, or by typing where it is, always with a reason that the record keeps."""

from __future__ import annotations

import math

import shapely
import streamlit as st

from era_geo import crs, front
from era_geo.address.site import PIN_M, site_from_pin
from era_geo.errors import EraGeoError
from era_geo.model import Candidate, LocateStatus, Precision, Site
from era_geo.outputs import words
from era_geo.outputs.escape import markdown
from era_geo.region.region import Region
from era_geo.ui.draft import Draft, kept
from era_geo.ui.markup import element
from era_geo.ui.place_map import ask_for_point
from era_geo.ui.sign_in import account

Point = tuple[float, float]
"""An easting and a northing in metres, EPSG:27700."""

_STEP_M = 5.0
_NO_POINT = "Type a grid reference or coordinates here: an address, a street or a town is searched for in step 1."
_WANDER_M = 60.0
_DIRECTIONS = {"north": (0.0, _STEP_M), "south": (0.0, -_STEP_M), "west": (-_STEP_M, 0.0), "east": (_STEP_M, 0.0)}


def show(draft: Draft, region: Region, candidate: Candidate | None, nearby: Candidate | None) -> Site | None:
    """Let the person place the pin, and give the property once they say that it is right.

    `candidate` is the property whose spot is put right; without one the pin begins near `nearby`, else in the region's middle.
    """
    st.subheader("Place a pin", anchor="pin")
    if (draft.choice or 0) not in draft.pins:
        _begin(draft, region, candidate or nearby)
    pin = draft.pins[draft.choice or 0]
    left, right = st.columns([1, 1], gap="large")
    with right:
        _map(draft, region, pin)
    with left:
        st.html(element("p", "Choose the spot on the map, or use the buttons, or type where it is.", class_="eg-measure"))
        _buttons(draft, pin)
        _typed(draft, region)
        st.html(element("p", f"The pin is at easting {pin[0]:.0f}, northing {pin[1]:.0f}{_how_exactly(draft)}.", role="status"))
        st.text_area(
            "Why do you place the pin yourself?",
            help="For example: the house is new and not on the map yet. The record prints your reason.",
            height=80,
            **kept("pin_reason"),
        )
        st.html(element("p", f"You place it as {account().printed}. The record prints this.", class_="eg-small"))
        if st.button("Use this pin", type="primary"):
            return _site(draft, region, pin, candidate)
    return None


def _begin(draft: Draft, region: Region, near: Candidate | None) -> None:
    """Put the pin where a person can begin: known no better than `near` is, until it is placed."""
    if near is not None:
        pin, within_m = (near.easting, near.northing), near.uncertainty_m
    else:
        middle = shapely.point_on_surface(region.coverage)
        pin = float(shapely.get_x(middle)), float(shapely.get_y(middle))
        within_m = float(shapely.hausdorff_distance(middle, region.coverage))
    _put(draft, pin, within_m)


def _map(draft: Draft, region: Region, pin: Point) -> None:
    # The ground is drawn again only when the pin comes near its edge: the map would jump otherwise.
    if draft.pin_middle is None or math.dist(draft.pin_middle, pin) > _WANDER_M:
        draft.pin_middle = pin
    clicked = ask_for_point(region, pin, draft.pin_middle)
    if clicked is not None and clicked != draft.pin_clicked:
        draft.pin_clicked = clicked
        _place(draft, clicked)


def _place(draft: Draft, pin: Point, within_m: float = PIN_M) -> None:
    _put(draft, pin, within_m)
    st.rerun()


def _put(draft: Draft, pin: Point, within_m: float = PIN_M) -> None:
    draft.pins[draft.choice or 0] = pin
    draft.pins_within_m[draft.choice or 0] = max(PIN_M, within_m)


def _within_m(draft: Draft) -> float:
    return draft.pins_within_m.get(draft.choice or 0, PIN_M)


def _how_exactly(draft: Draft) -> str:
    """Say how exactly the pin's place is known, where that is less exactly than a person places one."""
    return "" if _within_m(draft) <= PIN_M else f", to within {words.metres(_within_m(draft))} until you place it"


def _buttons(draft: Draft, pin: Point) -> None:
    with st.container(horizontal=True):
        for direction, (east, north) in _DIRECTIONS.items():
            st.button(f"{words.metres(_STEP_M)} {direction}", on_click=_move, args=(draft, pin[0] + east, pin[1] + north))


def _move(draft: Draft, easting: float, northing: float) -> None:
    _put(draft, (easting, northing))


def _typed(draft: Draft, region: Region) -> None:
    st.text_input(
        "Where the pin is: grid reference, easting and northing, or longitude and latitude",
        help="For example NS 75663 55294, or -3.9889, 55.7742. Longitude comes first. Press Enter to move the pin there.",
        autocomplete="off",
        **kept("pin_text"),
    )
    if draft.pin_text == draft.pin_text_read:
        return
    draft.pin_text_read = draft.pin_text
    if not draft.pin_text.strip():
        return
    found = front.locate(draft.pin_text, region)
    if found.status is LocateStatus.MATCHED and found.candidates[0].precision is Precision.PIN:
        point = found.candidates[0]
        _place(draft, (point.easting, point.northing), point.uncertainty_m)
    message = found.message if found.status in (LocateStatus.BAD_INPUT, LocateStatus.OUTSIDE_REGION) else _NO_POINT
    st.warning(markdown(message), icon=":material/warning:")


def _site(draft: Draft, region: Region, pin: Point, candidate: Candidate | None) -> Site | None:
    try:
        lon, lat = crs.point_to_lonlat(*pin)
        return site_from_pin(
            lon,
            lat,
            region=region,
            reason=draft.pin_reason,
            confirmed_by=account().printed,
            candidate=candidate,
            query=draft.text,
            within_m=_within_m(draft),
        )
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return None
