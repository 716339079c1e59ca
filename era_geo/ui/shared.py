"""What all people at work with the app share: open regions and layer files, which hold nothing about any one address.

Whatever is typed, found or assessed stays in the session (`era_geo.ui.draft`).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import streamlit as st

from era_geo import front, layerset
from era_geo import settings as settings_module
from era_geo.layerset import LayerSet
from era_geo.outputs.escape import line
from era_geo.record.profile import Profile
from era_geo.record.profilefile import FOLDER
from era_geo.record.profileload import load_profiles
from era_geo.region.region import SUFFIX, Region
from era_geo.region.shelf import Description, ShelvedRegion, describe, list_regions
from era_geo.settings import Settings

_REGION = "region"
REGION_WIDGET = "region_choice"
Stamp = tuple[tuple[str, int], ...]


def settings() -> Settings:
    """Give this machine's settings, read again when the environment or `settings.toml` has changed.

    Raises
    ------
    UsageError
        If a value does not fit.
    """
    given = tuple(sorted(item for item in os.environ.items() if item[0].upper().startswith(settings_module.PREFIX)))
    return _settings(given, _stamp(file for file in [settings_module.settings_file()] if file.is_file()))


@lru_cache(maxsize=4)
def _settings(given: tuple[tuple[str, str], ...], stamp: Stamp) -> Settings:  # noqa: ARG001 - the cache's key
    return settings_module.load()


def region_names(chosen: Settings) -> list[str]:
    """Give the names of the regions there are, the training town among them whether it is built yet or not."""
    built = {file.stem for file in chosen.regions.glob(f"*{SUFFIX}")}
    return sorted({*built, front.TRAINING_TOWN})


def region_name() -> str:
    """Give the name of the region this person has chosen to look in."""
    chosen = settings()
    names = region_names(chosen)
    name = st.session_state.get(_REGION, chosen.region)
    return name if name in names else names[0]


def choose_region(name: str) -> None:
    """Look in another region from now on."""
    st.session_state[_REGION] = name


def region_picker() -> None:
    """Show the choice of region."""
    st.session_state[REGION_WIDGET] = region_name()
    st.selectbox(
        "Region to look in",
        region_names(settings()),
        format_func=line,
        key=REGION_WIDGET,
        on_change=lambda: choose_region(st.session_state[REGION_WIDGET]),
        help="A region is a stretch of map data on this computer. The page Data says what is in each one, and how old it is.",
    )


def region() -> Region:
    """Open the region this person has chosen.

    Raises
    ------
    EraGeoError
        If it cannot be opened, or the training town cannot be built.
    """
    return open_region(region_name())


def open_region(name: str) -> Region:
    """Open a region by name; the training town builds itself the first time."""
    chosen = settings()
    path = chosen.regions / f"{name}{SUFFIX}"
    if path.is_file():
        return _opened(name, str(chosen.home), _stamp([path]))
    with st.spinner("Building the training town. This is done once and takes a few seconds."):
        return front.open_region(name, chosen)


def shelf() -> tuple[ShelvedRegion, ...]:
    """Give the regions there are, those that cannot be opened too, looked at again when one of them has changed."""
    chosen = settings()
    return _shelf(str(chosen.home), _stamp(chosen.regions.glob(f"*{SUFFIX}")))


def description(region: Region) -> Description:
    """Say what is in an open region, counted again when its file has changed.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    return _described(region, _stamp([region.path]))


def layers() -> LayerSet:
    """Give the layer files in force, read again when one of them has changed.

    Raises
    ------
    FaultyFiles
        If a file has faults: each is named.
    """
    home = settings().home
    return _layers(str(home), _stamp((home / "layers").rglob("*.toml")))


def set_aside() -> None:
    """Have what is in memory now, and is there to stay, left out when garbage is looked for.

    Streamlit collects garbage after each run of a page. Looking through all that was imported, each time, took more than a third of
    all the server's work (`docs/decisions/app-speed.md`).
    """
    gc.collect()
    gc.freeze()


def profiles() -> dict[str, Profile]:
    """Give every rule profile by its id, read again when one of their files has changed.

    Raises
    ------
    FaultyFiles
        If a file has faults: each is named.
    """
    home = settings().home
    return _profiles(str(home), _stamp((home / FOLDER).glob("*.toml")))


@st.cache_resource(max_entries=16, show_spinner=False)
def _opened(name: str, home: str, stamp: Stamp) -> Region:  # noqa: ARG001 - part of the cache's key
    opened = front.open_region(name, settings_module.load(home=Path(home)))
    set_aside()
    return opened


@st.cache_resource(max_entries=4, show_spinner=False)
def _shelf(home: str, stamp: Stamp) -> tuple[ShelvedRegion, ...]:  # noqa: ARG001 - part of the cache's key
    return list_regions(settings_module.load(home=Path(home)))


@st.cache_resource(max_entries=16, show_spinner=False)
def _described(_region: Region, stamp: Stamp) -> Description:  # noqa: ARG001 - the cache's key
    return describe(_region)


@st.cache_resource(max_entries=4, show_spinner=False)
def _layers(home: str, stamp: Stamp) -> LayerSet:  # noqa: ARG001 - part of the cache's key
    return layerset.load(settings_module.load(home=Path(home)))


@st.cache_resource(max_entries=4, show_spinner=False)
def _profiles(home: str, stamp: Stamp) -> dict[str, Profile]:  # noqa: ARG001 - part of the cache's key
    return load_profiles(settings_module.load(home=Path(home)))


def _stamp(files: Iterable[Path]) -> Stamp:
    return tuple(sorted((str(file), file.stat().st_mtime_ns) for file in files))
