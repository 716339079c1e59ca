"""era-geo: facts about the immediate vicinity of a proposed address, for Environmental Risk Assessments.

The names below are the whole public interface; everything else may change without notice. They are loaded when first used, so
that `import era_geo` is instant.

>>> import datetime as dt
>>> import era_geo
>>> region = era_geo.open_region("training-town")
>>> result = era_geo.locate("2/1, 15 Mill Wynd", region)
>>> site = era_geo.site_from(result.candidates[0], region, query=result.query)
>>> assessment = era_geo.assess(site, region, as_of=dt.date(2026, 11, 22))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from era_geo.accounts import Account as Account
    from era_geo.accounts import Role as Role
    from era_geo.accounts import local_account as local_account
    from era_geo.errors import DataError as DataError
    from era_geo.errors import EraGeoError as EraGeoError
    from era_geo.errors import SourceIncomplete as SourceIncomplete
    from era_geo.errors import SourceUnavailable as SourceUnavailable
    from era_geo.errors import UsageError as UsageError
    from era_geo.front import assess as assess
    from era_geo.front import assess_many as assess_many
    from era_geo.front import assess_many_with_findings as assess_many_with_findings
    from era_geo.front import locate as locate
    from era_geo.front import open_region as open_region
    from era_geo.front import site_from as site_from
    from era_geo.model import AddressParameter as AddressParameter
    from era_geo.model import Assessment as Assessment
    from era_geo.model import LocateResult as LocateResult
    from era_geo.model import Parameters as Parameters
    from era_geo.model import Site as Site
    from era_geo.record.calendar import load_calendar as load_calendar
    from era_geo.record.circumstances import Circumstances as Circumstances
    from era_geo.record.demand import demand as demand
    from era_geo.record.demandread import read_caseload as read_caseload
    from era_geo.record.due import what_is_due as what_is_due
    from era_geo.record.duelist import due_list as due_list
    from era_geo.record.prefill import new_form as new_form
    from era_geo.record.profileload import load_profile as load_profile
    from era_geo.record.profileload import load_profiles as load_profiles
    from era_geo.record.sample import draw_sample as draw_sample
    from era_geo.record.statistics import suppress_table as suppress_table
    from era_geo.record.store import Store as Store
    from era_geo.record.store import open_store as open_store
    from era_geo.region.region import Region as Region

__version__ = "0.1.0"

_HOMES = {
    "era_geo.accounts": ("Account", "Role", "local_account"),
    "era_geo.errors": ("EraGeoError", "UsageError", "DataError", "SourceUnavailable", "SourceIncomplete"),
    "era_geo.front": ("open_region", "locate", "site_from", "assess", "assess_many", "assess_many_with_findings"),
    "era_geo.model": ("AddressParameter", "Assessment", "LocateResult", "Parameters", "Site"),
    "era_geo.record.calendar": ("load_calendar",),
    "era_geo.record.circumstances": ("Circumstances",),
    "era_geo.record.demand": ("demand",),
    "era_geo.record.demandread": ("read_caseload",),
    "era_geo.record.due": ("what_is_due",),
    "era_geo.record.duelist": ("due_list",),
    "era_geo.record.prefill": ("new_form",),
    "era_geo.record.profileload": ("load_profile", "load_profiles"),
    "era_geo.record.sample": ("draw_sample",),
    "era_geo.record.statistics": ("suppress_table",),
    "era_geo.record.store": ("Store", "open_store"),
    "era_geo.region.region": ("Region",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - one list of names, not two


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'era_geo' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
