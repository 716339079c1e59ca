"""The watch that the browser tests keep over a page."""

from pathlib import Path

import pytest

from tests.browser_tools import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("host", ["example.org", "203.0.113.7", "127.0.0.1:9"])
def test_what_a_page_asks_of_another_host_is_a_fault(visit: Visit, tmp_path: Path, host: str) -> None:
    visit.show(f'<img alt="" src="http://{host}/spy.png">', tmp_path)
    visit.page.wait_for_load_state("networkidle")
    assert f"request to another host: http://{host}/spy.png" in visit.faults
    visit.faults.clear()


def test_what_is_no_fault_passes(visit: Visit, tmp_path: Path) -> None:
    visit.show('<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', tmp_path)
    visit.page.wait_for_load_state("networkidle")
    assert visit.faults == []
