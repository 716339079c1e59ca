"""What DOCX has and python-docx lacks words for: styles in one place, header rows, shading, alternative texts, page numbers."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Docx

_FONT = "Arial"
_CELL_STYLE_ID = "EraCell"
_LOOKS: dict[str, dict[str, Any]] = {
    "Era lead": {"size": 12, "after": 6},
    "Era note": {"size": 10, "colour": "50565E", "after": 6},
    "Era warning": {"size": 11, "bold": True, "before": 4, "after": 8},
    "Era marking": {"size": 11, "bold": True, "after": 0},
    "Era foot": {"size": 9, "colour": "50565E", "after": 0},
    "Era cell": {"size": 9, "after": 0},
    "Era choice": {"size": 11, "after": 3},
    "Era gap": {"size": 4, "after": 0},
}
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def set_styles(written: Docx) -> None:
    """Set the document's styles: one plain typeface, dark on white, and the language."""
    _set_language(written)
    _style(written.styles["Normal"], size=11, after=6)
    _style(written.styles["Title"], size=24, bold=True, after=2)
    _style(written.styles["Subtitle"], size=12, colour="50565E", after=10, italic=False)
    _style(written.styles["Heading 1"], size=15, bold=True, before=18, after=6)
    _style(written.styles["Heading 2"], size=12, bold=True, before=12, after=4)
    _style(written.styles["Caption"], size=10, bold=True, before=6, after=3)
    _style(written.styles["List Bullet"], size=11, after=3)
    _border(written.styles["Title"], None)
    add_own_styles(written, font=_FONT)


def add_own_styles(written: Docx, font: str | None = None) -> None:
    """Add the styles that our blocks are written in, each that the document lacks; without `font` in its own typeface."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - slow to import
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - slow to import

    for name, look in _LOOKS.items():
        if name not in written.styles:
            style = written.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = written.styles["Normal"]
            _style(style, **look, font=font)
            if name in ("Era marking", "Era foot"):
                style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if name == "Era warning":
                _border(style, "9B0F3C")
            if name == "Era cell":
                style.element.styleId = _CELL_STYLE_ID
    if "Era hint" not in written.styles:
        hint = written.styles.add_style("Era hint", WD_STYLE_TYPE.CHARACTER)
        _font(hint, size=9, colour="50565E", font=font)


def as_cell_text(paragraph: Any) -> None:
    """Give a paragraph the style of a table's text. By the style's id: python-docx searches a name anew for each paragraph."""
    _xml(paragraph).style = _CELL_STYLE_ID


def repeat_as_heading(row: Any) -> None:
    """Make a table's row its heading: repeated on each page, and known as such to a screen reader."""
    _child(_xml(row).get_or_add_trPr(), "w:tblHeader", {"w:val": "true"})
    keep_whole(row)


def keep_whole(row: Any) -> None:
    """Keep a table's row on one page."""
    _child(_xml(row).get_or_add_trPr(), "w:cantSplit", {"w:val": "true"})


def shade(cell: Any, fill: str) -> None:
    """Fill a table's cell with a colour (`F1EFEA`)."""
    _child(_xml(cell).get_or_add_tcPr(), "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": fill})


def colour_run(run: Any, text: str, fill: str) -> None:
    """Write a run in a colour on a coloured ground (`#ffffff`)."""
    from docx.shared import RGBColor  # noqa: PLC0415 - slow to import

    run.font.color.rgb = RGBColor.from_string(text.lstrip("#").upper())
    _child(_xml(run).get_or_add_rPr(), "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": fill.lstrip("#")})


def set_widths(table: Any, widths_mm: list[float]) -> None:
    """Give a table's columns fixed widths."""
    from docx.shared import Mm  # noqa: PLC0415 - slow to import

    table.autofit = False
    drawn = _xml(table)
    for column, width in zip(drawn.tblGrid.gridCol_lst, widths_mm, strict=True):
        column.w = Mm(width)
    for row in drawn.tr_lst:
        for cell, width in zip(row.tc_lst, widths_mm, strict=True):
            cell.width = Mm(width)


def set_lines(table: Any) -> None:
    """Give a table thin grey lines, and its cells room inside."""
    about = _xml(table).tblPr
    borders = _child(about, "w:tblBorders", {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "A8ADB4"})
    margins = _child(about, "w:tblCellMar", {})
    for side, width in (("top", 40), ("left", 85), ("bottom", 40), ("right", 85)):
        _child(margins, f"w:{side}", {"w:w": str(width), "w:type": "dxa"})


def describe(table: Any, text: str) -> None:
    """Give a table its text alternative."""
    _child(_xml(table).tblPr, "w:tblCaption", {"w:val": text})


def describe_picture(picture: Any, name: str, alternative: str) -> None:
    """Give a picture its name and text alternative."""
    about = picture._inline.docPr  # noqa: SLF001 - python-docx opens no other way
    about.set("name", name)
    about.set("descr", alternative)


def add_page_field(paragraph: Any, field: str) -> None:
    """Add a number that the reader's program works out: `PAGE` or `NUMPAGES`."""
    for kind, text in (("begin", None), (None, f" {field} "), ("separate", None), (None, "1"), ("end", None)):
        run = paragraph.add_run()
        if kind is not None:
            _child(_xml(run), "w:fldChar", {"w:fldCharType": kind})
        elif text == "1":
            run.text = text
        else:
            _child(_xml(run), "w:instrText", {"xml:space": "preserve"}).text = text


def drop_thumbnail(written: Docx) -> None:
    """Take out the picture of another document that python-docx's template carries."""
    links = written.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def without_clock(content: bytes) -> bytes:
    """Give a DOCX again with no times in its parts, so that equal documents are equal files."""
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(entry, part)
    return written.getvalue()


def _xml(thing: Any) -> Any:
    return thing._element  # noqa: SLF001 - python-docx opens no other way to its XML


def _style(
    style: Any,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: str = "1F2328",
    before: float = 0,
    after: float = 6,
    font: str | None = _FONT,
) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - slow to import

    _font(style, size=size, colour=colour, font=font)
    style.font.bold, style.font.italic = bold, italic
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _font(style: Any, *, size: float, colour: str, font: str | None = _FONT) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - slow to import
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 - slow to import

    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour)
    if font is None:
        return
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(script), None)
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), font)


def _set_language(written: Docx) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - slow to import

    for language in written.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _border(style: Any, colour: str | None) -> None:
    """Put a line around a style's paragraphs, or take the template's away."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - slow to import

    about = style.element.get_or_add_pPr()
    for old in about.findall(qn("w:pBdr")):
        about.remove(old)
    if colour is not None:
        border = _child(about, "w:pBdr", {})
        for side in ("top", "left", "bottom", "right"):
            _child(border, f"w:{side}", {"w:val": "single", "w:sz": "8", "w:space": "4", "w:color": colour})


def _child(parent: Any, tag: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - slow to import
    from docx.oxml.ns import qn  # noqa: PLC0415 - slow to import

    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set("{http://www.w3.org/XML/1998/namespace}space" if name == "xml:space" else qn(name), value)
    parent.append(child)
    return child
