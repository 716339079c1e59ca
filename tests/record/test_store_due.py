"""What is due, drawn from the store: by the rules, soonest first, and worked out anew when record or rules change."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from era_geo.record.access import Action
from era_geo.record.calendar import Calendar, make_calendar
from era_geo.record.form import Form
from era_geo.record.profileload import load_profile
from era_geo.record.store import Store
from era_geo.record.store_due import Rules
from era_geo.record.store_errors import NotAllowed
from era_geo.record.terms import Trigger
from era_geo.settings import Settings
from tests.record.stores import LINK_OFFICER, OFFICER, STRANGER, form, save, signed, start

TODAY = dt.date(2026, 11, 23)
WITHOUT_HOLIDAYS = make_calendar()


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return Rules(load_profile(Settings(home=tmp_path)), lambda _: WITHOUT_HOLIDAYS)


def notified(reference: str, day: dt.date | None, **more: object) -> Form:
    made = form(reference)
    case = dataclasses.replace(made.case, trigger=Trigger.FIRST_REGISTRATION, notified_on=day, **more)  # type: ignore[arg-type]
    return dataclasses.replace(made, case=case)


def test_soonest_first_so_overdue_first_and_without_a_date_last(store: Store, rules: Rules) -> None:
    without = start(store, notified("R-0", None))
    later = start(store, notified("R-1", dt.date(2026, 11, 20)))
    overdue = start(store, notified("R-2", dt.date(2026, 11, 2)))
    page = store.due(OFFICER, rules, TODAY)
    assert [line.id for line, _ in page.rows] == [overdue, later, without]
    assert [row.due_on for _, row in page.rows] == [dt.date(2026, 11, 11), dt.date(2026, 12, 2), None]
    assert [row.days_left for _, row in page.rows] == [-12, 9, None]
    assert (page.total, page.overdue, page.later, page.not_required) == (3, 1, 0, 0)


def test_what_is_due_later_is_counted(store: Store, rules: Rules) -> None:
    start(store, notified("R-1", dt.date(2026, 11, 20)))
    page = store.due(OFFICER, rules, TODAY, within_days=5)
    assert (page.rows, page.total, page.later) == ((), 0, 1)
    assert store.due(OFFICER, rules, TODAY, within_days=9).total == 1


def test_a_save_and_other_rules_change_the_date(store: Store, rules: Rules) -> None:
    record_id = start(store, notified("R-1", dt.date(2026, 11, 20)))
    assert store.due(OFFICER, rules, TODAY).rows[0][1].due_on == dt.date(2026, 12, 2)
    save(store, record_id, notified("R-1", dt.date(2026, 11, 13)))
    assert store.due(OFFICER, rules, TODAY).rows[0][1].due_on == dt.date(2026, 11, 24)
    closed = make_calendar(((dt.date(2026, 11, 16), "Local holiday"),))

    def of_council(council: str) -> Calendar:
        return closed if council == "North Lanarkshire" else WITHOUT_HOLIDAYS

    other = dataclasses.replace(rules, calendar=of_council)
    assert store.due(OFFICER, other, TODAY).rows[0][1].due_on == dt.date(2026, 11, 25)
    assert store.due(OFFICER, rules, TODAY).rows[0][1].due_on == dt.date(2026, 11, 24)


def test_a_signed_record_is_due_for_its_yearly_review_and_a_closed_one_for_nothing(store: Store, rules: Rules) -> None:
    made = notified("R-1", dt.date(2026, 11, 2), renewal_on=dt.date(2027, 11, 1))
    record_id = signed(
        store, dataclasses.replace(made, review=dataclasses.replace(made.review, review_on=None, not_done_reason=""))
    )
    (found,) = store.due(OFFICER, rules, TODAY).rows
    assert (found[1].trigger, found[1].due_on) == (Trigger.ANNUAL_REVIEW, dt.date(2027, 12, 1))  # St Andrew's Day between
    store.transition(OFFICER, record_id, Action.WITHDRAW, reason="Moved away.")
    assert store.due(OFFICER, rules, TODAY).rows == ()


def test_people_see_what_is_due_of_the_records_that_name_their_agency(store: Store, rules: Rules) -> None:
    start(store, notified("R-1", dt.date(2026, 11, 20)))
    page = store.due(STRANGER, rules, TODAY)
    assert (page.rows, page.total, page.overdue, page.later) == ((), 0, 0, 0)
    with pytest.raises(NotAllowed, match="facts about the person"):
        store.due(LINK_OFFICER, rules, TODAY)
