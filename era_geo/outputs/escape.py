"""Hostile text made harmless: one function for each place where text from outside comes out.

Names in OpenStreetMap, files and what people type are public text: a name may be a script, a formula, a path or a control
character. Nothing else in the program escapes by hand. Every function first drops what no reader can see (`plain`).
"""

from __future__ import annotations

import html as _html
import json
import re
import unicodedata
from typing import Any

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, which XML cannot hold
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # invisible, and those that turn the writing direction
    "\ud800-\udfff\ufffe\uffff]"  # halves of characters, and what is no character
)
_NO_CHARACTER = re.compile("[" + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)) + "]")
_FOR_SCRIPT = str.maketrans({character: f"&#{ord(character)};" for character in "\\`${}"})
_FOR_JSON = {character: f"\\u{ord(character):04x}" for character in "<>&`${}'\u2028\u2029\x7f"}
_IN_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # the last four are the same signs in full width, which some spreadsheets take
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_MARKDOWN_LATE = re.compile(r"(?i):(?=\S)|@|\bwww(?=\.)")
_WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def plain(text: str) -> str:
    """Give the text without control characters, invisible characters and those that turn the direction of writing."""
    return _NO_CHARACTER.sub("", _UNSEEN.sub("", text))


def line(text: str) -> str:
    """Give the text as one line: `plain`, with each run of white space as one space."""
    return " ".join(plain(text).split())


def html(text: str) -> str:
    """Make text harmless inside an HTML element or a quoted attribute."""
    return _html.escape(plain(text), quote=True)


def script_html(text: str) -> str:
    """Make text harmless inside HTML that is itself inside a JavaScript string or template literal, as folium writes it.

    Escaping HTML alone is not enough there: `${...}`, a backtick or a backslash would be read as JavaScript.
    """
    return html(text).translate(_FOR_SCRIPT)


def script_json(value: Any) -> str:
    """Give a value as JSON that may stand inside a `<script>` element, or in a template literal in one."""

    def harmless(match: re.Match[str]) -> str:
        return "".join(_FOR_JSON.get(character, character) for character in match.group())

    # Numbers, brackets and braces of the JSON itself stay as they are: only what is inside a string can be hostile.
    return _IN_STRINGS.sub(harmless, json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False))


def cell(text: str) -> str:
    """Make text harmless in a spreadsheet cell: what would be read as a formula gets an apostrophe in front."""
    kept = plain(text)
    visible = kept.lstrip(" \xa0'\"")
    return f"'{kept}" if kept[:1] in tuple(_FORMULA) or visible[:1] in tuple(_FORMULA) else kept


def markdown(text: str) -> str:
    """Make text show as it is where Markdown is read, as in the app's labels and messages: no link, picture, icon or formula.

    Each sign is escaped; and because addresses of the web and names of icons are looked for again after that, they are broken
    by a word joiner, which nobody sees.
    """
    shown = _MARKDOWN_LATE.sub("\\g<0>\u2060", line(text))
    return _PUNCTUATION.sub(r"\\\g<0>", shown)


def xml(text: str) -> str:
    """Make text fit for an XML text node (DOCX, SVG). The writer of the XML escapes `<` and `&` itself."""
    return plain(text).replace("\r\n", "\n").replace("\r", "\n")


def file_name(text: str) -> str:
    """Give a part of a file name: ASCII letters, digits, dot, hyphen and underscore, at most 60; empty if nothing is left."""
    letters = unicodedata.normalize("NFKD", plain(text)).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^A-Za-z0-9._]+", "-", letters).strip("-._")
    name = re.sub(r"\.{2,}", ".", name)[:60].rstrip("-._")
    return f"_{name}" if _WINDOWS_DEVICES.fullmatch(name) else name
