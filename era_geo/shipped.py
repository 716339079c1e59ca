"""Where the files that come with the program lie: layer files, the training town, map assets.

An installed wheel carries them inside the package (`_shipped`, laid there by the build); a checkout reads them where they are.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_WHEEL = _PACKAGE / "_shipped"
ROOT = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent

LAYERS = ROOT / "layers"
TRAINING_TOWN = ROOT / "data" / "training-town.osm.pbf"
TRAINING_LISTS = ROOT / "data" / "training-lists"
TRAINING_SOURCES = (
    TRAINING_TOWN,
    *(
        TRAINING_LISTS / name
        for name in (
            "codepoint-open.csv",
            "school-roll-2026.csv",
            "care-inspectorate-2026-05-31.csv",
            "council-schools.csv",
            "council-nurseries.csv",
            "council-play-areas.csv",
        )
    ),
)
"""What the training region is built from: the map, its postcodes and its official lists. Its gazetteer is left out, so that
addresses are as exact as the map alone has them: the awkward cases among them would be gone."""

APP = ROOT / "app.py"
MAP_ASSETS = _PACKAGE / "outputs" / "assets"
