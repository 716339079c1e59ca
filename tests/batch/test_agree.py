"""A row's UPRN and its address are held against each other."""

import pytest

from era_geo.batch.options import Question
from era_geo.batch.partition import locate_rows
from era_geo.model import LocateStatus
from era_geo.region.region import Region
from tests.world import build

HERE = "addr:city=Drawnton addr:street='Mill Wynd'"
TOWN = f"""
road way -50,0 100,0 400,0 highway=residential name='Mill Wynd'
other way -50,60 100,60 400,60 highway=residential name='Church Street'
home1 area 10,5 20,5 20,15 10,15 building=house addr:housenumber=12 {HERE} addr:postcode='ZZ1 1AA' ref:GB:uprn=100000001
home2 area 40,5 50,5 50,15 40,15 building=house addr:housenumber=45-49 {HERE} ref:GB:uprn=100000002
home3 area 40,65 50,65 50,75 40,75 building=house addr:housenumber=12 addr:street='Church Street' addr:city=Drawnton
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(TOWN, tmp_path_factory.mktemp("town"), name="town")


def ask(town: Region, *texts: str) -> tuple[LocateStatus, str]:
    (one,) = locate_rows([Question(2, texts)], town)
    return one.result.status, one.result.message


@pytest.mark.parametrize(
    ("uprn", "address"),
    [
        ("100000001", "12 Mill Wynd, Drawnton, ZZ1 1AA"),
        ("100000001", "Mill Wynd 12"),
        ("100000001", "12 MILL WYND"),
        ("100000001", "12 Mil Wynd, Drawnton"),
        ("100000001", "Flat 2/1, 12 Mill Wynd"),
        ("100000001", "somewhere that no map has"),
        ("100000002", "47 Mill Wynd"),
        ("100000002", "Mill Wynd"),
    ],
)
def test_an_address_that_may_be_the_uprns_is_no_contradiction(town: Region, uprn: str, address: str) -> None:
    assert ask(town, f"UPRN {uprn}", address)[0] is LocateStatus.MATCHED


@pytest.mark.parametrize(
    ("uprn", "address", "told"),
    [
        ("100000001", "14 Mill Wynd, Drawnton", "house number 14"),
        ("100000001", "12 Church Street, Drawnton", "is in Church Street"),
        ("100000001", "12 Church St", "is in Church Street"),
        ("100000001", "12 Mill Wynd, ZZ9 9ZZ", "postcode ZZ9 9ZZ"),
        ("100000002", "51 Mill Wynd", "house number 51"),
    ],
)
def test_an_address_that_says_otherwise_is_a_contradiction(town: Region, uprn: str, address: str, told: str) -> None:
    status, message = ask(town, f"UPRN {uprn}", address)
    assert status is LocateStatus.CONTRADICTION
    assert told in message


def test_an_unknown_uprn_is_told_where_the_address_was_asked_instead(town: Region) -> None:
    status, message = ask(town, "UPRN 999999999", "12 Mill Wynd, Drawnton")
    assert status is LocateStatus.MATCHED
    assert message.startswith("UPRN 999999999 gave no property here")
    assert ask(town, "12 Mill Wynd, Drawnton")[1] in message
