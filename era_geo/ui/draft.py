"""What one person has typed and chosen so far. It lives in that person's session: in no cache, no file and no log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import streamlit as st

from era_geo.model import Assessment, LocateResult, Site

_DRAFT = "draft"
_WIDGET = "widget:"


class Step(IntEnum):
    """Where on the way from an address to its results a person is."""

    PROPERTY = 1
    PARAMETERS = 2
    RESULTS = 3


@dataclass
class Draft:
    """One property on its way from an address to its results.

    `searched` is the text and region that `result` answers. `pins` has the pin for each choice of candidate, `pin_middle` is
    what its map is drawn about, `pin_clicked` the last point chosen on the map: eastings and northings, metres, EPSG:27700.
    `map_page` is the map of the results, drawn once.
    """

    step: Step = Step.PROPERTY
    text: str = ""
    searched: tuple[str, str] | None = None
    result: LocateResult | None = None
    choice: int | None = None
    moving_pin: int | None = None
    pins: dict[int, tuple[float, float]] = field(default_factory=dict)
    pin_middle: tuple[float, float] | None = None
    pin_clicked: tuple[float, float] | None = None
    pin_text: str = ""
    pin_text_read: str = ""
    pin_reason: str = ""
    site: Site | None = None
    radius_m: float | None = None
    radius_reason: str = ""
    radius_set_by: str = ""
    off: list[str] = field(default_factory=list)
    off_reasons: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    assessment: Assessment | None = None
    map_page: str | None = None

    def show_results(self, assessment: Assessment) -> None:
        """Go on to the results of this assessment."""
        self.assessment, self.map_page = assessment, None
        self.step = Step.RESULTS

    def forget_property(self) -> None:
        """Forget what was found and chosen, and keep what was typed."""
        self.step = Step.PROPERTY
        self.searched = self.result = self.choice = self.moving_pin = self.site = self.assessment = None
        self.pins = {}
        self.pin_middle = None
        st.session_state.pop(f"{_WIDGET}choice", None)


def current() -> Draft:
    """Give this session's draft."""
    draft: Draft = st.session_state.setdefault(_DRAFT, Draft())
    return draft


def start_again() -> None:
    """Begin with another property: everything typed is forgotten."""
    st.session_state[_DRAFT] = Draft()
    for key in [key for key in st.session_state if str(key).startswith(_WIDGET)]:
        del st.session_state[key]


def kept(name: str) -> dict[str, Any]:
    """Give the `key` and `on_change` of a widget that shows and keeps the draft's field `name`.

    Streamlit forgets a widget's value as soon as the widget is not on the page. The draft does not, so that nobody loses what
    they typed by going back, or to another page.
    """
    draft = current()
    return _kept(f"{_WIDGET}{name}", getattr(draft, name), lambda value: setattr(draft, name, value))


def kept_reason(layer: str) -> dict[str, Any]:
    """Give the `key` and `on_change` of the widget for the reason why `layer` is switched off."""
    reasons = current().off_reasons
    return _kept(f"{_WIDGET}off_reason:{layer}", reasons.get(layer, ""), lambda value: reasons.update({layer: value}))


def _kept(key: str, value: Any, keep: Callable[[Any], None]) -> dict[str, Any]:
    st.session_state.setdefault(key, value)
    return {"key": key, "on_change": lambda: keep(st.session_state[key])}
