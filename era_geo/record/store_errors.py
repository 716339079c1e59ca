"""What can go wrong with the store, as members of the program's error family.

Each message is a sentence that holds nothing of a record's content. What a person typed travels beside the message, in `form`, so
that whoever catches the error can keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from era_geo.errors import EraGeoError, UsageError
from era_geo.record.form import AgencyPart, Form
from era_geo.record.store_merge import Difference, Merged


class StoreError(EraGeoError):
    """The store cannot be used, or did not do what was asked. `form` is what was to be saved, if anything was."""

    def __init__(self, message: str, *, form: Form | None = None) -> None:
        super().__init__(message)
        self.form = form


class StoreUnavailable(StoreError):  # noqa: N818 - named like SourceUnavailable
    """The store could not be reached, read or written: locked, disk full, connection lost. Nothing was changed in part."""


class StoreTooNew(StoreError):  # noqa: N818 - the name says what is wrong
    """The store was written by a newer version of the program."""


class NoSuchRecord(UsageError):  # noqa: N818 - the name says what is wrong
    """There is no record of this id or reference that the account may see."""


class NotAllowed(UsageError):  # noqa: N818 - the name says what is wrong
    """The account may not do this. The message says why, and who may."""


class Incomplete(UsageError):  # noqa: N818 - the name says what is wrong
    """The record lacks something that the step asks for; the message names all of it."""


@dataclass(frozen=True)
class Sides:
    """The two sides of a conflict: the version both began from, what is saved now, and what was to be saved."""

    record_id: str
    base_version: int
    saved_version: int
    saved_by: str
    base: Form
    saved: Form
    typed: Form
    differences: tuple[Difference, ...]
    merged: Merged


class Conflict(StoreError):  # noqa: N818 - the name says what is wrong
    """Somebody else saved a newer version meanwhile. Both texts are in `sides`; the one typed is kept as a draft, too."""

    def __init__(self, sides: Sides, *, draft: str | None) -> None:
        both = len(sides.merged.conflicts)
        fields = "no field was changed by both" if not both else f"{both} field{'s were' if both > 1 else ' was'} changed by both"
        kept = " What you typed is kept as a draft." if draft else ""
        super().__init__(
            f"Version {sides.saved_version} of this record was saved by {sides.saved_by} since you opened version "
            f"{sides.base_version}; {fields}.{kept} Look at the differences, take over what is to stay, and save again.",
            form=sides.typed,
        )
        self.sides = sides
        self.draft = draft

    def __reduce__(self) -> tuple[Any, ...]:
        return (_conflict, (self.sides, self.draft))


class AnswerConflict(StoreError):  # noqa: N818 - the name says what is wrong
    """Somebody of the same agency answered meanwhile. `saved` is what stands there now, `typed` what was to be saved."""

    def __init__(self, saved: AgencyPart, typed: AgencyPart) -> None:
        super().__init__("Your agency's part was changed since you opened it. Look at what stands there now, and save again.")
        self.saved = saved
        self.typed = typed

    def __reduce__(self) -> tuple[Any, ...]:
        return (AnswerConflict, (self.saved, self.typed))


def _conflict(sides: Sides, draft: str | None) -> Conflict:
    return Conflict(sides, draft=draft)
