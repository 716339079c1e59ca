"""One running app for all browser tests: the training town, which builds itself, and the town with hostile names."""

import functools
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from era_geo.region.build import build
from era_geo.settings import Settings
from era_geo.town import draw_town, write_pbf
from tests.browser_tools import Visit
from tests.ui.area import area, visits
from tests.ui.officer import Officer
from tests.ui.running import Server, running_app

__all__ = ["Server", "area", "visits"]
HOSTILE = "hostile-town"
DAMAGED = "damaged"


@pytest.fixture(scope="session", autouse=True)
def packages_are_read_once() -> Iterator[None]:
    """Read what is installed once: for every app that a test makes Streamlit looks for its components in all packages anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`era-geo app` on a free port, with a home of its own."""
    folder = tmp_path_factory.mktemp("app")
    settings = Settings(home=folder / "home")
    build([write_pbf(draw_town(hostile=True), folder / "hostile.osm.pbf")], name=HOSTILE, settings=settings)
    (settings.regions / f"{DAMAGED}.gpkg").write_bytes(b"SQLite format 3\0 and then nothing")
    with running_app(folder, settings, ERA_GEO_RADIUS_LIMIT_M="200") as running:
        yield running


@pytest.fixture
def officer(visit: Visit, server: Server) -> Officer:
    """Somebody at work with the app, on its first page."""
    visit.allow(server.url)
    at_work = Officer(visit, server.entry)
    at_work.begin()
    return at_work
