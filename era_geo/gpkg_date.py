"""GeoPackages without a clock: equal content gives an equal file, whenever it was written and however fast."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

_CHANGES_AT = (24, 92)
"""Where a SQLite file says how often it was changed, and of which change what it says of itself is true (its file format, 1.3)."""
_ONCE = (1).to_bytes(4, "big")


def put_date(path: Path, date: dt.date) -> None:
    """Put a date where GDAL put the clock's in a finished GeoPackage that nobody has open.

    GDAL writes the time after each table, and where that is the same thousandth of a second as before, SQLite counts no change. So
    how often the file was changed depends on the clock too, and is put to once.

    Raises
    ------
    sqlite3.Error, OSError
        If the file cannot be written to.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (f"{date.isoformat()}T00:00:00.000Z",))
    with path.open("r+b") as file:
        for position in _CHANGES_AT:
            file.seek(position)
            file.write(_ONCE)
