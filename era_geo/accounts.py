"""Who is at work: an account, its agency, and what it may do.

On one's own machine and on the command line the person is the operating system's account, which nobody has checked
(`local_account`). On a server an account is made from what the sign-in says (`era_geo.ui.sign_in`). What an account may see is
decided where records are kept, by its roles and its agency.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from dataclasses import dataclass
from enum import StrEnum

from era_geo.errors import UsageError


class Role(StrEnum):
    """What a person does here. One account may have several roles; without one it may do nothing."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """Give the role in words for a screen."""
        return self.value.capitalize()


class Agency(StrEnum):
    """The kinds of agency that take part in an ERA (NASSO ERA guidance 2017, 5.1)."""

    POLICE = "police"
    JUSTICE_SOCIAL_WORK = "justice_social_work"
    CHILDREN_AND_FAMILIES = "children_and_families"
    ADULT_PROTECTION = "adult_protection"
    EDUCATION = "education"
    HOUSING = "housing"
    LANDLORD = "landlord"
    NHS = "nhs"
    PRISON = "prison"
    SUPPORT_PROVIDER = "support_provider"

    @property
    def label(self) -> str:
        """Give the kind of agency in words for a screen."""
        return _LABELS[self]


_LABELS = {
    Agency.POLICE: "Police",
    Agency.JUSTICE_SOCIAL_WORK: "Justice social work",
    Agency.CHILDREN_AND_FAMILIES: "Children and families",
    Agency.ADULT_PROTECTION: "Adult protection",
    Agency.EDUCATION: "Education",
    Agency.HOUSING: "Council housing",
    Agency.LANDLORD: "Registered social landlord",
    Agency.NHS: "NHS",
    Agency.PRISON: "Prison service",
    Agency.SUPPORT_PROVIDER: "Support provider",
}
RESPONSIBLE = frozenset(Agency) - {Agency.LANDLORD, Agency.SUPPORT_PROVIDER}
"""The kinds of agency that are part of a responsible authority (police, council, health board, prison service): they may lead."""
_ID = re.compile(r"[a-z_]+(:[a-z0-9][a-z0-9._-]{0,62})?")


def agency_kind(agency: str) -> Agency:
    """Give the kind of the agency with this id.

    An id is the kind itself where an area has one such agency (`police`), or the kind and a name of its own where it has several
    (`landlord:marrow-homes`).

    Raises
    ------
    UsageError
        If this is no agency's id.
    """
    kind = agency.partition(":")[0]
    if not _ID.fullmatch(agency) or kind not in set(Agency):
        raise UsageError(
            f"{agency!r} is no agency's id. Write one of {', '.join(Agency)}; or, where an area has several of a kind, the kind, a "
            "colon and a short name in small letters, such as landlord:marrow-homes."
        )
    return Agency(kind)


def agency_label(agency: str) -> str:
    """Give an agency's id in words: `Registered social landlord (marrow-homes)`.

    Raises
    ------
    UsageError
        If this is no agency's id.
    """
    kind, own = agency_kind(agency), agency.partition(":")[2]
    return f"{kind.label} ({own})" if own else kind.label


@dataclass(frozen=True)
class Account:
    """One person at work.

    Parameters
    ----------
    key
        What tells this account from every other, and never changes: `os:NAME` for an account of this computer, `oidc:HASH` for one
        that signed in. It holds no more of a person than the name of their account.
    name
        The name to print. For an account of this computer it is the account's name.
    agency
        The agency's id (see `agency_kind`), or `None` where nobody has said which it is.
    roles
        What the person may do. Empty means: nothing.
    authenticated
        Whether a sign-in has checked who this is. An account of this computer is not checked, and is shown as such.
    """

    key: str
    name: str
    agency: str | None
    roles: frozenset[Role]
    authenticated: bool

    def __post_init__(self) -> None:
        if self.agency is not None:
            agency_kind(self.agency)

    @property
    def kind(self) -> Agency | None:
        """Give the kind of the person's agency, or `None` where nobody has said which it is."""
        return None if self.agency is None else agency_kind(self.agency)

    @property
    def printed(self) -> str:
        """Give the account as a record prints it: whether anybody has checked who it is comes with the name."""
        if self.authenticated:
            return f"{self.name} (signed in{f', {agency_label(self.agency)}' if self.agency else ''})"
        return f"{self.name} (account on this computer, not checked by sign-in)"


def local_account(agency: str | None = None) -> Account:
    """Give the account of the operating system under which the program runs, in every role, unchecked.

    Parameters
    ----------
    agency
        Id of the agency whose computer this is, if it is known.

    Raises
    ------
    UsageError
        If `agency` is no agency's id.
    """
    name = system_name()
    return Account(key=f"os:{name}", name=name, agency=agency, roles=frozenset(Role), authenticated=False)


def system_name() -> str:
    """Give the name of the account that the process runs under, as the system itself says: the environment names whom it likes."""
    if sys.platform == "win32":
        length = ctypes.c_ulong(257)
        given = ctypes.create_unicode_buffer(length.value)
        if not ctypes.windll.advapi32.GetUserNameW(given, ctypes.byref(length)):
            raise ctypes.WinError()
        return given.value
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account by number only, as in a container
        return f"user {os.geteuid()}"
