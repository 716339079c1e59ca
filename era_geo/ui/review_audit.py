"""The quarterly case-file audit on the screen: files drawn by a seed, the audit's questions, themes tallied, a summary to share.

An auditor's forms are kept in files of their own, for them alone, until they take them away or tally them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import DataError, EraGeoError
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.auditfile import audit_from_dict, audit_to_dict, audit_to_json, quarter_of
from era_geo.record.sample import Drawn, Quarter, Sample
from era_geo.record.statistics import shown
from era_geo.record.themes import OTHER_THEME, QUESTIONS, THEMES, Answer, AuditForm, AuditMark, summarise, tally_themes
from era_geo.ui import record_desk, shared
from era_geo.ui.blocks import table
from era_geo.ui.drafts import DraftStore
from era_geo.ui.markup import bullets, element
from era_geo.ui.sign_in import account

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_DRAWN = "audit_drawn"
_KEPT_DAYS, _MOST = 400.0, 500
_MONTHS_A_QUARTER = 3
_NO_MARK = "Not marked yet"


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
        _drawn(drawn)
    _tally()


def _drawn(drawn: Sample) -> None:
    told = [f"{len(drawn.drawn)} files were drawn for {drawn.quarter} with the seed {drawn.seed}."]
    told += [f"Too few: {line(str(one))}" for one in drawn.shortfalls]
    if drawn.not_placed:
        told.append(f"{len(drawn.not_placed)} signed records have no local authority or level, so they could not be drawn.")
    st.html(bullets(told, class_="eg-measure"))
    if not drawn.drawn:
        return
    forms = {form.record_id: form for form in _mine() if form.quarter == drawn.quarter}
    rows = tuple(
        (one.record_id[:12], line(one.local_authority), str(one.level), _state(forms.get(one.record_id))) for one in drawn.drawn
    )
    st.html(table(Table("Files drawn", ("Record", "Local authority", "Level", "Your audit"), rows, ())))
    chosen = st.selectbox(
        "File to audit",
        drawn.drawn,
        format_func=lambda one: f"{one.record_id[:12]}, {line(one.local_authority)}, level {one.level}",
        width=480,
    )
    if chosen is not None:
        _form(forms.get(chosen.record_id) or _new(chosen, drawn.quarter))


def _form(form: AuditForm) -> None:
    """Show the questions of one file. Nothing is marked until the auditor has marked it."""
    given = {answer.question: answer for answer in form.answers}
    with st.form(f"audit:{form.quarter}:{form.record_id}"):
        answers = []
        for question in QUESTIONS:
            before = given.get(question.id, Answer(question.id))
            marks = (None, *AuditMark)
            mark = st.selectbox(
                f"Heading {question.heading}. {question.text}",
                marks,
                index=marks.index(before.mark),
                format_func=lambda one: one.value.capitalize() if one else _NO_MARK,
                width=320,
            )
            note = st.text_input(
                f"Note on heading {question.heading}: {question.id.replace('_', ' ')}", value=before.note, width=640
            )
            answers.append(Answer(question.id, mark, note))
        names = {**THEMES, OTHER_THEME: "Another theme (say which in the note)"}
        themes = st.multiselect("Themes", list(names), default=list(form.themes), format_func=lambda one: names[one])
        note = st.text_area("Note", value=form.note, help="Never write a person's name.")
        auditor = st.text_input("Audited by (a role)", value=form.auditor, width=480)
        done = st.date_input("Audited on", value=form.audited_on, format="DD/MM/YYYY", width=240)
        if st.form_submit_button("Keep this audit", type="primary"):
            day = done if isinstance(done, dt.date) else None
            _keep(
                dataclasses.replace(form, answers=tuple(answers), themes=tuple(themes), note=note, auditor=auditor, audited_on=day)
            )
    st.download_button(
        "Take this form away (JSON)",
        audit_to_json(form),
        file_name=f"audit-{form.quarter}-{form.record_id[:12]}.json",
        on_click="ignore",
    )


def _tally() -> None:
    with st.expander("Themes and a summary for senior managers"):
        said = "Your own finished audits are counted, with forms that other auditors give you as files."
        st.html(element("p", said, class_="eg-measure"))
        others = st.file_uploader("Forms of other auditors (JSON)", type=["json"], accept_multiple_files=True)
        quarter = st.text_input("Quarter to count", value=str(_last_quarter()), width=240, key="tally_quarter")
        sharing = st.checkbox("For senior managers: leave out counts under 5, and those by which one could be found", value=True)
        if st.button("Count"):
            try:
                _count([form for form in _mine() if form.quarter == quarter.strip()] + _read(others), sharing=sharing)
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


def _store() -> DraftStore:
    return DraftStore(shared.settings().home / "audits", _KEPT_DAYS, _MOST)


def _mine() -> list[AuditForm]:
    return [audit_from_dict(dict(kept.document), "A kept form") for kept in _store().of(account().key)]


def _keep(form: AuditForm) -> None:
    name = hashlib.sha256(f"{form.quarter}\n{form.record_id}".encode()).hexdigest()[:16]
    try:
        _store().save(account().key, name, audit_to_dict(form))
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    st.rerun()


def _new(drawn: Drawn, quarter: str) -> AuditForm:
    return AuditForm(drawn.record_id, drawn.local_authority, drawn.level, quarter)


def _state(form: AuditForm | None) -> str:
    if form is None:
        return "not begun"
    return "finished" if form.is_finished else f"{len(form.open_questions)} questions open"


def _last_quarter() -> Quarter:
    """Give the newest quarter that is over."""
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    number = (today.month - 1) // _MONTHS_A_QUARTER
    return Quarter(today.year, number) if number else Quarter(today.year - 1, 4)
