"""A record to read on the screen: all nineteen headings, the judgement that people gave, and the map."""

from __future__ import annotations

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.model import Assessment
from era_geo.outputs.document import MapPicture, Section
from era_geo.outputs.draft import record_document
from era_geo.outputs.escape import markdown
from era_geo.outputs.staticmap import SCALES, alternative_text
from era_geo.record.attachments import PICTURE
from era_geo.record.envelope import RecordDocument
from era_geo.region.region import Region
from era_geo.ui import record_desk, shared
from era_geo.ui.blocks import blocks
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk
from era_geo.ui.sign_in import account

_OPEN_AT_FIRST = frozenset({1, 2, 4, 5, 15})
"""Headings that a reader wants first: where it stands, why, who takes part, the property, the outcome."""
_MAP = 18
_MAP_PX = 640


def show(desk: Desk) -> None:
    """Show every heading, most of them folded."""
    for section in record_document(desk.document).sections:
        with st.expander(f"{section.number}. {section.title}", expanded=section.number in _OPEN_AT_FIRST):
            if section.number == _MAP:
                _map(desk)
            else:
                _blocks(section)


def sections(document: RecordDocument) -> None:
    """Show every heading but the map of a version that is not the one at hand, all folded."""
    for section in record_document(document).sections:
        if section.number != _MAP:
            with st.expander(f"{section.number}. {section.title}"):
                _blocks(section)


def region_of(assessment: Assessment) -> Region | None:
    """Give the region that an assessment was made in, if it is still there under its name."""
    name = assessment.versions.region
    if name not in shared.region_names(shared.settings()):
        return None
    try:
        return shared.open_region(name)
    except EraGeoError:
        return None


def _blocks(section: Section) -> None:
    said = blocks(block for block in section.blocks if not isinstance(block, MapPicture))
    if said:
        st.html(said)


def _map(desk: Desk) -> None:
    """Show the picture that was kept when the record was signed; before that, offer to draw it."""
    scale, assessment = SCALES[0], desk.document.form.assessment
    alternative = alternative_text(assessment, scale)
    if any(one.scale == scale for one in desk.document.pictures):
        name = PICTURE.format(scale=scale)
        kept = desk.once(name, lambda: record_desk.store().attachment(account(), desk.document.id, name))
        st.html(element("p", "As it was when the record was signed."))
        st.image(kept.content, alt=alternative, width=_MAP_PX)
        return
    st.html(element("p", alternative, class_="eg-measure"))
    if desk.document.signature:
        st.html(element("p", "No map was kept when the record was signed.", class_="eg-measure"))
        return
    if st.button("Draw the map", help="It is drawn on the region's ground as it is now, and kept when the record is signed."):
        from era_geo.outputs.record_export import kept_pictures  # noqa: PLC0415 - slow to import

        try:
            drawn = kept_pictures(desk.document, region_of(assessment))[scale]
        except EraGeoError as error:
            st.error(markdown(str(error)))
            return
        st.image(drawn, alt=alternative, width=_MAP_PX)
