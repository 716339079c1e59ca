"""Several processes that each make rows of some of an extract's text; which of them has which block makes no difference."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from queue import Empty, Full, Queue

from era_geo.region.osm import worker
from era_geo.region.osm.worker import Done, Task, send

_LOOK_S = 0.2
_MOST = 4  # more would wait for the text
_Process = subprocess.Popen[bytes]
_Blocks = Queue[tuple[int, bytes] | None]


def sensible() -> int:
    """Give how many workers this machine can keep busy."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST)


def share_out(blocks: Iterable[bytes], tasks: Sequence[Task]) -> list[Done] | None:
    """Let a worker for each task make rows of the blocks; `None` if one of them was lost: then nothing of it all is of use."""
    waiting: _Blocks = Queue(maxsize=1)
    lost = threading.Event()
    with ThreadPoolExecutor(len(tasks)) as pool, ExitStack() as running:
        processes = [running.enter_context(_process()) for _ in tasks]
        feeding = [pool.submit(_feed, process, task, waiting, lost) for process, task in zip(processes, tasks, strict=True)]
        running.callback(lost.set)  # whatever stops this, twice pressed Ctrl-C too, nobody waits for a block any more
        for thing in chain(enumerate(blocks), [None] * len(tasks)):
            if not _offered(waiting, thing, lost):
                return None
        done = [future.result() for future in feeding]
        return None if lost.is_set() else [one for one in done if one is not None]


def _offered(waiting: _Blocks, thing: tuple[int, bytes] | None, lost: threading.Event) -> bool:
    """Wait until there is room for a thing; say whether there was before a worker was lost."""
    while not lost.is_set():
        try:
            waiting.put(thing, timeout=_LOOK_S)
        except Full:
            continue
        return True
    return False


def _taken(waiting: _Blocks, lost: threading.Event) -> Iterator[tuple[int, bytes]]:
    """Take blocks until there are no more, or a worker is lost."""
    while not lost.is_set():
        try:
            block = waiting.get(timeout=_LOOK_S)
        except Empty:
            continue
        if block is None:
            return
        yield block


def _feed(process: _Process, task: Task, waiting: _Blocks, lost: threading.Event) -> Done | None:
    """Tell a worker its task and give it blocks as it takes them; give its answer, unless a worker is lost."""
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - they were asked for
    for thing in chain([task], _taken(waiting, lost), [None]):
        if not lost.is_set():
            try:
                send(process.stdin, thing)
            except OSError:
                lost.set()
    process.stdin.close()
    if lost.is_set():
        return None
    try:
        with open(process.stdout.fileno(), "rb", closefd=False) as answer:
            done: Done = pickle.load(answer)  # noqa: S301 - from this program itself
    except (OSError, EOFError, pickle.UnpicklingError):
        lost.set()
        return None
    return done


@contextmanager
def _process() -> Iterator[_Process]:
    """Start a worker; it does not outlive the block."""
    program = [sys.executable, "-c", f"from {worker.__name__} import main; main()"]
    with subprocess.Popen(  # noqa: S603 - this program itself
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as process:
        try:
            yield process
        finally:
            process.kill()
