"""A benchmark's page names the command, and nothing of the machine it ran on."""

import pytest

from benchmarks._report import Report


def test_a_page_leaves_out_where_things_lie_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["country.py", "--scale", "0.1", "--file", "/home/ana/maps/small.osm.pbf"])
    assert Report("country", "A country").arguments == ["--scale", "0.1", "--file", "small.osm.pbf"]
