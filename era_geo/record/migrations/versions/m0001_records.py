"""The first store: records, their versions and signatures, the trail."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from era_geo.record.migrations.guards import guard

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, and the triggers that keep what is saved from being changed."""
    _tables()
    op.execute("INSERT INTO trail_head (id, entries, hash) VALUES (1, 0, '')")
    engine = op.get_bind().dialect.name
    for table in ("versions", "signatures", "attachments", "contents", "steps"):
        _execute(guard(engine, table, erasable=True))
    for table in ("trail", "exported_files"):
        _execute(guard(engine, table, erasable=False))


def _execute(statements: Iterable[str]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def _tables() -> None:
    op.create_table(
        "erasing",
        sa.Column("record_id", sa.String(32), primary_key=True),
    )
    op.create_table(
        "people",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("printed", sa.Text, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
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
        sa.Column("next_by", sa.String(64)),
        sa.Column("retain_until", sa.Date),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.Column("signed_at", sa.String(27)),
        sa.Column("supersedes", sa.String(32)),
    )
    op.create_index("ix_records_due", "records", ["status", "next_by", "local_authority", "next_on", "need", "no"])
    op.create_index("ix_records_next_on", "records", ["next_on", "no"])
    op.create_index("ix_records_reference", "records", ["reference"])
    op.create_index("ix_records_retain_until", "records", ["retain_until"])
    op.create_index("ix_records_status", "records", ["status", "updated_at", "no"])
    op.create_index("ix_records_supersedes", "records", ["supersedes"])
    op.create_index("ix_records_updated_at", "records", ["updated_at"])
    op.create_table(
        "trail",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.Text),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ix_trail_record_id", "trail", ["record_id", "seq"])
    op.create_table(
        "trail_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "attachments",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
    )
    op.create_table(
        "contents",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id")),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("base_version", sa.Integer),
        sa.Column("kept_at", sa.String(27), nullable=False),
        sa.Column("form", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_drafts_account", "drafts", ["account"])
    op.create_index("ix_drafts_record_id", "drafts", ["record_id"])
    op.create_table(
        "exported_files",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, sa.ForeignKey("trail.seq"), primary_key=True),
        sa.Column("record_id", sa.Text, nullable=False),
    )
    op.create_table(
        "named_agencies",
        sa.Column("record_no", sa.Integer, sa.ForeignKey("records.no"), primary_key=True),
        sa.Column("agency", sa.Text, primary_key=True),
    )
    op.create_index("ix_named_agencies_agency", "named_agencies", ["agency", "record_no"])
    op.create_table(
        "restricted_places",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
    )
    op.create_index("ix_restricted_places_record_id", "restricted_places", ["record_id"])
    op.create_table(
        "search_terms",
        sa.Column("term", sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"), primary_key=True),
        sa.Column("record_no", sa.Integer, sa.ForeignKey("records.no"), primary_key=True),
        sa.Column("open_to_all", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_terms_record_no", "search_terms", ["record_no"])
    op.create_table(
        "signatures",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.String(27), nullable=False),
        sa.Column("signed_by", sa.Text, nullable=False),
        sa.Column("signed_as", sa.Text, nullable=False),
        sa.Column("authenticated", sa.Boolean, nullable=False),
        sa.Column("trail_entries", sa.Integer, nullable=False),
        sa.Column("trail_head", sa.String(64), nullable=False),
    )
    op.create_table(
        "steps",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("from_status", sa.String(32), nullable=False),
        sa.Column("to_status", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("form", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_as", sa.Text, nullable=False),
    )
