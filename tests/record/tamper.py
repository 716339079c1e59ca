"""Somebody with the right to write in the database, who goes past the program and past the database's own guards."""

from __future__ import annotations

import sqlalchemy as sa

from era_geo.record.store import Store


def tamper(store: Store, *statements: str, **values: object) -> None:
    """Run statements with every trigger off, as the database's owner can."""
    with store.core.database.engine.begin() as connection:
        if store.core.database.path is None:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            wanted = {key: value for key, value in values.items() if f":{key}" in statement}
            connection.execute(sa.text(statement), wanted)
