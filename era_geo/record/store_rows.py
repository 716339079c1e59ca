"""Rows of the store and what they are made of: a version's bytes, the columns that lists are drawn from, a record's standing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import agency_kind, agency_label
from era_geo.errors import DataError, UsageError
from era_geo.record import audit, tables
from era_geo.record.access import Standing, may_lead
from era_geo.record.form import Form
from era_geo.record.formjson import canonical, form_from_dict, form_to_dict, sha256
from era_geo.record.search import all_words, index
from era_geo.record.store_errors import NoSuchRecord, StoreError
from era_geo.record.store_facts import facts_text
from era_geo.record.terms import Status


@dataclass(frozen=True)
class Line:
    """One line of a list. `next_on` is the day by which something is due under the profile that the list was last drawn with."""

    id: str
    reference: str
    status: Status
    version: int
    address: str
    lead_agency: str
    local_authority: str
    profile: str
    trigger: str | None
    level: int | None
    due_on: date | None
    review_on: date | None
    next_on: date | None
    retain_until: date | None
    updated_at: str
    signed_at: str | None
    supersedes: str | None


KEPT_UNTIL = "to be kept until "
"""What the trail says of how long a record is kept: this and the day."""
WORD_PART = "word index"
"""What the trail calls the words by which a record is found."""
LINE_PART = "line in lists"
"""What the trail calls the columns that come from the newest version."""
_FROM_FORM = (
    "reference",
    "address",
    "easting",
    "northing",
    "uncertainty_m",
    "lead_agency",
    "local_authority",
    "profile",
    "trigger",
    "level",
    "due_on",
    "review_on",
    "facts",
)
LINE_COLUMNS = [tables.records.c[name] for name in Line.__dataclass_fields__]


def line(row: Any) -> Line:
    """Make a line of a row of `LINE_COLUMNS`."""
    values = {name: getattr(row, name) for name in Line.__dataclass_fields__}
    return Line(**{**values, "status": Status(row.status)})


@dataclass(frozen=True)
class VersionRow:
    """One saved version: its form as it was hashed, and who saved it when."""

    number: int
    content: bytes
    sha256: str
    saved_at: str
    saved_by: str
    saved_as: str

    @property
    def form(self) -> Form:
        """The form, read back."""
        return form_from_dict(json.loads(self.content))

    def part(self, salt: str) -> audit.Part:
        """Give the version as the trail knows it."""
        told = {"sha256": sha256(self.content), "at": self.saved_at, "by": self.saved_by, "as": self.saved_as}
        return audit.digest(salt, f"version {self.number}", told)


def pack(content: bytes) -> bytes:
    """Give content as it is stored: a form is mostly the assessment's JSON, which shrinks to a sixth."""
    return zlib.compress(content, 6)


def unpack(stored: bytes) -> bytes:
    """Give content as it was before `pack`.

    Raises
    ------
    DataError
        If what is stored is damaged.
    """
    try:
        return zlib.decompress(stored)
    except zlib.error:
        raise DataError("What is stored of this record is damaged. Run `era-geo record verify`, which names what is.") from None


def record_row(connection: sa.Connection, record_id: str, *, lock: bool = False) -> Any:
    """Give the row of a record; with `lock`, nobody else saves to it until this transaction ends.

    Raises
    ------
    NoSuchRecord
        If there is none.
    """
    query = sa.select(tables.records).where(tables.records.c.id == record_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NoSuchRecord("There is no such record. `era-geo record list` lists those that you may see.")
    return row


def standing(connection: sa.Connection, row: Any, holder: str = "") -> Standing:
    """Give what access rules ask about a record."""
    agencies = connection.execute(sa.select(tables.named.c.agency).where(tables.named.c.record_no == row.no)).scalars()
    authors = connection.execute(sa.select(tables.versions.c.saved_by).where(tables.versions.c.record_id == row.id)).scalars()
    return Standing(
        status=Status(row.status),
        lead_agency=row.lead_agency,
        agencies=frozenset(agencies),
        authors=frozenset(authors),
        holder=holder,
        started_by="" if may_lead(row.lead_agency) else _started_by(connection, row.id),
        shared=shared(connection),
    )


def _started_by(connection: sa.Connection, record_id: str) -> str:
    """Give the agency that started a record, as the trail has it."""
    first = next(audit.entries(connection, record_id), None)
    return (first.agency if first else None) or ""


def shared(connection: sa.Connection) -> bool:
    """Whether other computers use this store too: it is on a server, and no file of this account."""
    return connection.dialect.name != "sqlite"


def version_row(connection: sa.Connection, record_id: str, number: int) -> VersionRow:
    """Give one saved version.

    Raises
    ------
    NoSuchRecord
        If the record has no such version.
    """
    table = tables.versions
    row = connection.execute(sa.select(table).where(table.c.record_id == record_id, table.c.number == number)).one_or_none()
    if row is None:
        raise NoSuchRecord(f"This record has no version {number}.")
    return VersionRow(row.number, unpack(row.form), row.sha256, row.saved_at, row.saved_by, row.saved_as)


def content_of(form: Form) -> bytes:
    """Give the form as the bytes that are kept and hashed."""
    return canonical(form_to_dict(form))


def add_version(connection: sa.Connection, row: VersionRow, record_id: str) -> None:
    """Insert a version. Its number is its key, so that two savers cannot both have it."""
    connection.execute(
        tables.versions.insert().values(
            record_id=record_id,
            number=row.number,
            form=pack(row.content),
            sha256=row.sha256,
            saved_at=row.saved_at,
            saved_by=row.saved_by,
            saved_as=row.saved_as,
        )
    )


def describe(connection: sa.Connection, record_no: int, form: Form, **values: Any) -> None:
    """Bring a record's row, its agencies and its words in line with the version that was saved."""
    connection.execute(tables.records.update().where(tables.records.c.no == record_no).values(**columns(form), **values))
    connection.execute(tables.named.delete().where(tables.named.c.record_no == record_no))
    agencies = agencies_of(form)
    if agencies:
        connection.execute(tables.named.insert(), [{"record_no": record_no, "agency": agency} for agency in sorted(agencies)])
    index(connection, record_no, form)


def columns(form: Form) -> dict[str, Any]:
    """Give the columns of `records` that come from the form."""
    site, case = form.assessment.site, form.case
    return {
        "reference": audit.plain(case.reference),
        "address": audit.plain(site.label),
        "easting": site.easting,
        "northing": site.northing,
        "uncertainty_m": site.uncertainty_m,
        "lead_agency": form.lead_agency,
        "local_authority": audit.plain(case.local_authority),
        "profile": audit.plain(case.profile),
        "trigger": case.trigger,
        "level": form.person.level,
        "due_on": case.due_on,
        "review_on": form.review.review_on,
        "facts": facts_text(form),
        "next_by": None,
    }


def line_part(salt: str, row: Mapping[str, Any], agencies: Iterable[str]) -> audit.Part:
    """Give what lists show of a record, and to whom, as the trail knows it: so that verifying need not read the form."""
    told = {name: str(row[name]) if isinstance(row[name], date) else row[name] for name in _FROM_FORM}
    return audit.digest(salt, LINE_PART, {**told, "agencies": sorted(agencies)})


def word_part(salt: str, words: Iterable[tuple[str, bool]]) -> audit.Part:
    """Give the words by which a record is found, each with whether all may find it by that word, as the trail knows them."""
    return audit.digest(salt, WORD_PART, {"words": sorted([word, bool(is_open)] for word, is_open in words)})


def form_parts(salt: str, version: VersionRow, form: Form) -> tuple[audit.Part, ...]:
    """Give all that a save of this form writes as the trail knows it: the version, the line in lists, the words."""
    seen_by_all, every = all_words(form)
    words = word_part(salt, ((word, word in seen_by_all) for word in every))
    return version.part(salt), line_part(salt, columns(form), agencies_of(form)), words


def file_digest(salt: str, file_sha256: str) -> str:
    """Give a given-out file as the trail knows it: a list of addresses could be guessed, and held against a hash without a salt."""
    return sha256((salt + file_sha256).encode())


def agencies_of(form: Form) -> frozenset[str]:
    """Give the ids of the agencies that a form names."""
    lead = [form.lead_agency] if form.lead_agency else []
    return frozenset([*lead, *(part.agency for part in form.agencies)])


def check(form: Form) -> None:
    """Refuse a form that cannot be kept; all faults at once.

    Raises
    ------
    StoreError
        With the form, which the caller keeps for the person to correct.
    """
    faults = []
    if not form.case.reference.strip():
        faults.append("give the case reference")
    for agency in sorted(agencies_of(form)):
        try:
            agency_kind(agency)
        except UsageError as error:
            faults.append(str(error).rstrip("."))
        else:
            if agency == form.lead_agency and not may_lead(agency):
                faults.append(f"name a responsible authority as the lead agency: {agency_label(agency)} is none")
    ids = [part.agency for part in form.agencies]
    faults += [f"{agency} is named twice among the agencies" for agency in sorted({one for one in ids if ids.count(one) > 1})]
    if form.assessment.too_uncertain:
        faults.append(
            "the property is located less exactly than the radius, so that nothing can be said: set a pin or find a better match"
        )
    if faults:
        raise StoreError(f"Nothing was saved: {'; '.join(faults)}.", form=form)
