"""The draft record: nineteen headings, facts with sources, judgement empty, marked on every page, readable by everyone."""

from __future__ import annotations

import getpass
import io
import platform
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from era_geo.model import Assessment
from era_geo.outputs import words
from era_geo.outputs.document import Fields, MapPicture, Table
from era_geo.outputs.docx_record import PICTURE_MM, record_pictures, render_docx
from era_geo.outputs.draft import draft_record
from era_geo.outputs.staticmap import IN_DOCUMENT, picture_window
from era_geo.record.terms import PHYSICAL_CHECK
from era_geo.vicinity.passing import ASSUMPTIONS
from tests.outputs import drawn

HEADINGS = (
    "Marking and status", "Reference, trigger and dates", "The person", "Lead and contributing agencies", "The property",
    "Parameters used, and who set them", "Sensitive places found, nearest first", "Near neighbours and shared entrance",
    "Desk checks", "Physical check", "Risk to the person", "Concentration", "Analysis", "Measures", "Outcome", "Review",
    "Sharing log", "Map at a fixed scale", "Audit trail",
)  # fmt: skip


def _render(assessment: Assessment, reference: str | None = "ABC-1") -> bytes:
    background = drawn.background(picture_window(assessment, 2500, IN_DOCUMENT))
    return render_docx(draft_record(assessment, reference), record_pictures(assessment, background, reference))


@pytest.fixture(scope="module")
def content() -> bytes:
    return _render(drawn.assessment())


@pytest.fixture(scope="module")
def record(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def _cells(record: Any) -> Iterator[str]:
    for table in record.tables:
        for row in table.rows:
            yield from (cell.text for cell in row.cells)


def _table(record: Any, first: str) -> list[list[str]]:
    """Give the rows of the first table whose first cell begins with a text."""
    found, *_ = [table for table in record.tables if table.cell(0, 0).text.startswith(first)]
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_it_has_the_nineteen_headings_in_order_as_real_headings(record: Any) -> None:
    headings = [paragraph.text for paragraph in record.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == [f"{number}  {title}" for number, title in enumerate(HEADINGS, 1)]


def test_marking_and_draft_stand_on_every_page_with_its_number(record: Any) -> None:
    assert len(record.sections) == 3, "text, maps, text"
    for section in record.sections:
        assert "OFFICIAL-SENSITIVE  ·  DRAFT" in section.header.paragraphs[0].text
        foot = "".join(paragraph.text for paragraph in section.footer.paragraphs)
        assert "OFFICIAL-SENSITIVE  ·  DRAFT" in foot
        assert "Reference ABC-1" in foot
        fields = [field.text.strip() for field in section.footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.01)


def test_facts_are_filled_in_with_source_and_date(record: Any) -> None:
    rows = [row for table in record.tables for row in table.rows if len(row.cells) == 3]
    by_name = {row.cells[0].text: [cell.text for cell in row.cells] for row in rows}
    assert by_name["Address"] == ["Address", "Flat 2/1, 15 Mill Wynd, Millbrae, ZZ1 1AA", "town.osm.pbf of 20 July 2022"]
    assert by_name["UPRN"][1] == "not known"
    assert by_name["Facts as of"][1] == "22 November 2026"
    assert "the program's starting value" in "\n".join(paragraph.text for paragraph in record.paragraphs)


def test_places_have_the_map_s_numbers_and_say_how_far(record: Any) -> None:
    rows = _table(record, "No.")
    assert [row[0].split()[0] for row in rows[1:]] == [str(number) for number in range(1, 8)]
    assert rows[4][3] == "34 m east; on foot 62 m"
    assert "private: check who may use it" in rows[4][6]
    assert rows[7][4] == "may be within 100 m: too close to call"
    assert rows[7][-1] == "town.osm.pbf of 20 July 2022"


def test_headings_seven_and_eight_have_the_closer_look_and_the_cost_of_wider_parameters(record: Any) -> None:
    [closer] = [table for table in record.tables if [cell.text for cell in table.rows[0].cells][3:4] == ["On foot"]]
    rows = [[cell.text for cell in row.cells] for row in closer.rows]
    assert rows[4][3] == "62 m on foot, from the entrance to a gate."
    assert rows[4][4] == "Shares a boundary: a wall <b>stands</b> there. Gates and entrances: gate 34 m from the property."
    assert rows[1][3:] == ["Not known. They were not asked for.", "not known"]
    text = [paragraph.text for paragraph in record.paragraphs]
    assert any("12 have their shortest way past the property." in one for one in text)
    assert text.count(ASSUMPTIONS[0]) == 1
    assert "2 crossings are mapped within the radius; the map may lack some." in text
    assert _table(record, "Homes")[1:] == [
        ["within 50 m", "31", "0"], ["within 100 m", "84", "3"], ["within 250 m", "not known", "not known"],
    ]  # fmt: skip


def test_each_layer_says_what_came_of_it(record: Any) -> None:
    said = {row[1]: row[2] for row in _table(record, "Mark")[1:]}
    assert said["CCTV"] == "None found in town.osm.pbf of 20 July 2022."
    assert said["Libraries"] == "Could not be looked for: the region did not keep its keys."
    assert said["Bus stops"].startswith("Switched off for this case: =not relevant")


def test_judgement_is_left_to_people() -> None:
    document = draft_record(drawn.assessment(), "ABC-1")
    for section in document.sections:
        if section.title in ("Risk to the person", "Concentration", "Analysis", "Measures", "Outcome", "Review", "Sharing log"):
            tables = [block.table() for block in section.blocks if isinstance(block, Fields)]
            tables += [block for block in section.blocks if isinstance(block, Table)]
            assert tables, section.title
            for table in tables:
                values = [value for row in table.rows for value in row[1 if len(table.columns) == 2 else 0 :]]
                assert not any(values), section.title


def test_the_physical_check_has_the_guidance_s_list_and_free_rows(record: Any) -> None:
    rows = _table(record, "Look for")
    assert [row[0] for row in rows[1 : 1 + len(PHYSICAL_CHECK)]] == [item for item, _ in PHYSICAL_CHECK]
    free = rows[1 + len(PHYSICAL_CHECK) :]
    assert len(free) >= 5
    assert not any(any(row) for row in free)
    assert rows[1][1] == "1 found in town.osm.pbf of 20 July 2022."
    assert not any(row[2] or row[3] for row in rows[1:]), "what is seen is for the visitor to write"


def test_no_word_scores_or_ranks_the_property(record: Any) -> None:
    every = "\n".join([*(paragraph.text for paragraph in record.paragraphs), *_cells(record)])
    assert words.FACTS_ONLY in every
    assert not re.search(r"\b(score:|rating|recommended|unsuitable)\b", every.replace(words.FACTS_ONLY, ""))


def test_a_screen_reader_finds_table_headings_and_picture_texts(record: Any) -> None:
    for table in record.tables:
        is_form = len(table.columns) == 2
        assert (table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is None) == is_form
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    pictures = record.element.body.findall(".//" + qn("wp:docPr"))
    assert [picture.get("descr")[:13] for picture in pictures] == ["Map at 1:1250", "Map at 1:2500"]
    languages = {language.get(qn("w:val")) for language in record.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_map_keeps_its_scale_on_the_page(record: Any, content: bytes) -> None:
    assert [shape.width.mm for shape in record.inline_shapes] == pytest.approx([PICTURE_MM] * 2)
    assert IN_DOCUMENT.width_mm == PICTURE_MM
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        pictures = [name for name in parts.namelist() if name.startswith("word/media/")]
        sizes = {Image.open(io.BytesIO(parts.read(name))).size for name in pictures}
    assert sizes == {(int(180 / 25.4 * 200), int(236 / 25.4 * 200))}


def test_it_holds_nothing_of_who_made_it_where_and_when(record: Any, content: bytes) -> None:
    about = record.core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert {about.created.date(), about.modified.date()} == {drawn.AS_OF}
    assert about.language == "en-GB"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in parts.namelist())
        text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith((".xml", ".rels"))).decode()
        about_it = b"".join(parts.read(name) for name in parts.namelist() if name.startswith("docProps")).decode()
    assert not re.search(r"/home/|/tmp/|python-docx", text)
    for name in (platform.node(), getpass.getuser()):
        assert not re.search(rf"\b{re.escape(name)}\b", about_it)


def test_equal_assessments_give_equal_documents(content: bytes) -> None:
    assert _render(drawn.assessment()) == content


def test_hostile_text_is_text(record: Any, content: bytes) -> None:
    names = [row[1] for row in _table(record, "No.")[1:]]
    assert names[1:4] == [drawn.FORMULA, drawn.MARKUP, drawn.SCRIPT]
    assert "\x1b" not in names[4]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
    assert "<script" not in body
    assert "&lt;script" in body


def test_a_property_located_too_roughly_is_warned_of_first() -> None:
    record = docx.Document(io.BytesIO(render_docx(draft_record(drawn.uncertain()), {})))
    warnings = [paragraph.text for paragraph in record.paragraphs if paragraph.style.name == "Era warning"]
    assert any(text.startswith("The property is not located well enough.") for text in warnings)
    assert "The map at 1:1250 is not part of this copy." in [paragraph.text for paragraph in record.paragraphs]


def test_a_map_belongs_to_the_record() -> None:
    [section] = [section for section in draft_record(drawn.assessment()).sections if section.title == "Map at a fixed scale"]
    assert [block.scale for block in section.blocks if isinstance(block, MapPicture)] == [1250, 2500]
