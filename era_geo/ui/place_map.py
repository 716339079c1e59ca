"""Maps in a page: each a frame of its own with a name, its ground from the region, its files from this server or inside it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from era_geo import crs
from era_geo.address.site import PIN_M
from era_geo.model import Assessment, Candidate
from era_geo.region.region import Region
from era_geo.ui.browser_side import name_frame
from era_geo.ui.gate import MAP_FILES

if TYPE_CHECKING:
    from era_geo.outputs.choicemap import Spot
    from era_geo.outputs.webmap import Tiles

_CANDIDATES = "candidates_map"
_CANDIDATES_TITLE = "Map of the properties to choose from"
_ONE_SPOT_M = 8.0
"""Candidates nearer to each other than this have one mark on the map, which would cover the others."""


@dataclass(frozen=True)
class KeptPage:
    """A page of a map as a session keeps it, small: it is sent again with each run of the page, and drawn once only."""

    packed: bytes

    @classmethod
    def of(cls, page: str) -> KeptPage:
        """Pack a page."""
        return cls(zlib.compress(page.encode("utf-8"), level=3))

    @property
    def html(self) -> str:
        """The page."""
        return zlib.decompress(self.packed).decode("utf-8")


def findings_page(assessment: Assessment, region: Region, tiles: Tiles | None = None) -> KeptPage:
    """Give the map of what was found, as a page for a frame; with `tiles` on that map service's pictures."""
    from era_geo.outputs.background import read_background  # noqa: PLC0415 - slow to import
    from era_geo.outputs.page import render_map  # noqa: PLC0415 - slow to import
    from era_geo.outputs.webmap import map_window  # noqa: PLC0415 - slow to import

    return KeptPage.of(render_map(assessment, read_background(region, map_window(assessment)), tiles, assets_url=MAP_FILES))


def show_candidates(region: Region, candidates: Sequence[Candidate], chosen: int) -> None:
    """Show where the candidates lie, around the one with the number `chosen` (from 0)."""
    shown = (region.name, tuple(candidates), chosen)
    kept = st.session_state.get(_CANDIDATES)
    if kept is None or kept[0] != shown:
        # Drawn once for each choice: the page runs again at every press of a button.
        kept = st.session_state[_CANDIDATES] = (shown, candidates_page(region, candidates, chosen))
    st.iframe(kept[1].html, height=400, alt=_CANDIDATES_TITLE)


def forget_candidates() -> None:
    """Forget the map of the candidates, once one of them is confirmed."""
    st.session_state.pop(_CANDIDATES, None)


def candidates_page(region: Region, candidates: Sequence[Candidate], chosen: int) -> KeptPage:
    """Give the map of the candidates as a page for a frame."""
    from era_geo.outputs.choicemap import choice_map  # noqa: PLC0415 - slow to import
    from era_geo.outputs.page import render_frame  # noqa: PLC0415 - slow to import

    drawn = choice_map(_spots(candidates, chosen), region)
    return KeptPage.of(render_frame(drawn, _CANDIDATES_TITLE, assets_url=MAP_FILES))


def ask_for_point(region: Region, pin: tuple[float, float], middle: tuple[float, float]) -> tuple[float, float] | None:
    """Show a map about `middle` with a pin on it, and give the point that the person last chose on it, if any.

    All points are eastings and northings in metres, EPSG:27700.
    """
    from streamlit_folium import st_folium  # noqa: PLC0415 - slow to import

    from era_geo.outputs.choicemap import Spot, choice_map, mark  # noqa: PLC0415 - slow to import

    answer = st_folium(
        choice_map((), region, middle=middle, assets_url=MAP_FILES),
        key="pin_map",
        height=400,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=mark(Spot("+", "the pin", *pin, PIN_M)),
    )
    name_frame("streamlit_folium.st_folium", "Map to place the pin on")
    clicked = answer.get("last_clicked")
    return None if clicked is None else crs.point_to_bng(clicked["lng"], clicked["lat"])


def _spots(candidates: Sequence[Candidate], first: int) -> list[Spot]:
    """Give a mark for each place that candidates share, as the flats of one stair do, with their numbers; that of `first` first."""
    from era_geo.outputs.choicemap import Spot  # noqa: PLC0415 - slow to import

    shared: list[list[int]] = []
    for number, candidate in enumerate(candidates):
        spot = (candidate.easting, candidate.northing)
        near = (m for m in shared if math.dist(spot, (candidates[m[0]].easting, candidates[m[0]].northing)) < _ONE_SPOT_M)
        members = next(near, None)
        if members is None:
            shared.append([number])
        else:
            members.append(number)
    shared.sort(key=lambda members: first not in members)
    return [
        Spot(
            _numbers([number + 1 for number in members]),
            "; ".join(f"{number + 1}: {candidates[number].label}" for number in members),
            candidates[members[0]].easting,
            candidates[members[0]].northing,
            max(candidates[number].uncertainty_m for number in members),
        )
        for members in shared
    ]


def _numbers(numbers: list[int]) -> str:
    """Give numbers in short: `3`, `1-6`, `1, 4`."""
    in_a_row = numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{numbers[0]}-{numbers[-1]}" if in_a_row and len(numbers) > 1 else ", ".join(map(str, numbers))
