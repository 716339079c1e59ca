"""Files beside the store that hold something of a record: texts that could not be saved, unfinished assessments, notes of audits.

They are the program's own, under `ERA_GEO_HOME`, and go with the record. A file that was handed out is its receiver's to erase.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from era_geo.record.audit import plain

UNSAVED, DRAFTS, AUDITS = "unsaved", "drafts", "audits"
"""Folders of the home that may hold something of a record."""


def spelt(reference: str) -> str:
    """Give a case reference without what people write differently: case, blanks, hyphens and slashes."""
    return "".join(filter(str.isalnum, plain(reference).casefold()))


def files_of(home: Path, record_id: str, reference: str) -> tuple[Path, ...]:
    """Give the files about a record: by its id, and, unless `reference` is empty, by its reference however that is spelt."""
    return tuple(_by_id(home / AUDITS, record_id)) + tuple(_by_reference(home, spelt(reference)))


def blank(path: Path) -> None:
    """Overwrite a file before it goes, so that its room on the disk does not hold it, on most file systems."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
        file.flush()
        os.fsync(file.fileno())


def _by_id(folder: Path, record_id: str) -> Iterator[Path]:
    for path in sorted(folder.glob("*/*.json")):
        if record_id in _text(path):
            yield path


def _by_reference(home: Path, reference: str) -> Iterator[Path]:
    if not reference:
        return
    for path in sorted((home / UNSAVED).glob("*.json")):
        case = _read(path).get("case")
        if isinstance(case, dict) and spelt(str(case.get("reference", ""))) == reference:
            yield path
    for path in sorted((home / DRAFTS).glob("*/*.json")):
        if spelt(str(_read(path).get("reference", ""))) == reference:
            yield path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(path))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
