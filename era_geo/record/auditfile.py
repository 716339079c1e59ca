"""Audit forms as JSON: what `era-geo record sample --forms` writes, auditors fill in, and the tally reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from era_geo.errors import DataError, UsageError
from era_geo.record.themes import AuditForm

_ADAPTER = TypeAdapter(AuditForm)


def audit_to_dict(form: AuditForm) -> dict[str, Any]:
    """Give a form as plain data."""
    data: dict[str, Any] = _ADAPTER.dump_python(form, mode="json")
    return data


def audit_to_json(form: AuditForm) -> str:
    """Give a form as JSON text with a final newline."""
    return json.dumps(audit_to_dict(form), ensure_ascii=False, indent=2) + "\n"


def audit_from_dict(data: Any, name: str) -> AuditForm:
    """Read a form from plain data.

    Parameters
    ----------
    name
        What the form is called in an error: its file.

    Raises
    ------
    DataError
        If it is no audit form; all faults are named, what stands in it is not.
    """
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_input=False))
        raise DataError(f"{name} is no audit form. {faults}.") from None


def quarter_of(forms: Sequence[AuditForm]) -> str:
    """Give the one quarter that all forms are of.

    Raises
    ------
    UsageError
        If they are of several, or there are none.
    """
    quarters = sorted({form.quarter for form in forms})
    if len(quarters) != 1:
        told = f"These forms are of several quarters: {', '.join(quarters)}." if quarters else "There is no form to count."
        raise UsageError(f"{told} Tally the forms of one quarter at a time.")
    return quarters[0]
