"""Hostile text comes out harmless, whatever it is; text that is not hostile comes out as it went in."""

import csv
import html
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from era_geo.outputs import escape

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`+alert(1)+`",
    "\\u0024{alert(1)}",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    '" onmouseover="alert(1)',
    "'; alert(1); '",
    "=HYPERLINK(1)",
    "\u202egnp.exe",
    "\x00\x08\x1b[31m",
    "\ud800",
)
FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"
anything = st.text(st.characters(), max_size=60) | st.sampled_from(HOSTILE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def _read(document: str) -> list[object]:
    reader = _Reader()
    reader.feed(document)
    reader.close()
    return reader.seen


@given(anything)
def test_html_is_one_text_and_never_a_tag(text: str) -> None:
    seen = _read(f'<p title="{escape.html(text)}">{escape.html(text)}</p>')
    assert seen[0] == ("p", [("title", escape.plain(text))])
    assert "".join(map(str, seen[1:])) == escape.plain(text)


@given(anything)
def test_html_inside_a_script_holds_nothing_that_javascript_reads(text: str) -> None:
    escaped = escape.script_html(text)
    assert not set("\\`${}<>'\"") & set(escaped)
    assert html.unescape(escaped) == html.unescape(escape.html(text))


@given(st.recursive(anything | st.integers() | st.none(), lambda of: st.lists(of) | st.dictionaries(anything, of), max_leaves=8))
def test_json_inside_a_script_reads_back_and_cannot_end_the_script(value: object) -> None:
    written = escape.script_json(value)
    assert json.loads(written) == value
    assert not set("<>&`$'") & set(written)
    strings = re.findall(r'"(?:[^"\\]|\\.)*"', written)
    assert not any(set("{}") & set(string) for string in strings)


@given(anything)
@example("  =1+1")
@example("\t=1")
@example(f"{FULL_WIDTH[0]}1")
@example("'=1")
def test_no_cell_begins_as_a_formula(text: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow([escape.cell(text), "next"])
    [[cell, following]] = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert following == "next"
    assert not cell.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH))
    assert cell in (escape.plain(text), "'" + escape.plain(text))


@pytest.mark.parametrize("text", ["Mill School", "8B", "2/1", "St John's", "Àird a' Bhàigh", "45-47", "a = b"])
def test_a_cell_that_is_no_formula_is_left_alone(text: str) -> None:
    assert escape.cell(text) == text


@given(anything)
def test_xml_can_be_read_back(text: str) -> None:
    element = ET.Element("t")
    element.text = escape.xml(text)
    written = ET.tostring(element, encoding="unicode")
    assert (ET.fromstring(written).text or "") == escape.xml(text)  # noqa: S314 - written by the line above


@given(anything)
@example("../../etc/passwd")
@example("CON.txt")
@example("a" * 300)
@example("..")
def test_a_file_name_stays_in_its_folder_on_every_system(text: str) -> None:
    name = escape.file_name(text)
    assert re.fullmatch(r"[A-Za-z0-9._-]{0,61}", name)
    assert ".." not in name
    assert not name.startswith((".", "-"))
    assert not name.endswith((".", "-"))
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)


@given(anything)
def test_a_line_is_one_line_without_characters_nobody_sees(text: str) -> None:
    assert "\n" not in escape.line(text)
    assert not set("\u202e\u2066\x00\x1b\ufeff") & set(escape.line(text))


@pytest.mark.parametrize("text", ["Àird a' Bhàigh", "Sgoil Àraich", "Café 北京 🎈", "2/1, 15 Mill Wynd"])
def test_ordinary_text_of_any_script_is_kept(text: str) -> None:
    assert escape.plain(text) == text
    assert html.unescape(escape.html(text)) == text
