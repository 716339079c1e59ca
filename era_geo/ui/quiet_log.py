"""A log that tells where something went wrong and never what: the text of an error may hold an address or a name.

Streamlit, its server and other libraries log errors with their texts and the lines of a traceback. Here every record of the whole
process loses them, whoever writes it.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import Any


def hush() -> None:
    """Take the texts of errors out of every log record of this process from now on."""
    if getattr(logging.getLogRecordFactory(), "is_hushed", False):
        return
    make = logging.getLogRecordFactory()

    def hushed(*args: Any, **named: Any) -> logging.LogRecord:
        record = make(*args, **named)
        if isinstance(record.args, tuple):
            record.args = tuple(told(one) if isinstance(one, BaseException) else one for one in record.args)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()} ({told(error)})", None
        record.exc_info = record.exc_text = None
        return record

    hushed.is_hushed = True  # type: ignore[attr-defined] # a mark on our own function
    logging.setLogRecordFactory(hushed)
    threading.excepthook = lambda thread: _write(thread.exc_value)
    sys.excepthook = lambda _type, error, _traceback: _write(error)


def told(error: BaseException) -> str:
    """Give an error's kind and where it happened: file and line, not a word of its text."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].filename}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _write(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, KeyboardInterrupt):
        sys.stderr.write(f"era-geo: unexpected {told(error)}\n")
