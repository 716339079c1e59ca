"""A record as it leaves the store: one version's form, and around it who saved and signed it, with whom it was shared, its trail.

This is what exports are made of and what `era-geo/record/1` publishes. Times are aware and in UTC. `by` is the account as a record
prints it (`era_geo.accounts.Account.printed`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from era_geo.record.form import Form
from era_geo.record.terms import Status


@dataclass(frozen=True)
class Saved:
    """Who saved this version, and when."""

    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Signature:
    """Who signed, when, and the SHA-256 of the bytes that were signed (`era_geo.record.formjson.signed_bytes`), in hex."""

    by: str
    at: dt.datetime
    sha256: str


@dataclass(frozen=True)
class Disclosure:
    """Heading 17: one line of the sharing log: to whom, what, on what legal basis."""

    at: dt.datetime
    by: str
    recipient: str
    what: str
    basis: str


@dataclass(frozen=True)
class Event:
    """Heading 19: one line of the audit trail (section 62, Data Protection Act 2018): what was done, and why for a disclosure."""

    at: dt.datetime
    by: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class KeptPicture:
    """A map picture that was kept with this version: the map at 1:`scale` as a PNG with this SHA-256 in hex."""

    scale: int
    sha256: str


@dataclass(frozen=True)
class RecordDocument:
    """One version of a record with everything that is printed of it.

    `id` is the store's. `redacted_for` names the reader whose copy this is (`landlord`), or is `None` for the whole record;
    `removed` then names every field that was taken out, as dotted paths into the form or this document, so that "empty" and "not
    in this copy" stay different.
    """

    id: str
    version: int
    status: Status
    form: Form
    saved: Saved
    signature: Signature | None = None
    sharing: tuple[Disclosure, ...] = ()
    trail: tuple[Event, ...] = ()
    pictures: tuple[KeptPicture, ...] = ()
    redacted_for: str | None = None
    removed: tuple[str, ...] = ()
