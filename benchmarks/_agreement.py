"""How far the closer look is from its oracles on seeded samples: walks from osmnx, sight from brute force, as in the tests."""

from __future__ import annotations

import numpy as np

from benchmarks._report import Report
from era_geo.region.region import Region

_PROPERTIES = 20


def add(report: Report, region: Region) -> None:
    """Add the largest difference in walking distance, and the differences in sight."""
    from tests.vicinity import test_sight_oracle, test_walking_oracle  # noqa: PLC0415 - what the tests need is a checkout's

    walks = test_walking_oracle.differences_from_osmnx(region, test_walking_oracle.drawn_from(region))
    report.add("walking, largest difference from osmnx", max(walks), "m", target="<= 1")
    sights = test_sight_oracle.differences(region, _PROPERTIES)
    report.add("sight, 95th percentile of the difference from brute force", float(np.percentile(sights, 95)), "")
    report.add("sight, largest difference from brute force", max(sights), "", target="<= 0.02")
    report.notes.append(
        f"Agreement: {len(walks)} walks between seeded spots, on the network that osmnx walks; {len(sights)} places seen from "
        f"{_PROPERTIES} seeded properties. Brute force draws every line, and looks out from other spots."
    )
