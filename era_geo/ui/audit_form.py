"""The audit of one file on the screen. What is marked and written is kept as it is typed, for the auditor alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

import streamlit as st

from era_geo.record.auditfile import audit_from_dict, audit_to_dict, audit_to_json
from era_geo.record.themes import OTHER_THEME, QUESTIONS, THEMES, Answer, AuditForm, AuditMark, Question
from era_geo.ui import expiry, shared
from era_geo.ui.drafts import DraftStore
from era_geo.ui.job_card import attempt
from era_geo.ui.markup import element
from era_geo.ui.sign_in import account

_MOST = 500
_NO_MARK = "Not marked yet"


def kept() -> list[AuditForm]:
    """Give the forms that the person at work has begun, newest first."""
    return [audit_from_dict(dict(one.document), "A kept form") for one in _store().of(account().key)]


def show(form: AuditForm) -> AuditForm:
    """Show the questions of one file, keep what is changed, and give the form as it is now.

    Nothing is marked until the auditor has marked it.
    """
    names = {**THEMES, OTHER_THEME: "Another theme (say which in the note)"}
    key = f"audit:{form.quarter}:{form.record_id}:"
    given = {answer.question: answer for answer in form.answers}
    with st.container(border=True, key=f"audit_{form.record_id[:12]}"):
        answers = tuple(_answer(question, given.get(question.id, Answer(question.id)), key) for question in QUESTIONS)
        themes = st.multiselect(
            "Themes",
            list(names),
            list(form.themes),
            format_func=lambda one: names[one],
            placeholder="None chosen",
            key=f"{key}themes",
        )
        note = st.text_area("Note", form.note, help="Never write a person's name.", key=f"{key}note")
        auditor = st.text_input("Audited by (a role)", form.auditor, key=f"{key}auditor", width=480)
        done = st.date_input("Audited on", form.audited_on, format="DD/MM/YYYY", key=f"{key}day", width=240)
        day = done if isinstance(done, dt.date) else None
        now = dataclasses.replace(form, answers=answers, themes=tuple(themes), note=note, auditor=auditor, audited_on=day)
        if now != form:
            attempt(lambda: _keep(now))
        st.html(element("p", f"Kept as you type, for you alone. This audit is {state(now)}.", role="status", class_="eg-small"))
        st.download_button(
            "Take this form away (JSON)",
            audit_to_json(now),
            file_name=f"audit-{now.quarter}-{now.record_id[:12]}.json",
            on_click="ignore",
            icon=":material/download:",
        )
    return now


def state(form: AuditForm | None) -> str:
    """Say how far an audit is."""
    if form is None or form == dataclasses.replace(
        form, answers=AuditForm.answers, themes=(), note="", auditor="", audited_on=None
    ):
        return "not begun"
    if form.is_finished:
        return "finished"
    open_ones = len(form.open_questions)
    if not open_ones:
        return "open: say who audited, and when"
    return f"open: {open_ones} {'question has' if open_ones == 1 else 'questions have'} no mark"


def _answer(question: Question, before: Answer, key: str) -> Answer:
    marks = (None, *AuditMark)
    mark = st.selectbox(
        f"Heading {question.heading}. {question.text}",
        marks,
        index=marks.index(before.mark),
        format_func=lambda one: one.value.capitalize() if one else _NO_MARK,
        key=f"{key}mark:{question.id}",
        width=320,
    )
    about = f"Note on heading {question.heading}: {question.id.replace('_', ' ')}"
    note = st.text_input(about, before.note, autocomplete="off", key=f"{key}note:{question.id}", width=640)
    return Answer(question.id, mark, note)


def _store() -> DraftStore:
    settings = shared.settings()
    return DraftStore(settings.home / expiry.AUDITS, settings.audit_days, _MOST)


def _keep(form: AuditForm) -> None:
    name = hashlib.sha256(f"{form.quarter}\n{form.record_id}".encode()).hexdigest()[:16]
    _store().save(account().key, name, audit_to_dict(form))
