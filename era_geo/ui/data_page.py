"""The page Data: which regions there are, what is in each, how old and how complete it is; compare, add, fetch and remove them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from era_geo import front
from era_geo.accounts import Role
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.region.shelf import ShelvedRegion, remove
from era_geo.ui import build_form, fetch_form, region_compare, region_info, region_work, shared, sure
from era_geo.ui.blocks import table
from era_geo.ui.job_card import attempt
from era_geo.ui.markup import Html, element
from era_geo.ui.region_words import megabytes
from era_geo.ui.sign_in import account

_REMOVED = "region_removed"


def show() -> None:
    """Show the page. A region that cannot be opened is a sentence in its row, and hides nothing else."""
    st.title("Data", anchor=False)
    st.html(
        element(
            "p",
            "A region is a stretch of open map data on this computer. Everything the app tells you comes from the region you "
            "look in. It knows nothing that is newer than its data.",
            class_="eg-lead eg-measure",
        )
    )
    shelved = shared.shelf()
    st.header("Regions on this computer", anchor="regions")
    st.html(_shelf(shelved))
    st.header("What is in a region", anchor="region")
    region_info.show()
    st.header("Compare two regions", anchor="compare")
    region_compare.show()
    if Role.ADMINISTRATOR not in account().roles:
        st.header("Add a region", anchor="add")
        st.html(element("p", "Administrators add, fetch and remove regions here, for everybody.", class_="eg-measure"))
        return
    st.header("Build a region from files", anchor="add")
    build_form.show()
    st.header("Fetch a region", anchor="fetch")
    fetch_form.show()
    region_work.show()
    st.header("Remove a region", anchor="remove")
    _remove(shelved)


def _shelf(shelved: Sequence[ShelvedRegion]) -> Html:
    rows = [
        (line(one.name), _from(one), _span(one.dates), _built(one.built), megabytes(one.size_bytes))
        if one.problem is None
        else (line(one.name), line(f"Cannot be opened. {one.problem}"), "not known", "not known", megabytes(one.size_bytes))
        for one in shelved
    ]
    if not any(one.name == front.TRAINING_TOWN for one in shelved):
        rows.append((front.TRAINING_TOWN, "Comes with the program. It is built when it is first looked in.", "", "", ""))
    columns = ("Region", "Built from", "Data of", "Built on", "Size")
    return table(Table("Choose the region to look in in the side bar.", columns, tuple(rows), (20, 36, 18, 16, 10)))


def _from(one: ShelvedRegion) -> str:
    return words.listed([line(name) for name in one.sources]) or "not known"


def _span(dates: tuple[str | None, str | None]) -> str:
    first, last = (None if date is None else dt.date.fromisoformat(date) for date in dates)
    return words.day(first) if first == last else f"{words.day(first)} to {words.day(last)}"


def _built(when: str | None) -> str:
    return words.day(dt.datetime.fromisoformat(when).date() if when else None)


def _remove(shelved: Sequence[ShelvedRegion]) -> None:
    if told := st.session_state.pop(_REMOVED, None):
        st.success(told, icon=":material/check_circle:")
    names = [one.name for one in shelved]
    name = st.selectbox("Region to remove", names, index=None, format_func=line, placeholder="Choose a region", width=480)
    if name is not None:
        sure.button(
            f"Remove {markdown(line(name))}",
            f"Remove the region {line(name)} for everybody? Records that were made with it keep what they hold.",
            "Yes, remove it",
            key=f"remove_region:{name}",
            then=lambda: _removed(name),
        )


def _removed(name: str) -> None:
    if attempt(lambda: remove(name, shared.settings())):
        st.session_state[_REMOVED] = f"The region {markdown(line(name))} is removed."
