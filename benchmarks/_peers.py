"""What else would find an address offline: SQLite's FTS5 by bm25, rapidfuzz by WRatio, both with their first hit; and Nominatim.

They are given the same addresses as our region, one line each.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

from rapidfuzz import fuzz, process, utils

from benchmarks._addresses import Address, line, plain

Key = tuple[str, str]


class Peer(Protocol):
    """An engine that gives one house, or none, for a text."""

    name: str

    def first(self, text: str) -> Key | None:
        """Give number and street of its first hit, plain."""


class Fts5:
    """SQLite full-text search, any word, best bm25 first."""

    name = "FTS5"

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._keys = [(one.number.lower(), plain(one.street)) for one in addresses]
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE lines USING fts5(text, tokenize = 'unicode61')")
        self._database.executemany("INSERT INTO lines (rowid, text) VALUES (?, ?)", enumerate(map(_line, addresses)))

    def first(self, text: str) -> Key | None:
        """Give number and street of the first hit."""
        words = re.findall(r"\w+", text)
        if not words:
            return None
        query = " OR ".join(f'"{word}"' for word in words)
        row = self._database.execute(
            "SELECT rowid FROM lines WHERE lines MATCH ? ORDER BY bm25(lines) LIMIT 1", (query,)
        ).fetchone()
        return self._keys[row[0]] if row else None


class RapidFuzz:
    """rapidfuzz over all lines, best WRatio first."""

    name = "rapidfuzz"

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._keys = [(one.number.lower(), plain(one.street)) for one in addresses]
        self._lines = [utils.default_process(_line(one)) for one in addresses]

    def first(self, text: str) -> Key | None:
        """Give number and street of the first hit."""
        found = process.extractOne(utils.default_process(text), self._lines, scorer=fuzz.WRatio, processor=None)
        return self._keys[found[2]] if found else None


class Nominatim:
    """A Nominatim database on this machine (`NOMINATIM_DATABASE_DSN`), through its own Python API."""

    name = "Nominatim"

    def __init__(self) -> None:
        import nominatim_api  # noqa: PLC0415 - installed on few machines

        self._api: Any = nominatim_api.NominatimAPI()

    def first(self, text: str) -> Key | None:
        """Give number and street of the first hit that is a house."""
        for result in self._api.search(text, address_details=True, max_results=1):
            tags = result.address or {}  # the object's own: Nominatim itself rewrites `21-22` as `21 22`
            number = tags.get("housenumber") or result.housenumber
            roads = [
                row.names.get("name", "") for row in result.address_rows or [] if row.isaddress and row.category[0] == "highway"
            ]
            street = tags.get("street") or next(iter(roads), "")
            if number and street:
                return number.lower(), plain(street)
        return None


_HOW_TO = (
    "To have it: PostgreSQL with PostGIS and osm2pgsql; gcc, libicu-dev and pkg-config, for PyICU has no wheel; "
    "`pip install nominatim-api nominatim-db`; set NOMINATIM_DATABASE_DSN, as `pgsql:host=DIR;user=postgres;dbname=nominatim`, "
    "and NOMINATIM_IMPORT_STYLE=address; `nominatim import --osm-file FILE --threads 2`, FILE being the extract with a named way "
    "added through each street's addresses, without which it answers none of them; then this command again."
)


def nominatim_missing() -> str | None:
    """Say why Nominatim is not asked; `None` where it is."""
    if importlib.util.find_spec("nominatim_api") is None:
        return f"Nominatim was not there: the package nominatim-api is not installed. {_HOW_TO}"
    if not os.environ.get("NOMINATIM_DATABASE_DSN"):
        return f"Nominatim was not there: NOMINATIM_DATABASE_DSN does not name a database. {_HOW_TO}"
    return None


def peers(addresses: Sequence[Address]) -> list[Peer]:
    """Give the peers that can be asked here."""
    found: list[Peer] = [Fts5(addresses), RapidFuzz(addresses)]
    if nominatim_missing() is None:
        found.append(Nominatim())
    return found


def _line(address: Address) -> str:
    return line(f"{address.number} {address.street}", address.town, address.postcode)
