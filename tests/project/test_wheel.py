"""What an installed wheel carries: the layer files, the training town, the map's assets, the app."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from era_geo import shipped
from tests.project.files import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("era_geo-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["layers/places", "layers/sources"])
def test_the_wheel_carries_every_layer_file(names: set[str], folder: str) -> None:
    expected = {f"era_geo/_shipped/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / folder).glob("*.toml")}
    assert expected
    assert expected <= names


def test_the_wheel_carries_the_training_town_the_app_and_the_map_assets(names: set[str]) -> None:
    assert {"era_geo/_shipped/data/training-town.osm.pbf", "era_geo/_shipped/app.py", "era_geo/py.typed"} <= names
    assert {f"era_geo/_shipped/{path.relative_to(ROOT).as_posix()}" for path in shipped.TRAINING_SOURCES} <= names
    app = {"era_geo/_shipped/.streamlit/config.toml", "era_geo/ui/look.css", "era_geo/ui/help.md", "era_geo/ui/icon.svg"}
    assert app <= names
    assets = {f"era_geo/outputs/assets/{path.name}" for path in Path(ROOT / "era_geo/outputs/assets").iterdir() if path.is_file()}
    assert assets
    assert assets <= names


def test_the_wheel_carries_no_tests_and_no_built_region(names: set[str]) -> None:
    assert not [name for name in names if name.startswith("tests/") or name.endswith(".gpkg")]
