"""The front door: what scripts and notebooks call, with the settings and layer files of this machine filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo import layerset, shipped
from era_geo import settings as settings_module
from era_geo.address import search
from era_geo.address import site as site_module
from era_geo.errors import DataError, UsageError
from era_geo.layerset import LayerSet
from era_geo.model import Assessment, Candidate, Depth, LayerState, LocateResult, Parameters, Site
from era_geo.region import region as region_module
from era_geo.region.region import Region
from era_geo.settings import Settings
from era_geo.vicinity import assess as assess_module

if TYPE_CHECKING:
    import pandas as pd

TRAINING_TOWN = "training-town"


def open_region(name_or_path: str | Path | None = None, settings: Settings | None = None) -> Region:
    """Open a built region by name, or by the path of its file; without a name, the one the settings name.

    The training town comes with the program as a map file and official lists, and is built the first time it is opened.

    Raises
    ------
    UsageError
        If there is no such region.
    DataError
        If the file is not a region this program can read.
    """
    chosen = settings or settings_module.load()
    name = chosen.region if name_or_path is None else name_or_path
    try:
        return region_module.open_region(name, chosen)
    except (UsageError, DataError):
        # Missing, or built by another version of the program: the town can always be built again.
        if str(name) != TRAINING_TOWN:
            raise
    from era_geo.region.build import build  # noqa: PLC0415 - slow to import, and needed once

    build(shipped.TRAINING_SOURCES, name=TRAINING_TOWN, settings=chosen, replace=True)
    return region_module.open_region(TRAINING_TOWN, chosen)


def locate(
    text: str, region: Region, *, network: bool = False, say: Callable[[str], None] | None = None, settings: Settings | None = None
) -> LocateResult:
    """Say what property a text means: an address, postcode, UPRN, grid reference or coordinates. Never raises for a text.

    Only with `network`, and only where the region's own answer does not settle it, the Nominatim server of the settings is asked;
    it learns the address. `say` is told where the address is sent before it is sent.

    Raises
    ------
    UsageError
        With `network`, if no server is set.
    SourceUnavailable
        With `network`, if the server could not be asked, refused, or sent something else than an answer.
    """
    if not network:
        return search.locate(text, region)
    from era_geo.address import network as network_module  # noqa: PLC0415 - what nobody asked for is not even loaded

    chosen = settings or settings_module.load()
    network_module.server(chosen)
    return network_module.locate(text, region, chosen, search.locate(text, region), say=say)


def site_from(candidate: Candidate, region: Region, *, query: str, confirmed_by: str | None = None) -> Site:
    """Turn the candidate that a person chose into the property to assess, with its building's outline."""
    return site_module.site_from(candidate, query=query, region=region, confirmed_by=confirmed_by)


def assess(
    site: Site,
    region: Region,
    *,
    as_of: dt.date,
    parameters: Parameters | None = None,
    off: Mapping[str, str] | None = None,
    layers: LayerSet | None = None,
    depth: Depth = Depth.FULL,
) -> Assessment:
    """Look closely at the immediate vicinity of `site`; see `era_geo.vicinity.assess.assess`.

    Without `parameters` the settings' are used; without `layers` the files of this machine.

    Raises
    ------
    UsageError
        If what is asked for cannot be done: a radius past the limit without a reason, an unknown layer, a property outside.
    FaultyFiles
        If a layer file has faults.
    """
    return assess_module.assess(
        site,
        region,
        parameters=parameters or settings_module.load().parameters(),
        as_of=as_of,
        layers=layers or layerset.load(settings_module.load()),
        off=off,
        depth=depth,
    )


def assess_again(
    earlier: Assessment, region: Region, *, as_of: dt.date, layers: LayerSet | None = None, depth: Depth = Depth.NONE
) -> Assessment:
    """Assess the property of an earlier assessment in another region, with its parameters and the layers it had switched off.

    Raises
    ------
    UsageError, FaultyFiles
        As `assess`.
    """
    off = {result.id: result.reason or "" for result in earlier.layers if result.state is LayerState.OFF}
    return assess(earlier.site, region, as_of=as_of, parameters=earlier.parameters, off=off, layers=layers, depth=depth)


def assess_many(
    frame: pd.DataFrame,
    region: Region,
    *,
    as_of: dt.date,
    parameters: Parameters | None = None,
    off: Mapping[str, str] | None = None,
    layers: LayerSet | None = None,
    depth: Depth | str = Depth.FULL,
    address: str | Sequence[str] = (),
    uprn: str | None = None,
    xy: tuple[str, str] | None = None,
    grid: str | None = None,
    radii: Sequence[float] = (),
    workers: int = 1,
    dask: str | None = None,
) -> pd.DataFrame:
    """Assess every row of a frame; give the same rows, in order and under the same index, with what was found for each.

    The columns are those of `era-geo batch`. `assess_many_with_findings` gives the places, too.

    Parameters
    ----------
    frame
        A DataFrame, or a GeoDataFrame, whose shapes and coordinate system stay as they are.
    region
        Where to look.
    as_of
        The date of the assessments.
    parameters, off, layers
        As `assess` has them.
    depth
        How closely to look: `none`, `walk` or `full`.
    address, uprn, xy, grid
        The columns that say where each property is: of the address (one, or its parts in order), the UPRN, longitude and latitude
        or easting and northing, the grid reference. Where none is named, the headings tell, or the shapes do.
    radii
        Metres: for a capacity study, how many homes and places each radius, and homes each number of doors, would ask for.
    workers
        Worker processes. With more than one, a script must be guarded by `if __name__ == "__main__":`.
    dask
        Address of a Dask scheduler to work on instead.

    Raises
    ------
    UsageError
        If what is asked for cannot be done as asked: a column that is not there, a radius past the limit without a reason.
    FaultyFiles
        If a layer file has faults.
    """
    asked = _Many(as_of, parameters, off, layers, Depth(depth), tuple(radii), workers, dask)
    return _assess_many(frame, region, asked, address=address, uprn=uprn, xy=xy, grid=grid)[0]


def assess_many_with_findings(
    frame: pd.DataFrame, region: Region, *, as_of: dt.date, **asked: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Do what `assess_many` does, asked in the same words; give its frame, and a second one with every place found.

    In the second frame `row` is the position of the property in the first one, from 0.

    Raises
    ------
    UsageError, FaultyFiles
        As `assess_many`.
    """
    columns = {name: asked.pop(name) for name in ("address", "uprn", "xy", "grid") if name in asked}
    return _assess_many(frame, region, _Many(as_of, **asked), **columns)


@dataclass(frozen=True)
class _Many:
    """How a frame is assessed: see `assess_many`."""

    as_of: dt.date
    parameters: Parameters | None = None
    off: Mapping[str, str] | None = None
    layers: LayerSet | None = None
    depth: Depth | str = Depth.FULL
    radii: Sequence[float] = ()
    workers: int = 1
    dask: str | None = None


def _assess_many(frame: pd.DataFrame, region: Region, asked: _Many, **columns: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    from era_geo.batch import capacity, engines, many  # noqa: PLC0415 - slow to import
    from era_geo.batch.options import Options  # noqa: PLC0415 - slow to import
    from era_geo.batch.partition import identity_of  # noqa: PLC0415 - slow to import

    chosen = settings_module.load()
    options = Options(
        layers=asked.layers or layerset.load(chosen),
        parameters=asked.parameters or chosen.parameters(),
        as_of=asked.as_of,
        depth=Depth(asked.depth),
        off=dict(asked.off or {}),
        region=identity_of(region),
        radii=capacity.checked_radii(asked.radii),
    )
    engine = engines.choose(None if asked.dask else asked.workers, asked.dask, many.partitions(len(frame), options))
    wheres = many.where_in(frame, **columns)
    return many.assess_frame(frame, region.path.absolute(), options, wheres=wheres, engine=engine)
