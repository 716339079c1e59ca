"""One frozen `Settings`: every choice a person or an area can make outside a single assessment.

Each field can be set by an environment variable with the prefix `ERA_GEO_` (`ERA_GEO_RADIUS_M=80`) or in the file
`settings.toml` in `ERA_GEO_HOME`. There are no module globals: settings are made once, at the edge, and handed on.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from era_geo.errors import UsageError
from era_geo.model import STARTING_VALUE, AddressParameter, Parameters

PREFIX = "ERA_GEO_"
"""With it each field's name is an environment variable."""

FOR_THIS_CASE = "the person who made this assessment, for this case"
_HOME_GROUPS = ("same_stair", "same_building", "adjoining", "facing")


def _default_home() -> Path:
    return user_data_path("era-geo", appauthor=False)


def settings_file(home: str | Path | None = None) -> Path:
    """Give the path of `settings.toml` in `home`; by default where the environment says home is, or else the platform."""
    return Path(home or os.environ.get(f"{PREFIX}HOME") or _default_home()) / "settings.toml"


class Settings(BaseSettings):
    """The settings. Nothing here sends an address anywhere; what would is off until its field is set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(
        default_factory=_default_home,
        description="The one folder under which the program keeps everything.",
    )
    region: str = Field(default="training-town", description="The region used when none is named.")
    radius_m: float = Field(default=100.0, gt=0, description="Place radius in metres: the group's setting.")
    radius_limit_m: float = Field(default=250.0, gt=0, description="Place radius past which a written reason is needed.")
    doors_each_side: int = Field(default=3, ge=0, description="Address parameter: doors to check on each side.")
    doors_limit: int = Field(default=6, ge=0, description="Doors on each side past which a written reason is needed.")
    check_same_stair: bool = Field(default=True, description="Address parameter: homes in the same stair or entrance.")
    check_same_building: bool = Field(default=True, description="Address parameter: homes in the same building.")
    check_adjoining: bool = Field(default=True, description="Address parameter: homes in adjoining buildings.")
    check_facing: bool = Field(default=True, description="Address parameter: homes facing across the street.")
    way_past_m: float = Field(default=400.0, gt=0, description="How far on foot homes are counted that may walk past the door.")
    set_by: str = Field(default=STARTING_VALUE, description="Who set the two parameters: the group's name.")
    set_on: dt.date | None = Field(default=None, description="When the group set them.")
    doors_set_by: str | None = Field(default=None, description="Who set the address parameter, if others than the radius.")
    doors_set_on: dt.date | None = Field(default=None, description="When they set it.")
    profile: str = Field(default="national-2017", description="Rule profile that the group has chosen: when an ERA is due.")
    extract_url: str = Field(
        default="https://download.geofabrik.de/europe/united-kingdom/{name}-latest.osm.pbf",
        description="Where `region fetch NAME` finds an extract; {name} stands for its name.",
    )
    overpass_url: str | None = Field(default=None, description="Overpass server, to fetch a small region from. Off unless set.")
    nominatim_url: str | None = Field(default=None, description="Nominatim server, asked for addresses. Off unless set.")
    tile_url: str | None = Field(
        default=None,
        description="Map pictures for the app's map from the area's own service, with {z}, {x} and {y}. Off unless set.",
    )
    tile_credit: str = Field(default="", description="The credit that this map service asks for.")
    agency: str | None = Field(default=None, description="Agency whose computer this is, such as police; on a server sign-in says.")
    store_url: str | None = Field(
        default=None,
        repr=False,
        description="Where records are kept, such as postgresql+psycopg://account@host/database; a file in home if not set.",
    )
    draft_days: float = Field(default=14.0, gt=0, description="Days for which the app keeps unfinished work.")
    batch_days: float = Field(default=30.0, gt=0, description="Days for which the app keeps a batch: its table and its results.")
    audit_days: float = Field(default=400.0, gt=0, description="Days for which the app keeps an auditor's forms.")

    @model_validator(mode="after")
    def _radius_within_limit(self) -> Settings:
        if self.radius_m > self.radius_limit_m:
            raise ValueError(f"radius_m ({self.radius_m:g}) is more than radius_limit_m ({self.radius_limit_m:g})")
        return self

    @model_validator(mode="after")
    def _doors_within_limit(self) -> Settings:
        if self.doors_each_side > self.doors_limit:
            raise ValueError(f"doors_each_side ({self.doors_each_side}) is more than doors_limit ({self.doors_limit})")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read, strongest first: what the caller gives, the environment, `settings.toml`."""
        home = {**env_settings(), **init_settings()}.get("home")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file(home))

    @property
    def regions(self) -> Path:
        """Folder of the built region files."""
        return self.home / "regions"

    def parameters(
        self,
        *,
        radius_m: float | None = None,
        doors_each_side: int | None = None,
        reason: str | None = None,
        set_by: str | None = None,
        set_on: dt.date | None = None,
        homes: AddressParameter | None = None,
    ) -> Parameters:
        """Give the group's parameters, with another radius, number of doors or other `homes` where they are asked for.

        Other values than the group's are not the group's: they were set by `set_by`, else by whoever makes the assessment. `reason`
        is the written reason for going past a limit, and goes with what is past it.
        """
        groups_own = radius_m in (None, self.radius_m)
        radius = self.radius_m if radius_m is None else radius_m
        if homes is None:
            homes = self.address_parameter(doors_each_side=doors_each_side, reason=reason, set_by=set_by, set_on=set_on)
        return Parameters(
            radius_m=radius,
            radius_limit_m=self.radius_limit_m,
            address_parameter=homes,
            way_past_m=self.way_past_m,
            set_by=self.set_by if groups_own else set_by or FOR_THIS_CASE,
            set_on=self.set_on if groups_own else set_on,
            reason=reason if radius > self.radius_limit_m else None,
        )

    def address_parameter(
        self,
        *,
        doors_each_side: int | None = None,
        groups: Collection[str] | None = None,
        reason: str | None = None,
        set_by: str | None = None,
        set_on: dt.date | None = None,
    ) -> AddressParameter:
        """Give the group's address parameter, with other doors or `groups` (names of its fields) where they are asked for.

        Who set it, and the reason, are as for `parameters`.
        """
        own = AddressParameter(
            same_stair=self.check_same_stair,
            same_building=self.check_same_building,
            adjoining=self.check_adjoining,
            facing=self.check_facing,
            doors_each_side=self.doors_each_side,
            doors_limit=self.doors_limit,
            set_by=self.doors_set_by or self.set_by,
            set_on=self.doors_set_on if self.doors_set_by else self.set_on,
        )
        doors = self.doors_each_side if doors_each_side is None else doors_each_side
        chosen: dict[str, Any] = {} if groups is None else {group: group in groups for group in _HOME_GROUPS}
        asked = replace(own, doors_each_side=doors, **chosen)
        if asked == own:
            return own
        return replace(asked, reason=reason if doors > self.doors_limit else None, set_by=set_by or FOR_THIS_CASE, set_on=set_on)


def load(**given: Any) -> Settings:
    """Make the settings from the environment and `settings.toml`; `given` wins over both.

    Raises
    ------
    UsageError
        If a value does not fit; all such values are named.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}" for fault in error.errors())
        raise UsageError(f"The settings cannot be used ({faults}). Correct ERA_GEO_* variables or settings.toml.") from error
