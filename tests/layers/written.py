"""Layer files written by tests into their own home folder, where they overlay the shipped ones."""

from __future__ import annotations

from era_geo import layerset
from era_geo.layerset import LayerSet
from era_geo.settings import Settings

TAKEAWAY = """\
id = "takeaway"
version = 1
label = "Takeaways"
group = "community"
description = "Takeaways."
basis = ["practice"]
blind_spots = ["when young people meet there"]
style = { letter = "Tk", colour = "#878787", shape = "pentagon" }

[[match]]
amenity = "fast_food"

[[example]]
tags = { amenity = "fast_food" }
expect = "match"
"""


def write(settings: Settings, text: str, name: str = "takeaway.toml", folder: str = "places") -> None:
    place = settings.home / "layers" / folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def faults(settings: Settings, text: str, name: str = "takeaway.toml") -> list[str]:
    """Write one layer file and give the faults of all files as `file, where: what`."""
    write(settings, text, name)
    return [str(fault) for fault in layerset.check(settings)]


def with_match(settings: Settings, match: str, *, example: str = 'tags = { amenity = "bench" }\nexpect = "no match"') -> LayerSet:
    """Load the shipped layers and one more, `takeaway`, with these match blocks and caveats in place of its own."""
    head = TAKEAWAY.partition("[[match]]")[0]
    write(settings, f"{head}{match}\n\n[[example]]\n{example}\n")
    return layerset.load(settings)
