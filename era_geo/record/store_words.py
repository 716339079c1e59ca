"""Words beside the form: reasons, answers and notes hold no person; those that go into the audit trail nothing of the record."""

from __future__ import annotations

from era_geo.errors import UsageError
from era_geo.record.form import Form
from era_geo.record.privacy import look, place_names

_SHORT = 4


def check_person(text: str, form: Form) -> None:
    """Refuse a step's reason, an answer or a note that looks like it names a person; the record's own places may stand in it.

    Raises
    ------
    UsageError
        Saying what it looks like; the text itself is not repeated.
    """
    found = dict.fromkeys(warning.what for warning in look("reason", text, place_names(form.assessment)))
    if found:
        raise UsageError(f"This text looks like it holds {', '.join(found)}. A record holds a case reference only. Say it without.")


def check_words(text: str, form: Form | None) -> None:
    """Refuse a reason, a recipient or a basis that names the case, its address, or what looks like a person.

    Raises
    ------
    UsageError
        Saying what it looks like; the text itself is not repeated.
    """
    found = [warning.what for warning in look("reason", text)]
    if form is not None:
        site = form.assessment.site
        known = {"the case reference": form.case.reference, "the address": site.label, "the postcode": site.postcode or ""}
        street = f"{site.number or ''} {site.street or ''}".strip()
        known["part of the address"] = street if site.number and site.street else ""
        plain = text.casefold()
        found += [what for what, value in known.items() if len(value) >= _SHORT and value.casefold() in plain]
    if found:
        raise UsageError(
            f"This text goes into the audit trail, which is kept when the record is erased, and it looks like it holds "
            f"{', '.join(dict.fromkeys(found))}. Say it without."
        )
