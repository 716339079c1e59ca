"""An index of the words by which all may find a record."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index: a landlord's search reads it alone, and not the words of every record from all over the table."""
    open_to_all = sa.column("open_to_all", sa.Boolean)
    op.create_index(
        "ix_search_terms_open", "search_terms", ["term", "record_no"], postgresql_where=open_to_all, sqlite_where=open_to_all
    )
