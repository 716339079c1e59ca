"""The map pictures that a signature keeps with a record, so that a rebuilt region changes nothing of what was signed."""

from __future__ import annotations

from era_geo.model import Assessment
from era_geo.outputs import staticmap
from era_geo.outputs.background import empty_background, read_background
from era_geo.outputs.docx_record import record_pictures
from era_geo.outputs.ground import around
from era_geo.region.region import Region


def pictures_of(assessment: Assessment, region: Region | None, reference: str | None = None) -> dict[int, bytes]:
    """Draw the fixed-scale maps of an assessment, PNG by scale.

    Parameters
    ----------
    region
        The region whose ground is drawn; without one, the maps hold the assessment alone.
    reference
        The case reference to print.

    Raises
    ------
    UsageError
        If the assessment carries restricted places.
    """
    window = around(*(staticmap.picture_window(assessment, scale, staticmap.IN_DOCUMENT) for scale in staticmap.SCALES))
    background = read_background(region, window) if region else empty_background(window)
    return record_pictures(assessment, background, reference)
