"""What looks at many records at once: the case-file audit, and live records near an address, for the police alone."""

import dataclasses
import datetime as dt

import pytest

from era_geo.record.access import Action
from era_geo.record.form import Form
from era_geo.record.store import Store
from era_geo.record.store_errors import NotAllowed
from tests.record.stores import ADMINISTRATOR, HERE, LINK_OFFICER, NURSE, OFFICER, STRANGER, Clock, form, signed, start


def at_level(reference: str, level: int, council: str = "Marrowshire") -> Form:
    made = form(reference)
    case, person = dataclasses.replace(made.case, local_authority=council), dataclasses.replace(made.person, level=level)
    return dataclasses.replace(made, case=case, person=person)


class TestSample:
    def test_signed_files_of_the_quarter_are_drawn_and_the_draw_is_logged(self, store: Store) -> None:
        ids = {signed(store, at_level(f"R-{number}", 1)) for number in range(4)}
        second = signed(store, at_level("R-9", 2))
        start(store, at_level("R-10", 2))
        drawn = store.sample(OFFICER, "2026Q4", 7)
        assert [one.level for one in drawn.drawn] == [2, 1, 1, 1]
        assert {one.record_id for one in drawn.drawn} <= ids | {second}
        assert store.sample(OFFICER, "2026Q4", 7) == drawn
        entry = store.audit(ADMINISTRATOR)[-1]
        assert entry.act.value == "consultation"
        assert set(entry.detail["records"]) == {one.record_id for one in drawn.drawn}

    def test_another_quarter_has_none_and_those_of_other_agencies_are_not_drawn(self, store: Store) -> None:
        signed(store, at_level("R-1", 1))
        assert store.sample(OFFICER, "2026Q3", 7).drawn == ()
        assert store.sample(STRANGER, "2026Q4", 7).drawn == ()
        assert [str(one) for one in store.sample(OFFICER, "2026Q3", 7, authorities=["Marrowshire"]).shortfalls]
        with pytest.raises(NotAllowed):
            store.sample(LINK_OFFICER, "2026Q4", 7)

    def test_the_quarter_is_that_of_the_day_in_scotland(self, store: Store, clock: Clock) -> None:
        clock.time = dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
        late = signed(store, at_level("R-1", 2))
        assert [one.record_id for one in store.sample(OFFICER, "2026Q3", 7).drawn] == [late]
        assert store.sample(OFFICER, "2026Q2", 7).drawn == ()


class TestNear:
    def test_the_police_get_a_number_of_other_live_cases(self, store: Store) -> None:
        record_id = start(store, form("R-1"))
        start(store, form("R-1"))
        start(store, form("R-2"))
        gone = start(store, form("R-3"))
        store.transition(OFFICER, gone, Action.WITHDRAW, reason="Refused.")
        seen = store.near(OFFICER, record_id, 500)
        assert seen.concentration is not None
        assert (seen.concentration.within, seen.concentration.borderline) == (1, 0)
        assert store.audit(ADMINISTRATOR, record_id)[-1].act.value == "combination"

    @pytest.mark.parametrize("who", [NURSE, LINK_OFFICER])
    def test_all_others_get_the_date_and_nothing_more(self, store: Store, who: object) -> None:
        record_id = start(store, form("R-1"))
        start(store, form("R-2"))
        seen = store.near(who, record_id, 500)  # type: ignore[arg-type]
        assert (seen.sentence, seen.concentration) == ("Considered by police on 2026-11-20.", None)

    def test_on_a_server_a_setting_of_ones_computer_makes_nobody_the_police(self, store: Store) -> None:
        record_id = start(store, form("R-1"))
        start(store, form("R-2"))
        counted = store.near(HERE, record_id, 500).concentration
        assert (counted is None) == (store.core.database.path is None)
        assert store.near(OFFICER, record_id, 500).concentration is not None
