"""The readers of address data: one for each gazetteer and each list of postcodes that a file of `layers/sources/` describes."""

from __future__ import annotations

from era_geo.layergazetteer import GazetteerSource, PostcodeSource
from era_geo.layersource import SourceSet
from era_geo.region.gazetteer_reader import GazetteerReader
from era_geo.region.postcode_reader import PostcodeReader
from era_geo.region.readers import Reader
from era_geo.region.uprn_reader import UprnReader


def address_readers(sources: SourceSet) -> tuple[Reader, ...]:
    """Give the readers of address data, in the order in which they are run."""
    return (
        *(PostcodeReader(source, sources) for source in sources.of_kind(PostcodeSource)),
        *(GazetteerReader(source, sources) for source in sources.of_kind(GazetteerSource) if source.has_words),
        *(UprnReader(source, sources) for source in sources.of_kind(GazetteerSource) if not source.has_words),
    )
