"""Finished files given their names: what bears a name already is put aside first, and is never another's.

A kill at any moment leaves the old files or the new ones whole, under their names or put aside; `recover` then puts back what was
put aside.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from era_geo.batch.work import rename
from era_geo.errors import UsageError

_OWN_PART = re.compile(r"(?:rows|findings)(?:/part-\d{5,}\.parquet)?")


def refuse_foreign(path: Path, *, folder: bool) -> None:
    """Refuse to write over what no batch has written: a folder with other things in it, or a folder where a file is to be.

    Raises
    ------
    UsageError
        If it is such a thing.
    """
    if path.is_symlink() or (path.exists() and path.is_dir() != folder):
        kind = "a link" if path.is_symlink() else "a folder" if path.is_dir() else "a file"
        raise UsageError(f"{path.name} is {kind}, and is not written over. Choose another name.")
    if not path.is_dir():
        return
    inside = (found.relative_to(path).as_posix() for found in path.rglob("*"))
    foreign = next((name for name in inside if not _OWN_PART.fullmatch(name)), None)
    if foreign is not None:
        raise UsageError(
            f"The folder {path.name} is not the output of a batch: {foreign} is in it. It is not written over; choose another name."
        )


def put(temporary: Sequence[Path], final: Sequence[Path]) -> None:
    """Give finished files their names, in order; on an error those that bore the names before get them back."""
    recover(final)
    try:
        for path in reversed(final):  # the last one first: where it is there, all are there
            if path.exists():
                rename(path, _aside(path))
        for finished, path in zip(temporary, final, strict=True):
            rename(finished, path)
    except OSError:
        _put_back(final)
        raise
    for path in final:
        remove(_aside(path))


def recover(final: Sequence[Path]) -> None:
    """Put back what a run that was killed had put aside; where its new files are all there, remove it."""
    if final[-1].exists():
        for path in final:
            remove(_aside(path))
    else:
        _put_back(final)


def _put_back(final: Sequence[Path]) -> None:
    for path in final:
        if _aside(path).exists():
            remove(path)
            rename(_aside(path), path)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.before")
