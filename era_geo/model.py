"""The nouns of the program: frozen values that pass from one folder to the next.

`Assessment` is the contract. Everything the map, the table, the record and a batch row show is in it, so that they can never
disagree. Field names are the keys of the published JSON (`era_geo.contract` turns a value into JSON and back).

Unless a field says otherwise: distances and uncertainties are metres; `lon`, `lat` are WGS84 degrees; `easting`, `northing` are
metres in EPSG:27700; a geometry is a GeoJSON mapping in longitude and latitude. A value that could not be worked out is `None`,
and a `Gap` says why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd

GeoJson = dict[str, Any]
STARTING_VALUE = "program's starting value"
ASSESSMENT_SCHEMA = "era-geo/assessment/1"
LOCATE_SCHEMA = "era-geo/locate/1"
"""What the published JSON of an `Assessment` and of a `LocateResult` call themselves (`schema`)."""


class Precision(StrEnum):
    """How exactly a location is known, most exact first (DESIGN.md, decision 5)."""

    PIN = "pin"
    UPRN = "uprn"
    BUILDING = "building"
    ADDRESS = "address"
    INTERPOLATED = "interpolated"
    STREET = "street"
    POSTCODE = "postcode"
    LOCALITY = "locality"

    @property
    def rank(self) -> int:
        """Position in the order above: 0 is the most exact."""
        return list(Precision).index(self)

    @property
    def is_property(self) -> bool:
        """Whether the location is that of one property, not of a street or an area."""
        return self.rank <= Precision.ADDRESS.rank


class LocateStatus(StrEnum):
    """How a search for an address ended."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not found"
    CONTRADICTION = "contradiction"
    OUTSIDE_REGION = "outside region"
    BAD_INPUT = "bad input"


class Band(StrEnum):
    """Where a place lies, given how exactly it and the property are located (DESIGN.md, "Bands")."""

    WITHIN = "within"
    BORDERLINE = "borderline"
    OUTSIDE = "outside"

    @classmethod
    def of(cls, distance_m: float, uncertainty_m: float, radius_m: float) -> Band:
        """Give the band of a place `distance_m` away, located to within `uncertainty_m`, for a radius of `radius_m`."""
        if distance_m + uncertainty_m <= radius_m:
            return cls.WITHIN
        return cls.BORDERLINE if distance_m - uncertainty_m <= radius_m else cls.OUTSIDE


class Depth(StrEnum):
    """How closely an assessment looks: at places only, at the ways on foot too, or at everything."""

    NONE = "none"
    WALK = "walk"
    FULL = "full"


class LayerState(StrEnum):
    """What was done about a layer. "None found" and "not looked for" are different values everywhere."""

    FOUND = "found"
    NONE_FOUND = "none found"
    NOT_LOOKED_FOR = "not looked for"
    OFF = "off"


@dataclass(frozen=True)
class Candidate:
    """One property (or street, postcode, locality) that a typed text may mean.

    `number` is the source's own text (`45-47`, `8B`); `flat` is the flat as typed or as the source has it (`2/1`). The truth
    lies within `uncertainty_m` of the point. `ref` is the region's own reference to the address, by which a choice can be
    repeated.
    """

    label: str
    flat: str | None
    number: str | None
    street: str | None
    town: str | None
    postcode: str | None
    uprn: str | None
    lon: float
    lat: float
    easting: float
    northing: float
    precision: Precision
    uncertainty_m: float
    sources: tuple[str, ...]
    ref: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocateResult:
    """The answer to one search: always a sentence. `candidates` are best first; `steps` tell how the answer came about."""

    query: str
    status: LocateStatus
    message: str
    candidates: tuple[Candidate, ...] = ()
    steps: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the keys and values of the JSON that `era-geo locate --json` prints."""
        return _view("era_geo.contract", "to_dict", self)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Site:
    """The property an assessment is made for: what was typed, what was matched, how exactly, and who confirmed it.

    `footprint` is the building's outline, from which distances are measured; `None` means they are measured from the point. The
    truth lies within `uncertainty_m` of what is measured from.
    `pin_reason` is why a person moved the point by hand.
    """

    query: str
    label: str
    flat: str | None
    number: str | None
    street: str | None
    town: str | None
    postcode: str | None
    lon: float
    lat: float
    easting: float
    northing: float
    uprn: str | None
    precision: Precision
    uncertainty_m: float
    confirmed_by: str | None
    sources: tuple[str, ...]
    footprint: GeoJson | None = None
    footprint_ref: str | None = None
    pin_reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddressParameter:
    """Which homes agencies are asked to check, in doors and not in metres, and who set that when.

    `reason` is the written reason for more doors each side than `doors_limit`. `set_by` is `None` in an assessment of before
    it was kept apart: then it is those who set the radius.
    """

    same_stair: bool = True
    same_building: bool = True
    adjoining: bool = True
    facing: bool = True
    doors_each_side: int = 3
    doors_limit: int = 6
    reason: str | None = None
    set_by: str | None = None
    set_on: dt.date | None = None


@dataclass(frozen=True)
class Parameters:
    """The local group's two parameters: the place radius and the address parameter, and who set the radius when.

    Neither is the guidance's: no text that could be read gives a radius. `reason` is the written reason for going past
    `radius_limit_m`. `way_past_m` is how far on foot homes are counted that may walk past the property to a school, nursery or
    play area.
    """

    radius_m: float = 100.0
    radius_limit_m: float = 250.0
    address_parameter: AddressParameter = field(default_factory=AddressParameter)
    set_by: str = STARTING_VALUE
    set_on: dt.date | None = None
    reason: str | None = None
    way_past_m: float = 400.0


@dataclass(frozen=True)
class Style:
    """How a layer is drawn and named on a map: a letter and a shape besides the colour, so never by colour alone."""

    letter: str
    colour: str
    shape: str


@dataclass(frozen=True)
class LayerResult:
    """What came of one layer: found, none found, not looked for, or switched off, and why.

    `as_of` is the date of the oldest source that was looked in. `completeness` is a plain sentence on how complete the sources
    are believed to be here. `count` is `None` where the layer was not looked for.
    """

    id: str
    label: str
    group: str
    state: LayerState
    count: int | None
    reason: str | None
    sources: tuple[str, ...]
    as_of: dt.date | None
    basis: tuple[str, ...]
    blind_spots: tuple[str, ...]
    completeness: str | None
    style: Style


@dataclass(frozen=True)
class WayPast:
    """Of `homes` homes within `within_m` metres on foot of a place, `past` have their shortest way to it past the property."""

    homes: int
    past: int
    within_m: float


@dataclass(frozen=True)
class Finding:
    """One place near the property. `members` names every source object that was merged into it (`osm:way/123`, `LIST:KEY`).

    `distance_m` runs from the property's footprint (or point) to the place's nearest edge, 0 inside; `bearing_deg` is the
    direction to that edge, clockwise from grid north; `walk_m` the walking distance; `sight` the share (0 to 1) of the place's
    edge in open line, in plan; `why` the tags (`amenity=school`) that made it match. `gates` are its gates and entrances on the
    side of the property, in words, nearest first; `shares_boundary` says whether property and place share a boundary, and
    `boundary` how that is known, in words. `route` is the way on foot; it begins at the property's `walk_from` (`entrance`,
    `wall`, `point`) and ends at the place's `walk_to` (`gate`, `entrance`, `edge`, or
    `same building`, where nobody has to go out).
    """

    layer: str
    name: str | None
    distance_m: float
    bearing_deg: float | None
    band: Band
    walk_m: float | None
    sight: float | None
    why: tuple[str, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    members: tuple[str, ...]
    lon: float
    lat: float
    geometry: GeoJson
    gates: tuple[str, ...] = ()
    shares_boundary: bool | None = None
    boundary: str | None = None
    route: GeoJson | None = None
    walk_from: str | None = None
    walk_to: str | None = None
    way_past: WayPast | None = None


@dataclass(frozen=True)
class NeighbourAddress:
    """One address that agencies are asked to check, and why it is on the list (`same stair`, `facing`).

    `homes` is how many homes the line stands for, at least: flats that the data counts and does not name share a line. `None`:
    a building near whose use the data does not tell.
    """

    address: str
    relation: str
    distance_m: float
    ref: str | None
    homes: int | None = 1


@dataclass(frozen=True)
class Neighbours:
    """The homes near the property: how many, how they were counted, and which ones to check.

    `within` counts homes by metres (`{"50": 31, ...}`): what a wider parameter would have cost; `use_unknown` counts by the
    same metres the buildings that may be homes, and are not counted. `each_side` counts the homes behind the next doors along
    the street. `complete` is false where the data cannot give the whole number. `notes` are what is striking about the property
    itself: several households under one roof, a care setting.
    """

    same_stair: int | None
    same_building: int | None
    adjoining: int | None
    facing: int | None
    within: dict[str, int | None]
    complete: bool
    method: str
    to_check: tuple[NeighbourAddress, ...] = ()
    each_side: int | None = None
    use_unknown: dict[str, int | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Crossing:
    """A crossing of a street: the value of its tag (`traffic_signals`, `zebra`), how far off it is, and where."""

    kind: str
    distance_m: float
    point: GeoJson


@dataclass(frozen=True)
class Streets:
    """Crossings within the radius, nearest first, and the metres of ways that people may walk.

    `lit_m` and `unlit_m` are the metres that the map calls lit and unlit; of `not_said_m` it says nothing.
    """

    crossings: tuple[Crossing, ...]
    lit_m: float
    unlit_m: float
    not_said_m: float


@dataclass(frozen=True)
class Gap:
    """Something that could not be looked up: which layer or field, what is missing, and why."""

    layer: str | None
    field: str | None
    what: str
    why: str


@dataclass(frozen=True)
class Source:
    """A file that the facts come from. `coverage` is the area it can speak for; `coverage_basis` says how that is known."""

    name: str
    kind: str
    date: dt.date | None
    sha256: str
    licence: str
    credit: str
    coverage: GeoJson | None
    coverage_basis: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """What made the assessment: program, contract, layer files and region, each with its version or hash."""

    program: str
    schema: str
    layers: str
    layers_sha256: str
    region: str
    region_schema: int


@dataclass(frozen=True)
class Assessment:
    """The facts about the immediate vicinity of one property, as of one date. It holds no score and no recommendation.

    `open_area` is what lies in open line, in plan, from the property's walls within the radius.
    """

    as_of: dt.date
    site: Site
    parameters: Parameters
    layers: tuple[LayerResult, ...]
    findings: tuple[Finding, ...]
    neighbours: Neighbours | None
    gaps: tuple[Gap, ...]
    sources: tuple[Source, ...]
    versions: Versions
    streets: Streets | None = None
    open_area: GeoJson | None = None

    @property
    def too_uncertain(self) -> bool:
        """Whether the property is located less exactly than the radius, so that nothing can be said (DESIGN.md, "Bands")."""
        return self.site.uncertainty_m > self.parameters.radius_m

    def to_dict(self) -> dict[str, Any]:
        """Give the keys and values of the JSON that `era-geo assess --json` prints."""
        return _view("era_geo.contract", "to_dict", self)  # type: ignore[no-any-return]

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Give the findings, nearest first, one row each, as a GeoDataFrame in EPSG:27700."""
        return _view("era_geo.outputs.geopackage", "to_geodataframe", self)


def _view(module: str, function: str, value: Any) -> Any:
    """Call a view of the value that lives further along: the one step against the order of the folders, for analysts."""
    return getattr(import_module(module), function)(value)
