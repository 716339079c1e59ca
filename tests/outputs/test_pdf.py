"""PDFs of a record: to the standards, marked on each page, one page where one is promised, and faults told without content."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import page as page_validation
import pypdf
import pytest

from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Gap, Parameters
from era_geo.outputs import pdf
from era_geo.outputs.document import Document, Facts, MapPicture, Paragraph, Section, Table
from era_geo.outputs.draft import record_document
from era_geo.outputs.ground import Ground
from era_geo.outputs.pdf import LACKING, drawable, render_pdf
from era_geo.outputs.visit_sheet import MAP_SHEET, draw_map, map_scale, render_visit_sheet
from era_geo.record.form import Case, Form, PhysicalCheck, PhysicalRow
from era_geo.record.prefill import new_form
from era_geo.record.redact import redacted
from era_geo.record.terms import PHYSICAL_CHECK
from tests.outputs import drawn, record_files
from tests.record import filled

PICTURES = {1250: record_files.picture(), 2500: record_files.picture()}
PROFILES = (page_validation.ValidationProfile.PDF_UA_1, page_validation.ValidationProfile.PDF_A_2A)


def _pages(content: bytes, tmp_path: Path) -> list[str]:
    path = tmp_path / "one.pdf"
    path.write_bytes(content)
    return [one.extract_text().replace("\u200b", "") for one in pypdf.PdfReader(path).pages]


def _sheet(form: Form) -> bytes:
    return render_visit_sheet(form, draw_map(form.assessment, drawn.background(MAP_SHEET.window(Ground(form.assessment), 2500))))


def _conforms(content: bytes) -> bool:
    return all(page_validation.validate_pdf_bytes(content, profile=profile).is_compliant for profile in PROFILES)


@pytest.fixture(scope="module")
def record() -> bytes:
    return render_pdf(record_document(filled.record()), PICTURES)


def test_a_record_conforms_to_pdf_ua_1_and_pdf_a_2a(record: bytes) -> None:
    assert _conforms(record)


def test_so_does_a_landlord_s_copy_and_a_property_located_too_roughly() -> None:
    rough = filled.form(assessment=drawn.uncertain())
    assert _conforms(render_pdf(record_document(redacted(filled.record(rough))), {}))


def test_the_checker_would_see_a_document_that_does_not_conform(record: bytes) -> None:
    assert not page_validation.validate_pdf_bytes(record.replace(b"/MarkInfo", b"/MarkXxxx"), profile=PROFILES[0]).is_compliant


def test_every_page_bears_marking_status_reference_and_number(record: bytes, tmp_path: Path) -> None:
    pages = _pages(record, tmp_path)
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert text.count("SIGNED") >= 2
        assert "Reference ABC-1" in text
        assert f"Page {number} of {len(pages)}" in text


def test_a_map_keeps_its_scale(record: bytes, tmp_path: Path) -> None:
    path = tmp_path / "record.pdf"
    path.write_bytes(record)
    content = b"".join(one.get_data() for one in record_files.streams_of_pages(path))
    assert b"510.23" in content, "180 mm are 510.236 points"


def test_equal_documents_give_equal_bytes(record: bytes) -> None:
    assert render_pdf(record_document(filled.record()), PICTURES) == record


def test_a_map_that_is_not_given_is_said_to_be_missing(tmp_path: Path) -> None:
    text = "".join(_pages(render_pdf(record_document(filled.record()), {}), tmp_path))
    assert "The map at 1:1250 is not part of this copy." in text


def test_a_picture_without_words_for_it_is_refused() -> None:
    section = Section(1, "Map", (MapPicture(1250, ""),))
    document = Document("Title", None, "DRAFT", "OFFICIAL-SENSITIVE", drawn.AS_OF, (section,))
    with pytest.raises(EraGeoError, match="could not be made"):
        render_pdf(document, PICTURES)


def test_what_typst_warns_of_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_typefaces", lambda: "no-such-folder")
    monkeypatch.setattr(pdf, "_characters", lambda: frozenset(range(32, 127)))
    document = Document("Title", None, "DRAFT", "OFFICIAL-SENSITIVE", drawn.AS_OF, (Section(1, "One", (Paragraph("text"),)),))
    with pytest.raises(EraGeoError, match="dejavu sans"):
        render_pdf(document, {})


def test_a_fault_repeats_nothing_of_the_document() -> None:
    section = Section(1, "Map", (Paragraph("the secret words"), MapPicture(1250, "")))
    document = Document("the secret title", None, "DRAFT", "OFFICIAL-SENSITIVE", drawn.AS_OF, (section,))
    with pytest.raises(EraGeoError) as caught:
        render_pdf(document, PICTURES)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_the_typeface_lacks_is_a_square_and_said_to_be() -> None:
    assert drawable("Àird 北京 \N{BALLOON}\x07") == f"Àird {LACKING * 2} {LACKING}"
    assert drawable("one\r\ntwo\tthree") == "one\ntwo three"


def test_a_long_word_can_be_broken_and_loses_nothing() -> None:
    assert "\u200b" not in drawable("accommodation")
    assert drawable("ab" * 32).replace("\u200b", "") == "ab" * 32
    assert "\u200b" in drawable("ab" * 32)


def test_what_is_written_as_one_word_is_broken_where_its_words_meet_and_a_reference_not_at_all() -> None:
    for parts in (["amenity=", "place_", "of_", "worship"], ["town.", "osm.", "pbf"], ["care-", "inspectorate-", "2026.", "csv"]):
        assert drawable("".join(parts)).split("\u200b") == parts
    assert drawable("LAN-2026-0042, ABC/2026/00012") == "LAN-2026-0042, ABC/2026/00012"


def test_a_table_as_long_as_a_caseload_is_set(tmp_path: Path) -> None:
    rows = tuple((str(number), "x" * 40) for number in range(400))
    sections = (Section(1, "Long", (Table("Rows", ("No.", "Text"), rows, (10, 90)), Facts("None", ()))),)
    document = Document("Title", "A", "DRAFT", "OFFICIAL-SENSITIVE", drawn.AS_OF, sections)
    pages = _pages(render_pdf(document, {}), tmp_path)
    assert all("No." in text for text in pages[1:-1]), "the heading row is repeated"


def test_the_visit_sheet_is_one_page_that_conforms_and_has_the_guidance_s_list(tmp_path: Path) -> None:
    content = _sheet(new_form(drawn.assessment(), "ABC-1"))
    assert _conforms(content)
    [text] = _pages(content, tmp_path)
    assert text.count("OFFICIAL-SENSITIVE") == 2
    for what, _ in PHYSICAL_CHECK:
        assert record_files.squeezed(what) in record_files.squeezed(text)
    assert "1 found: no. 5" in text
    assert "none found, data of 20 July 2022" in text
    assert "Libraries were not looked for" in text
    assert "1:2500" in text


def test_the_visit_sheet_stays_one_page_whatever_was_found(tmp_path: Path) -> None:
    full = drawn.assessment()
    gaps = tuple(
        Gap(None, None, f"A long thing number {number} that could not be looked up " * 4, "why " * 40) for number in range(40)
    )
    findings = tuple(dataclasses.replace(full.findings[3], name=f"{'Very long name ' * 6}{number}") for number in range(60))
    source = dataclasses.replace(full.sources[0], credit="© a long list of contributors " * 30)
    assessment = dataclasses.replace(full, gaps=gaps, findings=findings, sources=(source,), parameters=Parameters(radius_m=250.0))
    rows = tuple(PhysicalRow(f"Something else {number} " * 9) for number in range(30))
    form = Form(Case("R" * 200), assessment, physical_check=PhysicalCheck(rows=rows))
    [text] = _pages(_sheet(form), tmp_path)
    assert "more places are in the record." in text
    assert "gaps are in the record." in text
    assert "27 more things to look for are in the record." in text


def test_the_visit_sheet_holds_nothing_about_the_person(tmp_path: Path) -> None:
    text = record_files.squeezed("".join(_pages(_sheet(filled.form()), tmp_path)))
    form = filled.form()
    about = [
        text for part in (form.person, form.analysis, form.decision, form.agencies, form.measures) for _, text in filled.texts(part)
    ]
    assert about
    assert [one for one in about if len(one) > 6 and record_files.squeezed(one) in text] == []


def test_the_map_of_the_visit_sheet_has_the_ring_on_it_at_the_larger_scale_that_can() -> None:
    assert map_scale(drawn.with_radius(40.0)) == 1250
    assert map_scale(drawn.with_radius(100.0)) == 2500
    assert map_scale(drawn.with_radius(400.0)) == 2500


def test_free_rows_follow_the_list_and_rows_that_people_added(tmp_path: Path) -> None:
    form = dataclasses.replace(
        new_form(drawn.assessment(), "ABC-1"), physical_check=PhysicalCheck(rows=(PhysicalRow("A skate bowl"),))
    )
    [text] = _pages(_sheet(form), tmp_path)
    assert "A skate bowl" in text


def test_a_sheet_of_restricted_places_is_refused() -> None:
    marked = dataclasses.replace(drawn.assessment().layers[0], id="restricted-place")
    with pytest.raises(UsageError, match="for the screen only"):
        _sheet(Form(Case("A"), dataclasses.replace(drawn.assessment(), layers=(marked,))))
