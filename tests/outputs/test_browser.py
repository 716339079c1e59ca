"""The exported page in a real browser: no network, no barrier, nothing executed, map and table saying the same."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from era_geo.model import Assessment
from era_geo.outputs import webmap
from era_geo.outputs.page import render_map, render_page
from tests.browser_tools import WIDTHS, Visit
from tests.outputs import drawn

pytestmark = pytest.mark.browser

DRAWN = {"found": drawn.assessment(), "none found": drawn.empty(), "too uncertain": drawn.uncertain()}


def _page(assessment: Assessment) -> str:
    return render_page(assessment, drawn.background(webmap.map_window(assessment)), reference="ABC <b>1</b>")


@pytest.mark.parametrize(("name", "width"), [*(("found", width) for width in WIDTHS), ("none found", 390), ("too uncertain", 390)])
def test_the_page_bars_nobody_and_asks_nobody(visit: Visit, tmp_path: Path, name: str, width: int) -> None:
    page = visit.show(_page(DRAWN[name]), tmp_path, width=width)
    assert visit.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.get_by_text("OFFICIAL-SENSITIVE", exact=True).count() == 2


def test_hostile_text_is_shown_and_never_run(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    table = page.get_by_role("table", name="Places found, nearest first")
    for number, name in ((2, drawn.FORMULA), (3, drawn.MARKUP), (4, drawn.SCRIPT)):
        assert table.get_by_role("row").nth(number).get_by_role("cell").nth(1).inner_text() == name
        table.get_by_role("link", name=f"Show place {number} on the map").click()
        assert page.locator(".leaflet-popup-content h3").inner_text() == f"{number}. {name}"
    page.locator(".leaflet-control-layers").hover()
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img").count() == 0


def test_a_script_that_slipped_through_would_not_run(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.empty()).replace("</main>", "<script>window.hacked = 1</script></main>"), tmp_path)
    assert page.evaluate("window.hacked") is None
    assert visit.faults
    assert all("Content Security Policy" in fault for fault in visit.faults)
    visit.faults.clear()


def test_map_and_table_have_the_same_numbers(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    assert page.locator(".era-number").all_inner_texts() == [str(number) for number in range(1, 8)]
    assert page.locator("a[data-place]").all_inner_texts() == [str(number) for number in range(1, 8)]
    names = [
        mark.get_attribute("aria-label") or mark.inner_text() for mark in page.get_by_role("button").filter(has_text=":").all()
    ]
    assert any(re.search(r"7: Schools, Sgoil Àraich, 99 m north-east, may be within 100 m", name) for name in names)


def test_no_mark_covers_another_or_the_property_at_any_zoom(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(_crowded()), tmp_path, width=1440)
    for _ in range(4):
        found: list[list[float]] = page.locator(".era-mark").evaluate_all(
            "(marks) => marks.map((mark) => mark.getBoundingClientRect()).map((box) => [box.x, box.y])"
        )
        corners = np.array(found)
        apart = np.hypot(*(corners[:, None] - corners[None, :]).T) + np.eye(len(corners)) * 1e6
        assert apart.min() >= webmap.MARK_PX
        page.locator(".leaflet-control-zoom-in").click()


def test_a_layer_can_be_switched_off(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    page.locator(".leaflet-control-layers").hover()
    page.get_by_label("Licensed premises (3)").uncheck()
    assert page.locator(".era-number").all_inner_texts() == ["1", "4", "5", "7"]
    page.get_by_label("Licensed premises (3)").check()
    assert page.locator(".era-number").count() == 7


def test_the_closer_look_is_folded_away_and_off_until_it_is_asked_for(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    lines = page.locator(".leaflet-overlay-pane path[stroke-dasharray]")
    assert page.locator("details[open]").count() == 0
    assert lines.count() == 0
    page.locator(".leaflet-control-layers").hover()
    page.get_by_label("Ways on foot (1), with gates and entrances").check()
    assert lines.count() == 1
    before = page.locator(".leaflet-overlay-pane path").count()
    page.get_by_label("Open line in plan, heights unknown").check()
    page.get_by_label("2 crossings of streets").check()
    assert page.locator(".leaflet-overlay-pane path").count() == before + 2
    assert page.locator(".leaflet-era-open-area-pane path, .leaflet-pane.era-open-area path").count() == 1
    page.get_by_label("Ways on foot (1), with gates and entrances").uncheck()
    for part in page.locator("summary").all():
        part.click()
    assert page.get_by_text("62 m on foot, from the entrance to a gate.").first.is_visible()
    assert page.get_by_role("table", name="What wider parameters would have cost").is_visible()
    assert page.get_by_text("12 have their shortest way past the property").first.is_visible()
    assert visit.barriers() == [], "unfolded, too"
    assert page.locator(".leaflet-overlay-pane path[stroke-dasharray]").count() == 0


def test_a_place_shows_its_own_way_while_it_is_open(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    ways = page.locator(".leaflet-overlay-pane path[stroke-dasharray]")
    page.get_by_role("link", name="Show place 4 on the map").click()
    assert ways.count() == 1
    assert "62 m on foot, from the entrance to a gate." in page.locator(".leaflet-popup-content").inner_text()
    page.keyboard.press("Escape")
    assert ways.count() == 0


def test_a_popup_can_be_closed_on_a_narrow_screen(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path, width=390)
    page.get_by_role("link", name="Show place 4 on the map").click()
    assert visit.barriers() == []
    page.locator(".leaflet-popup-close-button").click(timeout=5000)
    assert page.locator(".leaflet-popup-content").count() == 0
    assert page.locator(".leaflet-control-layers").is_visible()


def test_paper_shows_what_is_folded_away(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_the_map_works_by_keyboard(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the table of places"
    mark = page.locator(".era-mark").nth(3)
    mark.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup-content h3").inner_text().startswith("4. ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog", "the focus is in what opened"
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup-content").count() == 0
    assert "4: Schools" in page.evaluate("document.activeElement.textContent"), "and goes back to where it came from"


def test_the_map_draws_its_ground_and_names_its_streets(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path, width=1440)
    assert "Mill Wynd" in page.locator(".era-name").all_inner_texts()
    colours = page.evaluate(
        """() => { const canvas = document.querySelector(".leaflet-era-ground-pane canvas");
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) seen.add([data[i], data[i + 1], data[i + 2]].join());
        return [...seen]; }"""
    )
    assert "216,207,196" in colours, "buildings"
    assert "255,255,255" in colours, "streets"


def test_the_map_alone_fills_its_frame(visit: Visit, tmp_path: Path) -> None:
    assessment = drawn.assessment()
    inner = render_map(assessment, drawn.background(webmap.map_window(assessment)))
    path = tmp_path / "frame.html"
    path.write_text(inner, encoding="utf-8")
    page = visit.show(
        '<!DOCTYPE html><html lang="en-GB"><head><title>App</title></head><body><main><h1>App</h1>'
        '<iframe title="Map" src="frame.html" width="700" height="500"></iframe></main></body></html>',
        tmp_path,
    )
    frame = page.frame_locator("iframe")
    assert frame.locator(".era-number").count() == 7
    box = frame.locator(".folium-map").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (700, 500)
    assert visit.barriers() == []


def test_the_page_prints_with_the_whole_ring_on_the_paper(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(drawn.assessment()), tmp_path)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sheet = page.locator("#map").bounding_box()
    marks = [mark.bounding_box() for mark in page.locator(".era-mark").all()]
    assert sheet is not None
    assert sheet["width"] == pytest.approx(180 / 25.4 * 96, abs=1)
    for mark in marks:
        assert mark is not None
        assert sheet["x"] <= mark["x"] <= sheet["x"] + sheet["width"] - mark["width"], "the whole ring is on the paper"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def _crowded() -> Assessment:
    """Give an assessment with forty places in one spot and forty in a row."""
    points = [shapely.Point(30, 30)] * 40 + [shapely.Point(-60 + 3 * i, -20) for i in range(40)]
    return drawn.assessment(findings=tuple(drawn.finding("school", None, point, 40.0) for point in points))


def test_what_is_too_small_to_hit_is_a_barrier(visit: Visit, tmp_path: Path) -> None:
    small = '<button style="width: 9px; height: 9px; padding: 0; border: 0" aria-label="{}"></button>'
    both = small.format("one") + small.format("two")
    page = f'<!doctype html><html lang="en"><title>Small</title><main><h1>Small</h1>{both}</main></html>'
    visit.show(page, tmp_path)
    assert [barrier.split(":")[0] for barrier in visit.barriers()] == ["serious target-size (2)"]
