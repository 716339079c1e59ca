"""The words by which records are found: one row a word, on both engines, so that what is erased is gone from the index as well.

What may be found by whoever sees the redacted view is marked: a landlord's search must not tell what stands in the police's part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from era_geo.record import tables
from era_geo.record.form import Form
from era_geo.record.formjson import form_to_dict

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 64
_LAST = "\U0010ffff"
_NOT_TEXT = frozenset({"ref", "agency", "outcome", "asked_on", "answered_on", "done_on", "by_date"})


def words_of(text: str) -> set[str]:
    """Give the words of a text as they are looked up: small letters without accents, and figures."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return {word[:_LONGEST] for word in _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))}


def index(connection: sa.Connection, record_no: int, form: Form) -> None:
    """Put the words of the newest version in the place of those of the version before it."""
    clear(connection, record_no)
    seen_by_all, every = all_words(form)
    rows = [{"term": word, "record_no": record_no, "open_to_all": word in seen_by_all} for word in sorted(every)]
    connection.execute(tables.terms.insert(), rows)


def all_words(form: Form) -> tuple[set[str], set[str]]:
    """Give the words by which whoever sees the redacted view finds a form, and all words by which it is found."""
    site = form.assessment.site
    seen_by_all = words_of(" ".join([form.case.reference, site.label, site.postcode or "", site.uprn or ""]))
    return seen_by_all, seen_by_all | words_of(" ".join(_texts(form_to_dict(form), "")))


def clear(connection: sa.Connection, record_no: int) -> None:
    """Take a record's words out of the index."""
    connection.execute(tables.terms.delete().where(tables.terms.c.record_no == record_no))


def matching(text: str, *, redacted: bool) -> list[sa.Select[Any]]:
    """Give for each word of `text` the query for the records in which it begins a word; none if the text holds no word.

    With `redacted` only the words that the redacted view shows are looked at.
    """
    queries = []
    for word in sorted(words_of(text)):
        query = sa.select(tables.terms.c.record_no).where(tables.terms.c.term >= word, tables.terms.c.term < word + _LAST)
        queries.append(query.where(tables.terms.c.open_to_all) if redacted else query)
    return queries


def _texts(value: Any, key: str) -> Iterator[str]:
    """Give what people wrote. The assessment's places and neighbours are not a record's own words, but for the property's label."""
    if key == "assessment":
        yield value["site"]["label"]
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_TEXT:
                yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str):
        yield value
