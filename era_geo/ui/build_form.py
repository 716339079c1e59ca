"""Adding a region from files that a person has: the same build as `era-geo region build`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs.escape import file_name, markdown
from era_geo.outputs.words import count
from era_geo.ui import shared
from era_geo.ui.markup import element

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_DONE = "built"


def show() -> None:
    """Ask for files and a name, and build the region."""
    st.html(
        element(
            "p",
            "You need an extract of OpenStreetMap for your area: a file that ends in .osm.pbf or .osm. Lists of postcodes and "
            "addresses can be added to it. What each file is, is told by its content.",
            class_="eg-measure",
        )
    )
    if message := st.session_state.pop(_DONE, None):
        st.success(message, icon=":material/check_circle:")
    files = st.file_uploader("Files to build the region from", accept_multiple_files=True)
    name = st.text_input(
        "Name of the region",
        help="Letters, digits, dot, hyphen and underscore, such as falkirk-2026.",
        autocomplete="off",
    ).strip()
    replace = st.checkbox("Replace the region of this name, if there is one")
    if st.button("Build the region", type="primary"):
        if not files or not name:
            st.error("Choose at least one file, and give the region a name.", icon=":material/error:")
            return
        _build(files, name, replace=replace)


def _build(files: Sequence[UploadedFile], name: str, *, replace: bool) -> None:
    from era_geo.region.build import build  # noqa: PLC0415 - slow to import

    bar = st.progress(0.0, "Reading the files")

    def tell(stage: str, done: int, total: int | None) -> None:
        bar.progress(min(done / total, 1.0) if total else 0.0, markdown(f"{stage.capitalize()}: this may take some minutes."))

    try:
        with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
            paths = [_saved(file, Path(folder) / str(number)) for number, file in enumerate(files)]
            report = build(paths, name=name, settings=shared.settings(), replace=replace, progress=tell)
    except EraGeoError as error:
        bar.empty()
        st.error(markdown(str(error)), icon=":material/error:")
        return
    shared.choose_region(report.name)
    st.session_state[_DONE] = (
        f"The region {markdown(report.name)} is built in {report.seconds:.0f} s, with "
        f"{count(report.counts['addresses'], 'address', 'addresses')}. You are looking in it now."
    )
    st.rerun()


def _saved(file: UploadedFile, folder: Path) -> Path:
    folder.mkdir()
    path = folder / (file_name(file.name) or "file")
    path.write_bytes(file.getbuffer())
    return path
