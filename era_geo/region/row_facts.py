"""What became of the rows of a file of addresses or postcodes, kept with its source in the region file.

Nothing is dropped in silence: each row is used, left out by a rule, or cannot be used for a reason, and all are counted. The
first faults are named by row and column, never by what stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from era_geo.errors import DataError, Fault, FaultyFiles
from era_geo.region.draft import Draft
from era_geo.region.region import RegionSource

MOST_FAULTS_NAMED = 100
_MOST_REPORTED = 1000
_KEY = "rows"


@dataclass(frozen=True)
class RowFacts:
    """What the region knows about the rows of one file.

    `used` counts the rows that became something, by what; `left_out` those that a rule leaves out, by why; `unusable` those
    with a fault, by which; `partly` those used without one part of them, by its fault. `faults` are sentences, `fault_count`
    their whole number. `not_read` names the members of an archive that no rule knows.
    """

    label: str
    rows: int
    used: Mapping[str, int]
    left_out: Mapping[str, int]
    unusable: Mapping[str, int]
    partly: Mapping[str, int]
    faults: tuple[str, ...]
    fault_count: int
    not_read: tuple[str, ...] = ()


@dataclass
class RowTeller:
    """Counts rows while a file is read. `file` is its name, `source_id` its fid in `sources`."""

    draft: Draft
    file: str
    source_id: int
    label: str
    rows: int = 0
    used: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    unusable: Counter[str] = field(default_factory=Counter)
    partly: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    not_read: tuple[str, ...] = ()

    def cannot_use(self, where: str, column: str, reason: str, ref: str) -> None:
        """Tell of a row that cannot be used; `where` is its number, with the archive's member; `ref` names its object."""
        self.unusable[reason] += 1
        self._name(where, column, f"{reason}. The row is left out.")
        if self.unusable.total() <= _MOST_REPORTED:
            self.draft.report_unbuilt(self.source_id, ref, {}, reason)
        else:
            self.draft.unbuilt[self.source_id, reason] += 1

    def cannot_use_part(self, where: str, column: str, reason: str) -> None:
        """Tell of a row that is used without what stands in `column`."""
        self.partly[reason] += 1
        self._name(where, column, f"{reason}. The row is used without it.")

    def refuse_if_useless(self) -> None:
        """Refuse a file that has no rows, or none that can be used.

        Raises
        ------
        DataError
            If it has no rows.
        FaultyFiles
            If every row that no rule leaves out has a fault; the first are named.
        """
        if not self.rows:
            raise DataError(f"{self.file} has headings and no rows. Export or download it again.")
        if self.unusable and not self.used.total():
            more = self.unusable.total() + self.partly.total() - len(self.faults)
            rest = [Fault(self.file, "", f"{more:,} faults more, and not one row that can be used.")] if more else []
            raise FaultyFiles([*self.faults, *rest])

    def _name(self, where: str, column: str, what: str) -> None:
        if len(self.faults) < MOST_FAULTS_NAMED:
            named = column.replace("|", " or ")
            self.faults.append(Fault(self.file, f"{where}, {named}" if named else where, what))

    def counts(self) -> dict[str, Any]:
        """Give the facts as they go into `sources.counts`."""
        facts = RowFacts(
            label=self.label,
            rows=self.rows,
            used=dict(+self.used),
            left_out=_most_first(self.left_out),
            unusable=_most_first(self.unusable),
            partly=_most_first(self.partly),
            faults=tuple(map(str, self.faults)),
            fault_count=self.unusable.total() + self.partly.total(),
            not_read=self.not_read,
        )
        return {_KEY: asdict(facts)}


def _most_first(counted: Counter[str]) -> dict[str, int]:
    return dict((+counted).most_common())


def of_source(source: RegionSource) -> RowFacts | None:
    """Give the facts of a source; `None` where it is no file of addresses or postcodes."""
    stored = source.counts.get(_KEY)
    if stored is None:
        return None
    return RowFacts(**{**stored, "faults": tuple(stored["faults"]), "not_read": tuple(stored["not_read"])})


def described(source: RegionSource) -> tuple[str, ...]:
    """Tell in sentences what became of the rows of a file of addresses or postcodes; nothing for other sources."""
    facts = of_source(source)
    if facts is None:
        return ()
    told = [f"{facts.label}: {facts.rows:,} row{'' if facts.rows == 1 else 's'}"]
    told += [f"{what}: {count:,}" for what, count in facts.used.items()]
    told += [f"left out: {count:,} ({why})" for why, count in facts.left_out.items()]
    told += [f"not usable: {count:,} ({why})" for why, count in facts.unusable.items()]
    told += [f"used in part: {count:,} ({why})" for why, count in facts.partly.items()]
    told += [f"{what}: {count:,}" for what, count in source.counts.get("merged", {}).items()]
    told += [f"fault: {fault}" for fault in facts.faults]
    if facts.fault_count > len(facts.faults):
        told.append(f"and {facts.fault_count - len(facts.faults):,} faults more")
    told += [f"not read, as nothing says how: {name}" for name in facts.not_read]
    return tuple(told)
