"""All files of an assessment into one folder, each whole or not there at all.

File names carry the reference and the marking, never the address. A file is written under a temporary name in the same folder;
when all are written, all are renamed.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from era_geo import contract
from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Assessment, Site
from era_geo.outputs.background import empty_background, read_background
from era_geo.outputs.check_sheet import sheet_csv, sheet_document
from era_geo.outputs.escape import file_name
from era_geo.outputs.ground import Ground, around
from era_geo.outputs.table import tables, to_csv
from era_geo.outputs.words import MARKING
from era_geo.region.region import Region

FORMATS = ("json", "csv", "gpkg", "html", "png", "docx", "pdf", "svg")
"""Every form that `write_all` knows: `png`, `pdf` and `svg` are the fixed-scale maps, `pdf` with the tables behind the map."""
USUAL_FORMATS = FORMATS[:-1]

Writer = Callable[[Path], None]


def write_all(
    assessment: Assessment,
    region: Region | None,
    folder: Path,
    *,
    reference: str | None = None,
    formats: Collection[str] = USUAL_FORMATS,
) -> list[Path]:
    """Write the assessment's files into `folder`, which is made if it is not there, and give their paths.

    Files of the same names are replaced. Equal assessments give equal files.

    Parameters
    ----------
    region
        The region whose ground the maps are drawn on; `None` for maps of the assessment alone.
    reference
        The case reference that the names begin with, as `ERA-reference-...`; without one, `ERA-no-reference-...`.
    formats
        Some of `FORMATS`.

    Raises
    ------
    UsageError
        If a format is not known, the reference holds part of the address, the folder cannot be used, or the assessment carries
        restricted places.
    EraGeoError
        If a file could not be written, such as when the disk is full. No file of this call is left behind.
    """
    contract.refuse_restricted(assessment)
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise UsageError(f"There is no format {', '.join(unknown)}. The formats are {', '.join(FORMATS)}.")
    start = start_of_names(assessment.site, reference)
    return write_together({f"{start}-{name}": write for name, write in _writers(assessment, region, reference, formats)}, folder)


def write_together(
    writers: Mapping[str, Writer], folder: Path, *, ready: Callable[[Sequence[Path]], None] | None = None, private: bool = False
) -> list[Path]:
    """Write files by name into `folder`, which is made if it is not there: all of them, or none. Gives their paths.

    Parameters
    ----------
    ready
        Called with the finished files before any of them stands under its name; if it raises, none of them ever does.
    private
        Whether only this account may read the files.

    Raises
    ------
    UsageError
        If the folder cannot be used.
    EraGeoError
        If a file could not be written, such as when the disk is full. No file of this call is left behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".era-", dir=folder) as unfinished:
            for name, write in writers.items():
                write(Path(unfinished) / name)
                if private:
                    (Path(unfinished) / name).chmod(0o600)
            if ready is not None:
                ready([Path(unfinished) / name for name in writers])
            _move_all(list(writers), Path(unfinished), folder)
    except OSError as error:
        raise _explained(error, folder) from error
    return [folder / name for name in writers]


def _move_all(names: Sequence[str], unfinished: Path, folder: Path) -> None:
    """Move finished files to where they belong. If one cannot be moved, those before it go, and what they replaced comes back."""
    moved: list[str] = []
    before = unfinished / "before"
    before.mkdir()
    try:
        for name in names:
            if (folder / name).is_file():
                (folder / name).replace(before / name)
            moved.append(name)
            (unfinished / name).replace(folder / name)
    except OSError:
        for name in moved:
            if (before / name).is_file():
                (before / name).replace(folder / name)
            elif (folder / name).is_file():
                (folder / name).unlink()
        raise


def _writers(
    assessment: Assessment, region: Region | None, reference: str | None, formats: Collection[str]
) -> Iterator[tuple[str, Writer]]:
    """Give each file's name and the function that writes it. What is slow to import is imported for its own format only."""
    if "json" in formats:
        yield "assessment.json", write_text(contract.to_json(assessment))
    if "csv" in formats:
        for name, table in tables(assessment).items():
            yield f"{name}.csv", write_text(to_csv(table))
        yield "check-sheet.csv", write_text(sheet_csv(assessment, reference))
    if "gpkg" in formats:
        from era_geo.outputs.geopackage import write_geopackage  # noqa: PLC0415 - slow to import

        yield "places.gpkg", lambda path: write_geopackage(assessment, path)
    if {"html", "png", "svg", "docx", "pdf"} & set(formats):
        yield from _drawn(assessment, region, reference, formats)


def _drawn(
    assessment: Assessment, region: Region | None, reference: str | None, formats: Collection[str]
) -> Iterator[tuple[str, Writer]]:
    """Give the files that have a map in them; the ground is read once for all of them."""
    from era_geo.outputs import map_print, staticmap, webmap  # noqa: PLC0415 - slow to import

    ground = Ground(assessment)
    sheets = [sheet.window(ground, scale) for sheet in (staticmap.A4, map_print.SHEET) for scale in staticmap.SCALES]
    window = around(webmap.map_window(assessment), *sheets)
    background = read_background(region, window) if region else empty_background(window)
    if "html" in formats:
        from era_geo.outputs.page import render_page  # noqa: PLC0415 - slow to import

        yield "map.html", write_text(render_page(assessment, background.within(webmap.map_window(assessment)), reference=reference))
    for form, render in (
        ("png", staticmap.render_png),
        ("svg", staticmap.render_svg),
        ("pdf", map_print.render_map_pdf),
    ):
        if form in formats:
            for scale in staticmap.SCALES:
                yield f"map-{scale}.{form}", write_bytes(render(assessment, background, scale, reference=reference))
    if "docx" in formats:
        from era_geo.outputs.docx_record import record_pictures, render_docx  # noqa: PLC0415 - slow to import
        from era_geo.outputs.draft import draft_record  # noqa: PLC0415 - slow to import

        pictures = record_pictures(assessment, background, reference)
        yield "record.docx", write_bytes(render_docx(draft_record(assessment, reference), pictures))
        yield "check-sheet.docx", write_bytes(render_docx(sheet_document(assessment, reference), {}))


def write_text(text: str) -> Writer:
    """Give the function that writes a text as UTF-8."""
    # Half a character, as a broken command line gives, becomes the escape that JSON has for it.
    return write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes) -> Writer:
    """Give the function that writes a file's content."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def start_of_names(site: Site, reference: str | None) -> str:
    """Give what the name of every file of an assessment begins with: the reference and the marking, never the address.

    Raises
    ------
    UsageError
        If the reference holds part of the address.
    """
    name = file_name(reference or "").removeprefix("ERA-") or "no-reference"
    squeezed = _squeezed(reference or "")
    for part in (site.postcode, site.street, site.uprn, site.label):
        if part and len(_squeezed(part)) > 3 and _squeezed(part) in squeezed:
            raise UsageError("The reference holds part of the address, and file names must not. Give the case reference alone.")
    return f"ERA-{name}-{MARKING}"


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _explained(error: OSError, folder: Path) -> EraGeoError:
    """Give the error as a sentence that says what to do next."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return EraGeoError(f"The disk that holds {folder} is full. No file was written. Make room, or choose another.")
        case errno.EEXIST | errno.ENOTDIR:
            return UsageError(f"{folder} is not a folder. Name a folder to write the files into.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return UsageError(f"{folder} cannot be written to. Choose a folder of your own.")
        case _:
            return EraGeoError(f"The files could not be written into {folder} ({error.strerror}). Try another folder.")
