"""What each profile asks for, row by row of the rules' table, and the list of what is due."""

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import UsageError
from era_geo.record.calendar import load_calendar, make_calendar
from era_geo.record.circumstances import Circumstances
from era_geo.record.due import what_is_due
from era_geo.record.duelist import CLOSED, OPEN, due_list
from era_geo.record.profile import Mark, Need
from era_geo.record.profileload import load_profiles
from era_geo.record.terms import Order, RiskLevel, Status, Trigger
from era_geo.settings import Settings

PROFILES = load_profiles(Settings(home="nowhere"))
NATIONAL, LANARKSHIRE, VALLEY = (PROFILES[name] for name in ("national-2017", "lanarkshire-2023", "forth-valley-2023"))
CALENDAR = make_calendar()
TODAY = dt.date(2026, 11, 23)
RENEWAL, RENEWAL_DUE = dt.date(2026, 11, 2), dt.date(2026, 12, 2)  # 21 clear working days; St Andrew's Day lies between
NOTIFIED, INITIAL_DUE = dt.date(2026, 11, 23), dt.date(2026, 12, 3)  # 7 clear working days

LOW = Circumstances(level=1, risk_level=RiskLevel.LOW, orders=(), supervised=False)
ANNUAL = replace(LOW, trigger=Trigger.ANNUAL_REVIEW, renewal_on=RENEWAL)


class Row(NamedTuple):
    """One row of the rules' table: the case, and for each profile what is asked, by when, and whether a source states it."""

    name: str
    case: Circumstances
    national: tuple[Need, dt.date | None, Mark]
    lanarkshire: tuple[Need, dt.date | None, Mark]


S, P = Mark.STATED, Mark.PROPOSED
YES, OR_REASON, CASE, NO = Need.REQUIRED, Need.REQUIRED_OR_REASON, Need.CASE_BY_CASE, Need.NOT_REQUIRED

TABLE = [
    Row(
        "first registration",
        replace(LOW, trigger=Trigger.FIRST_REGISTRATION, notified_on=NOTIFIED),
        (YES, INITIAL_DUE, S),
        (YES, INITIAL_DUE, S),
    ),
    Row(
        "change of address, any new address",
        replace(LOW, trigger=Trigger.CHANGE_OF_ADDRESS, notified_on=NOTIFIED),
        (YES, INITIAL_DUE, S),
        (YES, INITIAL_DUE, S),
    ),
    Row("annual review, level 2", replace(ANNUAL, level=2), (YES, RENEWAL_DUE, S), (YES, RENEWAL_DUE, S)),
    Row("annual review, level 3", replace(ANNUAL, level=3), (YES, RENEWAL_DUE, S), (YES, RENEWAL_DUE, S)),
    Row("annual, level 1, high", replace(ANNUAL, risk_level=RiskLevel.HIGH), (YES, RENEWAL_DUE, S), (YES, RENEWAL_DUE, S)),
    Row(
        "annual, level 1, very high", replace(ANNUAL, risk_level=RiskLevel.VERY_HIGH), (YES, RENEWAL_DUE, S), (YES, RENEWAL_DUE, S)
    ),
    Row("annual, SHPO", replace(ANNUAL, orders=(Order.SHPO,)), (YES, RENEWAL_DUE, S), (YES, RENEWAL_DUE, S)),
    Row("annual, SRO", replace(ANNUAL, orders=(Order.SRO,)), (YES, RENEWAL_DUE, P), (YES, RENEWAL_DUE, S)),
    Row(
        "a proposed address before release",
        replace(LOW, trigger=Trigger.PROPOSED_ADDRESS, needed_by=dt.date(2026, 12, 18)),
        (YES, dt.date(2026, 12, 18), P),
        (YES, dt.date(2026, 12, 18), P),
    ),
    Row("annual, level 1 otherwise, low", ANNUAL, (OR_REASON, RENEWAL_DUE, S), (NO, None, P)),
    Row(
        "annual, level 1 otherwise, medium, on licence",
        replace(ANNUAL, risk_level=RiskLevel.MEDIUM, orders=(Order.LICENCE,)),
        (OR_REASON, RENEWAL_DUE, S),
        (NO, None, P),
    ),
    Row("the person's circumstances change", replace(LOW, trigger=Trigger.CHANGED_CIRCUMSTANCES), (CASE, None, S), (CASE, None, P)),
    Row("the environment changes", replace(LOW, trigger=Trigger.CHANGED_ENVIRONMENT), (CASE, None, S), (CASE, None, P)),
]


class TestTable:
    @pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
    @pytest.mark.parametrize("name", sorted(PROFILES))
    def test_row(self, name: str, row: Row) -> None:
        # Forth Valley adds a reminder to the national rules and changes nothing else.
        need, due_on, mark = row.lanarkshire if name == "lanarkshire-2023" else row.national
        due = what_is_due(row.case, PROFILES[name], CALENDAR, TODAY)
        assert (due.need, due.due_on, due.basis[0].mark) == (need, due_on, mark)
        assert due.profile == PROFILES[name].printed
        assert due.profile_sha256 == PROFILES[name].sha256
        assert not due.not_known

    @pytest.mark.parametrize("name", sorted(PROFILES))
    def test_the_initial_clock_is_solo_2_then_the_others_5(self, name: str) -> None:
        due = what_is_due(TABLE[0].case, PROFILES[name], CALENDAR, TODAY)
        assert [(part.who, part.working_days, part.due_on) for part in due.parts] == [
            ("the SOLO", 2, dt.date(2026, 11, 25)),
            ("the other agencies", 5, INITIAL_DUE),
        ]
        assert due.counted_from == NOTIFIED
        clock = due.basis[1:]
        assert [basis.mark for basis in clock] == ([P, P, P] if name == "lanarkshire-2023" else [S, P, P])

    @pytest.mark.parametrize("name", sorted(PROFILES))
    def test_the_annual_clock_is_21_for_all_agencies(self, name: str) -> None:
        due = what_is_due(replace(ANNUAL, level=2), PROFILES[name], CALENDAR, TODAY)
        assert [(part.who, part.working_days) for part in due.parts] == [("all agencies", 21)]
        assert due.basis[1].mark is (P if name == "lanarkshire-2023" else S)

    @pytest.mark.parametrize("name", sorted(PROFILES))
    def test_three_days_to_tell_the_police_begin_with_the_change(self, name: str) -> None:
        case = replace(LOW, trigger=Trigger.CHANGE_OF_ADDRESS, moved_on=dt.date(2026, 11, 20))
        (reminder,) = (r for r in what_is_due(case, PROFILES[name], CALENDAR, TODAY).reminders if "police" in r.says)
        assert (reminder.earliest, reminder.latest) == (None, dt.date(2026, 11, 22))
        assert {basis.mark for basis in reminder.basis} == {S}

    def test_the_first_level_1_meeting_is_forth_valley_s_alone(self) -> None:
        case = replace(TABLE[0].case, community_sentence=True, sentenced_on=dt.date(2026, 9, 1))
        (meeting,) = what_is_due(case, VALLEY, CALENDAR, TODAY).reminders
        assert (meeting.earliest, meeting.latest) == (dt.date(2026, 11, 10), dt.date(2026, 11, 24))
        for other in (replace(case, level=2), replace(case, community_sentence=False)):
            assert what_is_due(other, VALLEY, CALENDAR, TODAY).reminders == ()
        for profile in (NATIONAL, LANARKSHIRE):
            assert what_is_due(case, profile, CALENDAR, TODAY).reminders == ()

    def test_a_local_holiday_moves_the_date(self) -> None:
        local = make_calendar(((dt.date(2026, 11, 24), "Fair"),))
        due = what_is_due(TABLE[0].case, NATIONAL, local, TODAY)
        assert due.due_on == dt.date(2026, 12, 4)
        assert "1 local holiday" in due.calendar


class TestLead:
    @pytest.mark.parametrize("name", sorted(PROFILES))
    @pytest.mark.parametrize(
        ("supervised", "orders", "leads"),
        [
            (True, (), ("Justice social work",)),
            (False, (), ("Police Scotland",)),
            (False, (Order.SHPO,), ("Police Scotland",)),
            (None, (Order.LICENCE,), ("Justice social work",)),
            (None, (Order.COMMUNITY_PAYBACK, Order.SHPO), ("Justice social work",)),
            (None, (), ("Justice social work", "Police Scotland")),
            (False, None, ("Justice social work", "Police Scotland")),
        ],
    )
    def test_table(self, name: str, supervised: bool | None, orders: tuple[Order, ...] | None, leads: tuple[str, ...]) -> None:
        case = replace(TABLE[0].case, supervised=supervised, orders=orders)
        due = what_is_due(case, PROFILES[name], CALENDAR, TODAY)
        assert due.leads == leads
        assert bool(due.not_known) == (len(leads) > 1)
        assert due.due_on == INITIAL_DUE
        assert due.need is YES
        assert due.lead_basis[0].source == "NASSO in Scotland, 2019/20"


class TestMissingFacts:
    def test_without_a_trigger_nothing_is_said(self) -> None:
        due = what_is_due(LOW, NATIONAL, CALENDAR, TODAY)
        assert (due.need, due.due_on, due.not_known) == (Need.CANNOT_SAY, None, ("the trigger",))

    def test_an_unknown_level_leaves_open_whether_lanarkshire_asks_and_gives_the_date_if_it_does(self) -> None:
        due = what_is_due(replace(ANNUAL, level=None), LANARKSHIRE, CALENDAR, TODAY)
        assert (due.need, due.due_on) == (Need.CANNOT_SAY, RENEWAL_DUE)
        assert due.not_known == ("the MAPPA level",)

    def test_a_fact_that_makes_no_difference_is_not_asked_for(self) -> None:
        due = what_is_due(replace(ANNUAL, level=2, risk_level=None, orders=None, supervised=True), LANARKSHIRE, CALENDAR, TODAY)
        assert (due.need, due.not_known) == (YES, ())
        unknown_risk = what_is_due(replace(ANNUAL, risk_level=None, orders=(Order.SHPO,)), LANARKSHIRE, CALENDAR, TODAY)
        assert (unknown_risk.need, unknown_risk.not_known) == (YES, ())

    def test_no_orders_is_not_the_same_as_orders_not_known(self) -> None:
        assert what_is_due(ANNUAL, LANARKSHIRE, CALENDAR, TODAY).need is NO
        due = what_is_due(replace(ANNUAL, orders=None), LANARKSHIRE, CALENDAR, TODAY)
        assert due.need is Need.CANNOT_SAY
        assert due.not_known == ("the orders, or that there are none",)

    def test_a_date_that_is_missing_is_named(self) -> None:
        due = what_is_due(replace(LOW, trigger=Trigger.FIRST_REGISTRATION), NATIONAL, CALENDAR, TODAY)
        assert (due.need, due.due_on, due.not_known) == (YES, None, ("the date of notification",))
        proposed = what_is_due(replace(LOW, trigger=Trigger.PROPOSED_ADDRESS), NATIONAL, CALENDAR, TODAY)
        assert proposed.due_on is None
        assert "No due date can be given; it is to be done before the address is agreed." in proposed.sentences

    @pytest.mark.parametrize("date", [dt.date.min, dt.date(1998, 12, 31), dt.date(2049, 12, 30), dt.date.max])
    def test_a_date_outside_the_calendar_is_told_and_never_raised(self, date: dt.date) -> None:
        for case in (replace(ANNUAL, renewal_on=date), replace(ANNUAL, renewal_on=None, last_era_on=date)):
            due = what_is_due(case, NATIONAL, CALENDAR, TODAY)
            assert due.due_on is None
            assert "outside the calendar" in due.not_known[-1]

    facts = st.builds(
        Circumstances,
        trigger=st.sampled_from(Trigger),
        level=st.sampled_from([None, 1, 2, 3]),
        risk_level=st.sampled_from([None, *RiskLevel]),
        orders=st.none() | st.lists(st.sampled_from(Order), max_size=3).map(tuple),
        supervised=st.sampled_from([None, True, False]),
        renewal_on=st.just(RENEWAL),
        notified_on=st.just(NOTIFIED),
        needed_by=st.just(NOTIFIED),
    )

    @given(facts, st.sampled_from(sorted(PROFILES)))
    def test_the_answer_is_the_one_that_all_ways_to_fill_in_the_missing_facts_agree_on(
        self, case: Circumstances, name: str
    ) -> None:
        ways = [
            replace(case, level=level, risk_level=risk, orders=orders)
            for level in ([case.level] if case.level else [1, 2, 3])
            for risk in ([case.risk_level] if case.risk_level else RiskLevel)
            for orders in ([case.orders] if case.orders is not None else [(), (Order.SHPO,), (Order.SRO,)])
        ]
        answers = {what_is_due(way, PROFILES[name], CALENDAR, TODAY).need for way in ways}
        due = what_is_due(case, PROFILES[name], CALENDAR, TODAY)
        assert bool(due.not_known) == (len(answers) > 1 or len(due.leads) > 1)
        assert due.need is (answers.pop() if len(answers) == 1 else Need.CANNOT_SAY)


class TestYearly:
    def test_the_renewal_is_a_year_after_the_last_era_else_after_registration(self) -> None:
        case = replace(ANNUAL, level=2, renewal_on=None, registered_on=dt.date(2024, 5, 6))
        assert what_is_due(case, NATIONAL, CALENDAR, TODAY).counted_from == dt.date(2025, 5, 6)
        case = replace(case, last_era_on=dt.date(2025, 11, 2))
        assert what_is_due(case, NATIONAL, CALENDAR, TODAY).due_on == RENEWAL_DUE

    def test_a_skipped_review_asks_for_its_reason(self) -> None:
        late = RENEWAL_DUE + dt.timedelta(days=1)
        for case in (ANNUAL, replace(ANNUAL, level=3)):
            in_time = what_is_due(case, NATIONAL, CALENDAR, RENEWAL_DUE)
            assert (in_time.overdue, in_time.asks_for_reason) == (False, False)
            skipped = what_is_due(case, NATIONAL, CALENDAR, late)
            assert (skipped.overdue, skipped.asks_for_reason) == (True, True)
            assert any("document the reason" in sentence for sentence in skipped.sentences)
            assert what_is_due(replace(case, not_done_reason="  "), NATIONAL, CALENDAR, late).asks_for_reason

    def test_a_late_initial_era_is_overdue_and_asks_for_none(self) -> None:
        due = what_is_due(TABLE[0].case, NATIONAL, CALENDAR, INITIAL_DUE + dt.timedelta(days=1))
        assert (due.overdue, due.asks_for_reason) == (True, False)

    def test_a_documented_reason_settles_this_year_s_review_where_the_rule_lets_it(self) -> None:
        late = RENEWAL_DUE + dt.timedelta(days=1)
        due = what_is_due(replace(ANNUAL, not_done_reason="In hospital until spring"), NATIONAL, CALENDAR, late)
        assert (due.counted_from, due.overdue, due.asks_for_reason) == (dt.date(2027, 11, 2), False, False)
        required = what_is_due(replace(ANNUAL, level=2, not_done_reason="In hospital"), NATIONAL, CALENDAR, late)
        assert (required.due_on, required.overdue, required.asks_for_reason) == (RENEWAL_DUE, True, False)

    def test_what_is_not_required_is_never_overdue(self) -> None:
        due = what_is_due(ANNUAL, LANARKSHIRE, CALENDAR, dt.date(2030, 1, 1))
        assert (due.overdue, due.asks_for_reason, due.due_on) == (False, False, None)


class TestSentences:
    def test_say_all_of_it(self) -> None:
        days = "clear working days"
        assert what_is_due(TABLE[0].case, NATIONAL, CALENDAR, dt.date(2026, 12, 4)).sentences == (
            "Initial ERA at first registration.",
            f"Due on 2026-12-03: the SOLO by 2026-11-25 (2 {days}), then the other agencies by 2026-12-03 (5 {days}).",
            "It is overdue.",
            "Police Scotland leads.",
        )

    def test_name_what_is_missing(self) -> None:
        case = replace(ANNUAL, level=None, supervised=None)
        rules = ("Yearly review: MAPPA level 2 or 3.", "No yearly review: level 1 otherwise.")
        assert what_is_due(case, LANARKSHIRE, CALENDAR, TODAY).sentences == (
            f"Whether this is asked for hangs on what is not known: {' Or: '.join(rules)}",
            "If so, it is due on 2026-12-02, within 21 clear working days of the renewal date.",
            "Who leads hangs on what is not known: Justice social work or Police Scotland.",
            "Not known: the MAPPA level; whether there is statutory supervision.",
        )

    def test_say_a_reminder(self) -> None:
        case = replace(TABLE[0].case, community_sentence=True, sentenced_on=dt.date(2026, 9, 1))
        meeting = "Initial level 1 MAPPA meeting after a community sentence."
        assert f"{meeting} Between 2026-11-10 and 2026-11-24." in what_is_due(case, VALLEY, CALENDAR, TODAY).sentences
        unknown = replace(case, sentenced_on=None, community_sentence=None)
        said = what_is_due(unknown, VALLEY, CALENDAR, TODAY).sentences[-1]
        assert said == f"{meeting} Not known: whether the sentence is served in the community; the date of the sentence."


class TestList:
    CASE = replace(LOW, trigger=Trigger.FIRST_REGISTRATION)

    def opened(self, days: int) -> Circumstances:
        return replace(self.CASE, notified_on=TODAY + dt.timedelta(days=days))

    def test_overdue_first_then_soonest_then_those_without_a_date(self) -> None:
        records = [
            ("case by case", replace(LOW, trigger=Trigger.CHANGED_ENVIRONMENT), Status.DRAFT),
            ("soon", self.opened(0), Status.DRAFT),
            ("long overdue", self.opened(-60), Status.OUT_FOR_CHECKS),
            ("no trigger", LOW, Status.DRAFT),
            ("overdue", self.opened(-20), Status.READY_FOR_REVIEW),
            ("later", self.opened(30), Status.DRAFT),
        ]
        listed = due_list(records, NATIONAL, CALENDAR, TODAY)
        assert [row.record_id for row in listed.rows] == ["long overdue", "overdue", "soon", "later", "case by case", "no trigger"]
        assert [row.record_id for row in listed.overdue] == ["long overdue", "overdue"]
        soon = listed.rows[2]
        assert (soon.due_on, soon.days_left, soon.working_days_left) == (INITIAL_DUE, 10, 7)
        assert listed.rows[-1].days_left is None
        assert due_list(reversed(records), NATIONAL, CALENDAR, TODAY).rows == listed.rows

    def test_due_today_is_not_overdue(self) -> None:
        (row,) = due_list([("a", self.opened(0), Status.DRAFT)], NATIONAL, CALENDAR, INITIAL_DUE).rows
        assert (row.days_left, row.working_days_left, row.overdue) == (0, 0, False)

    def test_a_signed_record_is_due_for_its_yearly_review_whatever_made_it_necessary(self) -> None:
        case = replace(self.opened(-300), level=2, last_era_on=dt.date(2025, 11, 2))
        (row,) = due_list([("a", case, Status.SIGNED)], NATIONAL, CALENDAR, TODAY).rows
        assert (row.trigger, row.due_on) == (Trigger.ANNUAL_REVIEW, RENEWAL_DUE)

    @pytest.mark.parametrize(
        ("renewal", "signed", "next_renewal"),
        [
            ("2026-11-02", "2026-11-20", "2027-11-02"),
            ("2026-11-02", "2026-10-20", "2027-11-02"),  # done early
            ("2024-11-02", "2026-11-20", "2027-11-02"),  # done late, for all that were missed
            ("2027-11-02", "2026-11-20", "2027-11-02"),  # the next one was written in already
        ],
    )
    def test_a_signed_yearly_review_is_next_due_a_year_after_the_renewal_it_was_done_for(
        self, renewal: str, signed: str, next_renewal: str
    ) -> None:
        case = replace(ANNUAL, level=2, renewal_on=dt.date.fromisoformat(renewal), last_era_on=dt.date.fromisoformat(signed))
        listed = due_list([("a", case, Status.SIGNED)], NATIONAL, CALENDAR, TODAY)
        assert listed.explain(listed.rows[0]).counted_from == dt.date.fromisoformat(next_renewal)
        assert not listed.overdue

    def test_another_signed_record_s_renewal_date_is_the_next(self) -> None:
        case = replace(LOW, level=2, trigger=Trigger.CHANGE_OF_ADDRESS, renewal_on=RENEWAL, last_era_on=dt.date(2026, 10, 20))
        (row,) = due_list([("a", case, Status.SIGNED)], NATIONAL, CALENDAR, TODAY).rows
        assert row.due_on == RENEWAL_DUE

    @pytest.mark.parametrize(("review_on", "by_people"), [("2026-11-25", True), ("2027-01-01", False)])
    def test_a_review_date_that_people_set_holds_where_it_is_earlier(self, review_on: str, by_people: bool) -> None:
        date = dt.date.fromisoformat(review_on)
        case = replace(ANNUAL, level=2, review_on=date)
        (row,) = due_list([("a", case, Status.SIGNED)], NATIONAL, CALENDAR, TODAY).rows
        assert (row.set_by_people, row.due_on) == (by_people, date if by_people else RENEWAL_DUE)

    def test_a_review_date_that_people_set_holds_where_the_rules_ask_for_none(self) -> None:
        case = replace(ANNUAL, review_on=dt.date(2090, 1, 1))
        (row,) = due_list([("a", case, Status.SIGNED)], LANARKSHIRE, CALENDAR, TODAY).rows
        assert (row.set_by_people, row.need, row.due_on) == (True, NO, dt.date(2090, 1, 1))
        assert (row.days_left, row.working_days_left) == ((dt.date(2090, 1, 1) - TODAY).days, None)

    def test_every_record_is_somewhere(self) -> None:
        records = [
            ("closed", self.opened(-9), Status.SUPERSEDED),
            ("withdrawn", self.opened(-9), Status.WITHDRAWN),
            ("nothing asked", ANNUAL, Status.SIGNED),
            ("later", self.opened(200), Status.DRAFT),
            ("due", self.opened(0), Status.DRAFT),
        ]
        listed = due_list(records, LANARKSHIRE, CALENDAR, TODAY, within_days=28)
        assert (listed.closed, listed.not_required, listed.later) == (("closed", "withdrawn"), ("nothing asked",), ("later",))
        assert [row.record_id for row in listed.rows] == ["due"]

    def test_every_status_is_open_signed_or_closed(self) -> None:
        assert {*OPEN, *CLOSED, Status.SIGNED} == set(Status)

    @given(
        TestMissingFacts.facts,
        st.sampled_from(sorted(PROFILES)),
        st.sampled_from(sorted(OPEN)),
        st.dates() | st.none(),
        st.sampled_from(["", "a reason"]),
    )
    def test_a_row_says_what_its_explanation_says(
        self, case: Circumstances, name: str, status: Status, renewal: dt.date | None, reason: str
    ) -> None:
        case = replace(case, renewal_on=renewal, not_done_reason=reason)
        listed = due_list([("a", case, status)], PROFILES[name], CALENDAR, TODAY)
        for row in listed.rows:
            due = listed.explain(row)
            assert (row.need, row.due_on, row.overdue) == (due.need, due.due_on, due.overdue)

    def test_a_day_outside_the_calendar_is_a_sentence(self) -> None:
        with pytest.raises(UsageError, match="outside the calendar"):
            due_list([("a", self.opened(0), Status.DRAFT)], NATIONAL, CALENDAR, dt.date(2090, 1, 1))


def test_the_calendar_of_the_settings_is_taken(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "holidays.toml").write_text('[[holiday]]\ndate = 2026-11-24\nname = "Fair"\n', encoding="utf-8")
    assert what_is_due(TABLE[0].case, NATIONAL, load_calendar(settings), TODAY).due_on == dt.date(2026, 12, 4)
