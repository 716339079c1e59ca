"""The redacted copy of a record for a landlord: what its Link Officer needs to manage a tenancy, and nothing about the person.

What stays is listed, each with its reason; everything else goes, so that a field added later goes until somebody has said why it
stays. What went is named in the copy (`removed`), whether or not anything stood there: "empty" and "not in this copy" are
different, and which fields were filled in is not told either.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

from era_geo.accounts import Agency, agency_kind, agency_label
from era_geo.errors import UsageError
from era_geo.model import Assessment, Gap, LayerState
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import AgencyPart, Measure, PhysicalRow
from era_geo.record.terms import DESK_CHECKS, PHYSICAL_CHECK

IN_WHOLE_RECORD = "in the whole record"
"""Stands in the assessment where a text was taken out."""

KEPT = {
    "id": "to speak of the same record",
    "version": "to speak of the same version",
    "status": "whether the copy is of a draft",
    "saved.at": "how old the copy is",
    "signature.at": "whether and when it was signed",
    "pictures": "the checksum of the map that is in the copy",
    "redacted_for": "whose copy it is",
    "removed": "what is not in the copy",
    "form.case.reference": "to speak of the same case; it is no name",
    "form.case.profile": "under which rules it was made",
    "form.case.local_authority": "whose area it is",
    "form.case.due_on": "when an answer is needed",
    "form.lead_agency": "whom to speak to",
    "form.agencies.*.agency": "who takes part",
    "form.agencies.*.contact": "whom to speak to: a role",
    "form.agencies.*.asked_on": "what is still awaited",
    "form.agencies.*.answered_on": "what is still awaited",
    "form.property.tenure": "the landlord's own knowledge",
    "form.property.kind": "the landlord's own knowledge",
    "form.property.size": "the landlord's own knowledge",
    "form.property.floor": "the landlord's own knowledge",
    "form.property.entrance": "the landlord's own knowledge",
    "form.property.outlook": "the landlord's own knowledge",
    "form.property.multiple_occupancy": "the landlord's own knowledge",
    "form.property.outside_space": "the landlord's own knowledge",
    "form.desk_checks.*.what": "what has been looked up; rows that people added go",
    "form.desk_checks.*.agency": "what has been looked up",
    "form.desk_checks.*.done_on": "what has been looked up",
    "form.physical_check.visited_on": "that a visit was made",
    "form.physical_check.rows.*.what": "the guidance's list; rows that people added go",
    "form.physical_check.rows.*.seen": "a fact about the place",
    "form.considered_on": "the date that everybody may see, and nothing more about concentration",
    "form.measures.*.text": "the measures that this landlord sees to; all others go",
    "form.measures.*.owner": "the measures that this landlord sees to; all others go",
    "form.measures.*.by_date": "the measures that this landlord sees to; all others go",
    "form.measures.*.done_on": "the measures that this landlord sees to; all others go",
    "form.decision.outcome": "whether the property can be let for this purpose",
    "form.decision.decided_on": "when that was decided",
    "form.review.review_on": "when it is looked at again",
    "form.assessment": "open data about the place, without what the rows below name",
}
"""What stays in a landlord's copy, with the reason; `*` is any row of a list. Everything else goes."""

REMOVED_FROM_ASSESSMENT = {
    "site.query": "what was typed may be more than an address",
    "site.confirmed_by": "an officer's name is not needed",
    "site.pin_reason": "typed by hand",
    "parameters.reason": "typed by hand, and may speak of the person",
    "parameters.address_parameter.reason": "typed by hand, and may speak of the person",
    "layers without a place, and their gaps": "what is not among them would tell which are switched off, and so the victim profile",
    "neighbours": "whose homes are checked is for the agencies that check them",
}
"""What goes from the assessment, with the reason."""

WHY_REMOVED = {
    "form.case": "the person's own dates, and why the ERA is made now",
    "form.person": "about the person",
    "form.agencies": "what other agencies hold about the person; the landlord's own answer stays",
    "form.property": "typed by hand, and may speak of the person",
    "form.addresses": "whose homes are checked is for the agencies that check them",
    "form.desk_checks": "what was held about the person, and rows typed by hand",
    "form.physical_check": "typed by hand, and names an officer",
    "form.analysis": "judgement about the person",
    "form.measures": "measures that others see to may speak of the person",
    "form.decision": "judgement about the person, and names an officer",
    "form.review": "typed by hand, and may speak of the person",
    "saved": "names an officer",
    "signature": "names an officer; and of a record with few words the rest could be guessed and held against the checksum",
    "sharing": "with whom else it was shared",
    "trail": "who worked on it",
}
"""Why the rest goes, by the beginning of its path."""

_OFF = Gap(
    None,
    "layers",
    "Kinds of place of which none is listed",
    "This copy does not say which were looked for and not found, which could not be looked for, and which were switched off",
)
_HOMES = Gap(None, "neighbours", "The homes nearby are not listed or counted", "They are left out of this copy")


def redacted(document: RecordDocument, landlord: str = "landlord") -> RecordDocument:
    """Give a landlord's copy of a record. A copy of a copy is the same copy.

    The landlord's own answer stays whole, and so do the measures that it sees to (their owner is its id or its name in words). The
    signature's hash goes: of a record with few words the rest could be guessed and held against it.

    Parameters
    ----------
    landlord
        Id of the landlord's agency (`era_geo.accounts`), such as `landlord:marrow-homes`.

    Raises
    ------
    UsageError
        If `landlord` is no landlord's id.
    """
    label = agency_label(landlord)
    if agency_kind(landlord) is not Agency.LANDLORD:
        raise UsageError(f"{label} is no landlord. A redacted copy is for a landlord: give its id, such as landlord:marrow-homes.")
    form = document.form
    own = dataclasses.replace(
        document,
        form=dataclasses.replace(
            form,
            addresses=(),
            desk_checks=tuple(check for check in form.desk_checks if (check.what, check.agency) in DESK_CHECKS),
            measures=tuple(one for one in form.measures if _is_own(one, landlord, label)),
            physical_check=dataclasses.replace(
                form.physical_check, rows=tuple(row for row in form.physical_check.rows if _is_listed(row))
            ),
        ),
        sharing=(),
        trail=(),
    )
    kept: RecordDocument = _cleared(own, "", landlord)
    assessment = _assessment(form.assessment)
    return dataclasses.replace(
        kept, form=dataclasses.replace(kept.form, assessment=assessment), redacted_for=label, removed=removed_fields()
    )


def landlord_of(document: RecordDocument, named: str | None) -> str:
    """Give the landlord that a copy is for: the one named, else the one that takes part in the record.

    Raises
    ------
    UsageError
        If several landlords take part and none is named.
    """
    if named is not None:
        return named
    parts = [part.agency for part in document.form.agencies if agency_kind(part.agency) is Agency.LANDLORD]
    if len(parts) > 1:
        raise UsageError(f"The record names several landlords ({', '.join(parts)}). Say which of them the copy is for.")
    return parts[0] if parts else str(Agency.LANDLORD)


@cache
def removed_fields() -> tuple[str, ...]:
    """Give the paths of everything that a landlord's copy does not have."""
    leaves = (path for path in _leaves(RecordDocument, "") if path not in KEPT)
    whole = ("sharing", "trail", "form.addresses")
    outside = tuple(path for path in leaves if not path.startswith(whole))
    rows = (
        "form.desk_checks.* that people added",
        "form.physical_check.rows.* that people added",
        "form.measures.* of other owners",
    )
    inside = tuple(f"form.assessment.{path}" for path in REMOVED_FROM_ASSESSMENT)
    return (*outside, *whole, *rows, *inside)


def _is_own(measure: Measure, landlord: str, label: str) -> bool:
    return measure.owner.strip().casefold() in (landlord.casefold(), label.casefold())


def _is_listed(row: PhysicalRow) -> bool:
    return row.what in dict(PHYSICAL_CHECK)


def _cleared(value: Any, path: str, landlord: str) -> Any:
    """Give a dataclass with every field empty that is not among those that stay."""
    if isinstance(value, AgencyPart) and value.agency == landlord:
        return value
    changed: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        inner = f"{path}.{field.name}" if path else field.name
        given = getattr(value, field.name)
        if inner in KEPT:
            changed[field.name] = given
        elif dataclasses.is_dataclass(given):
            changed[field.name] = _cleared(given, inner, landlord)
        elif isinstance(given, tuple) and given and dataclasses.is_dataclass(given[0]):
            changed[field.name] = tuple(_cleared(one, f"{inner}.*", landlord) for one in given)
        else:
            changed[field.name] = _empty(field, given)
    return dataclasses.replace(value, **changed)


def _empty(field: dataclasses.Field[Any], given: Any) -> Any:
    """Give what an empty field holds: its default, or where every row has one, what is empty of its kind."""
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return "" if isinstance(given, str) else () if isinstance(given, tuple) else None


def _assessment(given: Assessment) -> Assessment:
    """Give the facts about the place without what was typed by hand, what tells the victim profile, and whose homes are checked."""
    site, parameters = given.site, given.parameters
    doors = parameters.address_parameter
    found = tuple(result for result in given.layers if result.state is LayerState.FOUND)
    told = {None, *(result.id for result in found)}
    gaps = tuple(gap for gap in given.gaps if gap.layer in told and gap not in (_OFF, _HOMES))
    return dataclasses.replace(
        given,
        site=dataclasses.replace(
            site,
            query=IN_WHOLE_RECORD,
            confirmed_by=site.confirmed_by and "a person who is named in the whole record",
            pin_reason=site.pin_reason and IN_WHOLE_RECORD,
        ),
        parameters=dataclasses.replace(
            parameters,
            reason=parameters.reason and IN_WHOLE_RECORD,
            address_parameter=dataclasses.replace(doors, reason=doors.reason and IN_WHOLE_RECORD),
        ),
        layers=found,
        neighbours=None,
        gaps=(*gaps, _OFF, _HOMES),
    )


def _leaves(kind: Any, path: str) -> Iterator[str]:
    """Give the paths of all fields inside a dataclass, `*` for the rows of a list; an assessment is one field."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        inner = f"{path}.{field.name}" if path else field.name
        hint = hints[field.name]
        part = next((one for one in (hint, *get_args(hint)) if dataclasses.is_dataclass(one)), None)
        if part is None or part is Assessment or inner in KEPT:
            yield inner
        else:
            is_list = getattr(hint, "__origin__", None) is tuple
            yield from _leaves(part, f"{inner}.*" if is_list else inner)
