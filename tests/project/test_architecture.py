"""The order of the folders: each imports only from those before it, and heavy or networked libraries only where they belong."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.files import ROOT

PACKAGE = ROOT / "era_geo"
FOLDERS = ("region", "address", "vicinity", "record", "outputs", "batch", "ui")
FRONT = ("__init__", "front")
"""Modules that stand before the whole program and may import all of it but the app and the command line."""
NETWORK_LIBRARIES = {"http.client", "urllib.request", "requests", "httpx", "aiohttp", "urllib3"}
ASKING_MODULES = {"region/download.py", "region/overpass.py", "address/network.py"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_shipped" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file; `from era_geo.x import y` gives `era_geo.x` and `era_geo.x.y`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rank(parts: tuple[str, ...]) -> int:
    """Position of a module in the order of the folders: root modules, the folders, the command line, the front door."""
    if parts[0] in FOLDERS:
        return 1 + FOLDERS.index(parts[0])
    if parts[0] in ("cli", "__main__") or parts[0].startswith("cli_"):
        return 1 + len(FOLDERS)
    if parts[0] in FRONT:
        return len(FOLDERS)
    # The town draws OpenStreetMap data and knows nothing of the program but its coordinates.
    return 0


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_folder_imports_only_from_those_before_it(path: Path) -> None:
    own = rank(path.relative_to(PACKAGE).with_suffix("").parts)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "era_geo" and len(parts) > 1 and parts[1] != "__version__":
            assert rank(tuple(parts[1:])) <= own, f"{path.name} imports {name}"


def test_streamlit_is_imported_only_by_the_app() -> None:
    users = {
        path.relative_to(PACKAGE).parts[0] for path in modules() if any(n.split(".")[0] == "streamlit" for n in imported(path))
    }
    assert users <= {"ui"}


def test_one_module_talks_to_the_network_and_three_may_ask_it_to() -> None:
    talking, asking = set(), set()
    for path in modules():
        names = set(imported(path))
        place = path.relative_to(PACKAGE).as_posix()
        if any(name.split(".")[0] in NETWORK_LIBRARIES or name in NETWORK_LIBRARIES for name in names):
            talking.add(place)
        if "era_geo.net" in names:
            asking.add(place)
    assert talking <= {"net.py"}
    assert asking <= ASKING_MODULES


def test_assessing_from_the_command_line_loads_nothing_heavy() -> None:
    script = "import era_geo.front, era_geo.cli, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"geopandas", "pandas", "osmnx", "folium", "matplotlib", "streamlit", "docx", "scipy", "networkx"}
