"""Fetch a small region from an Overpass server, where no extract is at hand. Opt-in: the server learns which place it is.

Three traps of Overpass are met here. A query that ran out of time or memory is answered with status 200, part of the data
and a `remark`: that is a failure. An area that encloses the whole window (a park, a campus) has no node in it:
`is_in` asks for those. A busy server answers 429 or 504: it is asked again, a few times, with growing pauses, until a deadline.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from era_geo import crs, net
from era_geo.errors import DataError, SourceIncomplete, SourceUnavailable, UsageError
from era_geo.region.kept_keys import KEPT_KEYS
from era_geo.region.region import Window
from era_geo.settings import Settings

MARGIN_M = 100.0
"""Fetched around what is asked for, so that what lies on the edge is whole; the coverage is what was asked for."""

GREATEST_REACH_M = 3000.0
DEADLINE_S = 300.0
_PAUSES_S = (5.0, 15.0, 45.0)
_SERVER_TIMEOUT_S = 90
_SERVER_BYTES = 256 << 20  # of the server's memory: a denser area is refused by it and told in a remark
MOST_BYTES = 512 << 20
"""A longer answer is not one to a few square kilometres."""
_WHOLE = '["type"~"^(multipolygon|site|building|boundary)$"]["boundary"!="administrative"]'
"""Relations of which all members are needed: no bus routes, and no councils' areas."""
_CHUNK = 1 << 16
_REMARK = re.compile(rb"<remark>\s*(.*?)\s*</remark>", re.DOTALL)


@dataclass(frozen=True)
class Area:
    """A square to fetch, by its middle (longitude, latitude) and its reach in metres to each side."""

    lon: float
    lat: float
    reach_m: float

    @property
    def sentence(self) -> str:
        """The area in words."""
        return f"{self.reach_m:.0f} m around {self.lon:.5f},{self.lat:.5f}"

    @property
    def window(self) -> Window:
        """The square in EPSG:27700: what the fetched region can speak for."""
        east, north = crs.point_to_bng(self.lon, self.lat)
        return east - self.reach_m, north - self.reach_m, east + self.reach_m, north + self.reach_m


def server(settings: Settings) -> str:
    """Give the name of the host that learns which place is asked for; empty where none is set."""
    return net.host(settings.overpass_url) if settings.overpass_url else ""


def fetch(
    name: str,
    area: Area,
    settings: Settings,
    *,
    say: Callable[[str], None] | None = None,
    deadline_s: float = DEADLINE_S,
    pauses_s: tuple[float, ...] = _PAUSES_S,
) -> Path:
    """Fetch everything the map holds in `area` as an .osm file, and give its path.

    `say` is told which server learns what before it is asked, and of each pause.

    Raises
    ------
    UsageError
        If no Overpass server is set, or the area is too large for one.
    SourceUnavailable
        If the server cannot be reached, refuses, or stays busy until the deadline.
    SourceIncomplete
        If the server gave only part of the data.
    DataError
        If the file cannot be written.
    """
    if not settings.overpass_url:
        raise UsageError("No Overpass server is set. Name one in ERA_GEO_OVERPASS_URL; it will learn which place is asked for.")
    if not 0 < area.reach_m <= GREATEST_REACH_M:
        raise UsageError(f"An area can reach up to {GREATEST_REACH_M:.0f} m. For more, build a region from an extract.")
    tell = say or _silent
    tell(f"Asking {net.host(settings.overpass_url)} for {area.sentence}: it learns this place.")
    whole = path(name, settings)
    part = whole.with_name(whole.name + ".part")
    try:
        whole.parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + deadline_s
        _ask_until_answered(settings.overpass_url, query(area), part, tell, until=until, pauses_s=pauses_s)
        _refuse_partial(part, net.host(settings.overpass_url))
        part.replace(whole)
    except OSError as error:
        raise DataError(f"The answer cannot be written to {whole.parent}: {error.strerror}. Make room, then try again.") from error
    finally:
        part.unlink(missing_ok=True)
    return whole


def path(name: str, settings: Settings) -> Path:
    """Give where the file of the small region of this name is, or would be, once it was fetched."""
    return settings.home / "downloads" / f"{name}.osm"


def _silent(_: str) -> None:
    pass


def query(area: Area) -> str:
    """Give the Overpass QL for all objects in the area, whole, and for the mapped places that enclose its middle.

    Of relations only those are asked for that may be a place or a building: a bus route's members reach over half a country.
    """
    least_e, least_n, greatest_e, greatest_n = area.window
    lon, lat = crs.to_lonlat([least_e - MARGIN_M, greatest_e + MARGIN_M], [least_n - MARGIN_M, greatest_n + MARGIN_M])
    keys = "|".join(sorted({key.key for key in KEPT_KEYS} | {"natural", "place"}))
    places = f'[~"^({keys})$"~"."]'
    box = f"{lat[0]:.6f},{lon[0]:.6f},{lat[1]:.6f},{lon[1]:.6f}"
    return (
        f"[out:xml][timeout:{_SERVER_TIMEOUT_S}][maxsize:{_SERVER_BYTES}];"
        f"(node({box});way({box});relation({box}){_WHOLE}{places};)->.inside;is_in({area.lat:.6f},{area.lon:.6f})->.around;"
        f"(way(pivot.around){places};relation(pivot.around){_WHOLE}{places};)->.enclosing;"
        "(.inside;.enclosing;);(._;>;);out meta;"
    )


def _ask_until_answered(
    url: str, text: str, part: Path, say: Callable[[str], None], *, until: float, pauses_s: tuple[float, ...]
) -> None:
    for pause in (*pauses_s, None):
        try:
            _ask(url, text, part, until)
        except (net.Busy, net.RateLimited) as error:
            wait = max(pause or 0.0, getattr(error, "wait_s", None) or 0.0)
            if pause is None or time.monotonic() + wait > until:
                raise
            say(f"{error} Asking again in {wait:.0f} s.")
            time.sleep(wait)
        else:
            return


def _ask(url: str, text: str, part: Path, until: float) -> None:
    patience = _SERVER_TIMEOUT_S + 30.0
    with net.request("POST", url, parameters={"data": text}, read_timeout_s=patience) as answer, part.open("wb") as file:
        for chunk in answer.iter_content(_CHUNK):
            file.write(chunk)
            if file.tell() > MOST_BYTES:
                raise SourceUnavailable(f"{net.host(url)} sent more than {MOST_BYTES >> 20} MB. Ask for a smaller area.")
            if time.monotonic() > until:
                raise SourceUnavailable(f"{net.host(url)} was still sending when the time was up. Ask for a smaller area.")


def _refuse_partial(part: Path, where: str) -> None:
    content = part.read_bytes()
    remark = _REMARK.search(content)
    if remark:
        said = remark[1].decode("utf-8", "replace")[:200]
        raise SourceIncomplete(f"{where} gave only part of the data ({said}). Ask for a smaller area, or try again later.")
    if not content.rstrip().endswith(b"</osm>"):
        raise SourceIncomplete(f"{where} did not send a whole map file. Try again later.")
