"""To whom what verifying found is told: faults of the trail to all who may verify, faults of a record to those whom it names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record.store_core import alone
from era_geo.record.store_read import own_records
from era_geo.record.verify_trail import Trail, Verdict


@dataclass(frozen=True)
class Own:
    """The records of which an account is told by their ids; `None` for all, where it works alone."""

    agency: str | None
    records: frozenset[str] | None

    @classmethod
    def of(cls, connection: sa.Connection, account: Account, trail: Trail) -> Self:
        """Give what the account is told of."""
        return cls(account.agency, None if alone(connection, account) else own_records(connection, account, trail.worked_on))

    def __contains__(self, record_id: str | None) -> bool:
        return self.records is None or record_id in self.records

    def told(self, verdicts: Iterable[Verdict], holders: Mapping[str, str | None]) -> tuple[Verdict, ...]:
        """Give the verdicts that the account is told: of the trail without the ids of others' records, and of its own records.

        That there is a restricted place is told to its holder alone (`holders`, by what the verdict is of), though the record may
        name that agency no longer.
        """
        told = []
        for verdict in verdicts:
            if verdict.what.startswith("trail ") or verdict.record_id is None:
                told.append(verdict if verdict.record_id in self else dataclasses.replace(verdict, record_id=None))
            elif holders[verdict.what] == self.agency if verdict.what in holders else verdict.record_id in self:
                told.append(verdict)
        return tuple(told)
