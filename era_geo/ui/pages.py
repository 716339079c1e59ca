"""The app's pages, in the order of the side bar, and who sees each. A page for nobody's role is not there for them at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from era_geo.accounts import Role
from era_geo.ui import assess_page, batch_page, data_page, help_page, record_page, records_page, review_page
from era_geo.ui.ways import RECORD, RECORDS

EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Entry:
    """One page: its title, its path in the address, what draws it, the roles that see it; other pages lead to a hidden one."""

    title: str
    path: str
    show: Callable[[], None]
    roles: frozenset[Role] = EVERYBODY
    hidden: bool = False


_CASEWORK = frozenset({Role.OFFICER, Role.REVIEWER, Role.ANALYST})
PAGES = (
    Entry("Assess", "assess", assess_page.show, _CASEWORK),
    Entry("Records", RECORDS, records_page.show),
    Entry("Record", RECORD, record_page.show, hidden=True),
    Entry("Review and learning", "review", review_page.show, _CASEWORK),
    Entry("Batch", "batch", batch_page.show, frozenset({Role.ANALYST})),
    Entry("Data", "data", data_page.show),
    Entry("Help", "help", help_page.show),
)


def pages_for(roles: frozenset[Role]) -> tuple[Entry, ...]:
    """Give the pages that somebody with these roles sees."""
    return tuple(entry for entry in PAGES if entry.roles & roles)
