"""What those who look after the records do: verify them, see which are past their time, say how long one is kept, erase one."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from era_geo.errors import EraGeoError
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import RULES, Action
from era_geo.record.verify_trail import Verdict
from era_geo.ui import record_desk
from era_geo.ui.blocks import table
from era_geo.ui.markup import element
from era_geo.ui.sign_in import account

_FOUND = "verified"
_MOST_MB = 50
_OLDEST = 100


def show() -> None:
    """Offer what this person's roles allow, folded away; nothing where they allow none of it."""
    roles = account().roles
    verifies, keeps, erases = (bool(roles & RULES[action].roles) for action in (Action.VERIFY, Action.RETAIN, Action.ERASE))
    if not (verifies or keeps or erases):
        return
    with st.expander("Look after the records: verify, keep, erase"):
        try:
            if verifies:
                _verify()
            if keeps or erases:
                _past_their_time()
                _without_a_day()
                _one_record(keeps=keeps, erases=erases)
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")


def _verify() -> None:
    st.subheader("Verify", anchor="verify")
    said = (
        "Proves that the records and the audit trail are as they were saved and signed, and names what is not. With files: whether "
        "each is as it was exported."
    )
    st.html(element("p", said, class_="eg-measure"))
    with st.form("verify", border=False):
        files = st.file_uploader("Exported files to verify (leave empty for all records)", accept_multiple_files=True,
                                 max_upload_size=_MOST_MB)  # fmt: skip
        asked = st.form_submit_button("Verify now")
    if asked:
        st.session_state[_FOUND] = _files(files) if files else _all()
    if _FOUND in st.session_state:
        said, faults = st.session_state[_FOUND]
        st.html(element("p", said, role="status"))
        if faults:
            rows = tuple((str(one.state), line(one.what), (one.record_id or "")[:8], line(one.says)) for one in faults)
            st.html(table(Table("What verifying found", ("State", "What", "Record", "In words"), rows, (12, 28, 12, 48))))


def _all() -> tuple[str, Sequence[Verdict]]:
    report = record_desk.store().verify(account())
    if not report.is_fine:
        return f"{len(report.faults)} faults in {report.records} records.", report.faults
    end = f"{report.anchor.entries}:{report.anchor.hash}"
    return f"All is unaltered: {report.records} records, {len(report.erased)} erased. The trail ends at {end}.", ()


def _files(files: Sequence[UploadedFile]) -> tuple[str, Sequence[Verdict]]:
    with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
        paths = [Path(folder) / Path(file.name).name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file.getbuffer())
        found = record_desk.store().verify_files(account(), paths)
    wrong = sum(not one.state.is_fine for one in found)
    return f"{wrong} of {len(files)} files are not as they were exported." if wrong else "As exported, every one.", found


def _past_their_time() -> None:
    st.subheader("Past their time", anchor="past")
    past = record_desk.store().past_retention(account(), _today())
    if not past:
        st.html(element("p", "No record is past the day until which it was to be kept.", class_="eg-measure"))
        return
    rows = tuple((line(one.reference), line(one.address), one.status.label, one.updated_at[:10]) for one in past)
    st.html(table(Table("To be erased, or kept longer for a reason", ("Reference", "Address", "Status", "Changed on"), rows, ())))


def _without_a_day() -> None:
    """Say how many records nobody has said a day for, and list the oldest: none is kept for ever unseen."""
    count = record_desk.store().count_without_retention(account())
    if not count:
        return
    said = f"Nobody has said how long they are kept: {words.count(count, 'record', 'records')}."
    st.html(element("p", said, class_="eg-measure"))
    if st.toggle("Show the oldest of them", key="without retention"):
        found = record_desk.store().without_retention(account(), limit=_OLDEST)
        rows = tuple((line(one.reference), line(one.address), one.status.label, one.updated_at[:10]) for one in found)
        st.html(table(Table("To be given a day", ("Reference", "Address", "Status", "Changed on"), rows, ())))


def _one_record(*, keeps: bool, erases: bool) -> None:
    st.subheader("Keep or erase one record", anchor="keep")
    choices = [*(["Keep it until a day"] if keeps else []), *(["Erase it for good"] if erases else [])]
    with st.form("care", border=False):
        what = st.radio("What to do", choices)
        reference = st.text_input("Case reference, or the record's id", autocomplete="off", width=480)
        until = st.date_input("To be kept until (to keep it)", value=None, format="DD/MM/YYYY", width=240) if keeps else None
        reason = st.text_input("The reason, in words that name nothing of the case", autocomplete="off", width=480)
        sure = st.checkbox("I know that nothing of an erased record can be brought back") if erases else False
        asked = st.form_submit_button("Do it")
    if not asked:
        return
    records, who = record_desk.store(), account()
    if what == choices[0] and keeps:
        if until is None:
            st.error("Say until which day it is to be kept.")
            return
        records.retain(who, records.find(who, reference.strip()), until, reason=reason)
        st.html(element("p", f"It is kept until {until:%d/%m/%Y}.", role="status"))
    elif not sure:
        st.error("Nothing was erased. Tick that you know it cannot be brought back.")
    else:
        done = records.erase(who, records.find(who, reference.strip()), reason=reason)
        st.html(element("p", f"Erased: {done.versions} versions and all that belonged to them.", role="status"))


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()
