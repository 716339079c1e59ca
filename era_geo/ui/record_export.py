"""What leaves the store: a record's files for a recipient, on a basis that is logged as a disclosure."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from era_geo.accounts import Agency, agency_kind, agency_label
from era_geo.errors import EraGeoError
from era_geo.outputs.escape import markdown
from era_geo.record.access import Action
from era_geo.ui import record_desk, record_read
from era_geo.ui.downloads import zipped
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.sign_in import account

_FORMATS = {
    "docx": "Record (Word)",
    "pdf": "Record (PDF)",
    "html": "Record (web page)",
    "visit-sheet": "Visit sheet, one page (PDF)",
    "check-sheet": "Check sheet of addresses (CSV and Word)",
    "json": "Everything as data (JSON)",
    "gpkg": "Places as map data (GeoPackage)",
}
_USUAL = ["docx", "visit-sheet"]
_NOT_FOR_LANDLORDS = "check-sheet"
_MADE = "record_files"


def show(desk: Desk) -> None:
    """Ask who receives the files and why, make them, and log the disclosure."""
    if not desk.may(Action.EXPORT):
        st.html(element("p", "Your role does not take records out of the store.", class_="eg-measure"))
        return
    if desk.changed:
        st.html(element("p", "Save what you typed first: the files hold the saved version.", class_="eg-measure"))
        return
    said = "Each disclosure is kept in the record's sharing log: who receives it, what, and on what legal basis."
    st.html(element("p", said, class_="eg-measure"))
    with st.form("disclose", border=False):
        recipient = st.text_input("Who receives it (an agency or a role, not a name)", autocomplete="off", width=480)
        basis = st.text_input(
            "Legal basis",
            help="Such as section 10 of the Management of Offenders etc. (Scotland) Act 2005.",
            autocomplete="off",
            width=480,
        )
        copy = st.radio("Which copy", [None, *_landlords(desk)], format_func=_copy_words)
        formats = st.multiselect("Files", list(_FORMATS), default=_USUAL, format_func=lambda one: _FORMATS[one])
        asked = st.form_submit_button("Make the files and log the disclosure", type="primary")
    if asked:
        st.session_state.pop(_MADE, None)
        redacted = copy is not None or account().kind is Agency.LANDLORD
        chosen = [one for one in formats if not (redacted and one == _NOT_FOR_LANDLORDS)]
        _make(desk, recipient, basis, chosen, landlord=copy if redacted else None)
    made = st.session_state.get(_MADE)
    if made is not None and made[0] == (desk.document.id, desk.document.version):
        _, name, content = made
        st.download_button("Take the files (ZIP)", content, file_name=name, mime="application/zip", on_click="ignore")


def _landlords(desk: Desk) -> list[str]:
    """Give the landlords that a copy may be for: those that take part, or a landlord that is not named."""
    parts = [part.agency for part in desk.document.form.agencies]
    return [agency for agency in parts if agency_kind(agency) is Agency.LANDLORD] or [str(Agency.LANDLORD)]


def _copy_words(landlord: str | None) -> str:
    if landlord is None:
        return "The whole record" if account().kind is not Agency.LANDLORD else "What your agency sees of it"
    return f"A landlord's copy, without what it does not need: {agency_label(landlord)}"


def _make(desk: Desk, recipient: str, basis: str, formats: list[str], *, landlord: str | None) -> None:
    from era_geo.outputs.disclosure import disclose  # noqa: PLC0415 - slow to import

    if not formats:
        st.error("Choose at least one file.")
        return
    document = desk.document
    try:
        with tempfile.TemporaryDirectory(prefix="era-geo-") as folder, st.spinner("Making the files"):
            paths = disclose(
                record_desk.store(),
                account(),
                document.id,
                Path(folder),
                recipient=recipient,
                basis=basis,
                ground=record_read.region_of,
                formats=formats,
                redacted=landlord is not None,
                landlord=landlord,
            )
            start = min((path.stem for path in paths), key=len)
            st.session_state[_MADE] = ((document.id, document.version), f"{start}.zip", zipped(paths))
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")
