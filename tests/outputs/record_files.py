"""What an exported file says as text, and every byte in it, unpacked: for tests that compare and that search."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pypdf
from docx.oxml.ns import qn
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

UNSEEN = re.compile(r"[\s\u200b]+")


def picture() -> bytes:
    """Give a small PNG to stand for a map."""
    content = io.BytesIO()
    Image.new("RGB", (90, 118), "#eeeeee").save(content, "png")
    return content.getvalue()


def squeezed(text: str) -> str:
    """Give a text without white space and what nobody sees, in which line breaks of a page make no difference."""
    return UNSEEN.sub("", text)


def text_of(path: Path) -> str:
    """Give what a file says, squeezed."""
    given = {".docx": _docx, ".pdf": _pdf, ".html": _html, ".gpkg": _gpkg, ".json": _json}[path.suffix](path)
    return squeezed("\n".join(given))


def bytes_of(path: Path) -> bytes:
    """Give a file's content with all that is packed in it unpacked, one after the other."""
    content = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return content + b"".join(name.encode() + parts.read(name) for name in parts.namelist())
    if path.suffix == ".pdf":
        return content + b"\n".join(_streams(pypdf.PdfReader(path))) + text_of(path).encode()
    if path.suffix == ".gpkg":
        return content + "\n".join(_gpkg(path)).encode("utf-8", "replace")
    return content


def streams_of_pages(path: Path) -> list[StreamObject]:
    """Give what draws each page of a PDF."""
    return [one for page in pypdf.PdfReader(path).pages if (one := page.get_contents()) is not None]


def _docx(path: Path) -> Iterator[str]:
    written = docx.Document(str(path))
    for paragraph in written.element.body.iter(qn("w:p")):
        yield "".join(one.text or "" for one in paragraph.iter(qn("w:t"), qn("w:br")))
    for section in written.sections:
        yield from (paragraph.text for part in (section.header, section.footer) for paragraph in part.paragraphs)
    yield from (one.get("descr", "") for one in written.element.body.iter(qn("wp:docPr")))


def _pdf(path: Path) -> Iterator[str]:
    reader = pypdf.PdfReader(path)
    yield from (page.extract_text() for page in reader.pages)
    yield from (str(one["/Alt"]) for one in _objects(reader) if isinstance(one, DictionaryObject) and "/Alt" in one)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.said += [value or "" for name, value in attrs if name == "alt"]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.said.append(data)


def _html(path: Path) -> Iterator[str]:
    reader = _Text()
    reader.feed(path.read_text(encoding="utf-8"))
    yield from reader.said


def _gpkg(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in tables:
            if not name.startswith("rtree_"):
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    yield from (str(value) for value in row if value is not None)
    connection.close()


def _json(path: Path) -> Iterator[str]:
    yield from _leaves(json.loads(path.read_text(encoding="utf-8")))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield str(value)


def _streams(reader: pypdf.PdfReader) -> Iterator[bytes]:
    """Give every stream of a PDF decompressed, and every string."""
    for one in _objects(reader):
        if isinstance(one, StreamObject):
            yield one.get_data()
        elif isinstance(one, str):
            yield str(one).encode("utf-8", "replace")


def _objects(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Give every object of a PDF, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        yield one
        if isinstance(one, DictionaryObject):
            waiting += list(one.values())
        elif isinstance(one, ArrayObject):
            waiting += list(one)
