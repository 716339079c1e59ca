"""A record in an agency's own DOCX file: the agency's cover, letterhead and typefaces, our headings, tables and maps.

The file says where things go:

- `{{ record }}` in a paragraph of its own: all nineteen headings; `{{ section 7 }}`: one heading with what stands under it;
- `{{ reference }}`, `{{ status }}`, `{{ marking }}`, `{{ title }}`, `{{ as_of }}` anywhere, in headers and text boxes too;
- the label of any fact or box in small letters with `_` for what is no letter: `{{ address }}`, `{{ due_on }}`, `{{ decided_by }}`.

Nothing else in the file is read as an instruction, and nothing that is put in is read again: a text that looks like a placeholder
stays a text. A page header without the marking gets it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo.errors import UsageError
from era_geo.outputs import docxparts as parts
from era_geo.outputs.document import Document, Facts, Fields, MapPicture, Section
from era_geo.outputs.docx_record import PICTURE_MM, Pictures, add_section, set_properties
from era_geo.outputs.escape import line, xml
from era_geo.outputs.words import day

if TYPE_CHECKING:
    from docx.document import Document as Docx

MOST_BYTES = 20_000_000
"""A larger file is no template: it is not opened. Unpacked it may be five times as large."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,80}?)\s*\}\}")
_SECTION = re.compile(r"section (\d{1,2})")
_ALL = "record"
_PICTURE_HEIGHT_MM = 236.0
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = ("Heading 1", "Heading 2", "Caption", "List Bullet")


def render_into_template(document: Document, pictures: Pictures, template: Path) -> bytes:
    """Give the document as DOCX, set into an agency's own file.

    Parameters
    ----------
    template
        The agency's file; it is read and not changed.

    Raises
    ------
    UsageError
        If the file cannot be read, is no DOCX, asks for what there is not, has no place for the record, or has no page on which a
        map keeps its scale; all that is asked for wrongly is named at once.
    """
    written = _opened(template)
    values = _values(document)
    anchors = _anchors(written)
    _check(written, template.name, anchors, values, document)
    parts.add_own_styles(written)
    _add_missing_styles(written)
    # The agency's own text first, so that nothing of the record is ever looked through for placeholders.
    for element in _texts(written):
        if element not in anchors:
            _fill(element, values)
    for anchor, wanted in anchors.items():
        _put(written, anchor, [one for one in document.sections if wanted in (None, one.number)], pictures)
    _mark_headers(written, document)
    _forget_where_it_was_made(written)
    set_properties(written, document)
    content = io.BytesIO()
    written.save(content)
    return parts.without_clock(content.getvalue())


def _opened(template: Path) -> Docx:
    """Open the agency's file."""
    from docx import Document as opened  # noqa: N813, PLC0415 - a function named like a class; slow to import
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415 - slow to import

    try:
        content = template.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as inside:
            size = sum(part.file_size for part in inside.infolist())
        if len(content) > MOST_BYTES or size > 5 * MOST_BYTES:
            raise UsageError(f"The template {template.name} is too large: a template holds no more than 20 MB.")
        return opened(io.BytesIO(content))
    except OSError as error:
        raise UsageError(f"The template {template.name} cannot be read ({error.strerror}).") from error
    except (zipfile.BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError) as error:
        # lxml's error for broken XML is a SyntaxError.
        raise UsageError(
            f"The template {template.name} is damaged or no DOCX file. Save it as .docx in Word, without macros."
        ) from error


def _values(document: Document) -> dict[str, str]:
    """Give the texts that placeholders stand for, as one line each; of labels that occur twice the first counts."""
    known = {
        "marking": document.marking,
        "status": document.status,
        "title": document.title,
        "reference": document.reference or "not given",
        "as_of": day(document.as_of),
    }
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Facts | Fields):
                for row in block.rows:
                    name = re.sub(r"[^a-z0-9]+", "_", row.label.casefold()).strip("_")
                    known.setdefault(name, line(row.value))
    return known


def _texts(written: Docx) -> Iterator[Any]:
    """Give each paragraph of the body, the headers, the footers and the boxes in them."""
    for part in written.part.package.iter_parts():
        element = getattr(part, "element", None)
        if element is not None and re.fullmatch(r"/word/(document|header\d*|footer\d*)\.xml", str(part.partname)):
            yield from element.iter(f"{_WORD}p")


def _anchors(written: Docx) -> dict[Any, int | None]:
    """Give the paragraphs of the body where sections go, each with its section's number, or `None` for all."""
    found: dict[Any, int | None] = {}
    for paragraph in written.element.body.iterchildren(f"{_WORD}p"):
        match = _PLACEHOLDER.fullmatch(_text(paragraph).strip())
        if match and match[1] == _ALL:
            found[paragraph] = None
        elif match and (section := _SECTION.fullmatch(match[1])):
            found[paragraph] = int(section[1])
    return found


def _check(written: Docx, name: str, anchors: Mapping[Any, int | None], values: Mapping[str, str], document: Document) -> None:
    """Name everything that the file asks for and that cannot be given."""
    asked = [match[1] for element in _texts(written) if element not in anchors for match in _PLACEHOLDER.finditer(_text(element))]
    faults = [f"{{{{ {one} }}}} is not known" for one in dict.fromkeys(asked) if one not in values and not _is_anchor(one)]
    faults += [f"{{{{ {one} }}}} must stand in a paragraph of its own in the body" for one in asked if _is_anchor(one)]
    numbers = {section.number for section in document.sections}
    faults += [f"there is no section {one}" for one in anchors.values() if one is not None and one not in numbers]
    if not anchors:
        faults.append("it has no place for the record: write {{ record }} in a paragraph of its own")
    maps = {one.number for one in document.sections if any(isinstance(block, MapPicture) for block in one.blocks)}
    if any(one is None or one in maps for one in anchors.values()) and not all(map(_holds_a_map, written.sections)):
        faults.append("its pages are too small for the map: they need 190 mm across, and 236 mm between top and bottom margin")
    if faults:
        listed = ", ".join(sorted(values))
        raise UsageError(f"The template {name} cannot be used: {'; '.join(faults)}. Known are record, section 1 to 19, {listed}.")


def _is_anchor(asked: str) -> bool:
    return asked == _ALL or _SECTION.fullmatch(asked) is not None


def _holds_a_map(page: Any) -> bool:
    height = page.page_height.mm - page.top_margin.mm - page.bottom_margin.mm
    return bool(height >= _PICTURE_HEIGHT_MM and page.page_width.mm >= PICTURE_MM + 10)


def _text(paragraph: Any) -> str:
    return "".join(one.text or "" for one in _pieces(paragraph))


def _pieces(paragraph: Any) -> list[Any]:
    """Give the texts of a paragraph's runs, without those of a box inside it."""
    return [one for one in paragraph.iter(f"{_WORD}t") if next(one.iterancestors(f"{_WORD}p")) is paragraph]


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Put values in the place of placeholders, which Word may have split over several runs: the first run's look is kept."""
    pieces = _pieces(paragraph)
    whole = _text(paragraph)
    for match in reversed(list(_PLACEHOLDER.finditer(whole))):
        left, value = 0, xml(values[match[1]])
        for piece in pieces:
            text = piece.text or ""
            start, end = max(match.start() - left, 0), min(match.end() - left, len(text))
            left += len(text)
            if start < end:
                piece.text = text[:start] + value + text[end:]
                piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                value = ""


def _put(written: Docx, anchor: Any, sections: list[Section], pictures: Pictures) -> None:
    """Write sections at the end of the body and move them to where their anchor stands."""
    body = written.element.body
    before = set(body)
    for section in sections:
        add_section(written, section, pictures)
    made = [element for element in body if element not in before]
    for element in made:
        anchor.addprevious(element)
        _centre_maps(element, written)
    body.remove(anchor)


def _centre_maps(element: Any, written: Docx) -> None:
    """Let a map that is wider than the text keep its size, and so its scale, by reaching into both margins alike."""
    from docx.shared import Mm  # noqa: PLC0415 - slow to import
    from docx.text.paragraph import Paragraph  # noqa: PLC0415 - slow to import

    if not list(element.iter(f"{_WORD}drawing")):
        return
    page: Any = written.sections[-1]
    width = page.page_width.mm - page.left_margin.mm - page.right_margin.mm
    paragraph = Paragraph(element, written._body)  # noqa: SLF001 - python-docx opens no other way
    paragraph.paragraph_format.left_indent = Mm(min((width - PICTURE_MM) / 2, 0))
    paragraph.paragraph_format.page_break_before = True


def _add_missing_styles(written: Docx) -> None:
    """Add the styles of Word's own that our blocks use, where the agency's file has dropped them."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - slow to import

    for name in _STYLES:
        if name not in written.styles:
            written.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True).base_style = written.styles["Normal"]
    if "Table Grid" not in written.styles:
        written.styles.add_style("Table Grid", WD_STYLE_TYPE.TABLE, builtin=True)


def _mark_headers(written: Docx, document: Document) -> None:
    """Put the marking on top of every page header that does not bear it."""
    for place, section in enumerate(written.sections):
        shown = [section.header]
        shown += [section.first_page_header] if section.different_first_page_header_footer else []
        shown += [section.even_page_header] if written.settings.odd_and_even_pages_header_footer else []
        for header in shown:
            linked = header.is_linked_to_previous and place > 0
            if linked or document.marking in "".join(_text(one) for one in header._element.iter(f"{_WORD}p")):  # noqa: SLF001 - python-docx opens no other way
                continue
            first = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
            first.insert_paragraph_before(xml(f"{document.marking}  ·  {document.status}"), style="Era marking")


def _forget_where_it_was_made(written: Docx) -> None:
    """Drop the path of the agency's own template, which Word keeps in every file."""
    part = written.part._settings_part  # noqa: SLF001 - python-docx opens no other way
    settings = part.element
    for attached in settings.findall(f"{_WORD}attachedTemplate"):
        settings.remove(attached)
    links = part.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/attachedTemplate")]:
        del links[name]
