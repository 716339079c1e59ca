"""The interactive map: folium and Leaflet with every part inside, so that it works with no network at all.

The ground comes from the region's own data. The map never fetches anything: Leaflet, jQuery and our own script lie beside this
file. All text from outside goes through `escape.script_html` or `escape.script_json`.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import shapely

from era_geo import crs, shipped
from era_geo.model import Assessment
from era_geo.outputs import symbols, words
from era_geo.outputs.background import Background
from era_geo.outputs.escape import html, script_html, script_json
from era_geo.outputs.ground import Ground, Window
from era_geo.outputs.looks import PROPERTY
from era_geo.outputs.places import PlaceRow, place_rows
from era_geo.outputs.symbols import symbol_svg
from era_geo.outputs.verbatim import spare_plain_texts
from era_geo.outputs.webdraw import add_shape, add_ways
from era_geo.outputs.webground import FURTHEST_ZOOM, NEAREST_ZOOM, Covered, Marks, ground_data, way_data

if TYPE_CHECKING:
    import folium

SCRIPTS = ("leaflet.js", "jquery.min.js", "era-map.js")
STYLES = ("leaflet.css", "era-map.css")
MARK_PX = 30
_POPUP: dict[str, Any] = {"max_width": 240, "max_height": 260, "auto_pan_padding_top_left": (52, 12)}
"""A popup fits a map of 358 pixels by 416, beside the buttons on the left; more than fits is scrolled to."""
_AROUND = 1.3
"""How far beyond ring and band the background goes, in radii: a screen is wider than it is high."""


@dataclass(frozen=True)
class Tiles:
    """An area's own map service: the address of its pictures, with `{z}`, `{x}` and `{y}`, and the credit it asks for."""

    url: str
    credit: str

    @property
    def origin(self) -> str:
        """Give the host that learns which area is looked at, with how it is reached: `https://maps.example.org`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def map_window(assessment: Assessment) -> Window:
    """Give the ground that the interactive map can show: what its background must cover, EPSG:27700."""
    reach = assessment.parameters.radius_m + assessment.site.uncertainty_m
    return Ground(assessment).window(margin_m=reach * _AROUND + 60)


def folium_map(
    assessment: Assessment, background: Background, *, assets_url: str | None = None, tiles: Tiles | None = None
) -> folium.Map:
    """Give the map as a folium object.

    Parameters
    ----------
    tiles
        A map service whose pictures take the place of the region's ground; the browser then asks it for them.
    assets_url
        The address under which the files `SCRIPTS` and `STYLES` of the assets folder are served, such as `/app/static`; by
        default they are put into the map itself.
    """
    import folium  # noqa: PLC0415 - slow to import

    ground = Ground(assessment)
    drawn = empty_map(assessment.site.lat, assessment.site.lon, assets_url)
    marks = Marks.of(ground, MARK_PX)
    if tiles is None:
        add_ground(drawn, background, marks)
    else:
        folium.TileLayer(
            tiles.url, attr=script_html(tiles.credit), max_zoom=int(NEAREST_ZOOM), max_native_zoom=19, control=False
        ).add_to(drawn)
    _add_ring(drawn, ground)
    add_ways(drawn, ground)
    groups = _add_places(drawn, ground)
    folium.LayerControl(position="topright", collapsed=True).add_to(drawn)
    _add_movement(drawn, ground, marks, groups)
    return drawn


def empty_map(lat: float, lon: float, assets_url: str | None) -> folium.Map:
    """Give a map with nothing on it yet, which asks no other host for anything. `assets_url` is as in `folium_map`."""
    import folium  # noqa: PLC0415 - slow to import

    spare_plain_texts()

    class OfflineMap(folium.Map):
        """A folium map whose scripts and styles are our own."""

        default_js = [] if assets_url is None else [(name, f"{assets_url}/{name}") for name in SCRIPTS]
        default_css = [] if assets_url is None else [(name, f"{assets_url}/{name}") for name in STYLES]

    drawn = OfflineMap(
        location=(lat, lon), tiles=None, zoom_start=18, min_zoom=int(FURTHEST_ZOOM), max_zoom=int(NEAREST_ZOOM),
        zoom_snap=0.5, max_bounds_viscosity=1.0, height="100%",
    )  # fmt: skip
    drawn._name = "Map"  # noqa: SLF001 - folium names the HTML element after it, and streamlit-folium looks for that name
    if assets_url is None:
        for name, content in (*_styles(), *_scripts()):
            _figure(drawn).header.add_child(_plain()(content), name=name)
    return drawn


def add_ground(drawn: folium.Map, background: Background, covered: Covered) -> None:
    """Draw the region's own ground, with street names that keep clear of what is `covered`."""
    _call(drawn, f"eraGround({drawn.get_name()}, {script_json(ground_data(background, covered))})")


def add_furniture(drawn: folium.Map, view: Window, limits: Window, credit: str) -> None:
    """Add scale, north arrow and credits, and show the whole of `view`; nobody can move beyond `limits` (EPSG:27700)."""
    given = ", ".join(script_json(value) for value in (_corners(view), _corners(limits), html(credit)))
    _call(drawn, f"eraFurniture({drawn.get_name()}, {given})")


def inline_head() -> str:
    """Give the styles and scripts of a map for the head of a page that works alone."""
    return "\n".join(content for _, content in (*_styles(), *_scripts()))


def linked_head(assets_url: str) -> str:
    """Give the styles and scripts of a map as links to where a page's server has them (`assets_url` of `folium_map`)."""
    styles = (f'<link rel="stylesheet" href="{assets_url}/{name}">' for name in STYLES)
    return "\n".join((*styles, *(f'<script src="{assets_url}/{name}"></script>' for name in SCRIPTS)))


def inline_scripts() -> tuple[str, ...]:
    """Give the text of each script that `inline_head` holds, for a page's security policy."""
    return tuple(_asset(name) for name in SCRIPTS)


def parts(drawn: folium.Map) -> tuple[str, str]:
    """Give a map's HTML element and its script, to be put into a page of one's own."""
    figure = _figure(drawn)
    for child in figure._children.values():  # noqa: SLF001 - as branca's own `render`, but without the page that we do not use
        child.render()
    element, script = figure.html.render(), figure.script.render()
    # folium names things by random numbers; a count gives equal pages for equal assessments.
    names = dict.fromkeys(re.findall(r"\b[a-z]\w*_([0-9a-f]{32})\b", element + script))
    for count, name in enumerate(names):
        element, script = element.replace(name, str(count)), script.replace(name, str(count))
    return element, script


def _add_ring(drawn: folium.Map, ground: Ground) -> None:
    import folium  # noqa: PLC0415 - slow to import

    radius = words.metres(ground.assessment.parameters.radius_m)
    ring = folium.FeatureGroup(name=script_html(f"Ring of {radius}, and what is too close to call"))
    add_shape(ring, ground.borderline, fillColor=PROPERTY, fillOpacity=0.1, stroke=False)
    # Leaflet rounds to whole pixels: fewer corners look rounder.
    add_shape(ring, shapely.simplify(shapely.boundary(ground.within), 0.15), color=PROPERTY, weight=2.5)
    ring.add_to(drawn)
    home = folium.FeatureGroup(name="The property", control=False)
    if ground.footprint is not None:
        add_shape(home, ground.footprint, color="#ffffff", weight=2, fillColor=PROPERTY, fillOpacity=1)
    site = ground.assessment.site
    dot: dict[str, Any] = {
        "radius": 6,
        "color": "#ffffff",
        "weight": 2,
        "fill_color": PROPERTY,
        "fill_opacity": 1,
        "fill": True,
    }
    label = f"<h3>The property</h3><p>{script_html(site.label)}</p><p>{script_html(words.located(site))}</p>"
    folium.CircleMarker((site.lat, site.lon), popup=folium.Popup(label, **_POPUP), **dot).add_to(home)
    home.add_to(drawn)


def _add_places(drawn: folium.Map, ground: Ground) -> list[tuple[str, str]]:
    """Add a group for each layer with places, and give the names of each place's marker and group."""
    import folium  # noqa: PLC0415 - slow to import

    rows = place_rows(ground.assessment)
    groups = {}
    for result in ground.assessment.layers:
        own = [row for row in rows if row.result is result]
        if own:
            label = f"{symbol_svg(result, 20)} {script_html(f'{own[0].kind} ({len(own)})')}"
            groups[result.id] = folium.FeatureGroup(name=label).add_to(drawn)
    names = []
    limits = map_window(ground.assessment)
    for row, shape in zip(rows, ground.places, strict=True):
        group = groups[row.result.id]
        colour = symbols.colour(row.result.style)
        near = shapely.clip_by_rect(shape, *limits)
        if not shapely.is_empty(near) and shapely.get_dimensions(near) > 0:
            add_shape(group, near, color=colour, weight=2, fillColor=colour, fillOpacity=0.12)
        icon = folium.DivIcon(
            html=f'{symbol_svg(row.result, MARK_PX)}<span class="era-number" aria-hidden="true">{row.number}</span>'
            f'<span class="era-hidden">{script_html(row.spoken)}</span>',
            icon_size=(MARK_PX, MARK_PX),
            icon_anchor=(MARK_PX // 2, MARK_PX // 2),
            class_name="era-mark",
        )
        popup = folium.Popup(_popup(row), **_POPUP)
        marker = folium.Marker((row.finding.lat, row.finding.lon), icon=icon, popup=popup).add_to(group)
        names.append((marker.get_name(), group.get_name()))
    return names


def _add_movement(drawn: folium.Map, ground: Ground, marks: Marks, names: list[tuple[str, str]]) -> None:
    """Keep marks apart at each zoom, and add scale, north, credits and the first view."""
    places = ", ".join(
        f"{{marker: {marker}, group: {group}, at: {script_json(at)}, by: {script_json(by)}, way: {script_json(way)}}}"
        for (marker, group), (at, by), way in zip(names, marks.data(), way_data(ground), strict=True)
    )
    _call(drawn, f"eraSpread({drawn.get_name()}, [{places}])")
    add_furniture(drawn, ground.window(margin_m=5.0), map_window(ground.assessment), words.credits_line(ground.assessment))


def _popup(row: PlaceRow) -> str:
    lines = [f"{row.distance} {row.direction}".strip(), row.band]
    lines += [row.way] if row.finding.walk_m is not None else []
    lines += [f"Sight: {row.sight}"] if row.finding.sight is not None else []
    lines += [text for text in (row.caveats, row.meeting, row.passing) if text]
    lines.append(f"Source: {row.sources}")
    said = "".join(f"<p>{script_html(text)}</p>" for text in lines)
    return f"<h3>{row.number}. {script_html(row.name)}</h3><p>{script_html(row.kind)}</p>{said}"


def _corners(window: Window) -> list[list[float]]:
    lon, lat = crs.to_lonlat([window[0], window[2]], [window[1], window[3]])
    return [[round(float(y), 6), round(float(x), 6)] for x, y in zip(lon, lat, strict=True)]


def _call(drawn: folium.Map, statement: str) -> None:
    """Add a statement to the map's script. It is our own code; text from outside is in it as `script_json` only."""
    drawn.add_child(_statement()(statement))


@cache
def _statement() -> Any:
    """Give the class of a statement that is run when the map is there. Its template is compiled once: that takes a while."""
    from branca.element import MacroElement  # noqa: PLC0415 - slow to import
    from folium.template import Template  # noqa: PLC0415 - slow to import

    class Call(MacroElement):
        """One statement, run when the map is there."""

        _template = Template("{% macro script(this, kwargs) %}{{ this.statement }};{% endmacro %}")

        def __init__(self, statement: str) -> None:
            super().__init__()  # type: ignore[no-untyped-call] # branca has no types
            self._name = "Call"
            self.statement = statement

    return Call


@cache
def _plain() -> Any:
    """Give the class of content that goes into a page as it is: folium would compile all of Leaflet as a template, each time."""
    from branca.element import Element  # noqa: PLC0415 - slow to import
    from folium.template import Template  # noqa: PLC0415 - slow to import

    class Plain(Element):
        """One style sheet or script."""

        _template = Template("{{ this.content }}")

        def __init__(self, content: str) -> None:
            super().__init__()
            self.content = content

    return Plain


def _figure(drawn: folium.Map) -> Any:
    return drawn.get_root()


@cache
def _asset(name: str) -> str:
    return (shipped.MAP_ASSETS / name).read_text(encoding="utf-8")


def _styles() -> list[tuple[str, str]]:
    return [(name, f"<style>{_with_images(name)}</style>") for name in STYLES]


def _scripts() -> list[tuple[str, str]]:
    return [(name, f"<script>{_asset(name)}</script>") for name in SCRIPTS]


@cache
def _with_images(name: str) -> str:
    """Give a style sheet with the images that it names put into it; those that era-geo does not use are left out."""

    def embedded(match: re.Match[str]) -> str:
        path = shipped.MAP_ASSETS / match[1]
        if not path.is_file():
            return "none"
        return f"url(data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')})"

    return re.sub(r"url\((images/[\w-]+\.png)\)", embedded, _asset(name)).replace("behavior: url(#default#VML);", "")
