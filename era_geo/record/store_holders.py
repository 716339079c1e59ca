"""Restricted places as `Store` offers them to the agencies that hold them."""

from __future__ import annotations

from era_geo.accounts import Account
from era_geo.record import store_restricted
from era_geo.record.restricted import RestrictedPlace
from era_geo.record.store_core import Core


class Holders:
    """What `Store` offers to those whose agency holds restricted places with a record."""

    core: Core

    def may_hold(self, account: Account, record_id: str) -> bool:
        """Whether the account may read the restricted places that its agency holds with a record."""
        return store_restricted.may_hold(self.core, account, record_id)

    def add_restricted(self, account: Account, record_id: str, place: RestrictedPlace) -> str:
        """Keep a restricted place with a record, held by the account's agency, and give its id.

        It lies in a table of its own, not encrypted beyond the disk, and is part of no version and of no export.
        """
        return store_restricted.add_restricted(self.core, account, record_id, place)

    def restricted(self, account: Account, record_id: str) -> tuple[store_restricted.HeldPlace, ...]:
        """Give the restricted places that the account's own agency holds with a record, also where it is named no longer."""
        return store_restricted.restricted(self.core, account, record_id)

    def remove_restricted(self, account: Account, record_id: str, place_id: str) -> None:
        """Take out a restricted place that the account's own agency holds, also where it is named no longer."""
        store_restricted.remove_restricted(self.core, account, record_id, place_id)

    def holdings(self, account: Account) -> tuple[store_restricted.Holding, ...]:
        """List the records with which the account's own agency holds restricted places, newest first.

        Among them are those that name the agency no longer, and those that a newer record supersedes.
        """
        return store_restricted.holdings(self.core, account)

    def offered(self, account: Account, record_id: str) -> int:
        """Count the restricted places that the account's own agency holds with the record that this one supersedes.

        0 once somebody of the agency has said whether they are carried over (`carry_over`), or where the account may enter none.
        """
        return store_restricted.offered(self.core, account, record_id)

    def carry_over(self, account: Account, record_id: str, *, take: bool = True) -> int:
        """Carry the own agency's restricted places over from the record that this one supersedes, and give how many came.

        They stay with the older record, too. Places that are here already do not come again. With `take=False` they are left
        there, and not asked about any more.
        """
        return store_restricted.carry_over(self.core, account, record_id, take=take)
