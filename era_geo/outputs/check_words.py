"""A filled address-check sheet in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from era_geo.model import NeighbourAddress
from era_geo.outputs import words
from era_geo.outputs.check_sheet import Outcome
from era_geo.outputs.check_sheet_read import Checked, CheckRow
from era_geo.outputs.escape import line
from era_geo.record.store_merge import Difference

NOT_FILLED_IN = "not filled in"


def summary(rows: Sequence[CheckRow]) -> str:
    """Say how many rows were read, and what came of them."""
    counts = Counter(row.outcome for row in rows)
    told = [f"{outcome or NOT_FILLED_IN} {counts[outcome]}" for outcome in (*Outcome, None) if counts[outcome]]
    return words.stop(f"{words.count(len(rows), 'row', 'rows')} read{': ' if told else ''}{words.listed(told)}")


def answer(row: CheckRow) -> str:
    """Say what one row says: where it stands, its address, the outcome, and who was asked when."""
    asked = [row.agency or "", f"asked on {words.day(row.asked_on)}" if row.asked_on else "", row.note or ""]
    outcome = row.outcome or NOT_FILLED_IN
    because = f" ({row.why_not})" if row.why_not else ""
    return line("; ".join([f"{row.where}: {row.address}: {outcome}{because}", *filter(None, asked)]))


def change(value: Difference) -> str:
    """Say what a sheet changes in a field of a record: the address, the field, what stood there and what the sheet says."""
    where, _, field = value.path.rpartition(".")
    named = where.removeprefix("addresses[").removesuffix("]")
    return line(f"{named}: {field.replace('_', ' ')}: {value.before or 'empty'} -> {value.after or 'empty'}")


def answered(checked: Sequence[Checked]) -> str:
    """Say for how many of the addresses to check an outcome was written."""
    if not checked:
        return "The assessment lists no address to check."
    done = sum(one.is_answered for one in checked)
    rest = "" if done == len(checked) else " Not answered for:"
    return f"An outcome is written for {done} of the {words.count(len(checked), 'address', 'addresses')} to check.{rest}"


def home(value: NeighbourAddress) -> str:
    """Name an address of the list, with why it is on it."""
    return line(f"{value.address} ({value.relation}, {words.metres(value.distance_m)})")
