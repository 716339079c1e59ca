"""Dates in words, as every sentence of the program gives them."""

from __future__ import annotations

import datetime as dt

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def in_words(date: dt.date | str | None) -> str:
    """Give a date, or its ISO 8601 text, in words (`20 July 2022`); that it is not known where it is `None` or empty."""
    if not date:
        return "a date not known"
    day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
