"""The table that a batch is to be begun with: put into a folder of its owner's once, and which of its columns say where.

As long as nothing is begun with it the folder lives as the field for the file does. Another file, or none, removes it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from era_geo.batch import intake, where
from era_geo.batch.intake import Intake
from era_geo.batch.where import By, Where
from era_geo.errors import EraGeoError, UsageError
from era_geo.outputs.escape import line
from era_geo.ui.batch_jobs import BatchJobs

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

TITLE = "Batch"
_KINDS = ["csv", "tsv", "txt", "xlsx", "gpkg", "geojson", "json", "parquet"]
_MOST_MB = 200
_HELD, _TURN = "batch_table", "batch_turn"
_GUESS = "What the headings say"
_WAYS = {By.ADDRESS: "Address", By.UPRN: "UPRN", By.COORDINATES: "Coordinates", By.GRID: "Grid reference"}
_OPTIONS = {By.ADDRESS: "--address-column", By.UPRN: "--uprn-column", By.GRID: "--grid-column"}


@dataclass(frozen=True)
class HeldTable:
    """A table in its folder: its owner's name for it, and the table; or why it cannot be used."""

    file_id: str
    name: str
    folder: Path
    table: Intake | None
    fault: str = ""


def ask(jobs: BatchJobs) -> HeldTable | None:
    """Ask for a table, and hold the one that was given; `None` where none was, or it cannot be used: that is said."""
    given = st.file_uploader(
        "Table of addresses: CSV, Excel, GeoPackage, GeoJSON or Parquet",
        type=_KINDS,
        max_upload_size=_MOST_MB,
        key=f"batch_file:{st.session_state.get(_TURN, 0)}",
    )
    held: HeldTable | None = st.session_state.get(_HELD)
    if held is not None and (given is None or given.file_id != held.file_id):
        _drop(held)
        held = None
    if held is None and given is not None:
        held = st.session_state[_HELD] = _hold(given, jobs)
    if held is not None and held.table is None:
        raise UsageError(held.fault)
    return held


def let_go() -> None:
    """Hold the table no longer, and show an empty field: the batch that was begun owns its folder now."""
    st.session_state.pop(_HELD, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def drop_unless_on(page: str) -> None:
    """Remove a table that nothing was begun with once another page is shown: the field forgets its file then, too."""
    held: HeldTable | None = st.session_state.get(_HELD)
    if held is not None and page != TITLE:
        _drop(held)


def _drop(held: HeldTable) -> None:
    st.session_state.pop(_HELD, None)
    shutil.rmtree(held.folder, ignore_errors=True)


def _hold(given: UploadedFile, jobs: BatchJobs) -> HeldTable:
    folder = jobs.new_folder()
    path = folder / f"table{Path(given.name).suffix.lower()}"
    path.write_bytes(given.getbuffer())
    try:
        return HeldTable(given.file_id, given.name, folder, intake.open_table(path))
    except EraGeoError as error:
        shutil.rmtree(folder, ignore_errors=True)
        return HeldTable(given.file_id, given.name, folder, None, str(error).replace(path.name, given.name))


def columns(held: HeldTable, table: Intake, faults: list[str]) -> list[tuple[str, str]]:
    """Show what says where the properties are, and let the person say otherwise: pairs of the command's option and column.

    If it is not said yet, that is added to `faults`.
    """
    try:
        guessed = where.choose(table.columns, has_shape=table.crs is not None)
    except UsageError:
        guessed = ()
    ways = [*([_GUESS] if guessed else []), *_WAYS]
    way = st.selectbox(
        "What says where a property is",
        ways,
        format_func=lambda one: _told(one, guessed),
        key=f"batch_way:{held.file_id}",
        width=640,
    )
    names = list(table.columns)
    if way == By.ADDRESS:
        chosen = st.multiselect(
            "Columns of the address, in order",
            names,
            format_func=line,
            placeholder="Choose columns",
            key=f"batch_address:{held.file_id}",
        )
        if not chosen:
            faults.append("Choose the column of the address, or its columns in order.")
        return [(_OPTIONS[By.ADDRESS], column) for column in chosen]
    if way == By.COORDINATES:
        x, y = _column("longitude or easting", names, held), _column("latitude or northing", names, held)
        return [("--x-column", x), ("--y-column", y)]
    if way in (By.UPRN, By.GRID):
        return [(_OPTIONS[By(way)], _column(f"the {_WAYS[By(way)]}", names, held))]
    return []


def _column(of: str, names: list[str], held: HeldTable) -> str:
    key = f"batch_column:{of}:{held.file_id}"
    chosen: str = st.selectbox(f"Column of {of}", names, format_func=line, key=key, width=480)
    return chosen


def _told(way: str, guessed: tuple[Where, ...]) -> str:
    if way != _GUESS:
        return f"{_WAYS[By(way)]}: I name the column"
    return f"{_GUESS}: {line(', else '.join(map(str, guessed)))}"
