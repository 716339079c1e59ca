"""A list of care services in the Care Inspectorate's own columns, and regions that hold it beside a drawn world."""

from __future__ import annotations

from pathlib import Path

from era_geo.region.region import Region
from tests.region.address_files import OSG, Row, built, code_point, table

CARE = (
    "CSNumber", "CareService", "Subtype", "AdditionalSubtypes", "ServiceType", "ServiceName", "Address_line_1", "Address_line_2",
    "Address_line_3", "Address_line_4", "Service_town", "Service_Postcode", "ChopUPRN", "ServiceStatus", "DateReg",
    "Council_Area_Name", "CareHome_Main_Area_of_Care",
)  # fmt: skip
CORNERS = [(-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4)]
"""Far postcodes: a list that speaks for the country draws its hull around the world by them."""


def care(number: int, service: str, name: str, **more: object) -> Row:
    """Give a row of a care service; `more` by column."""
    row = {"CSNumber": f"CS{number}", "CareService": service, "ServiceName": name, "ServiceStatus": "Active"}
    return row | {"Council_Area_Name": "City of Edinburgh"} | more


def minder(number: int, council: str = "City of Edinburgh") -> Row:
    """Give a row of a child minder: without a name or an address, as they are published."""
    return care(number, "Child Minding", "", Council_Area_Name=council)


def built_with_care(
    tmp_path: Path, world: str, *services: Row, houses: tuple[Row, ...] = (), postcodes: str | None = None
) -> Region:
    """Build a region of a drawn world, a gazetteer of `houses` and the care services, with a list of postcodes.

    There is one postcode at the world's origin, and far ones at which the list has homes of its own.
    """
    far = [care(900 + i, "Care Home Service", f"Corner {i}", Service_Postcode=f"ZX1 {i}AA") for i in range(1, 5)]
    corners = "".join(code_point(f"ZX1 {i}AA", *corner) for i, corner in enumerate(CORNERS, 1))
    if postcodes is None:
        postcodes = code_point("ZZ1 1AA", 0, 0) + corners
    tables = {"care-inspectorate-2026-05-31": table(CARE, *services, *far)}
    tables |= {"postcodes": postcodes} if postcodes else {}
    tables |= {"gazetteer": table(OSG, *houses)} if houses else {}
    return built(tmp_path, world, **tables)
