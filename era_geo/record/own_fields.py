"""What an agency fills in of a record that another leads: its own part, what it knows, what it has checked, and what was seen.

Housing knows the property. A desk check is its agency's; an address is checked by the agency that its row names, or by whoever
takes a row that names none. The visit is anybody's whose agency takes part. All else is the lead agency's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from era_geo.accounts import Agency, agency_kind, agency_label
from era_geo.record.form import Form
from era_geo.record.store_merge import differences, rows_by_key


def not_own(before: Form, after: Form, agency: str) -> tuple[str, ...]:
    """Name the fields in which two forms differ and that this agency does not fill in where another leads."""
    rows = {path: (rows_by_key(before, path), rows_by_key(after, path)) for path in _ROWS}
    return tuple(one.path for one in differences(before, after) if not _is_own(one.path, agency, rows))


def is_agency(text: str, agency: str) -> bool:
    """Whether a text that people wrote (`Housing`, `Police`, an id) means this agency."""
    kind = agency_kind(agency)
    return text.strip().casefold() in {name.casefold() for name in (agency, kind.value, kind.label, agency_label(agency))}


def knows_the_property(agency: str) -> bool:
    """Whether an agency fills in what is known of the property where another leads: housing does."""
    return agency_kind(agency) is Agency.HOUSING


def checks_address(named: str, agency: str) -> bool:
    """Whether an address is an agency's to check, by what its row names as the agency: this one, or none yet."""
    return not named.strip() or is_agency(named, agency)


_Both = tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]]


def _is_own(path: str, agency: str, rows: Mapping[str, _Both]) -> bool:
    top = path.partition(".")[0].partition("[")[0]
    if top in rows:
        key = path[len(top) + 1 : path.rindex("]")]
        return all(_ROWS[top](str(side[key]["agency"]), agency) for side in rows[top] if key in side)
    if top == "property":
        return knows_the_property(agency)
    return top == "physical_check" or path.startswith(f"agencies[{agency}]")


_ROWS: dict[str, Callable[[str, str], bool]] = {"desk_checks": is_agency, "addresses": checks_address}
"""Whether a row of a list is an agency's to fill in, by the agency that the row names."""
