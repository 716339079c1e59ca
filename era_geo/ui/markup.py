"""HTML that is safe by construction: whatever is not markup made here is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable

from era_geo.outputs import escape

_EMPTY = {"br", "col", "hr", "img"}


class Html(str):
    """Markup that may stand in a page as it is. Only this module and the drawing of symbols make it."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | None) -> Html:
    """Give an element. Text in `content` is escaped, `Html` is not; an attribute that is `None` is left out.

    An attribute's trailing underscore is dropped and others become hyphens: `class_`, `aria_label`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape.html(value)}"' for key, value in attributes.items() if value is not None
    )
    inside = "".join(part if isinstance(part, Html) else escape.html(part) for part in content)
    return Html(f"<{name}{written}>") if name in _EMPTY else Html(f"<{name}{written}>{inside}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Put markup and text together, the text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape.html(part) for part in parts))


def bullets(items: Iterable[str], **attributes: str | None) -> Html:
    """Give an unordered list."""
    return element("ul", *[element("li", item) for item in items], **attributes)
