"""Looking after the store: how long records are kept, erasing them, proving that they are unaltered, newer regions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

from era_geo.accounts import Account
from era_geo.record import erase, recheck, store_many, store_share, verify, verify_file
from era_geo.record.audit import Anchor
from era_geo.record.concentration import ConcentrationView
from era_geo.record.erase import Erased
from era_geo.record.recheck import Held, Look, Proposal
from era_geo.record.sample import Sample
from era_geo.record.store_core import Core
from era_geo.record.store_due import Rules
from era_geo.record.store_rows import Line
from era_geo.record.verify import Report
from era_geo.record.verify_trail import Verdict


class Care:
    """What `Store` offers to those who look after it."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def retain(self, account: Account, record_id: str, until: dt.date, *, reason: str) -> None:
        """Set the day until which a record is kept; after it the record is listed for erasure, and erased by a person."""
        store_share.retain(self.core, account, record_id, until, reason)

    def past_retention(self, account: Account, as_of: dt.date) -> tuple[Line, ...]:
        """List the records that were to be kept until a day before `as_of`, longest past first."""
        return store_share.past_retention(self.core, account, as_of)

    def without_retention(self, account: Account, *, limit: int | None = None) -> tuple[Line, ...]:
        """List the records for which nobody has said how long they are kept, oldest first: the rules name no term of their own."""
        return store_share.without_retention(self.core, account, limit)

    def count_without_retention(self, account: Account) -> int:
        """Count the records for which nobody has said how long they are kept."""
        return store_share.count_without_retention(self.core, account)

    def erase(self, account: Account, record_id: str, *, reason: str) -> Erased:
        """Erase a record: versions, signature, attachments, drafts, search words, proposals, and the room that they leave.

        The trail stays, and holds nothing of what was erased.

        Parameters
        ----------
        reason
            Why, in words that name nothing of the case: they stay in the trail.
        """
        return erase.erase(self.core, account, record_id, reason)

    def overwrite(self, account: Account) -> tuple[bool, tuple[str, ...]]:
        """Do again what follows an erasure, if it was cut short: remove copies of an older store, overwrite the freed room.

        Returns
        -------
        tuple
            Whether the room could be overwritten now, and the copies that could not be removed.
        """
        return erase.repeat(self.core, account)

    def verify(self, account: Account, anchors: Iterable[Anchor] = (), *, rules: Rules | None = None) -> Report:
        """Verify every record and the trail, and name what is altered, missing or put in from outside.

        Of records that do not name the account's agency it is only said how many faults there are.

        Parameters
        ----------
        anchors
            Ends of the trail that were written down elsewhere: they prove that nothing has been cut off since.
        rules
            The rules by which dates were last worked out: with them the due dates that lists show are held against the rules.
        """
        return verify.verify(self.core, account, anchors, rules)

    def verify_files(self, account: Account, paths: Iterable[Path]) -> tuple[Verdict, ...]:
        """Verify exported files against the store, and the trail with them: faults of the trail come first.

        What differs in a record's JSON is told, and logged as a look at the record, to whoever may read the whole record; to
        everybody else only that the file is unaltered, or is not.

        Raises
        ------
        UsageError
            If a file cannot be read.
        """
        return verify_file.verify_files(self.core, account, paths)

    def recheck(
        self, account: Account, look: Look, region: str, *, say: Callable[[int, int], None] | None = None
    ) -> tuple[Held, ...]:
        """Hold every live record that the account may see against a newer region; what is new is kept as proposed reviews.

        Parameters
        ----------
        look
            Assesses a property again as an assessment had it, in that region.
        region
            The region's name.
        say
            Told how many records are done, of how many.
        """
        return recheck.recheck(self.core, account, look, region, say=say)

    def proposals(self, account: Account, record_id: str | None = None, *, answered: bool = False) -> tuple[Proposal, ...]:
        """Give the proposed reviews of the records that the account may see; with `answered`, those that were decided, too."""
        return recheck.proposals(self.core, account, record_id, answered=answered)

    def answer_proposal(self, account: Account, proposal_id: str, answer: str) -> None:
        """Write down what was decided about a proposed review, and why."""
        recheck.answer_proposal(self.core, account, proposal_id, answer)

    def sample(self, account: Account, quarter: str, seed: int, *, authorities: Iterable[str] = ()) -> Sample:
        """Draw the case-file audit of a quarter (`2026Q3`) from the signed records that the account may see.

        Parameters
        ----------
        seed
            Any whole number; the same seed draws the same files.
        authorities
            Local authorities that should be there, so that one without any file is told of.
        """
        return store_many.sample(self.core, account, quarter, seed, authorities)

    def near(self, account: Account, record_id: str, distance_m: float) -> ConcentrationView:
        """Say how many other cases have a live record within a distance.

        For police accounts a number; for all others the date on which the police considered it, and nothing more.
        """
        return store_many.near(self.core, account, record_id, distance_m)
