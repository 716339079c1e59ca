"""Makes rows of a share of an extract's text, into a draft of its own: the program of a process beside the builder.

What it is told comes pickled on standard input: a `Task`, then blocks of text with their numbers, and `None` after the last. It
answers with a pickled `Done`. Whatever goes wrong ends it without an answer, and the file is then read without it.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from era_geo import garbage
from era_geo.region.draft import Draft
from era_geo.region.osm import objects
from era_geo.region.osm.batch import Kept, Superseded
from era_geo.region.osm.rows import Rows
from era_geo.region.osm.structure import Structure
from era_geo.region.shares import Share


class Task(NamedTuple):
    """What a worker must know: where its draft is to be, the file's fid in `sources`, and what the first pass found."""

    draft: Path
    source_id: int
    superseded: Superseded
    structure: Structure


class Done(NamedTuple):
    """What a worker made: its draft's rows, and what it kept beside them of each block, by the blocks' numbers."""

    share: Share
    kept: dict[int, Kept]


def work(task: Task, blocks: Iterator[tuple[int, bytes]]) -> Done:
    """Make rows of numbered blocks of text."""
    kept: dict[int, Kept] = {}
    ends: dict[int, dict[str, int]] = {}
    with Draft(task.draft, is_share=True) as draft, garbage.sought(garbage.NEVER):
        for number, block in blocks:
            kept[number] = Kept()
            rows = Rows(draft, kept[number], task.source_id, task.superseded, task.structure)
            rows.take(objects.parsed(block))
            ends[number] = draft.ends()
        return Done(draft.as_share(ends), kept)


def send(stream: IO[bytes], thing: object) -> None:
    """Write a thing pickled into an unbuffered pipe, whole: a pause of the process (Ctrl-Z) may end a write half way."""
    left = memoryview(pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL))
    while left:
        left = left[stream.write(left) :]


def _told(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    while (block := pickle.load(stream)) is not None:  # noqa: S301 - from this program itself
        yield block


def main() -> None:
    """Do what standard input tells."""
    stream = sys.stdin.buffer
    task = pickle.load(stream)  # noqa: S301 - from this program itself
    with open(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as answer:
        send(answer, work(task, _told(stream)))
