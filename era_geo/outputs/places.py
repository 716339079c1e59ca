"""The table of places in words: one row for each finding, numbered as on the maps. Pages and documents print these rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from era_geo.model import Assessment, Finding, LayerResult
from era_geo.outputs import closerwords, words
from era_geo.outputs.escape import line


@dataclass(frozen=True)
class PlaceRow:
    """One place as people read it. `number` is its number on every map; `result` the layer it belongs to.

    `way` is the way on foot as a sentence; `edges` the gates and the boundary, also where it is known that none is shared;
    `meeting` what of them should not be overlooked; `passing` the count of ways past the property, empty where none was made.
    """

    number: int
    finding: Finding
    result: LayerResult
    kind: str
    name: str
    distance: str
    direction: str
    band: str
    walk: str
    way: str
    sight: str
    why: str
    caveats: str
    meeting: str
    edges: str
    passing: str
    sources: str

    @property
    def spoken(self) -> str:
        """The row as one sentence: what a map marker is called."""
        where = f"{self.distance}{f' {self.direction}' if self.direction else ''}"
        return f"{self.number}: {self.kind}, {self.name}, {where}, {self.band}"


def place_rows(assessment: Assessment) -> tuple[PlaceRow, ...]:
    """Give the rows of the table of places, nearest first, numbered from 1."""
    results = {result.id: result for result in assessment.layers}
    dated = {source.name: words.source(source) for source in assessment.sources}
    return tuple(
        PlaceRow(
            number=number,
            finding=finding,
            result=results[finding.layer],
            kind=line(results[finding.layer].label),
            name=words.place_name(finding),
            distance=words.distance(finding),
            direction=words.compass(finding.bearing_deg),
            band=words.band(finding.band, assessment.parameters),
            walk=closerwords.walk(finding),
            way=closerwords.way_on_foot(finding, assessment),
            sight=closerwords.sight(finding),
            why=line(", ".join(finding.why)),
            caveats=line("; ".join(caveat.rstrip(".") for caveat in finding.caveats)),
            meeting=closerwords.meeting(finding),
            edges=" ".join(filter(None, (closerwords.boundary(finding), closerwords.gates(finding)))),
            passing=closerwords.way_past(finding),
            sources=words.listed([dated.get(name, line(name)) for name in finding.sources]),
        )
        for number, finding in numbered(assessment)
    )


def numbered(assessment: Assessment) -> Iterator[tuple[int, Finding]]:
    """Give each finding with its number on table and maps: 1 is the nearest."""
    return enumerate(assessment.findings, 1)
