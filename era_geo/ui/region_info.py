"""What is in any one region: how much, from which files and official lists, how old each is, and how complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import streamlit as st

from era_geo import front
from era_geo.errors import EraGeoError
from era_geo.layerset import LayerSet
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.region import layer_counts, list_facts, row_facts
from era_geo.region.region import Region, RegionSource
from era_geo.region.shelf import Description
from era_geo.ui import shared
from era_geo.ui.blocks import mark, table
from era_geo.ui.markup import Html, bullets, element, joined
from era_geo.ui.region_words import INVENTED, megabytes

_COUNTED = {
    "addresses": "Addresses",
    "buildings": "Buildings",
    "places": "Places of any kind",
    "roads": "Streets and paths",
    "postcodes": "Postcodes",
}


def show() -> None:
    """Let the person choose a region, at first the one they look in, and say what is in it."""
    names = shared.region_names(shared.settings())
    name = st.selectbox("Region to tell about", names, index=names.index(shared.region_name()), format_func=line, width=480)
    try:
        region, layers = shared.open_region(name), shared.layers()
        description = shared.description(region)
        st.html(table(_facts(description), caption=False, plain=True))
        st.html(table(_sources(description.sources), folded=("Licence", "Credit", "What it covers, and how that is known")))
        _lists(description.sources, layers)
        if description.unbuilt:
            st.html(_unbuilt(description))
        with st.expander("How many places of each kind it holds"):
            st.html(table(_held(region, layers)))
    except EraGeoError as error:
        st.error(markdown(str(error)), icon=":material/error:")


def _facts(description: Description) -> Table:
    rows = [
        ("Area it can speak for", f"{description.coverage_km2:,.1f} square kilometres"),
        *[(label, f"{description.counts[name]:,}") for name, label in _COUNTED.items()],
        ("Size of the file", megabytes(description.size_bytes)),
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


def _lists(sources: Iterable[RegionSource], layers: LayerSet) -> None:
    """Say of each official list, and each file of addresses, how complete it is and what became of its rows."""
    labels = {layer.id: layer.label for layer in layers.layers}
    for source in sources:
        told = [line(one) for one in (*list_facts.described(source), *row_facts.described(source))]
        facts = list_facts.of_source(source)
        if facts is not None:
            known = [labels.get(layer, layer) for layer in facts.complete_for]
            everything = f"It holds all there is of: {words.listed(known)}." if known else "It is complete for no kind of place."
            told.insert(0, f"It speaks for {line(facts.area)}. {everything}")
        if told:
            with st.expander(f"How complete is {markdown(line(source.name))}"):
                st.html(bullets(told, class_="eg-measure"))


def _unbuilt(description: Description) -> Html:
    reasons = words.listed([f"{line(reason)} ({count})" for reason, count in description.unbuilt.items()])
    total = sum(description.unbuilt.values())
    objects = words.count(total, "object in the files was", "objects in the files were")
    return element("p", f"{objects} broken and could not be drawn: {reasons}. Results near one say so.", class_="eg-measure")


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
