"""A filled check sheet at a record: what it changes is shown, and is in the working copy only when the person says so."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from era_geo.outputs.check_sheet_read import CheckRow
from era_geo.record.access import Action
from era_geo.record.terms import CheckOutcome
from era_geo.ui import record_sheet
from era_geo.ui.record_desk import Desk
from tests.record import filled
from tests.record.stores import NURSE


def page() -> None:
    import streamlit as st  # noqa: PLC0415 - the page is run as a script of its own

    from era_geo.ui import record_sheet as part  # noqa: PLC0415 - as above

    part.show(st.session_state["at_hand"])


def opened(*rows: CheckRow, allowed: Action = Action.EDIT) -> tuple[AppTest, Desk]:
    document = filled.record()
    desk = Desk(document, document.form, document.form, read={"allowed": frozenset({allowed})})
    app = AppTest.from_function(page)
    app.session_state["at_hand"], app.session_state["account"] = desk, NURSE
    app.session_state["record_sheet"] = record_sheet._Sheet(document.id, "sheet.csv", rows, ())
    return app.run(), desk


def row(address: str, **more: object) -> CheckRow:
    return CheckRow("row 9", address, None, "police", None, CheckOutcome.CONCERN, None, "<b>x</b>", **more)  # type: ignore[arg-type]


def shown(app: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in app.get("html"))


def test_the_differences_are_shown_first_and_taken_over_when_asked() -> None:
    app, desk = opened(row("17 Mill Wynd"))
    assert not app.exception
    assert "Address 17 Mill Wynd: Outcome" in shown(app)
    assert "&lt;b&gt;x" in shown(app)
    assert not desk.changed
    next(button for button in app.button if button.label.startswith("Take this over")).click().run()
    taken = app.session_state["at_hand"]
    assert (taken.form.addresses[1].outcome, taken.form.addresses[1].note) == (CheckOutcome.CONCERN, "<b>x</b>")
    assert "record_sheet" not in app.session_state


def test_a_row_of_another_case_is_a_warning_and_changes_nothing() -> None:
    app, desk = opened(row("1 Nowhere"))
    assert "Row 9: No address of the record" in shown(app)
    assert "The sheet changes nothing in this record" in shown(app)
    assert not desk.changed


def test_where_another_agency_leads_its_rows_are_left_out_and_told() -> None:
    app, desk = opened(row("17 Mill Wynd"), allowed=Action.ANSWER)
    assert "Another agency checks this." in shown(app)
    assert "The sheet changes nothing in this record" in shown(app)
    assert not desk.changed
