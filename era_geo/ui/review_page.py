"""The page Review and learning: newer maps against live records, the quarterly audit, and how many ERAs a caseload asks for."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from era_geo import front
from era_geo.accounts import Agency
from era_geo.errors import EraGeoError
from era_geo.model import Assessment
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.access import Action, Allowed, may
from era_geo.record.demand import Demand, demand
from era_geo.record.demandread import EXAMPLE, read_caseload
from era_geo.record.demandwords import for_sharing, sentences
from era_geo.record.demandwords import table as demand_table
from era_geo.record.profileload import load_profiles
from era_geo.record.recheck import Held, Outcome
from era_geo.ui import record_desk, review_audit, shared
from era_geo.ui.blocks import table
from era_geo.ui.markup import bullets, element
from era_geo.ui.sign_in import account

_HELD = "recheck_held"
_DEMAND = "demand_found"


@dataclass(frozen=True)
class _Counted:
    """What a caseload asks for, with its chart (PNG), drawn once, and the chart in words."""

    demand: Demand
    chart: bytes
    chart_words: str


def show() -> None:
    """Show the page."""
    st.title("Review and learning", anchor=False)
    said = "What has changed around the addresses of live records, and what a year of ERAs asks of an area."
    st.html(element("p", said, class_="eg-lead eg-measure"))
    if account().kind is not Agency.LANDLORD and isinstance(may(account(), Action.READ_LIST), Allowed):
        st.header("Live records and the newest map", anchor="recheck")
        _recheck()
        st.header("Proposed reviews", anchor="proposals")
        _proposals()
        st.header("The quarterly case-file audit", anchor="audit")
        review_audit.show()
    st.header("How many ERAs a caseload asks for", anchor="demand")
    _demand()


def _recheck() -> None:
    said = (
        f"Every record that is not closed is looked at again in the region {line(shared.region_name())}, with its own parameters. "
        "A place that has come within the radius is a proposed review: a person decides."
    )
    st.html(element("p", said, class_="eg-measure"))
    if st.button("Hold live records against this map", type="primary"):
        try:
            st.session_state[_HELD] = _hold()
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")
            return
    held: tuple[Held, ...] | None = st.session_state.get(_HELD)
    if held is None:
        return
    counted = {outcome: sum(one.outcome is outcome for one in held) for outcome in Outcome}
    told = ", ".join(f"{count} {outcome.value}" for outcome, count in counted.items() if count) or "there is none"
    st.html(element("p", f"{len(held)} live records: {told}.", role="status", class_="eg-measure"))
    rows = tuple(
        (line(one.reference), one.outcome.value, line(" ".join([*one.reasons, one.says]).strip()))
        for one in held
        if one.outcome is not Outcome.NOTHING_NEW
    )
    if rows:
        st.html(table(Table("Records with something to say", ("Reference", "What came of it", "In words"), rows, (20, 22, 58))))


def _hold() -> tuple[Held, ...]:
    region, layers, today = shared.region(), shared.layers(), _today()

    def look(old: Assessment) -> Assessment:
        return front.assess_again(old, region, as_of=today, layers=layers)

    told = "Looking around each address again. Stay on this page until it is done."
    bar = st.progress(0.0, told)

    def say(done: int, of: int) -> None:
        bar.progress(done / of, f"{told} {done:,} of {of:,} records.")

    held = record_desk.store().recheck(account(), look, region.name, say=say)
    bar.empty()
    return held


def _proposals() -> None:
    waiting = record_desk.store().proposals(account())
    if not waiting:
        st.html(element("p", "None waits for an answer.", class_="eg-measure"))
    for one in waiting:
        with st.container(border=True):
            st.html(element("p", element("strong", f"{line(one.reference)}. "), line(one.words)))
            answer = st.text_input(
                f"What was decided, and why ({markdown(line(one.reference))})", autocomplete="off", key=f"decide:{one.id}"
            )
            if st.button("Write it down", key=f"decided:{one.id}"):
                try:
                    record_desk.store().answer_proposal(account(), one.id, answer)
                except EraGeoError as error:
                    st.error(markdown(str(error)), icon=":material/error:")
                    return
                st.rerun()


def _demand() -> None:
    said = (
        "Give a caseload as a CSV file: a row for each person, or for a group of people alike, without names. The example shows "
        "the columns. What the whole year costs in homes and places is answered by a batch with several radii."
    )
    st.html(element("p", said, class_="eg-measure"))
    st.download_button(
        "Take an invented caseload as an example",
        EXAMPLE.read_bytes,
        file_name="caseload-example.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    given = st.file_uploader("Caseload (CSV)", type=["csv"])
    sharing = st.checkbox("For outside the case team: leave out counts under 5, and those by which one could be found")
    if given is not None and st.button("Count the ERAs of the next twelve months", type="primary"):
        try:
            st.session_state[_DEMAND] = _counted(given.getvalue(), sharing=sharing)
        except EraGeoError as error:
            st.session_state.pop(_DEMAND, None)
            st.error(markdown(str(error)), icon=":material/error:")
    counted: _Counted | None = st.session_state.get(_DEMAND)
    if counted is not None:
        _show_demand(counted)


def _counted(content: bytes, *, sharing: bool) -> _Counted:
    from era_geo.record import demandchart  # noqa: PLC0415 - slow to import

    with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
        path = Path(folder) / "caseload.csv"
        path.write_bytes(content)
        caseload = read_caseload(path)
    found = demand(caseload, list(load_profiles(shared.settings()).values()), _today())
    shown = for_sharing(found) if sharing else found
    return _Counted(shown, demandchart.render_png(shown), demandchart.alternative_text(shown))


def _show_demand(counted: _Counted) -> None:
    found = counted.demand
    st.html(bullets([line(one) for one in sentences(found)], class_="eg-measure"))
    st.image(counted.chart, alt=counted.chart_words, width=900)
    columns, rows = demand_table(found)
    shown = tuple(tuple("" if cell is None else line(str(cell)) for cell in row) for row in rows)
    with st.expander("Month by month"):
        st.html(table(Table("ERAs asked for, month by month", tuple(map(str, columns)), shown, ()), names_row=1, caption=False))
    with st.expander("What this takes for granted"):
        st.html(bullets([line(text) for text in (*found.assumptions, *found.notes)], class_="eg-measure"))


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()
