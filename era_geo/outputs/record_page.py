"""A document as one self-contained HTML page: no script, no request, every heading and table as a screen reader needs them."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from era_geo import shipped
from era_geo.outputs.document import Block, Document, Folded, MapPicture, Section
from era_geo.outputs.docx_record import Pictures, subtitle
from era_geo.outputs.escape import html
from era_geo.outputs.htmlblocks import block_html

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render_record_page(document: Document, pictures: Pictures) -> str:
    """Give the document as HTML. A map whose scale is not in `pictures` is left out, and a sentence says so.

    Printed, it carries the marking at the top and bottom of every page in browsers that print page margins (Chromium's do).
    """
    addresses = {scale: f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}" for scale, content in pictures.items()}
    style = "".join((shipped.MAP_ASSETS / name).read_text(encoding="utf-8") for name in ("page.css", "record.css"))
    marking = f'<p class="marking">{html(document.marking)}  ·  {html(document.status)}</p>'
    body = "".join(_section(section, addresses) for section in document.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{html(document.marking)}: {html(document.title)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body>\n<a class="skip" href="#section-1">Skip to the record</a>\n'
        f'<header>{marking}<div class="about"><h1>{html(document.title)}</h1><p>{html(subtitle(document))}</p></div></header>\n'
        f"<main>{body}</main>\n<footer>{marking}</footer>\n</body>\n</html>\n"
    )


def _section(section: Section, addresses: dict[int, str]) -> str:
    name = f"section-{section.number}"
    has_map = any(isinstance(block, MapPicture) for block in section.blocks)
    blocks = "".join(_block(block, addresses) for whole in section.blocks for block in _opened(whole))
    return (
        f'<section aria-labelledby="{name}"{" class=fixed" if has_map else ""}>'
        f'<h2 id="{name}">{section.number}  {html(section.title)}</h2>{blocks}</section>'
    )


def _opened(block: Block) -> Iterator[Block]:
    """Give what is folded on other screens open: a record is read and printed whole."""
    yield from block.open() if isinstance(block, Folded) else (block,)


def _block(block: Block, addresses: dict[int, str]) -> str:
    if isinstance(block, MapPicture) and block.scale not in addresses:
        return f'<p class="note">The map at 1:{block.scale} is not part of this copy.</p>'
    return block_html(block, pictures=addresses)
