"""All that a search asks of one region: its names, its houses, its postcodes."""

from __future__ import annotations

from functools import lru_cache

from era_geo.address.known_houses import KnownHouses
from era_geo.address.known_places import KnownPlaces
from era_geo.address.known_postcodes import KnownPostcodes
from era_geo.region.region import Region


class Gazetteer(KnownPlaces, KnownHouses, KnownPostcodes):
    """The names, houses and postcodes of one region. Made once for each by `gazetteer_of`; threads may share it."""

    def __init__(self, region: Region) -> None:
        KnownPlaces.__init__(self, region)
        KnownHouses.__init__(self, region)
        KnownPostcodes.__init__(self, region)


@lru_cache(maxsize=8)
def gazetteer_of(region: Region) -> Gazetteer:
    """Give the region's gazetteer, made at the first call and kept.

    Raises
    ------
    DataError
        If the region file is damaged, or has no address index.
    """
    return Gazetteer(region)
