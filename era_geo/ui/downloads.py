"""What a person takes away. Each file is made only when it is asked for; its name carries the reference and the marking."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import streamlit as st

from era_geo.errors import UsageError
from era_geo.model import Assessment
from era_geo.outputs.escape import markdown
from era_geo.outputs.export import USUAL_FORMATS, start_of_names, write_all
from era_geo.outputs.words import MARKING
from era_geo.region.region import Region
from era_geo.ui.draft import kept
from era_geo.ui.markup import element


@dataclass(frozen=True)
class _Offer:
    """One file to take away: the end of its name, the form it belongs to, its button and what it is for."""

    name: str
    form: str
    mime: str
    button: str
    purpose: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PRINT = "A4, with the tables behind it. Print at 100% (actual size)."
_OFFERS = (
    _Offer(
        "record.docx",
        "docx",
        _WORD,
        "Draft ERA record (Word)",
        "Nineteen headings, facts filled in, judgements left to people.",
    ),
    _Offer("map.html", "html", "text/html", "Map and tables (web page)", "One file that opens in any browser, with no network."),
    _Offer("map-1250.pdf", "pdf", "application/pdf", "Map to print, 1:1250 (PDF)", f"100 m are 80 mm on paper. {_PRINT}"),
    _Offer("map-2500.pdf", "pdf", "application/pdf", "Map to print, 1:2500 (PDF)", f"100 m are 40 mm on paper. {_PRINT}"),
    _Offer("map-1250.png", "png", "image/png", "Map at 1:1250 (picture)", "A page of A4, to put into a document."),
    _Offer("map-2500.png", "png", "image/png", "Map at 1:2500 (picture)", "The same, of a wider area."),
    _Offer("places.csv", "csv", "text/csv", "Table of places (CSV)", "For a spreadsheet."),
    _Offer("assessment.json", "json", "application/json", "Everything as data (JSON)", "For other programs, and to keep."),
    _Offer("places.gpkg", "gpkg", "application/geopackage+sqlite3", "Places as map data (GeoPackage)", "For QGIS and the like."),
)


def show(assessment: Assessment, region: Region) -> None:
    """Offer the files."""
    reference = st.text_input(
        "Your reference for this case (you may leave this empty)",
        help="The file names begin with it, and the record prints it. Never write a person's name or the address here.",
        autocomplete="off",
        width=480,
        **kept("reference"),
    ).strip()
    try:
        start = start_of_names(assessment.site, reference)
    except UsageError as error:
        st.error(markdown(str(error)), icon=":material/error:")
        return
    st.html(
        element(
            "p",
            f"The files are marked {MARKING}. Their names begin with {start}, and never hold the address. Keep and share them "
            "as your agency's rules say.",
            class_="eg-measure",
        )
    )
    for offer in _OFFERS:
        _offer(
            offer.button,
            offer.purpose,
            f"{start}-{offer.name}",
            offer.mime,
            _maker(assessment, region, reference, (offer.form,), f"{start}-{offer.name}"),
        )
    _offer(
        "All files in one (ZIP)",
        "Everything above, and the tables of layers, gaps and sources.",
        f"{start}.zip",
        "application/zip",
        _maker(assessment, region, reference, USUAL_FORMATS, None),
    )


def _offer(button: str, purpose: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        # Without "ignore" the page would be drawn anew, and the map would jump back.
        st.download_button(button, make, file_name=name, mime=mime, on_click="ignore", icon=":material/download:", width=300)
        st.html(element("p", purpose, class_="eg-small"), width=320)


def _maker(assessment: Assessment, region: Region, reference: str, forms: tuple[str, ...], name: str | None) -> Callable[[], bytes]:
    """Give the function that makes one file's content, or all files in a ZIP file where there is no `name`."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory(prefix="era-geo-") as folder:
            paths = write_all(assessment, region, Path(folder), reference=reference or None, formats=forms)
            return zipped(paths) if name is None else (Path(folder) / name).read_bytes()

    return make


def zipped(paths: list[Path]) -> bytes:
    """Put files together into one ZIP file."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return content.getvalue()
