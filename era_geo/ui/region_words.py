"""What a region is, in a few words: what is in it, how old it is, where it ends."""

from __future__ import annotations

import datetime as dt

from era_geo import front
from era_geo.outputs import words
from era_geo.outputs.escape import line
from era_geo.region.region import Region
from era_geo.ui.markup import Html, element

INVENTED = "This town is invented, to practise with. None of its streets and homes are real."


def region_line(region: Region) -> Html:
    """Give the line that tells where the app looks, and how old that data is."""
    practice = f" {INVENTED}" if region.name == front.TRAINING_TOWN else ""
    said = f" {line(region.name)}, with {ages(region)}.{practice} You can choose another region in the side bar."
    return element("div", element("p", element("strong", "Looking in:"), said), class_="eg-region")


def newest(region: Region) -> dt.date:
    """Give the date of the region's newest source; the earliest date there is where none is known."""
    return max(_dates(region), default=dt.date.min)


def ages(region: Region) -> str:
    """Give how old the region's sources are: `data of 20 July 2022`, or from the oldest to the newest."""
    dates = _dates(region)
    if not dates:
        return "data of a date not known"
    if dates[0] == dates[-1]:
        return f"data of {words.day(dates[0])}"
    return f"data of {words.day(dates[0])} to {words.day(dates[-1])}"


def _dates(region: Region) -> list[dt.date]:
    return sorted(dt.date.fromisoformat(source.date) for source in region.sources if source.date)


def megabytes(size_bytes: int) -> str:
    """Give the size of a file: `1,234.5 MB`."""
    return f"{size_bytes / 1e6:,.1f} MB"
