"""Text that branca puts into a page as it is.

branca makes an `Element` of each text that it has just rendered, and compiles that text as a template again: the map of one
assessment is some three hundred templates, nearly half of the time it takes to draw. A text without a template's marks comes
out of a template as it went in, so it needs none.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_MARKS = ("{{", "{%", "{#")


class Verbatim:
    """What stands in for the template of a plain text."""

    def __init__(self, text: str) -> None:
        self._text = text.removesuffix("\n")  # as a template drops it

    def render(self, **_given: Any) -> str:
        """Give the text."""
        return self._text


@cache
def spare_plain_texts() -> None:
    """Have branca compile those texts only that have a template's marks, from now on and in every thread."""
    from branca import element  # noqa: PLC0415 - slow to import
    from jinja2 import Template  # noqa: PLC0415 - slow to import

    def template(text: str) -> Template | Verbatim:
        return Template(text) if any(mark in text for mark in _MARKS) else Verbatim(text)

    vars(element)["Template"] = template
