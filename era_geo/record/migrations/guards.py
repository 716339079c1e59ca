"""Triggers that refuse to change what is never changed, in the words of either engine."""

from __future__ import annotations

from collections.abc import Iterator


def guard(engine: str, table: str, *, erasable: bool) -> Iterator[str]:
    """Give the statements by which `table` refuses changes, and deletions other than those of an erasure.

    Parameters
    ----------
    engine
        `sqlite` or `postgresql`.
    erasable
        Whether rows may be deleted while their record's id stands in `erasing`.
    """
    for event in ("UPDATE", "DELETE"):
        name = f"{table}_no_{event.lower()}"
        words = f"{table} is never changed" if event == "UPDATE" else f"{table} is only deleted by an erasure"
        allowed = "EXISTS (SELECT 1 FROM erasing WHERE erasing.record_id = OLD.record_id)"
        free = erasable and event == "DELETE"
        if engine == "sqlite":
            when = f"WHEN NOT {allowed} " if free else ""
            yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{words}'); END"
        else:
            leave = f"IF {allowed} THEN RETURN OLD; END IF; " if free else ""
            body = f"BEGIN {leave}RAISE EXCEPTION '{words}'; END"
            yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
            yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    if engine == "postgresql":
        name = f"{table}_no_truncate"
        body = f"BEGIN RAISE EXCEPTION '{table} is never emptied'; END"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
