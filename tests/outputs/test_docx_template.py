"""A record in an agency's own DOCX file: its own text stays, ours goes where it says, and nothing in a record is an instruction."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from era_geo.errors import UsageError
from era_geo.outputs.document import Document
from era_geo.outputs.docx_record import PICTURE_MM
from era_geo.outputs.docx_template import render_into_template
from era_geo.outputs.draft import record_document
from era_geo.outputs.record_export import export_record
from tests.outputs import drawn, record_files
from tests.record import filled

PICTURES = {1250: record_files.picture(), 2500: record_files.picture()}


def _template(folder: Path, *paragraphs: str, name: str = "agency.docx") -> Path:
    written = docx.Document()
    page: Any = written.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(25)
    for text in paragraphs:
        written.add_paragraph(text)
    written.save(str(folder / name))
    return folder / name


def _small(*numbers: int) -> Document:
    """Give a record's document with few sections, which is quick to write."""
    whole = record_document(filled.record())
    return dataclasses.replace(whole, sections=tuple(one for one in whole.sections if one.number in numbers))


def _render(document: Document, template: Path) -> Any:
    return docx.Document(io.BytesIO(render_into_template(document, PICTURES, template)))


def _paragraphs(written: Any) -> list[str]:
    return [paragraph.text for paragraph in written.paragraphs if paragraph.text.strip()]


def test_sections_go_where_the_file_says_among_its_own_text(tmp_path: Path) -> None:
    template = _template(tmp_path, "Marrow Council", "{{ section 15 }}", "Our own words", "{{section 2}}", "The end")
    written = _render(_small(2, 15), template)
    said = [
        text for text in _paragraphs(written) if text in ("Marrow Council", "Our own words", "The end") or text[:2] in ("15", "2 ")
    ]
    assert said == ["Marrow Council", "15  Outcome", "Our own words", "2  Reference, trigger and dates", "The end"]
    assert "{{" not in "".join(_paragraphs(written))


def test_placeholders_are_filled_anywhere_and_keep_the_look_around_them(tmp_path: Path) -> None:
    path = _template(tmp_path, "{{ section 15 }}")
    written = docx.Document(str(path))
    paragraph = written.add_paragraph()
    paragraph.add_run("Case {{ refe").bold = True
    paragraph.add_run("rence }} is {{ sta")
    paragraph.add_run("tus }}, due {{ due_on }}.").italic = True
    written.sections[0].footer.paragraphs[0].text = "{{ marking }}: {{ address }}"
    written.add_table(1, 1).cell(0, 0).text = "{{ decided_by }}"
    written.save(str(path))
    made = _render(_small(2, 5, 15), path)
    assert "Case ABC-1 is SIGNED, due 20 November 2026." in _paragraphs(made)
    line = next(one for one in made.paragraphs if one.text.startswith("Case ABC-1"))
    assert [run.text for run in line.runs if run.bold] == ["Case ABC-1"]
    assert made.sections[0].footer.paragraphs[0].text == "OFFICIAL-SENSITIVE: Flat 2/1, 15 Mill Wynd, Millbrae, ZZ1 1AA"
    assert made.tables[-1].cell(0, 0).text == "Jane Campbell, detective sergeant"


def test_what_is_put_in_is_never_read_again(tmp_path: Path) -> None:
    form = filled.form()
    attack = "{{ record }} {{ status }} {{ section 3 }} {% for x in y %} {{ 7*7 }}"
    form = dataclasses.replace(
        form, case=dataclasses.replace(form.case, reference=attack), decision=dataclasses.replace(form.decision, reasons=attack)
    )
    whole = record_document(filled.record(form))
    few = dataclasses.replace(whole, sections=tuple(one for one in whole.sections if one.number in (2, 15)))
    written = _render(few, _template(tmp_path, "Case {{ reference }}", "{{ record }}", "{{ reasons }}"))
    assert _paragraphs(written)[0] == f"Case {attack}"
    assert _paragraphs(written)[-1] == attack
    headings = [one.text for one in written.paragraphs if one.style.name == "Heading 1"]
    assert headings == ["2  Reference, trigger and dates", "15  Outcome"]


def test_hostile_text_is_text(tmp_path: Path) -> None:
    content = render_into_template(_small(7), PICTURES, _template(tmp_path, "{{ record }}"))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
    assert "<script" not in body
    assert drawn.FORMULA.replace('"', "") in body.replace('"', "").replace("&quot;", "")


def test_a_header_without_the_marking_gets_it_and_one_with_it_does_not_get_another(tmp_path: Path) -> None:
    bare = _template(tmp_path, "{{ section 15 }}")
    written = docx.Document(str(bare))
    written.sections[0].different_first_page_header_footer = True
    written.sections[0].first_page_header.paragraphs[0].text = "Marrow Council, {{ marking }}"
    written.add_section()
    written.save(str(bare))
    made = _render(_small(15), bare)
    assert [one.text for one in made.sections[0].first_page_header.paragraphs] == ["Marrow Council, OFFICIAL-SENSITIVE"]
    assert made.sections[0].header.paragraphs[0].text == "OFFICIAL-SENSITIVE  ·  SIGNED"
    assert made.sections[1].header.is_linked_to_previous


def test_a_map_keeps_its_size_between_wide_margins(tmp_path: Path) -> None:
    made = _render(_small(18), _template(tmp_path, "{{ section 18 }}"))
    assert [shape.width.mm for shape in made.inline_shapes] == pytest.approx([PICTURE_MM] * 2)
    maps = [one for one in made.paragraphs if one._p.findall(".//" + qn("w:drawing"))]
    width = 210 - made.sections[0].left_margin.mm - made.sections[0].right_margin.mm
    for one in maps:
        assert one.paragraph_format.left_indent.mm == pytest.approx((width - PICTURE_MM) / 2, abs=0.1)
        assert one.paragraph_format.page_break_before


def test_all_that_is_asked_for_wrongly_is_told_at_once(tmp_path: Path) -> None:
    path = _template(tmp_path, "{{ person_name }}", "see {{ record }}", "{{ section 42 }}", "{{ __class__.__mro__ }}")
    with pytest.raises(UsageError) as caught:
        render_into_template(_small(15), PICTURES, path)
    for said in (
        "agency.docx",
        "{{ person_name }} is not known",
        "must stand in a paragraph of its own",
        "no section 42",
        "__mro__",
    ):
        assert said in str(caught.value)


def test_a_file_with_no_place_for_the_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no place for the record"):
        render_into_template(_small(15), PICTURES, _template(tmp_path, "Marrow Council"))


def test_pages_too_small_for_the_map_are_told(tmp_path: Path) -> None:
    path = _template(tmp_path, "{{ section 18 }}")
    written = docx.Document(str(path))
    written.sections[0].page_height = Mm(210)
    written.save(str(path))
    with pytest.raises(UsageError, match="too small for the map"):
        render_into_template(_small(18), PICTURES, path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_docx_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.docx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"broken\.docx is damaged or no DOCX file"):
        render_into_template(_small(15), PICTURES, path)


def test_a_file_that_unpacks_to_too_much_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(11):
            parts.writestr(f"word/{number}.xml", b"\0" * 10_000_000)
    with pytest.raises(UsageError, match="too large"):
        render_into_template(_small(15), PICTURES, path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.docx cannot be read"):
        render_into_template(_small(15), PICTURES, tmp_path / "gone.docx")


def test_a_file_that_has_dropped_word_s_own_styles_works(tmp_path: Path) -> None:
    path = _template(tmp_path, "{{ section 15 }}")
    written = docx.Document(str(path))
    for name in ("Heading 1", "Caption", "List Bullet", "Table Grid"):
        written.styles[name].element.getparent().remove(written.styles[name].element)
    written.save(str(path))
    assert "15  Outcome" in _paragraphs(_render(_small(15), path))


def test_nothing_of_the_agency_s_own_paths_goes_along(tmp_path: Path) -> None:
    path = _template(tmp_path, "{{ section 15 }}")
    written = docx.Document(str(path))
    target = "file:///C:/Users/someone/secret.dotm"
    written.part._settings_part.relate_to(
        target, f"{RELATIONSHIP_TYPE.SETTINGS.rpartition('/')[0]}/attachedTemplate", is_external=True
    )
    written.save(str(path))
    content = render_into_template(_small(15), PICTURES, path)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"secret.dotm" in parts.read(name) for name in parts.namelist())


def test_the_template_goes_through_the_export(tmp_path: Path) -> None:
    template = _template(tmp_path, "Marrow Council", "{{ section 15 }}", "{{ section 18 }}")
    [path] = export_record(filled.record(), tmp_path / "out", ["docx"], template=template, pictures=PICTURES)
    assert path.name == "ERA-ABC-1-OFFICIAL-SENSITIVE-record-v3.docx"
    assert _paragraphs(docx.Document(str(path)))[0] == "Marrow Council"
