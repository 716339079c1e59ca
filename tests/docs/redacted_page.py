"""docs/redacted-copy.md, written from the rules of the program: `python -m tests.docs.redacted_page` writes it anew."""

from era_geo.record.redact import KEPT, REMOVED_FROM_ASSESSMENT, WHY_REMOVED, removed_fields
from tests.project.files import ROOT

PAGE = ROOT / "docs" / "redacted-copy.md"

_OPENING = """# The redacted copy for a landlord

A landlord's Link Officer manages a tenancy. The copy for a landlord holds what that needs: the address, the facts about the
place, the property, whom to speak to, the outcome, the measures that the landlord sees to, and the dates. It holds nothing about
the person but the case reference, no restricted place, and of concentration the date on which police considered it.

What stays is listed in the program (`era_geo/record/redact.py`), each field with its reason. Everything else goes, so that a field
that is added to the form later goes until somebody has said why it stays. The copy names every field that it does not have,
whether or not anything stood there: so "empty" and "not in this copy" stay different, and nobody can tell what was filled in. A
copy is marked as one on each page and in its file's name. The map and the numbers on it are those of the whole record.

Restricted places are in no export at all, whole or redacted: they are never in the form that exports are made from. Nor does the
trail in an export, or in another agency's view, tell that there are any.
"""


def text() -> str:
    """Give the page as it should be."""
    gone = [(path, _why(path)) for path in removed_fields() if not path.startswith("form.assessment.")]
    gone += [(f"form.assessment: {part}", why) for part, why in REMOVED_FROM_ASSESSMENT.items()]
    parts = (_OPENING, "## What stays\n", _table(list(KEPT.items())), "`*` is any row of a list.\n", "## What goes\n", _table(gone))
    return "\n".join(parts)


def _why(path: str) -> str:
    return next(why for beginning, why in WHY_REMOVED.items() if path.startswith(beginning))


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| field | why |", "|---|---|", *(f"| `{path}` | {why} |" for path, why in rows), ""])


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
