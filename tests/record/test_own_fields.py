"""What an agency fills in where another leads: its own part, what it knows and has checked, and nothing else. Both engines."""

import dataclasses
from typing import Any

import pytest

from era_geo.record.form import Form, PhysicalRow
from era_geo.record.own_fields import is_agency, not_own
from era_geo.record.privacy import warnings
from era_geo.record.store import Store
from era_geo.record.store_errors import Conflict, NotAllowed
from tests.record.stores import LINK_OFFICER, NURSE, OFFICER, STRANGER, account, form, judged, save, start, with_housing

SOLO = account("housing officer", "housing")


def _changed(base: Form, path: str, value: Any) -> Form:
    """Change one thing of a form by a short name."""
    match path:
        case "property":
            return dataclasses.replace(base, property=dataclasses.replace(base.property, floor=value))
        case "visit":
            rows = (*base.physical_check.rows, PhysicalRow(value, seen=True))
            return dataclasses.replace(base, physical_check=dataclasses.replace(base.physical_check, rows=rows))
        case "judgement":
            return judged(base, value)
    top, number, field = path.split(".")
    rows = list(getattr(base, top))
    rows[int(number)] = dataclasses.replace(rows[int(number)], **{field: value})
    return dataclasses.replace(base, **{top: tuple(rows)})


@pytest.mark.parametrize(
    ("path", "value", "housing", "nhs"),
    [
        ("property", "second", True, False),
        ("visit", "a den in the hedge", True, True),
        ("desk_checks.0.note", "paid to date", True, False),
        ("desk_checks.1.note", "nothing", False, False),
        ("addresses.0.note", "asked", True, True),
        ("addresses.0.agency", "Council housing", True, False),
        ("addresses.1.note", "asked", False, False),
        ("agencies.-1.detail", "no arrears", True, False),
        ("judgement", "all is well", False, False),
    ],
)
def test_each_field_is_its_agencys(path: str, value: Any, *, housing: bool, nhs: bool) -> None:
    before = with_housing()
    after = _changed(before, path, value)
    assert (not not_own(before, after, "housing"), not not_own(before, after, "nhs")) == (housing, nhs)


@pytest.mark.parametrize(("text", "means"), [("Housing", True), ("council housing", True), ("housing", True), ("Police", False)])
def test_an_agency_is_known_by_its_id_and_its_names(text: str, *, means: bool) -> None:
    assert is_agency(text, "housing") is means


class TestStore:
    def test_the_solo_fills_in_the_property_of_a_record_that_the_police_lead(self, store: Store) -> None:
        base = with_housing()
        record_id = start(store, base)
        assert save(store, record_id, _changed(base, "property", "second"), by=SOLO) == 2
        assert store.get(OFFICER, record_id).form.property.floor == "second"

    def test_what_is_not_its_own_is_named_and_nothing_is_saved(self, store: Store) -> None:
        base = with_housing()
        record_id = start(store, base)
        typed = judged(_changed(base, "property", "second"), "all is well")
        with pytest.raises(NotAllowed, match=r"not your agency's to fill in: analysis\.judgement"):
            save(store, record_id, typed, by=SOLO)
        assert store.get(OFFICER, record_id).version == 1

    def test_two_agencies_at_once_come_together(self, store: Store) -> None:
        base = with_housing()
        record_id = start(store, base)
        save(store, record_id, _changed(base, "property", "second"), by=SOLO)
        with pytest.raises(Conflict) as caught:
            save(store, record_id, _changed(base, "visit", "a den in the hedge"), by=NURSE)
        merged = caught.value.sides.merged
        assert not merged.conflicts
        assert save(store, record_id, merged.form, by=NURSE, base=2) == 3
        after = store.get(OFFICER, record_id).form
        assert (after.property.floor, after.physical_check.rows[-1].what) == ("second", "a den in the hedge")

    def test_a_landlords_copy_is_never_saved_as_the_record(self, store: Store) -> None:
        record_id = start(store)
        seen = store.get(LINK_OFFICER, record_id).form
        with pytest.raises(NotAllowed, match="sees a copy"):
            store.save(LINK_OFFICER, record_id, seen, base_version=1, confirmed=warnings(seen))

    def test_somebody_whose_agency_takes_no_part_learns_nothing(self, store: Store) -> None:
        record_id = start(store)
        with pytest.raises(NotAllowed.__mro__[1], match="no such record"):
            save(store, record_id, judged(form(), "x"), by=STRANGER)
