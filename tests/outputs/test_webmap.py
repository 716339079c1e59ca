"""The interactive map as folium makes it: nothing fetched, nothing hostile in its script, and fit for the app."""

from __future__ import annotations

import re

import branca.element
import folium
import jinja2
import pytest
import shapely

from era_geo import crs, shipped
from era_geo.model import Assessment
from era_geo.outputs import webmap
from era_geo.outputs.ground import Ground
from era_geo.outputs.verbatim import Verbatim, spare_plain_texts
from era_geo.outputs.webdraw import add_shape
from era_geo.outputs.webground import ZOOMS, Marks, geojson, ground_data, metres_per_pixel
from tests.outputs import drawn


def _map(assessment: Assessment, **more: str) -> str:
    made = webmap.folium_map(assessment, drawn.background(webmap.map_window(assessment)), **more)
    return str(made.get_root().render())


def test_the_map_asks_no_other_host_for_anything() -> None:
    written = _map(drawn.assessment())
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*//", written)
    assert "cdn." not in written
    assert not re.search(r"url\((?!data:|\"data:|#)", written), "images of the style sheets are inside"


def test_the_app_can_serve_the_parts_itself() -> None:
    written = _map(drawn.assessment(), assets_url="/app/static")
    for name in (*webmap.SCRIPTS, *webmap.STYLES):
        assert f"/app/static/{name}" in written
        assert (shipped.MAP_ASSETS / name).is_file()
    assert len(written) < 150_000, "the libraries are not in it too"


@pytest.mark.parametrize("hostile", drawn.HOSTILE)
def test_no_hostile_text_stands_in_the_script_as_it_came(hostile: str) -> None:
    places = (drawn.finding("school", hostile, shapely.Point(30, 30), 42.0),)
    assessment = drawn.assessment(findings=places, site=drawn.site(label=hostile))
    made = webmap.folium_map(assessment, drawn.background(webmap.map_window(assessment)))
    element, script = webmap.parts(made)
    for text in (element, script):
        assert hostile not in text
        assert "${" not in re.sub(r"\$\(`|&#\d+;", "", text)
        assert "<script" not in text
        assert "</script" not in text


def test_equal_assessments_give_equal_maps() -> None:
    background = drawn.background(webmap.map_window(drawn.assessment()))
    first, second = (webmap.parts(webmap.folium_map(drawn.assessment(), background)) for _ in range(2))
    assert first == second


def test_the_ground_is_small_and_rounded_to_a_tenth_of_a_metre() -> None:
    shape = shapely.Point(*drawn.ORIGIN).buffer(20)
    points = shapely.get_coordinates(shapely.geometry.shape(geojson(shape)))
    assert all(len(str(value).split(".")[1]) <= 6 for value in points.ravel())
    back = crs.geometries_to_bng([shapely.Polygon(points)])[0]
    assert shapely.hausdorff_distance(back, shape) < 0.15


def test_marks_and_names_have_a_place_at_every_zoom() -> None:
    assessment = drawn.assessment()
    marks = Marks.of(Ground(assessment), webmap.MARK_PX)
    data = ground_data(drawn.background(webmap.map_window(assessment)), marks)
    assert set(data["names"]) == {f"{zoom:.1f}" for zoom in ZOOMS}
    for at, by in marks.data():
        assert set(by) == set(data["names"])
        near = by["21.0"]
        assert abs(near[0] - at[0]) * 111_000 < 60 * metres_per_pixel(21, at[0]), "moved by no more than two marks' width"


def test_the_first_view_holds_ring_and_band_and_the_ground_goes_further() -> None:
    assessment = drawn.assessment()
    ground = Ground(assessment)
    limits = shapely.box(*webmap.map_window(assessment))
    assert limits.contains(ground.borderline.buffer(100))
    assert shapely.box(*ground.window(margin_m=5.0)).contains(ground.borderline)


def test_a_mark_never_begins_as_leaflets_own_picture() -> None:
    script = (shipped.MAP_ASSETS / "era-map.js").read_text(encoding="utf-8")
    assert "L.Marker.mergeOptions({ icon: L.divIcon(" in script
    assert not list(shipped.MAP_ASSETS.rglob("marker-*.png"))


def test_a_place_that_is_a_point_and_an_area_has_one_mark_and_no_pin_without_a_name() -> None:
    shape = shapely.GeometryCollection([shapely.Point(240000, 750000), shapely.box(240010, 750000, 240030, 750020)])
    group = folium.FeatureGroup()
    add_shape(group, shape)
    (added,) = (child for child in group._children.values() if isinstance(child, folium.GeoJson))
    assert {feature["geometry"]["type"] for feature in added.data["features"]} == {"Polygon"}
    add_shape(alone := folium.FeatureGroup(), shapely.Point(240000, 750000))
    assert not alone._children


def test_a_map_is_the_same_as_when_every_text_is_compiled_as_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    background = drawn.background(webmap.map_window(drawn.assessment()))
    spared = webmap.parts(webmap.folium_map(drawn.assessment(), background))
    assert isinstance(branca.element.Element("plain text\n")._template, Verbatim)
    monkeypatch.setattr(branca.element, "Template", jinja2.Template)
    assert webmap.parts(webmap.folium_map(drawn.assessment(), background)) == spared


@pytest.mark.parametrize("text", ["plain", "ends a line\n", "two\n\n", "", "{ %} }} a", "{{ this.get_name() }}", "{# not said #}x"])
def test_text_comes_out_of_branca_as_out_of_a_template(text: str) -> None:
    spare_plain_texts()
    element = branca.element.Element(text)
    assert element.render() == jinja2.Template(text).render(this=element, kwargs={})
