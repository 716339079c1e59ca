"""What the rules ask about one case, as plain values: no name, no address, nothing that a rule does not need."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from era_geo.record.terms import Order, RiskLevel, Trigger


@dataclass(frozen=True)
class Circumstances:
    """The facts of a case that decide whether an ERA is due, and when. `None` means that nobody has said.

    Parameters
    ----------
    trigger
        What made this ERA necessary.
    level
        MAPPA level, 1 to 3.
    risk_level
        Risk of serious harm, as the case team has assessed it.
    orders
        Orders in force; an empty tuple says that there are none, `None` that it is not known.
    supervised
        Whether there is statutory supervision (a criminal justice licence or order). It decides who leads.
    community_sentence
        Whether the sentence is served in the community.
    registered_on
        Day of the first registration.
    notified_on
        Day on which the agencies were notified; the initial clock begins after it.
    moved_on
        Day of the change of home address.
    needed_by
        For a proposed address: the day on which it is to be agreed, or of release or home leave.
    sentenced_on
        Day of the sentence.
    last_era_on
        Day on which the last ERA was done.
    renewal_on
        Renewal date of the next yearly review. Where not given it is worked out from `last_era_on`, else from `registered_on`.
    review_on
        A date on which named people have decided to look again, whatever the rules ask.
    not_done_reason
        Why the yearly review of `renewal_on` is not done; empty where no reason is documented.
    """

    trigger: Trigger | None = None
    level: int | None = None
    risk_level: RiskLevel | None = None
    orders: tuple[Order, ...] | None = None
    supervised: bool | None = None
    community_sentence: bool | None = None
    registered_on: dt.date | None = None
    notified_on: dt.date | None = None
    moved_on: dt.date | None = None
    needed_by: dt.date | None = None
    sentenced_on: dt.date | None = None
    last_era_on: dt.date | None = None
    renewal_on: dt.date | None = None
    review_on: dt.date | None = None
    not_done_reason: str = ""


FACT_LABELS: dict[str, str] = {
    "trigger": "the trigger",
    "level": "the MAPPA level",
    "risk_level": "the risk of serious harm",
    "orders": "the orders, or that there are none",
    "supervised": "whether there is statutory supervision",
    "community_sentence": "whether the sentence is served in the community",
    "registered_on": "the date of first registration",
    "notified_on": "the date of notification",
    "moved_on": "the date of the change of address",
    "needed_by": "the date by which the address is to be agreed",
    "sentenced_on": "the date of the sentence",
    "last_era_on": "the date of the last ERA",
    "renewal_on": "the renewal date",
}
"""How a fact is called where it is missing."""
