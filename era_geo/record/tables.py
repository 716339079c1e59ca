"""The store's tables, the same on SQLite and on PostgreSQL. The migrations make them; a test holds the two together.

`facts` are the circumstances that the rules ask about, and `next_on` the due date that they give under the profile and calendar
whose checksum is `next_by`: worked out anew where that is another.

Times are text in UTC to the microsecond (`2026-11-23T02:15:00.000000Z`), so that what is hashed is what is stored and that order
is order in time. Saved versions, what was signed, steps and the trail are never changed: triggers refuse it. Rows of a record
that is being erased may be deleted while its id stands in `erasing`, which only an erasure writes, inside its own transaction.

`records` holds what lists are drawn from, worked out at each save from the version that was saved. `salt` goes into every
digest that the trail keeps of a record's parts; it is deleted with the record, and with it the trail's last link to the content.
"""

from __future__ import annotations

import sqlalchemy as sa

REVISION = "0004"
"""The newest migration: what this program reads and writes."""

metadata = sa.MetaData()
_ID = sa.String(32)
_TIME = sa.String(27)
_SHA = sa.String(64)
# Prefixes are looked up by order, which must be that of the code points.
_TERM = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def _record() -> sa.Column[str]:
    return sa.Column("record_id", _ID, sa.ForeignKey("records.id"), primary_key=True)


records = sa.Table(
    "records",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", _ID, nullable=False, unique=True),
    sa.Column("salt", _SHA, nullable=False),
    sa.Column("reference", sa.Text, nullable=False, index=True),
    sa.Column("status", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("easting", sa.Float, nullable=False),
    sa.Column("northing", sa.Float, nullable=False),
    sa.Column("uncertainty_m", sa.Float, nullable=False),
    sa.Column("lead_agency", sa.Text, nullable=False),
    sa.Column("local_authority", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("trigger", sa.String(32)),
    sa.Column("level", sa.Integer),
    sa.Column("due_on", sa.Date),
    sa.Column("review_on", sa.Date),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("next_on", sa.Date),
    sa.Column("need", sa.String(32)),
    sa.Column("next_by", _SHA),
    sa.Column("retain_until", sa.Date, index=True),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("updated_at", _TIME, nullable=False, index=True),
    sa.Column("updated_by", sa.Text, nullable=False),
    sa.Column("signed_at", _TIME),
    sa.Column("supersedes", _ID, index=True),
    sa.Index("ix_records_next_on", "next_on", "no"),
    sa.Index("ix_records_status", "status", "updated_at", "no"),
    # All that the counts of what is due ask for, so that they need not read the rows.
    sa.Index("ix_records_due", "status", "next_by", "local_authority", "next_on", "need", "no"),
)

named = sa.Table(
    "named_agencies",
    metadata,
    sa.Column("record_no", sa.Integer, sa.ForeignKey("records.no"), primary_key=True),
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Index("ix_named_agencies_agency", "agency", "record_no"),
)

versions = sa.Table(
    "versions",
    metadata,
    _record(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("form", sa.LargeBinary, nullable=False),
    sa.Column("sha256", _SHA, nullable=False),
    sa.Column("saved_at", _TIME, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_as", sa.Text, nullable=False),
)

signatures = sa.Table(
    "signatures",
    metadata,
    _record(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("sha256", _SHA, nullable=False),
    sa.Column("signed_at", _TIME, nullable=False),
    sa.Column("signed_by", sa.Text, nullable=False),
    sa.Column("signed_as", sa.Text, nullable=False),
    sa.Column("authenticated", sa.Boolean, nullable=False),
    sa.Column("trail_entries", sa.Integer, nullable=False),
    sa.Column("trail_head", _SHA, nullable=False),
)

attachments = sa.Table(
    "attachments",
    metadata,
    _record(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("sha256", _SHA, nullable=False),
    sa.Column("added_at", _TIME, nullable=False),
)

contents = sa.Table(
    "contents",
    metadata,
    _record(),
    sa.Column("sha256", _SHA, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

steps = sa.Table(
    "steps",
    metadata,
    _record(),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", _TIME, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("from_status", sa.String(32), nullable=False),
    sa.Column("to_status", sa.String(32), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("record_id", _ID, sa.ForeignKey("records.id"), index=True),
    sa.Column("account", sa.Text, nullable=False, index=True),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("base_version", sa.Integer),
    sa.Column("kept_at", _TIME, nullable=False),
    sa.Column("form", sa.LargeBinary, nullable=False),
)

restricted = sa.Table(
    "restricted_places",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("record_id", _ID, sa.ForeignKey("records.id"), nullable=False, index=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("added_at", _TIME, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
)

terms = sa.Table(
    "search_terms",
    metadata,
    sa.Column("term", _TERM, primary_key=True),
    sa.Column("record_no", sa.Integer, sa.ForeignKey("records.no"), primary_key=True),
    sa.Column("open_to_all", sa.Boolean, nullable=False),
    sa.Index("ix_search_terms_record_no", "record_no"),
    sqlite_with_rowid=False,
)
# Few of a record's words are open to all: on PostgreSQL their search reads this index and no row.
sa.Index(
    "ix_search_terms_open",
    terms.c.term,
    terms.c.record_no,
    postgresql_where=terms.c.open_to_all,
    sqlite_where=terms.c.open_to_all,
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("printed", sa.Text, nullable=False),
    sa.Column("salt", _SHA, nullable=False, server_default=""),
)

keys = sa.Table(
    "caller_keys",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("record_id", _ID, sa.ForeignKey("records.id"), nullable=False, index=True),
)

trail = sa.Table(
    "trail",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.Text),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("hash", _SHA, nullable=False),
    sa.Index("ix_trail_record_id", "record_id", "seq"),
)

head = sa.Table(
    "trail_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("hash", _SHA, nullable=False),
)

exported = sa.Table(
    "exported_files",
    metadata,
    sa.Column("sha256", _SHA, primary_key=True),
    sa.Column("seq", sa.Integer, sa.ForeignKey("trail.seq"), primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False),
)

erasing = sa.Table("erasing", metadata, sa.Column("record_id", _ID, primary_key=True))

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("record_id", _ID, sa.ForeignKey("records.id"), nullable=False),
    sa.Column("key", _SHA, nullable=False),
    sa.Column("made_at", _TIME, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answered_at", _TIME),
    sa.Column("answered_by", sa.Text),
    sa.UniqueConstraint("record_id", "key"),
)

GUARDED = ("versions", "signatures", "attachments", "contents", "steps")
"""Tables of a record's parts that are never changed, and deleted only by an erasure."""
FROZEN = ("trail", "exported_files")
"""Tables in which nothing is ever changed or deleted."""
OF_RECORD = (versions, signatures, attachments, contents, steps, drafts, restricted, proposals, keys)
"""Tables that hold a record's content by its id: what an erasure empties, beside the record's own row, its agencies and words."""
