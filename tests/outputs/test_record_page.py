"""The record's page in a real browser: nobody barred, nothing asked for, nothing run, the marking on every printed page."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from era_geo.outputs.draft import record_document
from era_geo.outputs.record_page import render_record_page
from era_geo.record.redact import redacted
from era_geo.record.terms import Status
from tests.browser_tools import Visit
from tests.outputs import drawn, record_files
from tests.record import filled

pytestmark = pytest.mark.browser
PICTURES = {1250: record_files.picture(), 2500: record_files.picture()}


def _page(**more: object) -> str:
    return render_record_page(record_document(filled.record(**more)), PICTURES)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [390, 1024])
def test_the_page_bars_nobody_and_asks_nobody(visit: Visit, tmp_path: Path, width: int) -> None:
    page = visit.show(_page(), tmp_path, width=width)
    assert visit.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing to scroll sideways"
    assert page.locator("h1").count() == 1
    assert page.locator("h2").count() == 19
    assert page.get_by_text("OFFICIAL-SENSITIVE  ·  SIGNED", exact=True).count() == 2
    assert page.locator("img").count() == 2
    assert page.get_by_role("table", name="Measures").get_by_role("row").count() == 3


def test_a_draft_and_a_copy_bar_nobody_either(visit: Visit, tmp_path: Path) -> None:
    visit.show(_page(status=Status.DRAFT), tmp_path)
    assert visit.barriers() == []
    visit.show(render_record_page(record_document(redacted(filled.record())), {}), tmp_path)
    assert visit.barriers() == []


def test_hostile_text_is_shown_and_never_run(visit: Visit, tmp_path: Path) -> None:
    attacks = iter(drawn.HOSTILE * 100)
    form = filled.rewritten(filled.form(), lambda path, text: text if path.startswith("assessment") else next(attacks))
    page = visit.show(_page(the_form=form), tmp_path)
    assert page.get_by_text(drawn.MARKUP).count() > 5
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img").count() == 2


def test_every_printed_page_bears_the_marking_and_maps_keep_their_scale(visit: Visit, tmp_path: Path) -> None:
    page = visit.show(_page(), tmp_path)
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) > 6
    for one in printed.pages:
        assert one.extract_text().count("OFFICIAL-SENSITIVE") >= 2
    page.emulate_media(media="print")
    widths = page.locator("img").evaluate_all("images => images.map(image => image.getBoundingClientRect().width)")
    assert widths == pytest.approx([180 / 25.4 * 96] * 2, abs=0.5)
