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
APP = ROOT / "app.py"
MAP_ASSETS = _PACKAGE / "outputs" / "assets"
