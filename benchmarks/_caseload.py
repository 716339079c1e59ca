"""A store filled with many records at once, drawn with a fixed seed: as saving them one by one leaves it; it verifies."""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.record import audit, search, tables
from era_geo.record.audit import Act, Anchor, Entry
from era_geo.record.form import Form
from era_geo.record.formjson import canonical, form_to_dict, sha256
from era_geo.record.store import Store
from era_geo.record.store_rows import VersionRow, agencies_of, columns, line_part, pack
from era_geo.record.terms import Trigger

COUNCILS = ("Marrowshire", "North Marrow", "Invermarrow City", "Glenshiel", "South Marrow")
_WORDS = [a + b for a in ("ka", "le", "mo", "ni", "ru", "sa", "te", "vo", "wi", "zu") for b in ("bar", "den", "fil", "gor", "tav")]
_CHUNK = 500


@dataclass(frozen=True)
class _Record:
    """One record to be: its form, the form's JSON, the words by which it is found, and when it was saved."""

    number: int
    form: Form
    data: dict[str, Any]
    words: set[str]
    at: str


def fill(store: Store, account: Account, form: Form, count: int, today: dt.date) -> None:
    """Put `count` drafts of the last year into an empty store, none like another."""
    made = _records(form, count, today)
    with store.core.database.writing() as connection:
        anchor = audit.anchor(connection)
        while chunk := list(islice(made, _CHUNK)):
            rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
            for record in chunk:
                anchor = _add(rows, record, anchor, account)
            for table, values in rows.items():
                _insert(connection, table, values)
        connection.execute(tables.head.update().values(entries=anchor.entries, hash=anchor.hash))
        if store.core.database.path is None:
            connection.exec_driver_sql("SELECT setval('records_no_seq', (SELECT MAX(no) FROM records))")
    with store.core.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.core.database.path is None:
            connection.exec_driver_sql("ANALYZE")  # as the server does by itself before long


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; the millions of words go to PostgreSQL by its own way for many."""
    if connection.dialect.name == "sqlite" or table is not tables.terms:
        connection.execute(table.insert(), rows)
        return
    with connection.connection.cursor().copy(f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(tuple(row.values()))


def _records(template: Form, count: int, today: dt.date) -> Iterator[_Record]:
    chance = random.Random(20261123)
    data, fixed = form_to_dict(template), search.all_words(template)[1]
    for number in range(1, count + 1):
        said, council = " ".join(chance.choices(_WORDS, k=40)), chance.choice(COUNCILS)
        day = today - dt.timedelta(days=chance.randrange(365))
        case = replace(
            template.case,
            reference=f"MAR-{number:05}",
            local_authority=council,
            trigger=chance.choice([Trigger.FIRST_REGISTRATION, Trigger.CHANGE_OF_ADDRESS, Trigger.ANNUAL_REVIEW]),
            notified_on=day,
            renewal_on=day + dt.timedelta(days=365),
        )
        person = replace(template.person, level=chance.choice([1, 1, 1, 1, 2, 3]))
        form = replace(template, case=case, person=person, analysis=replace(template.analysis, judgement=said))
        parts = {name: json.loads(json.dumps(asdict(getattr(form, name)), default=str)) for name in ("case", "person", "analysis")}
        at = dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC) + dt.timedelta(seconds=number)
        yield _Record(
            number, form, {**data, **parts}, fixed | search.words_of(f"{said} {council} {case.reference}"), audit.stamp(at)
        )


def _add(rows: dict[sa.Table, list[dict[str, Any]]], record: _Record, before: Anchor, account: Account) -> Anchor:
    """Make the rows of one record and its entry in the trail; give the trail's end after it."""
    content = canonical(record.data)
    salt, record_id, at = secrets.token_hex(32), f"{record.number:032x}", record.at
    version = VersionRow(1, content, sha256(content), at, account.key, account.printed)
    row = {"no": record.number, "id": record_id, "salt": salt, "status": "draft", "version": 1, "created_at": at, "updated_at": at}
    rows[tables.records].append({**row, "updated_by": account.key, **columns(record.form)})
    kept = {"record_id": record_id, "number": 1, "form": pack(content), "sha256": version.sha256}
    rows[tables.versions].append({**kept, "saved_at": at, "saved_by": account.key, "saved_as": account.printed})
    rows[tables.named].extend({"record_no": record.number, "agency": one} for one in sorted(agencies_of(record.form)))
    seen_by_all = search.words_of(record.form.case.reference)
    rows[tables.terms].extend(
        {"term": word, "record_no": record.number, "open_to_all": word in seen_by_all} for word in sorted(record.words)
    )
    parts = (version.part(salt), line_part(salt, columns(record.form), agencies_of(record.form)))
    entry = Entry(
        before.entries + 1, at, account.key, account.agency, tuple(sorted(account.roles)), Act.COLLECTION, record_id,
        "started, version 1", parts=parts, previous=before.hash,
    )  # fmt: skip
    text = canonical(entry.to_dict())
    after = Anchor(entry.seq, sha256(text))
    rows[tables.trail].append({"seq": entry.seq, "record_id": record_id, "entry": text.decode(), "hash": after.hash})
    return after
