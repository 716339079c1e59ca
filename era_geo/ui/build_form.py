"""Adding a region from files that a person has: the same build as `era-geo region build`, as a process of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import UsageError
from era_geo.outputs.escape import file_name, line
from era_geo.outputs.words import listed
from era_geo.ui import region_work
from era_geo.ui.job_card import attempt
from era_geo.ui.markup import element
from era_geo.ui.region_jobs import Facts, build_command, place_for

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_MOST_MB = 1000
_TURN = "build_turn"


def show() -> None:
    """Ask for files and a name, and begin to build the region."""
    st.html(
        element(
            "p",
            "You need an extract of OpenStreetMap for your area: a file that ends in .osm.pbf or .osm. Lists of postcodes and "
            "addresses, and official lists, can be added to it. What each file is, is told by its content.",
            class_="eg-measure",
        )
    )
    turn = st.session_state.get(_TURN, 0)
    files = st.file_uploader(
        "Files to build the region from", accept_multiple_files=True, max_upload_size=_MOST_MB, key=f"build_files:{turn}"
    )
    name = st.text_input(
        "Name of the region",
        help="Letters, digits, dot, hyphen and underscore, such as falkirk-2026.",
        autocomplete="off",
        key=f"build_name:{turn}",
        width=480,
    ).strip()
    replace = st.checkbox("Replace the region of this name, if there is one", key=f"build_replace:{turn}")
    if st.button("Build the region", type="primary") and attempt(lambda: _begin(files, name, replace=replace)):
        st.session_state[_TURN] = turn + 1  # the fields are empty again, and the files are no longer held twice
        region_work.begun()


def _begin(files: Sequence[UploadedFile], name: str, *, replace: bool) -> None:
    if not files or not name:
        raise UsageError("Choose at least one file, and give the region a name.")
    region_work.check_name(name, replace=replace)
    jobs = region_work.jobs()
    folder = jobs.new_folder()
    try:
        paths = []
        for number, file in enumerate(files):
            path = place_for(folder, number, file_name(file.name) or "file")
            path.write_bytes(file.getbuffer())
            paths.append(path)
        of = f"From {listed([line(file.name) for file in files])}."
        jobs.begin(folder, Facts(name, of, build_command(folder, paths, name, replace=replace), time.time()))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
