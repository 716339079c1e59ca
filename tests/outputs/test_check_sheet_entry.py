"""A filled check sheet entered into a record: by address, by agency, and never emptying what stands there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from era_geo.outputs.check_sheet_entry import enter_check_sheet
from era_geo.outputs.check_sheet_read import CheckRow
from era_geo.record.form import AddressCheck, Form
from era_geo.record.formjson import form_from_dict, form_to_dict
from era_geo.record.terms import CheckOutcome
from tests.record import filled

DAY = dt.date(2026, 11, 23)
STAIR = AddressCheck("Flat 2/2, 15 Mill Wynd", "same stair", 0.0, "osm:node/5")
BY_HAND = AddressCheck("21 Mill Wynd")


def form(*checks: AddressCheck) -> Form:
    return filled.form(addresses=checks or (STAIR, BY_HAND))


def row(address: str = STAIR.address, ref: str | None = STAIR.ref, **more: Any) -> CheckRow:
    given: dict[str, Any] = {"agency": None, "asked_on": None, "outcome": None, "why_not": None, "note": None, "where": "row 9"}
    return CheckRow(address=address, ref=ref, **{**given, **more})


def test_what_is_filled_in_goes_to_its_address_hand_added_ones_too() -> None:
    rows = [
        row("flat 2/2 15  Mill Wynd", agency="Council housing", asked_on=DAY, outcome=CheckOutcome.NOTHING_HELD),
        row(BY_HAND.address, None, outcome=CheckOutcome.NOT_CHECKED, why_not="no access", note="ask again", where="row 10"),
    ]
    entered = enter_check_sheet(rows, form(), "sheet.csv")
    assert entered.faults == ()
    assert entered.form.addresses == (
        dataclasses.replace(STAIR, agency="housing", asked_on=DAY, outcome=CheckOutcome.NOTHING_HELD),
        dataclasses.replace(BY_HAND, outcome=CheckOutcome.NOT_CHECKED, why_not="no access", note="ask again"),
    )
    assert {change.path for change in entered.changes} == {
        *(f"addresses[{STAIR.address}].{name}" for name in ("agency", "asked_on", "outcome")),
        *(f"addresses[{BY_HAND.address}].{name}" for name in ("outcome", "why_not", "note")),
    }
    assert dataclasses.replace(entered.form, addresses=()) == dataclasses.replace(form(), addresses=())


def test_an_empty_cell_empties_nothing_and_an_outcome_takes_its_reason_along() -> None:
    before = dataclasses.replace(STAIR, agency="nhs", outcome=CheckOutcome.NOT_CHECKED, why_not="system down", note="by phone")
    untouched = enter_check_sheet([row()], form(before), "sheet.csv")
    assert (untouched.form, untouched.changes) == (form(before), ())
    entered = enter_check_sheet([row(agency="NHS", outcome=CheckOutcome.CONCERN)], form(before), "sheet.csv")
    assert entered.form.addresses == (dataclasses.replace(before, outcome=CheckOutcome.CONCERN, why_not=""),)


def test_a_second_agency_becomes_a_line_of_its_own_behind_the_first() -> None:
    rows = [row(agency="Police", outcome=CheckOutcome.NOTHING_HELD), row(agency="Housing officer", note="asked", where="row 10")]
    entered = enter_check_sheet(rows, form(), "sheet.csv")
    assert entered.form.addresses == (
        dataclasses.replace(STAIR, agency="police", outcome=CheckOutcome.NOTHING_HELD),
        dataclasses.replace(STAIR, agency="Housing officer", note="asked"),
        BY_HAND,
    )
    again = enter_check_sheet(rows, entered.form, "sheet.csv")
    assert (again.form, again.changes, again.faults) == (entered.form, (), ())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("1 Nowhere", None, note="x")], "row 9: No address of the record"),
        ([row(ref="osm:node/6", note="x")], "row 9: No address of the record"),
        ([row(note="x"), row(note="y", where="row 10")], "row 10: It is about the same address and agency as row 9"),
    ],
)
def test_a_row_about_no_address_or_about_one_twice_is_a_fault_and_is_left_out(rows: list[CheckRow], said: str) -> None:
    entered = enter_check_sheet(rows, form(), "sheet.csv")
    (fault,) = entered.faults
    assert f"{fault.where}: {fault.what}".startswith(said)
    assert entered.form.addresses[0].note in ("", "x")


def test_where_several_agencies_check_an_address_the_row_must_say_which() -> None:
    both = (dataclasses.replace(STAIR, agency="police"), dataclasses.replace(STAIR, agency="nhs"))
    entered = enter_check_sheet([row(note="x")], form(*both), "sheet.csv")
    assert entered.form.addresses == both
    assert "must name one of them" in entered.faults[0].what


def test_a_record_of_before_these_fields_is_read() -> None:
    data = form_to_dict(form())
    for check in data["addresses"]:
        del check["asked_on"], check["why_not"]
    assert form_from_dict(data) == form()
