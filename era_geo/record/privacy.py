"""Texts that look like something a record must not hold: a person's name, a date of birth, a number that names a person.

A record holds a case reference, never a name. Looking is not knowing: each finding is a warning, and a person says that the
text may stay. A warning says where and what kind of text, and never repeats it, so that it may be shown, kept or logged. The
patterns lean towards silence for the words that records are full of: streets, schools, agencies, posts.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from era_geo.errors import UsageError
from era_geo.model import Assessment, LayerState, Site
from era_geo.record import personal_names
from era_geo.record.form import Form

NAME = "a person's name"
BIRTH = "a date of birth"
NI_NUMBER = "a National Insurance number"
CHI_NUMBER = "a CHI number"
PHONE = "a phone number"
EMAIL = "an email address"

MAY_NAME = frozenset({"decision.decided_by", "physical_check.by"})
"""Fields in which a professional is named with their post. Everything else is looked for there too."""
_NOT_TYPED = re.compile(r"agencies\.\d+\.agency|lead_agency|addresses\.\d+\.(ref|relation)")

_NI = re.compile(
    r"(?<![a-z0-9])(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prs-tw-z][a-ceghj-npr-tw-z](?:[ -]?\d\d){3}[ -]?[a-d](?![a-z0-9])",
    re.IGNORECASE,
)
_CHI = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{4})(?!\d)")
_PHONE = re.compile(
    r"(?<![\w.,/:-])(?:(?:\+44|0044)[ -]?(?:\(0\))?[ -]?[1-35789]|\(?0[1-35789])(?:[ ()-]{0,2}\d){8,9}(?![\d/:.]*\d)"
    r"|(?<![\w.])\+(?!44)[1-9](?:[ ()-]?\d){8,13}(?!\d)"
)
_WORD = re.compile(r"[^\W\d_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_LIFETIME = r"(?:19[2-9]\d|200\d)"
_YEAR = r"(?:(?:19|20)?\d\d)"


def _date(year: str) -> str:
    """Give the pattern of a whole date in any usual order."""
    in_figures = rf"\d{{1,2}}[ ./-]+\d{{1,2}}[ ./-]+{year}|{year}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    return rf"(?:{in_figures}|{_DAY}[ ./-]+{_MONTH}[ ,./-]+{year}|{_MONTH} {_DAY},? {year})"


_OLD_DATE = re.compile(rf"(?<![\w/]){_date(_LIFETIME)}(?!\w)", re.IGNORECASE)
_BORN = re.compile(
    rf"\b(?:d\.?o\.?b\b\.?|date of birth|born|birthday)[^\n]{{0,12}}?(?:{_date(_YEAR)}|{_LIFETIME})(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True)
class PrivacyWarning:
    """One text that looks like something a record must not hold.

    `field` is its dotted path in the form (`measures.0.text`), `what` the kind of thing it looks like, `why` how that shows, as a
    sentence without the text itself; `start` and `end` are where in the text it stands.
    """

    field: str
    what: str
    why: str
    start: int
    end: int


def warnings(form: Form, before: Form | None = None) -> tuple[PrivacyWarning, ...]:
    """Look through every text that people typed, the reference too.

    Parameters
    ----------
    form
        The form that is about to be saved.
    before
        The version that it grew from: what stands there already has been confirmed, and is not asked about again.
    """
    known = {text for _, text in _texts(before)} if before else set()
    places = place_names(form.assessment)
    return tuple(warning for field, text in _texts(form) if text not in known for warning in look(field, text, places))


def place_names(assessment: Assessment) -> tuple[str, ...]:
    """Give the names of places that the assessment itself holds, longest first: a pub may be called as a person is."""
    site = assessment.site
    names = {site.label, site.street, site.town, *(finding.name for finding in assessment.findings)}
    names |= {home.address for home in assessment.neighbours.to_check} if assessment.neighbours else set()
    return tuple(sorted((name for name in names if name), key=lambda name: (-len(name), name)))


def look(field: str, text: str, places: Sequence[str] = ()) -> Iterator[PrivacyWarning]:
    """Look through one text; `field` is its path in the form, `places` are names that are known to be no person's here."""
    taken: list[tuple[int, int]] = []
    without_places = text
    for name in places:
        without_places = without_places.replace(name, "\n" * len(name))
    for what, why, find in _KINDS:
        if what == NAME and field in MAY_NAME:
            continue
        for start, end in find(without_places if what == NAME else text):
            # Ten digits that are a CHI number are not a phone number as well.
            if not any(start < after and before < end for before, after in taken):
                taken.append((start, end))
                yield PrivacyWarning(field, what, why, start, end)


def require_confirmed(form: Form, *, confirmed: Collection[PrivacyWarning] = (), before: Form | None = None) -> None:
    """Let a form pass to be saved if a person has confirmed every warning about it.

    Parameters
    ----------
    confirmed
        The warnings that a person has seen and confirmed.
    before
        As in `warnings`.

    Raises
    ------
    UsageError
        If something was not confirmed; each field and what it looks like is named, its text is not.
    """
    if missing := [warning for warning in warnings(form, before) if warning not in confirmed]:
        said = "; ".join(dict.fromkeys(f"{warning.field} looks like it holds {warning.what}" for warning in missing))
        raise UsageError(
            f"Nothing was saved yet: {said}. A record holds a case reference only. Change it, or confirm that it may stay."
        )


def _texts(form: Form) -> Iterator[tuple[str, str]]:
    """Give each text that people type, with its path: all of the form but map facts, chosen words and ids."""
    for part in dataclasses.fields(form):
        if part.name != "assessment":
            yield from _leaves(part.name, getattr(form, part.name))
    yield from _typed_for(form.assessment)


def _typed_for(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Give what people typed for the assessment: the address that was asked for, but for its own words, and every reason."""
    site, parameters = assessment.site, assessment.parameters
    checked = parameters.address_parameter
    texts = {
        "site.query": _beyond_address(site),
        "site.pin_reason": site.pin_reason,
        "parameters.reason": parameters.reason,
        "parameters.address_parameter.reason": checked.reason if checked else None,
        **{
            f"layers.{place}.reason": layer.reason for place, layer in enumerate(assessment.layers) if layer.state is LayerState.OFF
        },
    }
    yield from ((f"assessment.{path}", text) for path, text in texts.items() if text)


def _beyond_address(site: Site) -> str:
    """Give what was asked for without the words of the address that was found: a street may be called as a person is."""
    own = {word.casefold() for word in _WORD.findall(f"{site.label} {site.postcode or ''}")}
    return _WORD.sub(lambda word: "\n" * len(word[0]) if word[0].casefold() in own else word[0], site.query or "")


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from _leaves(f"{path}.{part.name}", getattr(value, part.name))
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}.{place}", inner)
    elif isinstance(value, str) and not isinstance(value, StrEnum) and value and not _NOT_TYPED.fullmatch(path):
        yield path, value


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (match.span() for match in pattern.finditer(text))


def _chi_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Find ten digits that begin with a date and end with the right check digit."""
    for match in _CHI.finditer(text):
        digits = [int(digit) for digit in "".join(match.groups())]
        day, month = int(match[1][:2]), int(match[1][2:4])
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
        if 1 <= day <= 31 and 1 <= month <= 12 and check % 11 == digits[9]:
            yield match.span()


_KINDS: tuple[tuple[str, str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    (EMAIL, "It has the form of an email address.", _matches(_EMAIL)),
    (NI_NUMBER, "It has the form of a National Insurance number.", _matches(_NI)),
    (CHI_NUMBER, "It has the form of an NHS Scotland CHI number, and its check digit fits.", _chi_numbers),
    (BIRTH, "A date follows a word about birth.", _matches(_BORN)),
    (BIRTH, "It is a whole date that lies a lifetime back.", _matches(_OLD_DATE)),
    (PHONE, "It has the form of a phone number.", _matches(_PHONE)),
    (NAME, "It reads like a person's name.", personal_names.find),
)
