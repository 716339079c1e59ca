"""A kept record as files: DOCX, PDF, HTML, JSON, GeoPackage, visit sheet and check sheet, whole or as a landlord's copy.

All are made from one document (`draft.record_document`), so that each says the same. They are made from the form's own assessment,
which never holds a restricted place. Telling the sharing log of it is for whoever calls this (`era_geo.record`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from era_geo.errors import DataError, UsageError
from era_geo.model import Assessment
from era_geo.outputs.background import Background, empty_background, read_background
from era_geo.outputs.check_sheet import sheet_csv, sheet_document
from era_geo.outputs.document import Document
from era_geo.outputs.draft import record_document
from era_geo.outputs.export import Writer, start_of_names, write_bytes, write_text, write_together
from era_geo.outputs.ground import Ground, around
from era_geo.outputs.table import Table
from era_geo.record.envelope import RecordDocument
from era_geo.record.formjson import record_to_json, sha256
from era_geo.record.redact import landlord_of
from era_geo.record.redact import redacted as redacted_copy
from era_geo.region.region import Region

RECORD_FORMATS = ("docx", "pdf", "html", "json", "gpkg", "visit-sheet", "check-sheet")
"""Every form that `export_record` knows."""
USUAL_RECORD_FORMATS = ("docx", "pdf", "html", "json", "gpkg", "visit-sheet")
_WITH_MAPS = {"docx", "pdf", "html"}


def export_record(
    document: RecordDocument,
    folder: Path,
    formats: Collection[str] = USUAL_RECORD_FORMATS,
    *,
    redacted: bool = False,
    landlord: str | None = None,
    template: Path | None = None,
    region: Region | None = None,
    pictures: Mapping[int, bytes] | None = None,
    kept_sheet_map: tuple[int, bytes] | None = None,
    ready: Callable[[Sequence[Path]], None] | None = None,
) -> list[Path]:
    """Write a record's files into `folder`, all of them or none, readable by this account only, and give their paths.

    Names carry the reference, the marking, the version and whether it is a redacted copy, never the address. Equal records give
    equal files.

    Parameters
    ----------
    document
        The version to write, with the sharing log and the trail that are to be printed.
    formats
        Some of `RECORD_FORMATS`.
    redacted
        Whether to write a landlord's copy (`era_geo.record.redact`) instead of the whole record.
    landlord
        Id of the landlord's agency, for a redacted copy; by default the one that takes part in the record.
    template
        An agency's own DOCX file with the anchors of `docx_template.py`, for the format `docx`.
    region
        The region whose ground the maps are drawn on. Without it they show the assessment alone, and so do those maps of a signed
        record that were not kept: the region may have been built anew since.
    pictures
        Map pictures by scale that were kept with the version. They are printed as they are, whatever has become of the region.
    kept_sheet_map
        The visit sheet's map that was kept with the version: its scale and picture, printed as it is.
    ready
        Called with the finished files before any of them stands in `folder`; if it raises, none ever does.

    Raises
    ------
    UsageError
        If a format is not known, the copy could be for several landlords, the reference holds part of the address, or the template
        or the folder cannot be used.
    DataError
        If the record says that pictures were kept and they are not given, or are not those.
    EraGeoError
        If a file could not be made or written. No file of this call is left behind.
    """
    unknown = sorted(set(formats) - set(RECORD_FORMATS))
    if unknown:
        raise UsageError(f"There is no format {', '.join(unknown)}. The formats are {', '.join(RECORD_FORMATS)}.")
    if template is not None and "docx" not in formats:
        raise UsageError("A template is for the format docx. Add docx to the formats, or leave the template out.")
    # What is a copy already is one landlord's own view, and no copy of it is made for another.
    copies = redacted and document.redacted_for is None
    given = redacted_copy(document, landlord_of(document, landlord)) if copies else document
    if given.redacted_for and "check-sheet" in formats:
        raise UsageError("A landlord's copy has no list of homes to check, so it has no check sheet. Leave that format out.")
    _check_pictures(given, pictures or {})
    maps = _Maps(None if given.signature else region, pictures, kept_sheet_map)
    reference = given.form.case.reference
    start = f"{start_of_names(given.form.assessment.site, reference)}-record-v{given.version}"
    start += "-redacted" if given.redacted_for else ""
    writers = {f"{start}{name}": write for name, write in _writers(given, set(formats), template, maps)}
    return write_together(writers, folder, ready=ready, private=True)


def kept_pictures(document: RecordDocument, region: Region | None) -> dict[int, bytes]:
    """Draw the fixed-scale maps of a record: what a store keeps with a version, so that a rebuilt region changes nothing of it."""
    from era_geo.outputs.docx_record import record_pictures  # noqa: PLC0415 - slow to import

    form = document.form
    return record_pictures(form.assessment, _background(form.assessment, region), form.case.reference or None)


def sheet_map(document: RecordDocument, region: Region | None) -> tuple[int, bytes]:
    """Draw the map of a record's visit sheet, and give its scale with the picture: what a store keeps with a version, too."""
    from era_geo.outputs.visit_sheet import draw_map  # noqa: PLC0415 - slow to import

    assessment = document.form.assessment
    return draw_map(assessment, _background(assessment, region))


def record_table(document: Document) -> Table:
    """Give all that a document says as one table, a text a row: for the GeoPackage, and for whoever compares two records."""
    rows = tuple((place, *texts) for place, texts in enumerate(document.texts(), 1))
    return Table(("line", "heading", "table", "what", "says"), rows)


def _check_pictures(document: RecordDocument, pictures: Mapping[int, bytes]) -> None:
    for kept in document.pictures:
        if kept.scale not in pictures:
            raise DataError(f"The map at 1:{kept.scale} that was kept with this version was not given. Take it from the store.")
        if sha256(pictures[kept.scale]) != kept.sha256:
            raise DataError(f"The map at 1:{kept.scale} is not the one that was kept with this version: its checksum is another.")


@dataclass(frozen=True)
class _Maps:
    """What the maps are: those that were kept with the version, and the region whose ground others are drawn on."""

    region: Region | None
    pictures: Mapping[int, bytes] | None
    sheet: tuple[int, bytes] | None


def _writers(record: RecordDocument, formats: set[str], template: Path | None, maps: _Maps) -> Iterator[tuple[str, Writer]]:
    """Give the end of each file's name and the function that writes it. What is slow to import is imported for its format only."""
    assessment = record.form.assessment
    document = record_document(record)
    if "json" in formats:
        yield ".json", write_text(record_to_json(record))
    if formats & _WITH_MAPS:
        pictures = dict(maps.pictures or {}) or kept_pictures(record, maps.region)
        yield from _documents(document, formats, pictures, template)
    if "gpkg" in formats:
        from era_geo.outputs.geopackage import write_geopackage  # noqa: PLC0415 - slow to import

        yield ".gpkg", lambda path: write_geopackage(assessment, path, {"record": record_table(document)})
    if "visit-sheet" in formats:
        from era_geo.outputs.visit_sheet import render_visit_sheet  # noqa: PLC0415 - slow to import

        copy = record.redacted_for is not None
        drawn = maps.sheet or sheet_map(record, maps.region)
        yield "-visit-sheet.pdf", write_bytes(render_visit_sheet(record.form, drawn, copy=copy))
    if "check-sheet" in formats:
        from era_geo.outputs.docx_record import render_docx  # noqa: PLC0415 - slow to import

        given = (assessment, record.form.case.reference, record.form.addresses)
        yield "-check-sheet.csv", write_text(sheet_csv(*given))
        yield "-check-sheet.docx", write_bytes(render_docx(sheet_document(*given), {}))


def _documents(
    document: Document, formats: set[str], maps: Mapping[int, bytes], template: Path | None
) -> Iterator[tuple[str, Writer]]:
    if "docx" in formats and template is None:
        from era_geo.outputs.docx_record import render_docx  # noqa: PLC0415 - slow to import

        yield ".docx", write_bytes(render_docx(document, maps))
    elif "docx" in formats and template is not None:
        from era_geo.outputs.docx_template import render_into_template  # noqa: PLC0415 - slow to import

        yield ".docx", write_bytes(render_into_template(document, maps, template))
    if "pdf" in formats:
        from era_geo.outputs.pdf import render_pdf  # noqa: PLC0415 - slow to import

        yield ".pdf", write_bytes(render_pdf(document, maps))
    if "html" in formats:
        from era_geo.outputs.record_page import render_record_page  # noqa: PLC0415 - slow to import

        yield ".html", write_text(render_record_page(document, maps))


def _background(assessment: Assessment, region: Region | None) -> Background:
    from era_geo.outputs import staticmap  # noqa: PLC0415 - slow to import
    from era_geo.outputs.visit_sheet import MAP_SHEET  # noqa: PLC0415 - slow to import

    ground = Ground(assessment)
    sheets = [(sheet, scale) for sheet in (staticmap.IN_DOCUMENT, MAP_SHEET) for scale in staticmap.SCALES]
    window = around(*(sheet.window(ground, scale) for sheet, scale in sheets))
    return read_background(region, window) if region else empty_background(window)
