"""The training town: an invented Scottish town, drawn as OpenStreetMap data."""

from era_geo.town.draw import draw_town
from era_geo.town.objects import Address, Case, Town
from era_geo.town.write import DATA_DATE, write_pbf

__all__ = ["DATA_DATE", "Address", "Case", "Town", "draw_town", "write_pbf"]
