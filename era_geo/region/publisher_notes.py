"""What a publisher's own notes beside the data say: how old it is, and how it asks to be credited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

_FIGURES = tuple(
    re.compile(rf"{words}\s*:?\s*(\d{{4}})-?(\d\d)-?(\d\d)", re.IGNORECASE) for words in ("RM UPDATE DATE", "COPYRIGHT DATE")
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = re.compile(rf"^\s*({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)\s*$", re.IGNORECASE | re.MULTILINE)
_CREDIT = re.compile(r"^\s*(contains\b[^\n]{1,200})$", re.IGNORECASE | re.MULTILINE)
_MOST_CREDITS = 6


def date_of(notes: Sequence[str]) -> str | None:
    """Give the date of the content, ISO 8601; of a month alone its first day; `None` where no note says it.

    A date in figures says more than the month that a licence is signed with.
    """
    for match in (match for pattern in _FIGURES for text in notes for match in pattern.finditer(text)):
        try:
            return dt.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            continue
    months = (match for text in notes for match in _MONTH.finditer(text))
    return next((f"{match[2]}-{_MONTHS.index(match[1].lower()) + 1:02d}-01" for match in months), None)


def credit_of(notes: Sequence[str]) -> str | None:
    """Give the credit that the notes ask for ("Contains ... data © ..."), in one line; `None` where they ask for none."""
    lines = [" ".join(match[1].split()) for text in notes for match in _CREDIT.finditer(text) if "©" in match[1]]
    asked = list(dict.fromkeys(line.rstrip(".") for line in lines))[:_MOST_CREDITS]
    return ". ".join(asked) + "." if asked else None
