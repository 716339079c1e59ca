"""One self-contained HTML page of an assessment: summary, table of places, map, what could not be looked up, sources.

It opens from a disk with no network. A policy inside it lets no script run but those it was written with, so that even a text
that slipped through the escaping could do nothing, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from era_geo import contract, shipped
from era_geo.model import Assessment
from era_geo.outputs import facts, webmap, words
from era_geo.outputs.background import Background
from era_geo.outputs.document import Block, Folded, Paragraph
from era_geo.outputs.escape import html
from era_geo.outputs.htmlblocks import block_html
from era_geo.outputs.record_blocks import ASSUMED

if TYPE_CHECKING:
    import folium


def render_page(assessment: Assessment, background: Background, *, reference: str | None = None) -> str:
    """Give the whole page as HTML: the table of places first, the map second, each saying what the other says."""
    contract.refuse_restricted(assessment)
    element, script = webmap.parts(webmap.folium_map(assessment, background))
    named = f" for {reference}" if reference else ""
    known = f"Reference {html(reference)}. " if reference else ""
    sections = (
        ("summary", "In short", _blocks(*facts.summary(assessment))),
        ("places", "Places found", _blocks(facts.places(assessment), linked=True) + _blocks(*closer_look(assessment))),
        ("map", "Map", _map(element)),
        ("homes", "Homes nearby", _blocks(*homes(assessment))),
        ("ways", "Ways nearby", _blocks(*ways(assessment))),
        ("looked-for", "What was looked for", _blocks(facts.layers(assessment))),
        ("gaps", "What could not be looked up", _blocks(facts.gaps(assessment))),
        ("property", "The property", _blocks(facts.the_property(assessment), *facts.parameters(assessment))),
        ("sources", "Sources", _blocks(facts.sources(assessment), facts.made_by(assessment))),
    )
    body = "".join(
        f'<section aria-labelledby="{name}-heading"><h2 id="{name}-heading">{html(title)}</h2>{content}</section>'
        for name, title, content in sections
    )
    marking = f'<p class="marking">{words.MARKING}</p>'
    return _document(
        title=f"{words.MARKING}: what is near the property{named}",
        body=f'<a class="skip" href="#places-heading">Skip to the table of places</a>'
        f'<header>{marking}<div class="about"><h1>What is near the property</h1>'
        f'<p class="address">{html(assessment.site.label)}</p>'
        f"<p>{known}Facts as of {words.day(assessment.as_of)}.</p></div></header>"
        f'<main>{body}</main><footer><div class="about"><p>{html(words.FACTS_ONLY)} {html(words.VISIT)}</p>'
        f"<p>{html(words.credits_line(assessment))}</p></div>{marking}</footer>",
        script=script,
    )


def render_map(
    assessment: Assessment, background: Background, tiles: webmap.Tiles | None = None, *, assets_url: str | None = None
) -> str:
    """Give the map alone as a page that fills its window, for a frame in another page. Name the frame `Map`.

    With `tiles` the page may ask that map service for pictures, and nobody else for anything. `assets_url` is as in `render_frame`.
    """
    drawn = webmap.folium_map(assessment, background, tiles=tiles)
    pictures = tiles.origin if tiles else ""
    return render_frame(drawn, "Map of what is near the property", pictures_from=pictures, assets_url=assets_url)


def render_frame(drawn: folium.Map, title: str, *, pictures_from: str = "", assets_url: str | None = None) -> str:
    """Give any map of ours alone as a page that fills its window, for a frame in another page.

    Where the other page's own server has the map's scripts and styles under `assets_url`, they are asked for there and are not
    put into the page: it is a quarter as large, and the browser keeps them.

    It has no heading and no landmark of its own, which would disturb those of the page around it: its name says what it is.
    """
    element, script = webmap.parts(drawn)
    style = "<style>html, body, .frame, .folium-map { height: 100%; max-width: none; margin: 0; padding: 0; }</style>"
    return _document(
        title=title,
        body=f'{style}<div class="frame">{element}</div>',
        script=script,
        pictures_from=pictures_from,
        assets_url=assets_url,
    )


def closer_look(assessment: Assessment) -> Iterator[Block]:
    """Give the closer look at each place for a screen: folded away until it is wanted."""
    table = facts.closer(assessment)
    if table:
        yield Folded("The closer look at each place: on foot, boundary, gates and entrances", table)


def homes(assessment: Assessment) -> Iterator[Block]:
    """Give the homes near the property for a screen: the counts, and the lists folded away."""
    yield facts.homes_counted(assessment)
    yield Paragraph(words.homes_to_check(assessment.parameters.address_parameter))
    addresses, wider = facts.addresses(assessment), facts.homes_wider(assessment)
    if addresses:
        yield Folded("The list of homes to check", addresses)
    if wider:
        yield Folded("What wider parameters would have cost, and how homes were counted", wider)


def ways(assessment: Assessment) -> Iterator[Block]:
    """Give the ways near the property for a screen: who walks past it, crossings, lit ways."""
    past = facts.ways_past(assessment)
    if past:
        yield from past
        yield Folded(ASSUMED, (facts.way_past_assumptions(),))
    yield facts.streets(assessment)


def _map(element: str) -> str:
    help_text = (
        "The numbers are those of the table. Move with the arrow keys, zoom with the plus and minus keys. "
        "Tab goes from place to place, Enter opens one. The table says all that the map shows."
    )
    return f'<p class="note">{html(help_text)}</p><div class="map" id="map">{element}</div>'


def _blocks(*blocks: Block, linked: bool = False) -> str:
    return "".join(block_html(block, linked=linked) for block in blocks)


def _document(*, title: str, body: str, script: str, pictures_from: str = "", assets_url: str | None = None) -> str:
    style = (shipped.MAP_ASSETS / "page.css").read_text(encoding="utf-8")
    script = f"\n{script}\n"
    own = "" if assets_url is None else "'self' "
    inline = (script,) if assets_url else (*webmap.inline_scripts(), script)
    policy = (
        f"default-src 'none'; img-src {f'{own}data: {html(pictures_from)}'.strip()}; style-src {own}'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; "
        f"script-src {own}{_hashes(inline)}"
    )
    head = webmap.inline_head() if assets_url is None else webmap.linked_head(html(assets_url))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{html(title)}</title>\n{head}\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _hashes(scripts: Iterable[str]) -> str:
    """Give each script's hash as a content security policy has it."""
    digests = (hashlib.sha256(script.encode("utf-8")).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
