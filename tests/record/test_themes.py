"""The audit form, what recurs in it, and the summary that may leave the case team."""

import datetime as dt
from dataclasses import replace

import pytest

from era_geo.errors import UsageError
from era_geo.record.statistics import LEAST
from era_geo.record.themes import (
    OTHER_THEME,
    QUESTIONS,
    THEMES,
    Answer,
    AuditForm,
    AuditMark,
    check_audit,
    summarise,
    tally_themes,
)

EMPTY = AuditForm("r-1", "Fife", 1, "2026Q3")


def finished(number: int, marks: dict[str, AuditMark] | None = None, themes: tuple[str, ...] = ()) -> AuditForm:
    answers = tuple(Answer(question.id, (marks or {}).get(question.id, AuditMark.MET)) for question in QUESTIONS)
    return replace(
        EMPTY, record_id=f"r-{number}", auditor="reviewer", audited_on=dt.date(2026, 10, 5), answers=answers, themes=themes
    )


class TestForm:
    def test_begins_with_every_question_and_no_mark(self) -> None:
        assert EMPTY.open_questions == tuple(question.id for question in QUESTIONS)
        assert not EMPTY.is_finished
        assert check_audit(EMPTY) == ()

    @pytest.mark.parametrize("change", [{"auditor": " "}, {"audited_on": None}, {"answers": finished(1).answers[1:]}])
    def test_is_finished_when_all_is_said(self, change: dict[str, object]) -> None:
        assert finished(1).is_finished
        assert not replace(finished(1), **change).is_finished

    def test_questions_are_about_the_headings_of_a_record(self) -> None:
        assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
        assert all(1 <= question.heading <= 19 and question.text.endswith("?") for question in QUESTIONS)

    def test_all_faults_are_told_at_once(self) -> None:
        form = replace(EMPTY, answers=(Answer("led"), Answer("led"), Answer("leed")), themes=("late", "late", "lat", OTHER_THEME))
        assert check_audit(form) == (
            'There is no question "leed". Did you mean "led"?',
            'The question "led" is answered twice.',
            'There is no theme "lat". Did you mean "late"?',
            'The theme "late" stands twice.',
            "Another theme was found: say which in the note.",
        )


class TestTally:
    def test_counts_marks_and_themes_of_finished_audits(self) -> None:
        forms = [finished(1, {"led": AuditMark.NOT_MET}, ("late", "no_visit")), finished(2, themes=("late",)), EMPTY]
        tally = tally_themes([replace(form, record_id=f"r{place}") for place, form in enumerate(forms)])
        assert tally.files == 2
        assert tally.marks["led"] == {AuditMark.MET: 1, AuditMark.PARTLY: 0, AuditMark.NOT_MET: 1, AuditMark.NOT_APPLICABLE: 0}
        assert (tally.themes["late"], tally.themes["no_visit"], tally.themes["thin_analysis"]) == (2, 1, 0)
        assert set(tally.themes) == {*THEMES, OTHER_THEME}
        assert tally.unfinished == ("r2",)

    def test_faults_of_all_forms_are_told_at_once(self) -> None:
        forms = [finished(1, themes=("lat",)), finished(1), finished(2, themes=("nope",))]
        with pytest.raises(UsageError) as raised:
            tally_themes(forms)
        assert len(str(raised.value).splitlines()) == 4
        assert "The record r-1 was audited twice." in str(raised.value)


class TestSummary:
    @pytest.mark.parametrize(("files", "late", "not_led"), [(4, 2, 1), (24, 3, 12), (24, 12, 1), (24, 23, 24), (40, 20, 20)])
    def test_holds_no_small_count_and_none_that_can_be_subtracted(self, files: int, late: int, not_led: int) -> None:
        forms = [
            finished(
                number,
                {"led": AuditMark.NOT_MET} if number < not_led else None,
                ("late",) if number < late else (),
            )
            for number in range(files)
        ]
        tally = tally_themes(forms)
        summary = summarise(tally, "2026Q3")
        assert summary.files in {None, files}
        assert (summary.files is None) == (files < LEAST)
        for name, marks in summary.marks.items():
            hidden = [mark for mark in AuditMark if marks[mark] is None]
            shown = [mark for mark in AuditMark if marks[mark] is not None]
            assert all(marks[mark] == tally.marks[name][mark] >= LEAST for mark in shown)
            # What is left of the whole is shared by two at least, and is not small itself.
            assert len(hidden) != 1
            assert not hidden or summary.files is None or sum(tally.marks[name][mark] for mark in hidden) >= LEAST
        for theme, count in summary.themes.items():
            assert count in {None, tally.themes[theme]}
            if count is not None:
                assert count >= LEAST
                assert files - count >= LEAST

    def test_tells_what_recurs_where_that_is_safe(self) -> None:
        forms = [finished(number, themes=("late",) if number < 14 else ()) for number in range(24)]
        summary = summarise(tally_themes(forms), "2026Q3")
        assert (summary.files, summary.themes["late"], summary.themes["no_visit"]) == (24, 14, None)
        assert summary.note.startswith("* is a count under 5")

    def test_names_no_record(self) -> None:
        assert "r-1" not in str(summarise(tally_themes([finished(1)]), "2026Q3"))
