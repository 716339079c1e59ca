"""The map for the printer: true to its scale on A4, its tables behind it, tagged, marked, and harmless."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import page as page_validation
import pypdf
import pytest
import shapely

from era_geo.model import Assessment
from era_geo.outputs import staticmap
from era_geo.outputs.looks import PROPERTY
from era_geo.outputs.map_print import SHEET, render_map_pdf
from era_geo.outputs.places import place_rows
from era_geo.outputs.staticmap import SCALES
from era_geo.outputs.words import MARKING
from tests.outputs import drawn, record_files

POINTS_PER_MM = 72 / 25.4
REFERENCE = "ABC-2026/1"


def _printed(assessment: Assessment, scale: int = 1250) -> bytes:
    background = drawn.background(staticmap.picture_window(assessment, scale, SHEET))
    return render_map_pdf(assessment, background, scale, reference=REFERENCE)


def _reader(content: bytes, folder: Path) -> pypdf.PdfReader:
    path = folder / "map.pdf"
    path.write_bytes(content)
    return pypdf.PdfReader(path)


def _texts(reader: pypdf.PdfReader) -> list[str]:
    return [record_files.squeezed(one.extract_text()) for one in reader.pages]


@pytest.fixture(scope="module")
def content() -> bytes:
    return _printed(drawn.assessment())


@pytest.fixture(scope="module")
def reader(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> pypdf.PdfReader:
    return _reader(content, tmp_path_factory.mktemp("print"))


def _stroked(page: pypdf.PageObject, colour: str) -> Iterator[Any]:
    """Give the corners of each path of the page that is stroked in a colour, in points on the paper."""
    wanted = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    matrix: Any = np.eye(3)
    pen: list[float] = []
    path: list[tuple[float, ...]] = []
    kept: list[tuple[Any, list[float]]] = []
    stream = page.get_contents()
    assert stream is not None
    for given, operator in stream.operations:
        match operator:
            case b"q":
                kept.append((matrix, pen))
            case b"Q":
                matrix, pen = kept.pop()
            case b"cm":
                a, b, c, d, e, f = map(float, given)
                matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
            case b"SCN":
                pen = [float(one) for one in given]
            case b"m" | b"l":
                path.append((*map(float, given), 1.0))
            case b"c":
                path.append((*map(float, given[-2:]), 1.0))
            case b"S" | b"f" | b"n" | b"W" | b"B":
                if operator == b"S" and path and np.allclose(pen, wanted, atol=0.01):
                    yield (np.array(path) @ matrix)[:, :2]
                path = [] if operator != b"W" else path


@pytest.mark.parametrize("scale", SCALES)
def test_on_paper_a_metre_is_as_long_as_the_scale_says(scale: int, tmp_path: Path) -> None:
    alone = drawn.assessment(findings=(), open_area=None, site=drawn.site(uncertainty_m=0.0))
    reader = _reader(_printed(alone, scale), tmp_path)
    first = reader.pages[0]
    assert [float(side) for side in first.mediabox] == pytest.approx([0, 0, 595.2756, 841.8898], abs=0.001), "A4"
    # The ring is 100 m around a building 12 m wide and 10 m deep.
    ring = max(_stroked(first, PROPERTY), key=len)
    across, up = np.ptp(ring, axis=0) / POINTS_PER_MM * scale / 1000
    assert across == pytest.approx(212, abs=0.1)
    assert up == pytest.approx(210, abs=0.1)
    assert (ring.max(axis=0)[0] + ring.min(axis=0)[0]) / 2 == pytest.approx(105 * POINTS_PER_MM, abs=0.1), "in the middle"
    said = "Print at 100% (actual size), not “fit to page”. On paper the scale bar is then"
    assert record_files.squeezed(f"{said} {({1250: 64, 2500: 40})[scale]} mm long.") in _texts(reader)[1]


def test_viewers_are_asked_to_print_it_at_its_own_size_and_the_file_is_whole(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content), strict=True)
    assert reader.root_object["/ViewerPreferences"]["/PrintScaling"] == "/None"  # type: ignore[index]
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert len(reader.pages) > 1


def test_it_is_tagged_and_to_the_standards_with_the_map_in_words(content: bytes, tmp_path: Path) -> None:
    for profile in (page_validation.ValidationProfile.PDF_UA_1, page_validation.ValidationProfile.PDF_A_2A):
        assert page_validation.validate_pdf_bytes(content, profile=profile).is_compliant
    path = tmp_path / "map.pdf"
    path.write_bytes(content)
    assert record_files.squeezed("Map at 1:1250 with the property in the middle") in record_files.text_of(path)


def test_every_page_is_marked_and_numbered(reader: pypdf.PdfReader) -> None:
    texts = _texts(reader)
    assert len(texts) > 1
    for number, text in enumerate(texts, 1):
        assert text.count(MARKING) == 2
        assert f"Reference{REFERENCE}·Page{number}of{len(texts)}" in text


def test_behind_the_map_stand_the_places_with_its_numbers_gaps_and_sources_with_dates(reader: pypdf.PdfReader) -> None:
    first, *behind = _texts(reader)
    assert "Placesfound" not in first
    text = "".join(behind)
    at = 0
    for row in place_rows(drawn.assessment()):
        row_begins = f"{row.number}{row.result.style.letter}"
        at = text.index(row_begins, at)
        assert record_files.squeezed(row.distance) in text[at:]
    for said in ("Libraries were not looked for", "None found in town.osm.pbf of 20 July 2022", "© OpenStreetMap contributors"):
        assert record_files.squeezed(said) in text
    assert record_files.squeezed("roll.csv official list a date not known") in text
    assert record_files.squeezed(drawn.site().label) in text


def test_names_are_text_and_nothing_else(tmp_path: Path) -> None:
    attack = '#panic("x") *b* $x$ @ref <l> ] #import "x.typ"'
    findings = tuple(dataclasses.replace(one, name=attack) for one in drawn.assessment().findings)
    given = drawn.assessment(findings=findings, site=drawn.site(label=attack))
    text = "".join(_texts(_reader(_printed(given), tmp_path)))
    assert text.count(record_files.squeezed(attack)) == len(findings) + 1


def test_many_places_go_on_with_no_row_divided_and_those_beyond_the_edge_are_named(tmp_path: Path) -> None:
    near = [
        drawn.finding("school", f"Begin{number} {'word ' * 30} End{number}", shapely.Point(0, 2 * number), 2.0 * number)
        for number in range(40)
    ]
    far = [drawn.finding("school", "Far", shapely.Point(east, 0), 234.0) for east in (240, 250)]
    texts = _texts(_reader(_printed(drawn.assessment(findings=(*near, *far))), tmp_path))
    assert sum("No.Name" in text for text in texts) > 2, "the heading row is repeated"
    for number in range(40):
        assert any(f"Begin{number}word" in text and f"End{number}" in text for text in texts), number
    assert record_files.squeezed("Beyond the edge of this map: no. 41-42.") in "".join(texts)


def test_without_places_the_kinds_that_were_looked_for_are_listed_with_their_dates(tmp_path: Path) -> None:
    _, text = _texts(_reader(_printed(drawn.empty()), tmp_path))
    assert "Noplaceislisted." in text
    assert record_files.squeezed("Libraries None found in town.osm.pbf of 20 July 2022") in text
    assert "Beyondtheedge" not in text
