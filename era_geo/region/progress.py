"""How a long job tells how far it has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the stage in words, how much is done and how much there is (`None`: not known)."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Tell how far it has come."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""
