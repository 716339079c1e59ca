"""Unfinished work on disk, so that a refresh or a dropped connection loses nothing.

Each user has a folder, each draft a file: a JSON document. Files are readable by this program's account only, replaced whole or
not at all, and removed when their time is up. A folder's name is a hash of the user's key: it tells neither the person nor the
property.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from era_geo.errors import EraGeoError

_ID = re.compile(r"[0-9a-f]{16}")
_DAY_S = 86_400.0
MOST = 20
"""How many drafts of one user are kept; the oldest go first."""


@dataclass(frozen=True)
class KeptDraft:
    """A draft on disk. `saved_at` is in seconds since 1970."""

    id: str
    saved_at: float
    document: Mapping[str, Any]


@dataclass(frozen=True)
class DraftStore:
    """The drafts of all users in one folder. A user is told by a key that never changes (`era_geo.accounts.Account.key`)."""

    folder: Path
    days: float
    most: int = MOST

    @staticmethod
    def new_id() -> str:
        """Give the id of a new draft."""
        return secrets.token_hex(8)

    def save(self, user: str, draft: str, document: Mapping[str, Any]) -> None:
        """Save a draft, whole or not at all.

        Raises
        ------
        EraGeoError
            If it could not be written, such as when the disk is full: the draft on disk is then the one before.
        """
        folder, text = self._of(user), json.dumps(document, ensure_ascii=False, allow_nan=False)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self._file(user, draft), text)
            for old in self._files(user)[self.most :]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise EraGeoError(
                f"Your work could not be saved on the server ({error.strerror}). It is still here, but would be lost with this "
                "window. Tell the person who looks after this app."
            ) from error

    def of(self, user: str) -> list[KeptDraft]:
        """Give this user's drafts, newest first. One that cannot be read is passed over."""
        found = []
        for file in self._files(user):
            with suppress(OSError, ValueError):
                document = json.loads(file.read_text(encoding="utf-8"))
                if isinstance(document, dict):
                    found.append(KeptDraft(file.stem, file.stat().st_mtime, document))
        return found

    def forget(self, user: str, draft: str) -> None:
        """Remove a draft; one that is not there is no error."""
        with suppress(FileNotFoundError):
            self._file(user, draft).unlink()

    def expire(self) -> int:
        """Remove every draft, whosever it is, that was saved longer ago than `days`; give how many."""
        gone = 0
        for file in self.folder.glob("*/*.json"):
            with suppress(OSError):
                if file.stat().st_mtime < time.time() - self.days * _DAY_S:
                    file.unlink()
                    gone += 1
        return gone

    def _of(self, user: str) -> Path:
        return self.folder / hashlib.sha256(user.encode("utf-8")).hexdigest()[:32]

    def _file(self, user: str, draft: str) -> Path:
        if not _ID.fullmatch(draft):
            raise ValueError("This is no draft's id.")
        return self._of(user) / f"{draft}.json"

    def _files(self, user: str) -> list[Path]:
        """Give this user's files that are still to be kept, newest first."""
        dated = []
        for file in self._of(user).glob("*.json"):
            with suppress(OSError):
                dated.append((file.stat().st_mtime, file))
        return [file for when, file in sorted(dated, reverse=True) if when >= time.time() - self.days * _DAY_S]


def _replace(file: Path, text: str) -> None:
    """Write a file beside its place, readable by this account only, and move it there."""
    number, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=file.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as writing:
            writing.write(text)
            writing.flush()
            os.fsync(writing.fileno())
        Path(unfinished).replace(file)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise
