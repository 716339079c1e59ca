"""The training town: an invented Scottish town, drawn as OpenStreetMap data, with the truth about every address in it.

`draw_town` draws it, `write_pbf` writes it down, `Survey` measures it, `ListWriter` writes its official lists, `moved` makes it
another town somewhere else. Everything about the town itself is in `plan/*.toml`.
"""

from era_geo.town.awkward import table as awkward_table
from era_geo.town.copies import moved
from era_geo.town.draw import ORIGIN, draw_town
from era_geo.town.lists import ListWriter
from era_geo.town.objects import Address, Case, Town
from era_geo.town.survey import Survey
from era_geo.town.write import DATA_DATE, write_pbf

__all__ = [
    "DATA_DATE",
    "ORIGIN",
    "Address",
    "Case",
    "ListWriter",
    "Survey",
    "Town",
    "awkward_table",
    "draw_town",
    "moved",
    "write_pbf",
]
