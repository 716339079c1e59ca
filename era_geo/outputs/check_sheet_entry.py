"""A filled check sheet entered into the form of a record: what it says goes to the record's addresses, hand-added ones too.

Only what a sheet has filled in is taken over; an empty cell empties nothing. A row for a second agency becomes a line of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from era_geo.accounts import Agency, agency_label
from era_geo.errors import Fault
from era_geo.outputs.check_sheet_read import CheckRow, said_twice, sheet_key
from era_geo.record.form import AddressCheck, Form
from era_geo.record.store_merge import Difference, differences

_UNKNOWN = "No address of the record is this one with this reference. Is it the sheet of another case? Add the address first."
_WHICH = "More than one agency checks this address: the column Agency must name one of them."


@dataclass(frozen=True)
class Entered:
    """The form with what a sheet says in it, what that changes, and a fault for each row that could not be entered."""

    form: Form
    changes: tuple[Difference, ...]
    faults: tuple[Fault, ...]


def enter_check_sheet(rows: Iterable[CheckRow], form: Form, file: str) -> Entered:
    """Enter the rows of a sheet into the addresses of a form, by reference and address, and by agency where one is named.

    Parameters
    ----------
    file
        The sheet's name, for the faults.
    """
    checks, faults = list(form.addresses), []
    answered: dict[tuple[tuple[str, str], str], str] = {}
    for row in rows:
        given = _given(row, form)
        if not given:
            continue
        key, agency = sheet_key(row.ref, row.address), given.get("agency", "")
        same = [place for place, check in enumerate(checks) if sheet_key(check.ref, check.address) == key]
        place = _place(checks, same, agency)
        if not same:
            faults.append(Fault(file, row.where, _UNKNOWN))
            continue
        if (key, agency) in answered:
            faults.append(Fault(file, row.where, said_twice(answered[key, agency])))
            continue
        if place is None:
            faults.append(Fault(file, row.where, _WHICH))
            continue
        answered[key, agency] = row.where
        if place not in same:
            first = checks[same[0]]
            checks.insert(place, AddressCheck(first.address, first.relation, first.distance_m, first.ref))
        checks[place] = dataclasses.replace(checks[place], **given)
    entered = dataclasses.replace(form, addresses=tuple(checks))
    return Entered(entered, tuple(filter(_is_filled, differences(form, entered))), tuple(faults))


def _place(checks: list[AddressCheck], same: list[int], agency: str) -> int | None:
    """Give the line that a row is about: the agency's own, else one of no agency, else a new one behind the last."""
    if not same:
        return None
    if not agency:
        return same[0] if len(same) == 1 else None
    own = [place for place in same if checks[place].agency == agency] or [place for place in same if not checks[place].agency]
    return own[0] if own else same[-1] + 1


def _given(row: CheckRow, form: Form) -> dict[str, Any]:
    """Give the fields that a row fills in; why it was not checked goes with the outcome."""
    filled = {"agency": _agency(row.agency, form), "asked_on": row.asked_on, "outcome": row.outcome, "note": row.note}
    given = {name: value for name, value in filled.items() if value}
    if row.outcome is not None:
        given["why_not"] = row.why_not or ""
    return given


def _agency(written: str | None, form: Form) -> str:
    """Give the id of the agency that a cell names; another name as it was written, as in the record."""
    text = " ".join((written or "").split())
    ids = dict.fromkeys((*(part.agency for part in form.agencies), *map(str, Agency)))
    named = {name.casefold(): agency for agency in ids for name in (agency, agency_label(agency))}
    return named.get(text.casefold(), text)


def _is_filled(difference: Difference) -> bool:
    return difference.after not in (None, "") or difference.before not in (None, "")
