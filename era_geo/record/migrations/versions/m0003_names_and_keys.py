"""Printed names that the trail vouches for, and the keys by which a script starts a record once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Give each printed name room for its salt, and make the table of callers' keys.

    The names that are there get their salts, and the trail its digests of them, once the steps are taken (`store_migrate`).
    """
    op.add_column("people", sa.Column("salt", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "caller_keys",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id"), nullable=False),
    )
    op.create_index("ix_caller_keys_record_id", "caller_keys", ["record_id"])
