"""The quarterly case-file audit on the screen: files drawn by a seed, the audit's questions, themes tallied, a summary to share.

An auditor's forms are kept as they are typed, in files of their own, for them alone (`era_geo.ui.audit_form`).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import DataError, EraGeoError
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.auditfile import audit_from_dict, quarter_of
from era_geo.record.sample import Quarter, Sample
from era_geo.record.statistics import shown
from era_geo.record.themes import OTHER_THEME, QUESTIONS, THEMES, AuditForm, AuditMark, summarise, tally_themes
from era_geo.ui import audit_form, record_desk
from era_geo.ui.blocks import table
from era_geo.ui.markup import bullets, element
from era_geo.ui.sign_in import account

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_DRAWN = "audit_drawn"
_MONTHS_A_QUARTER = 3


def show() -> None:
    """Show the draw, the form of one file, and the tally."""
    said = (
        "One level 2 and three level 1 files are drawn for each local authority from the ERAs signed in a quarter. The same seed "
        "draws the same files, so that anybody can check the draw. The questions are this program's proposal."
    )
    st.html(element("p", said, class_="eg-measure"))
    with st.form("draw", border=False):
        quarter = st.text_input("Quarter", value=str(_last_quarter()), help="2026Q3 is July to September 2026.", width=240)
        seed = st.number_input("Seed: any whole number", value=1, step=1, width=240)
        if st.form_submit_button("Draw the files", type="primary"):
            try:
                st.session_state[_DRAWN] = record_desk.store().sample(account(), quarter, int(seed))
            except EraGeoError as error:
                st.error(markdown(str(error)), icon=":material/error:")
    drawn: Sample | None = st.session_state.get(_DRAWN)
    if drawn is not None:
        _told(drawn)
    _files(drawn)
    _tally()


def _told(drawn: Sample) -> None:
    told = [f"{len(drawn.drawn)} files were drawn for {drawn.quarter} with the seed {drawn.seed}."]
    told += [f"Too few: {line(str(one))}" for one in drawn.shortfalls]
    if drawn.not_placed:
        told.append(f"{len(drawn.not_placed)} signed records have no local authority or level, so they could not be drawn.")
    st.html(bullets(told, class_="eg-measure"))


@st.fragment
def _files(drawn: Sample | None) -> None:
    """Show the files that were drawn, and those whose audit was begun before, and the form of the one that is chosen."""
    forms = {_key(form): form for form in audit_form.kept()}
    drawn_now = [AuditForm(one.record_id, one.local_authority, one.level, drawn.quarter) for one in drawn.drawn] if drawn else []
    forms = {**{_key(form): forms.get(_key(form), form) for form in drawn_now}, **forms}
    if not forms:
        return
    listed = st.empty()  # filled last: what is typed below changes it
    chosen = st.selectbox("File to audit", list(forms), format_func=lambda key: _named(forms[key]), width=480)
    forms[chosen] = audit_form.show(forms[chosen])
    rows = tuple((*_named(form).split(", ", 1), form.quarter, audit_form.state(form)) for form in forms.values())
    listed.html(table(Table("Files drawn, and audits begun before", ("Record", "File", "Quarter", "Your audit"), rows, ())))


def _key(form: AuditForm) -> tuple[str, str]:
    return form.quarter, form.record_id


def _named(form: AuditForm) -> str:
    return f"{form.record_id[:12]}, {line(form.local_authority)}, level {form.level}"


def _tally() -> None:
    with st.expander("Themes and a summary for senior managers"):
        said = "Your own finished audits are counted, with forms that other auditors give you as files."
        st.html(element("p", said, class_="eg-measure"))
        others = st.file_uploader("Forms of other auditors (JSON)", type=["json"], accept_multiple_files=True)
        quarter = st.text_input("Quarter to count", value=str(_last_quarter()), width=240, key="tally_quarter")
        sharing = st.checkbox("For senior managers: leave out counts under 5, and those by which one could be found", value=True)
        if st.button("Count"):
            try:
                _count([form for form in audit_form.kept() if form.quarter == quarter.strip()] + _read(others), sharing=sharing)
            except EraGeoError as error:
                st.error(markdown(str(error)), icon=":material/error:")


def _count(forms: list[AuditForm], *, sharing: bool) -> None:
    quarter, tally = quarter_of(forms), tally_themes(forms)
    told = summarise(tally, quarter) if sharing else tally
    st.html(element("p", f"{quarter}: {shown(told.files)} finished audits.", class_="eg-measure"))
    names = {**THEMES, OTHER_THEME: "Another theme"}
    themes = tuple((names[theme], shown(count)) for theme, count in told.themes.items())
    st.html(table(Table("Themes", ("Theme", "Files"), themes, ())))
    marks = tuple((question.text, *(shown(told.marks[question.id][mark]) for mark in AuditMark)) for question in QUESTIONS)
    st.html(table(Table("Marks", ("Question", *(mark.value.capitalize() for mark in AuditMark)), marks, ())))
    if sharing:
        st.html(element("p", summarise(tally, quarter).note, class_="eg-small"))


def _read(files: list[UploadedFile]) -> list[AuditForm]:
    forms = []
    for file in files:
        try:
            data = json.loads(file.getvalue())
        except ValueError as error:
            raise DataError(
                f"{line(file.name)} is no JSON file. Give the forms that this page or the command line wrote."
            ) from error
        forms.append(audit_from_dict(data, line(file.name)))
    return forms


def _last_quarter() -> Quarter:
    """Give the newest quarter that is over."""
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    number = (today.month - 1) // _MONTHS_A_QUARTER
    return Quarter(today.year, number) if number else Quarter(today.year - 1, 4)
