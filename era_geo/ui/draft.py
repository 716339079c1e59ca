"""What one person has typed and chosen so far. It lives in that person's session, in no cache and no log.

What of it is kept on disk, so that nothing is lost: `era_geo.ui.carry_on`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import streamlit as st

from era_geo.model import Assessment, LocateResult, Site

if TYPE_CHECKING:
    from era_geo.ui.homes_part import ReadSheet
    from era_geo.ui.place_map import KeptPage

_DRAFT = "draft"
_WIDGET = "widget:"
_REASON = f"{_WIDGET}off_reason:"
_TEXTS = ("text", "pin_text", "pin_reason", "radius_reason", "radius_set_by", "doors_reason", "doors_set_by", "reference")
_NUMBERS: dict[str, Callable[[float], float]] = {"radius_m": float, "doors": int}
"""The draft's fields that are typed."""


class Step(IntEnum):
    """Where on the way from an address to its results a person is."""

    PROPERTY = 1
    PARAMETERS = 2
    RESULTS = 3


@dataclass
class Draft:
    """One property on its way from an address to its results.

    `searched` is the text and the name of the region that `result` answers; `told` says what was sent to the network geocoder for
    it, and `server_fault` what went wrong there. `pins` has the pin for each choice of candidate, `pins_within_m` how exactly it
    is known, metres; `pin_middle` is what its map is drawn about, `pin_clicked` the last point chosen on the map: eastings and
    northings, metres, EPSG:27700. `map_page` is the map of the results, drawn once, on the area's own map service if
    `drawn_on_tiles`; `changed` what changed since another region, as markup; `sheet` the filled check sheet that was read last, of
    `sheets_read` in all. `doors` and `homes` are the address parameter: doors each side, and groups of homes.
    """

    step: Step = Step.PROPERTY
    text: str = ""
    searched: tuple[str, str] | None = None
    result: LocateResult | None = None
    ask_server: bool = False
    told: list[str] = field(default_factory=list)
    server_fault: str = ""
    choice: int | None = None
    moving_pin: int | None = None
    pins: dict[int, tuple[float, float]] = field(default_factory=dict)
    pins_within_m: dict[int, float] = field(default_factory=dict)
    pin_middle: tuple[float, float] | None = None
    pin_clicked: tuple[float, float] | None = None
    pin_text: str = ""
    pin_text_read: str = ""
    pin_reason: str = ""
    site: Site | None = None
    radius_m: float | None = None
    radius_reason: str = ""
    radius_set_by: str = ""
    doors: int | None = None
    homes: list[str] | None = None
    doors_reason: str = ""
    doors_set_by: str = ""
    off: list[str] = field(default_factory=list)
    off_reasons: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    assessment: Assessment | None = None
    map_page: KeptPage | None = None
    on_tiles: bool = False
    drawn_on_tiles: bool = False
    changed: str | None = None
    sheet: ReadSheet | None = None
    sheets_read: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed or placed yet, so that there is nothing to lose."""
        return not (self.text.strip() or self.pin_text.strip() or self.pin_reason.strip() or self.site)

    def show_results(self, assessment: Assessment) -> None:
        """Go on to the results of this assessment."""
        self.assessment = assessment
        self.map_page = self.changed = self.sheet = None
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
    begin_with(Draft())


def begin_with(draft: Draft) -> None:
    """Go on with this draft, and show what is in it in every field."""
    st.session_state[_DRAFT] = draft
    for key in [key for key in st.session_state if str(key).startswith(_WIDGET)]:
        del st.session_state[key]


def kept(name: str) -> dict[str, Any]:
    """Give the `key` and `on_change` of a widget that shows and keeps the draft's field `name`.

    Streamlit forgets a widget's value as soon as the widget is not on the page. The draft does not, so that nobody loses what
    they typed by going back, or to another page.
    """
    draft = current()
    return _kept(f"{_WIDGET}{name}", getattr(draft, name), lambda value: setattr(draft, name, value))


def put(name: str, value: Any) -> None:
    """Set the draft's field `name` and the widget that shows it, before that widget is drawn."""
    setattr(current(), name, value)
    st.session_state[f"{_WIDGET}{name}"] = value


def put_typed(fields: Mapping[str, str | float]) -> None:
    """Take over what a window's fields hold, by the keys of their widgets; what the draft has not is passed over."""
    draft = current()
    for key, value in fields.items():
        name = key.removeprefix(_WIDGET)
        if key.startswith(_REASON):
            draft.off_reasons[key.removeprefix(_REASON)] = str(value)
        elif key.startswith(_WIDGET) and name in _TEXTS:
            setattr(draft, name, str(value))
        elif key.startswith(_WIDGET) and name in _NUMBERS and isinstance(value, float):
            setattr(draft, name, _NUMBERS[name](value))


def kept_reason(layer: str) -> dict[str, Any]:
    """Give the `key` and `on_change` of the widget for the reason why `layer` is switched off."""
    reasons = current().off_reasons
    return _kept(f"{_REASON}{layer}", reasons.get(layer, ""), lambda value: reasons.update({layer: value}))


def _kept(key: str, value: Any, keep: Callable[[Any], None]) -> dict[str, Any]:
    st.session_state.setdefault(key, value)

    def changed() -> None:
        # A window that lags behind may tell of a field that is no longer there.
        if key in st.session_state:
            keep(st.session_state[key])

    return {"key": key, "on_change": changed}
