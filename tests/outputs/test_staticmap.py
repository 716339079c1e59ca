"""The fixed-scale map: exact on paper, complete, the same each time, and legible."""

from __future__ import annotations

import dataclasses
import io
import re
import threading
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from era_geo.errors import UsageError
from era_geo.layertypes import SHAPES
from era_geo.model import Assessment, Parameters
from era_geo.outputs import staticmap, symbols
from era_geo.outputs.background import Background, Street, empty_background
from era_geo.outputs.ground import Ground
from era_geo.outputs.layout import spread, street_labels
from era_geo.outputs.looks import ON_FOOT, OPEN_LINE_DARK, PROPERTY
from era_geo.outputs.mappaper import hatching
from era_geo.outputs.sheetwords import OPEN_LINE_WORDS
from era_geo.outputs.staticmap import A4, DPI, IN_DOCUMENT, SCALES, Sheet, alternative_text, render_png, render_svg
from tests.outputs import drawn

PIXELS_PER_MM = DPI / 25.4


def _background(assessment: Assessment, scale: int, sheet: Sheet = A4) -> Background:
    return drawn.background(staticmap.picture_window(assessment, scale, sheet))


def _texts(assessment: Assessment, scale: int, sheet: Sheet = A4) -> list[str]:
    """Give every text of the sheet."""
    figure = staticmap._draw(assessment, _background(assessment, scale, sheet), scale, sheet, "ABC-1")
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def _pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


@pytest.mark.parametrize("sheet", [A4, IN_DOCUMENT])
@pytest.mark.parametrize("scale", SCALES)
def test_a_metre_is_as_long_as_the_scale_says(scale: int, sheet: Sheet) -> None:
    alone = drawn.assessment(findings=(), site=drawn.site(uncertainty_m=0.0))
    window = staticmap.picture_window(alone, scale, sheet)
    pixels = _pixels(render_png(alone, empty_background(window), scale, sheet=sheet))
    # The ring is 106 m east and west of the middle of a building 12 m wide, and as far above and below where it is 10 m deep.
    ring = np.abs(pixels - [int(PROPERTY[i : i + 2], 16) for i in (1, 3, 5)]).max(axis=2) < 24
    left, bottom, width, height = sheet.frame(alone)
    middle = round((sheet.height_mm - bottom - height / 2) * PIXELS_PER_MM)
    across = np.flatnonzero(ring[middle])
    assert across[-1] - across[0] == pytest.approx(212 * 1000 / scale * PIXELS_PER_MM + 1.3 / 72 * DPI, abs=3)
    assert (across[-1] + across[0]) / 2 == pytest.approx((left + width / 2) * PIXELS_PER_MM, abs=1)


@pytest.mark.parametrize("scale", SCALES)
def test_the_sheet_is_a4_at_200_dots_an_inch(scale: int) -> None:
    png = render_png(drawn.assessment(), _background(drawn.assessment(), scale), scale)
    picture = Image.open(io.BytesIO(png))
    assert picture.size == (1653, 2338)
    assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    svg = render_svg(drawn.assessment(), _background(drawn.assessment(), scale), scale).decode()
    match = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"|height="([\d.]+)pt".*?width="([\d.]+)pt"', svg)
    assert match is not None
    sizes = sorted(float(size) * 25.4 / 72 for size in match.groups() if size)
    assert sizes == pytest.approx([210, 297], abs=0.01)


def test_everything_on_the_sheet_is_where_a_printer_can_print() -> None:
    inked = _pixels(render_png(drawn.assessment(), _background(drawn.assessment(), 1250), 1250)).min(axis=2) < 250
    for per_line in (inked.any(axis=0), inked.any(axis=1)):
        begin, *_, end = np.flatnonzero(per_line)
        assert min(begin, len(per_line) - 1 - end) / PIXELS_PER_MM >= 8.0


def test_equal_assessments_give_equal_bytes_without_a_clock_or_a_machine() -> None:
    assessment, background = drawn.assessment(), _background(drawn.assessment(), 1250)
    for render in (render_png, render_svg):
        first = render(assessment, background, 1250)
        assert first == render(assessment, background, 1250)
        assert not re.search(rb"tEXt|tIME|<dc:date|<dc:creator|(?i:matplotlib v)|Software", first[:4000])


def test_two_threads_draw_what_one_draws() -> None:
    assessment, background = drawn.assessment(), _background(drawn.assessment(), 2500)
    alone, drawn_by = render_svg(assessment, background, 2500), []
    threads = [
        threading.Thread(target=lambda: drawn_by.append(render_svg(assessment, background, 2500))) for _ in range(3)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn_by == [alone] * 3


def test_the_sheet_says_what_it_is_and_numbers_its_places_as_the_table_does() -> None:
    texts = _texts(drawn.assessment(), 1250)
    assert texts.count("OFFICIAL-SENSITIVE") == 2
    assert {"What is near the property, 1:1250", "ABC-1", "Facts of 22 November 2026", "N", "100 m"} <= set(texts)
    assert {str(number) for number in range(1, 8)} <= set(texts)
    assert "Schools: 4, 7" in texts
    assert "Licensed premises: 2-3, 6" in texts
    assert "Way on foot to a place" in texts
    assert "Print at 100% (actual size)" in " ".join(texts)
    assert "the scale bar is then 64 mm long." in " ".join(texts)
    assert any("© OpenStreetMap contributors" in text for text in texts)
    assert "Mill Wynd" in texts
    assert "OFFICIAL-SENSITIVE" not in _texts(drawn.assessment(), 1250, IN_DOCUMENT), "its page carries it"


def test_the_way_on_foot_is_in_the_key_only_where_one_is_drawn() -> None:
    assert "Way on foot to a place" not in _texts(drawn.empty(), 1250)
    plain = [dataclasses.replace(one, route=None) for one in drawn.assessment().findings]
    without = drawn.assessment(findings=tuple(plain))
    window = staticmap.picture_window(without, 1250)
    drawn_way = render_png(drawn.assessment(), empty_background(window), 1250)
    blue = [int(ON_FOOT[i : i + 2], 16) for i in (1, 3, 5)]
    counts = [
        int((np.abs(_pixels(png) - blue).max(axis=2) < 30).sum())
        for png in (render_png(without, empty_background(window), 1250), drawn_way)
    ]
    assert counts[1] > counts[0] + 100


def _dark(png: bytes) -> int:
    """Count the pixels of the hatching's colour."""
    wanted = [int(OPEN_LINE_DARK[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(_pixels(png) - wanted).max(axis=2) < 40).sum())


def test_the_open_area_is_hatched_and_in_the_key_where_it_is_known() -> None:
    alone = drawn.assessment(findings=())
    unknown = dataclasses.replace(alone, open_area=None)
    assert OPEN_LINE_WORDS in _texts(alone, 1250)
    assert OPEN_LINE_WORDS not in _texts(unknown, 1250)
    plain = empty_background(staticmap.picture_window(alone, 1250))
    assert _dark(render_png(alone, plain, 1250)) > _dark(render_png(unknown, plain, 1250)) + 1000
    assert "is hatched" in alternative_text(alone, 1250)
    assert "is hatched" not in alternative_text(unknown, 1250)


def test_a_map_without_words_of_its_own_has_no_hatching_that_nobody_explains() -> None:
    alone, bare = drawn.assessment(findings=()), Sheet(width_mm=104, height_mm=104, side_mm=0.4, marked=False, worded=False)
    picture = render_png(alone, empty_background(staticmap.picture_window(alone, 2500, bare)), 2500, sheet=bare)
    assert _dark(picture) < 100
    assert "is hatched" not in alternative_text(alone, 2500, bare)


def test_the_hatching_goes_through_the_shape_and_no_farther() -> None:
    shape = shapely.box(3, 7, 43, 27).difference(shapely.box(10, 10, 20, 20))
    lines = hatching(shape, 2.0)
    assert shapely.covers(shapely.buffer(shape, 1e-6), lines)
    assert shapely.length(lines) == pytest.approx(shapely.area(shape) / 2.0, rel=0.05), "a line for every two metres across"
    assert shapely.is_empty(hatching(shapely.Polygon(), 2.0))


def test_hostile_text_is_drawn_as_text() -> None:
    texts = _texts(drawn.assessment(site=drawn.site(label=drawn.TURNED)), 2500)
    assert "loohcs[31m and $\\frac{1}{0}$" in texts, "not as mathematics"
    assert not any("\x1b" in text or "\u202e" in text for text in texts)


def test_what_lies_beyond_the_sheet_is_said() -> None:
    alone = drawn.assessment(findings=(), parameters=Parameters(radius_m=250))
    assert "Beyond the edge of this map: part of the ring." in " ".join(_texts(alone, 1250))
    far = drawn.assessment(findings=(drawn.finding("school", "Far", shapely.Point(240, 0), 234.0),))
    assert "1 numbered place" in " ".join(_texts(far, 1250))
    assert "Beyond" not in " ".join(_texts(drawn.assessment(), 2500))


def test_the_edge_of_the_map_cuts_no_mark_off() -> None:
    west, south, east, north = drawn.ORIGIN[0] - 118, drawn.ORIGIN[1] - 100, drawn.ORIGIN[0] + 118, drawn.ORIGIN[1] + 100
    corners = [shapely.Point(x - drawn.ORIGIN[0], y - drawn.ORIGIN[1]) for x, y in ((west, south), (east, north))]
    given = drawn.assessment(findings=tuple(drawn.finding("school", "Edge", corner, 110.0) for corner in corners))
    left, _, width, _ = A4.frame(given)
    figure = staticmap._draw(given, _background(given, 1250), 1250, A4, None)
    figure.draw_without_rendering()
    for number in ("1", "2"):
        [text] = [text for axes in figure.axes for text in axes.texts if text.get_text() == number and text.get_weight() == "bold"]
        box = text.get_window_extent()
        assert left + 0.5 < box.x0 / figure.dpi * 25.4
        assert box.x1 / figure.dpi * 25.4 < left + width - 0.5


def test_a_property_located_too_roughly_is_said_on_the_sheet() -> None:
    assert "The property is not located well enough." in " ".join(_texts(drawn.uncertain(), 2500))


@pytest.mark.parametrize("scale", [0, -1250, 1250.5])
def test_a_scale_that_is_none_is_refused_in_words(scale: float) -> None:
    with pytest.raises(UsageError, match="whole number such as 1250"):
        render_png(drawn.assessment(), _background(drawn.assessment(), 1250), scale)  # type: ignore[arg-type]


def test_the_map_in_words_for_those_who_do_not_see_it() -> None:
    said = alternative_text(drawn.assessment(), 1250)
    assert "1:1250" in said
    assert "ring 100 m" in said
    assert "7 numbered places" in said


def test_every_shape_a_layer_may_have_can_be_drawn_and_differs() -> None:
    assert set(SHAPES) <= set(symbols.OUTLINES)
    assert len({symbols.OUTLINES[shape] for shape in SHAPES}) == len(SHAPES)
    assert symbols.colour(drawn.style("A", "red;background:url(//evil)")) == "#444444"
    assert symbols.outline(drawn.style("A", shape="<script>")) == symbols.OUTLINES["circle"]


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=30), st.floats(1, 20))
def test_marks_keep_apart_and_the_first_stays_where_it_is(points: list[tuple[float, float]], size: float) -> None:
    placed = spread([shapely.Point(point) for point in points], size, taken=[(0.0, 0.0)])
    assert placed.shape == (len(points), 2)
    every = np.vstack([placed, [[0.0, 0.0]]])
    apart = np.hypot(*(every[:, None] - every[None, :]).T) + np.eye(len(every)) * 1e9
    assert apart.min() >= size * 0.999
    if points and np.hypot(*points[0]) >= size:
        assert tuple(placed[0]) == points[0]


@given(st.lists(st.tuples(*[st.floats(0, 400)] * 4), min_size=1, max_size=12))
def test_street_names_cover_neither_each_other_nor_a_mark_nor_the_edge(lines: list[tuple[float, float, float, float]]) -> None:
    streets = tuple(
        Street(f"Street {i}", "street", shapely.LineString([(a, b), (c, d)])) for i, (a, b, c, d) in enumerate(lines)
    )  # fmt: skip
    mark = shapely.Point(200, 200).buffer(20)
    window = (0.0, 0.0, 400.0, 400.0)
    labels = street_labels(Background(window, {}, streets), height_m=6, character_m=4, avoid=[mark])
    for i, label in enumerate(labels):
        assert -90 < label.angle_deg <= 90, "never upside down"
        assert shapely.box(*window).contains(label.box)
        assert not label.box.intersects(mark)
        assert not any(label.box.intersects(other.box) for other in labels[:i])


def test_a_street_too_short_or_too_crooked_for_its_name_has_none_there() -> None:
    window = (0.0, 0.0, 400.0, 400.0)
    short = Street("A very long name for a lane", "street", shapely.LineString([(100, 100), (130, 100)]))
    bent = Street("Crook", "street", shapely.LineString([(200, 200), (210, 200), (210, 210), (220, 210), (220, 220)]))
    assert street_labels(Background(window, {}, (short, bent)), height_m=6, character_m=8) == []


def test_the_frame_gives_way_to_a_long_key() -> None:
    _, bottom, _, height = A4.frame(drawn.assessment())
    _, lower, _, higher = A4.frame(drawn.empty())
    assert bottom > lower
    assert height < higher
    assert Ground(drawn.assessment()).within.bounds[3] < A4.window(Ground(drawn.assessment()), 1250)[3], "the ring fits"
