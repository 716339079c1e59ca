"""Two towns eight kilometres apart, with what makes addresses hard: the same street name, flats, ranges, names, gaps."""

from __future__ import annotations

import pytest

from era_geo.region.region import Region
from tests.address.rows import address, building, locality, postcode, region_of_rows, road, source, street

KIRK = (300000.0, 650000.0)
NETHER = (308000.0, 650000.0)


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Kirkbrae (postcodes ML3) and Netherton (ML9)."""
    x, y = KIRK
    nx, ny = NETHER
    kirk = {"town": "Kirkbrae"}
    addresses = [
        *street("Mill Wynd", (x, y), range(1, 41), postcode="ML3 6AB", **kirk),
        *street("Mill Wynd", NETHER, range(1, 13), town="Netherton", postcode="ML9 1AA"),
        *street("Station Road", (x, y + 300), [1, 2, 3, 5, 8, 9, "45-47", "8B", "12-14"], **kirk),
        *street("St. Leonard's Street", (x, y + 600), [1, 2, 3], **kirk),
        *street("East London Street", (x, y + 900), [2, 4], **kirk),
        *street("London Street", (x + 400, y + 900), [2, 4, 6], **kirk),
        *street("Alva Place", (x, y + 1200), [4, 6], **kirk),
        *street("Alma Street", (x + 600, y + 1200), [4, 6], **kirk),
        *street("Rathad a' Mhuilinn", (x, y + 1500), [1, 2], **kirk),
        *street("Bruntsfield Place", (x, y + 1800), [10, 12], **kirk),
        *street("Tenement Row", (x, y + 2100), [20], flats="0/1;0/2;1/1;1/2;2/1;2/2", uprn="906000001", **kirk),
        *(address((x + 40, y + 2108), "22", "Tenement Row", flat=flat, **kirk) for flat in ("1F1", "1F2", "2F1")),
        address((x + 60, y + 2100), "55/2", "Tenement Row", **kirk),
        address((x + 200, y + 2100), None, "Tenement Row", house="Marrow Court", flats="1-6", **kirk),
        address((x + 500, y + 2400), None, "Kirk Brae", house="Rose Cottage", **kirk),
        address((x + 520, y + 2400), None, "Kirk Brae", house="Block 3", flats="Flat 1;Flat 9", **kirk),
        address((x + 700, y + 2500), None, None, house="Muirhead Farm", building_id=1),
    ]
    return region_of_rows(
        tmp_path_factory.mktemp("towns") / "towns.gpkg",
        sources=[source((x - 5000, y - 5000), (nx + 5000, ny + 5000))],
        addresses=addresses,
        buildings=[building("osm:way/1", (x + 695, y + 2495))],
        roads=[
            road("Mill Wynd", [(x - 5, y), (x + 205, y)], other_names='["Muileann Lane"]'),
            road("Mill Wynd", [(nx - 5, ny), (nx + 65, ny)]),
            road("Empty Lane", [(x, y - 300), (x + 100, y - 300)]),
        ],
        postcodes=[
            postcode("ML3 6AB", (x + 50, y)),
            postcode("ML3 6AD", (x + 50, y + 300)),
            postcode("ML3 6AE", (x + 50, y + 600)),
            postcode("ML3 6AF", (x + 50, y + 900)),
            postcode("ML3 6AG", (x + 10, y + 1200)),
            postcode("ML3 6AH", (x + 50, y + 1500)),
            postcode("ML3 6AJ", (x + 50, y + 1800)),
            postcode("ML3 6AK", (x + 50, y + 2100)),
            postcode("ML3 6ZZ", (x + 50, y + 60), terminated="2019-05-01"),
            postcode("ML9 1AA", (nx + 30, ny)),
            postcode("ML9 1AB", (nx + 30, ny + 300)),
        ],
        localities=[
            locality("Kirkbrae", (x, y + 500), "town", other_names='["Bruthach na h-Eaglaise"]'),
            locality("Netherton", (nx, ny + 200), "village"),
        ],
        interpolations=[
            {
                "ref": "osm:way/77", "street": "Station Road", "first": 101, "last": 111, "step": 2, "town": "Kirkbrae",
                "postcode": None, "source_id": 1, "line": [(x + 200, y + 292), (x + 300, y + 292)],
            }
        ],
    )  # fmt: skip
