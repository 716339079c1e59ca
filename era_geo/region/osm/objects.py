"""The nodes and ways of a file that a region may be made of, with their tags and where they lie.

pyosmium hands objects over one by one, and each tag of each object is a call from C++ into Python: most of the time that reading a
country took. So another process has it write what is wanted as lines of text, in C++ (`as_text`), which are taken apart here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import IO, Any, NamedTuple

import osmium

from era_geo.region.osm.as_text import wanted
from era_geo.region.osm.extract import Extract

_ESCAPED = re.compile("%([0-9a-f]+)%")
_SPACE = "%20%"
_KINDS = {"n": "node", "w": "way"}
_PIPE_BYTES = 1 << 20
BLOCK_BYTES = 4 << 20
"""Some twenty thousand objects: enough for work on whole arrays, and little to hold."""


class Found(NamedTuple):
    """A node or way. `tags` is `None` where its text is not valid UTF-8.

    `place` says where it lies, in degrees: `x-3.1 y55.9` for a node, `n1x-3.1y55.9,n2x-3.2y55.9` for a way's nodes; a node that is
    not in the file is `n3xy`.
    """

    kind: str
    id: int
    tags: dict[str, str] | None
    place: str


class Text:
    """The file's nodes and ways that have a key of interest, in its order, as text that another process writes.

    What cannot be written as text (tags that are not valid UTF-8) ends it before the end of the file: `given` says how many objects
    there were, and `one_by_one` gives the rest.
    """

    def __init__(self, extract: Extract) -> None:
        self.given = 0
        """How many objects the blocks so far have."""
        self.whole = False
        """Whether the end of the file was reached."""
        self._program = [sys.executable, "-m", "era_geo.region.osm.as_text", str(extract.source.path), extract.format]

    def blocks(self) -> Generator[bytes]:
        """Give the text some thousands of lines at a time: the same blocks of the same file on every machine."""
        with subprocess.Popen(  # noqa: S603 - this program itself
            self._program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=_PIPE_BYTES
        ) as process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            try:
                for block in _whole_lines(process.stdout):
                    self.given += block.count(b"\n")
                    yield block
                self.whole = process.wait() == 0
            finally:
                process.kill()


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Give a stream in blocks of whole lines; of a line that is cut short at its end nothing."""
    begun = b""
    while read := stream.read(BLOCK_BYTES):
        lines, newline, rest = read.rpartition(b"\n")
        if newline:
            yield begun + lines + newline
            begun = rest
        else:
            begun += rest


def parsed(block: bytes) -> Iterator[Found]:
    """Give the objects of a block of text."""
    return map(_parsed, block.decode().split("\n")[:-1])


def _parsed(line: str) -> Found:
    head, tags, place = line.split(" ", 2)
    only_spaces = tags.count("%") == 2 * tags.count(_SPACE)  # nearly always, and much sooner done
    pairs = [pair.split("=") for pair in (tags.replace(_SPACE, " ") if only_spaces else tags)[1:].split(",")]
    if not only_spaces:
        pairs = [[_ESCAPED.sub(_sign, part) for part in pair] for pair in pairs]
    return Found(_KINDS[head[0]], int(head[1:]), dict(pairs), place if head[0] == "n" else place[1:])


def _sign(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def one_by_one(extract: Extract, after: int = 0) -> Iterator[Found]:
    """Give the same objects without the other process, but for the first so many.

    Raises
    ------
    DataError
        If the file turns out to be damaged.
    """
    return islice(_each(extract), after, None)


def _each(extract: Extract) -> Iterator[Found]:
    located = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    located.ignore_errors()
    filters = wanted()
    with osmium.io.Reader(extract.file, osmium.osm.NODE | osmium.osm.WAY) as reader:
        for thing in extract.objects(osmium.OsmFileIterator(reader, located, *filters)):
            try:
                tags: dict[str, str] | None = dict(thing.tags)
            except UnicodeDecodeError:
                tags = None
            if thing.is_node():
                yield Found("node", thing.id, tags, f"x{thing.lon} y{thing.lat}")
            else:
                yield Found("way", thing.id, tags, ",".join(map(_node, thing.nodes)))


def _node(node: Any) -> str:
    return f"n{node.ref}x{node.lon}y{node.lat}" if node.location.valid() else f"n{node.ref}xy"


def locate(extract: Extract, ways: Iterable[int], nodes: Iterable[int]) -> Any:
    """Give the locations of these nodes, and of these ways' nodes, as pyosmium keeps them.

    Raises
    ------
    DataError
        If the file turns out to be damaged.
    """
    locations = osmium.index.create_map("flex_mem")
    wanted_ways = osmium.filter.IdFilter(ways)
    wanted_ids = set(nodes)
    with osmium.io.Reader(extract.file, osmium.osm.WAY) as reader:
        for way in extract.objects(osmium.OsmFileIterator(reader, wanted_ways)):
            wanted_ids.update(node.ref for node in way.nodes)
    wanted_nodes, located = osmium.filter.IdFilter(wanted_ids), osmium.NodeLocationsForWays(locations)
    with extract.errors_told(), osmium.io.Reader(extract.file, osmium.osm.NODE) as reader:
        osmium.apply(reader, wanted_nodes, located)
    return locations


def areas(extract: Extract, locations: Any, relations: Iterable[int], members: Iterable[int], take: Callable[[Any], None]) -> None:
    """Hand over the areas that these relations make of the ways that are their `members`, as pyosmium has them.

    Raises
    ------
    DataError
        If the file turns out to be damaged.
    """
    wanted_relations, wanted_ways = osmium.filter.IdFilter(relations), osmium.filter.IdFilter(members)
    manager, made = osmium.area.AreaManager(), osmium.BufferIterator()
    located = osmium.NodeLocationsForWays(locations)
    located.ignore_errors()
    with extract.errors_told():
        with osmium.io.Reader(extract.file, osmium.osm.RELATION) as reader:
            osmium.apply(reader, wanted_relations, manager.first_pass_handler())
        with osmium.io.Reader(extract.file, osmium.osm.WAY) as reader:
            osmium.apply(reader, located, wanted_ways, manager.second_pass_to_buffer(made))
        area: Any
        for area in made:
            if not area.from_way():
                take(area)
