"""The page Data: which regions there are, what is in each, how old and how complete it is, and how to add one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import streamlit as st

from era_geo import front
from era_geo.accounts import Role
from era_geo.layerset import LayerSet
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line
from era_geo.region import layer_counts
from era_geo.region.region import Region, RegionSource
from era_geo.region.shelf import Description, ShelvedRegion, describe, list_regions
from era_geo.ui import build_form, shared
from era_geo.ui.blocks import mark, table
from era_geo.ui.markup import Html, element, joined
from era_geo.ui.region_words import INVENTED
from era_geo.ui.sign_in import account

_COUNTED = {
    "addresses": "Addresses",
    "buildings": "Buildings",
    "places": "Places of any kind",
    "roads": "Streets and paths",
    "postcodes": "Postcodes",
}


def show() -> None:
    """Show the page."""
    region, layers = shared.region(), shared.layers()
    st.title("Data", anchor=False)
    st.html(
        element(
            "p",
            "A region is a stretch of open map data on this computer. Everything the app tells you comes from the region you "
            "look in. It knows nothing that is newer than its data.",
            class_="eg-lead eg-measure",
        )
    )
    st.header("Regions on this computer", anchor="regions")
    st.html(_shelf(list_regions(shared.settings())))
    st.header(f"What is in {line(region.name)}", anchor="region")
    description = describe(region)
    st.html(table(_facts(description)))
    st.html(table(_sources(description.sources), folded=("Licence", "Credit", "What it covers, and how that is known")))
    if description.unbuilt:
        st.html(_unbuilt(description))
    st.subheader("How many places of each kind the data holds", anchor="complete")
    st.html(table(_held(region, layers)))
    st.header("Add a region", anchor="add")
    if Role.ADMINISTRATOR in account().roles:
        build_form.show()
    else:
        st.html(element("p", "Administrators add regions here, for everybody.", class_="eg-measure"))


def _shelf(shelved: Iterable[ShelvedRegion]) -> Html:
    rows = [
        (line(one.name), _from(one), _span(one.dates), f"Cannot be opened. {one.problem}" if one.problem else _built(one.built))
        for one in shelved
    ]
    return table(
        Table("Choose the region to look in in the side bar.", ("Region", "Built from", "Data of", "Built on"), tuple(rows), ())
    )


def _from(one: ShelvedRegion) -> str:
    return words.listed([line(name) for name in one.sources]) or "not known"


def _span(dates: tuple[str | None, str | None]) -> str:
    first, last = (None if date is None else dt.date.fromisoformat(date) for date in dates)
    return words.day(first) if first == last else f"{words.day(first)} to {words.day(last)}"


def _built(when: str | None) -> str:
    return words.day(dt.datetime.fromisoformat(when).date() if when else None)


def _facts(description: Description) -> Table:
    rows = [
        ("Area it can speak for", f"{description.coverage_km2:,.1f} square kilometres"),
        *[(label, f"{description.counts[name]:,}") for name, label in _COUNTED.items()],
        ("Size of the file", f"{description.size_bytes / 1e6:,.1f} MB"),
    ]
    if description.name == front.TRAINING_TOWN:
        rows.insert(0, ("Note", INVENTED))
    return Table("What the region file holds", ("What", "How much"), tuple(rows), (35, 65))


def _sources(sources: Iterable[RegionSource]) -> Table:
    rows = tuple(
        (
            line(source.name),
            line(source.kind),
            words.day(dt.date.fromisoformat(source.date) if source.date else None),
            line(source.licence),
            line(source.credit),
            line(source.coverage_basis) + (f"; only {', '.join(map(line, source.themes))}" if source.themes else ""),
        )
        for source in sources
    )
    columns = ("Source", "Kind", "Date", "Licence", "Credit", "What it covers, and how that is known")
    return Table("Files it was built from", columns, rows, ())


def _unbuilt(description: Description) -> Html:
    reasons = words.listed([f"{line(reason)} ({count})" for reason, count in description.unbuilt.items()])
    total = sum(description.unbuilt.values())
    objects = words.count(total, "object in the files was", "objects in the files were")
    return element("p", f"{objects} broken and could not be drawn: {reasons}. Results near one say so.")


def _held(region: Region, layers: LayerSet) -> Table:
    counts = layer_counts.of_region(region, layers)
    rows = tuple(
        (joined([mark(layer.style), layer.label]), _number(sum(by_layer.get(layer.id, 0) for by_layer in counts.values())))
        for layer in layers.layers
    )
    caption = (
        "Objects on the map, in the whole region. One place may be several objects. A kind of which there is none cannot be "
        "looked for: its silence means nothing."
    )
    return Table(caption, ("Kind of place", "Objects"), rows, ())


def _number(count: int) -> str:
    return f"{count:,}" if count else "none: cannot be looked for"
