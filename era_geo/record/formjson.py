"""The form and the record document as JSON: to plain data and back, the bytes that are hashed, and the published schema.

Keys are the fields' names. Empty is `""`, `null` or `[]`, never left out. A document that is read back must be what was written:
a key that is not known, or a value of another kind, is a fault and is never dropped or turned into something else.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from era_geo import contract
from era_geo.errors import DataError
from era_geo.model import ASSESSMENT_SCHEMA
from era_geo.record.envelope import Disclosure, Event, KeptPicture, RecordDocument, Saved, Signature
from era_geo.record.form import Form

RECORD_SCHEMA = "era-geo/record/1"
_LEVELS = (None, 1, 2, 3)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def form_to_dict(form: Form) -> dict[str, Any]:
    """Give the form's keys and values as plain data; the assessment inside carries its own `schema`.

    Raises
    ------
    UsageError
        If the assessment carries restricted places: it is for the screen only.
    """
    data: dict[str, Any] = _adapter(Form).dump_python(form, mode="json")
    return {**data, "assessment": contract.to_dict(form.assessment)}


def form_from_dict(data: Mapping[str, Any]) -> Form:
    """Read a form back from `form_to_dict`'s form.

    Raises
    ------
    DataError
        If a field is missing, unknown, or of the wrong kind; all faults are named, and no content of the record is.
    """
    form: Form = _read(Form, data, "form", ("assessment",))
    return form


def record_to_dict(document: RecordDocument) -> dict[str, Any]:
    """Give the record document's keys and values as plain data, `schema` first."""
    rest: dict[str, Any] = _adapter(RecordDocument).dump_python(document, mode="json")
    return {"schema": RECORD_SCHEMA, **rest, "form": form_to_dict(document.form)}


def record_from_dict(data: Mapping[str, Any]) -> RecordDocument:
    """Read a record document back from `record_to_dict`'s form.

    Raises
    ------
    DataError
        If it is of another schema, or a field is missing, unknown or of the wrong kind; all faults are named.
    """
    body = dict(data)
    schema = body.pop("schema", None)
    if schema != RECORD_SCHEMA:
        raise DataError(f"This is not a record: its schema is {schema!r}, not {RECORD_SCHEMA!r}.")
    document: RecordDocument = _read(RecordDocument, body, "record", ("form", "assessment"))
    return document


def record_to_json(document: RecordDocument) -> str:
    """Give one JSON document, text with a final newline; equal documents give equal text."""
    return json.dumps(record_to_dict(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def canonical(value: Any) -> bytes:
    """Give plain data as the bytes that are hashed: JSON in ASCII, keys sorted, no white space, floats to their last digit.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")


def signed_bytes(document: RecordDocument) -> bytes:
    """Give the bytes that a signature stands for: what the version says and who saved it.

    The status, the signature itself, the sharing log and the trail go on after signing, and are not among them.
    """
    data = record_to_dict(document)
    return canonical({key: data[key] for key in ("schema", "id", "version", "form", "saved", "pictures")})


def sha256(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hex."""
    return hashlib.sha256(content).hexdigest()


def record_schema() -> dict[str, Any]:
    """Give the published JSON Schema (2020-12) of a record document."""
    body = _adapter(RecordDocument).json_schema(mode="serialization")
    inner = body["$defs"]["Assessment"]
    for part, name in ((body, RECORD_SCHEMA), (inner, ASSESSMENT_SCHEMA)):
        part["properties"] = {"schema": {"const": name}, **part["properties"]}
        part["required"] = ["schema", *part.get("required", [])]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": RECORD_SCHEMA, **body}


def _read(kind: type, data: Mapping[str, Any], what: str, way_to_assessment: tuple[str, ...]) -> Any:
    """Read a value of a kind; the assessment at the end of the way carries a `schema` that the model has no field for."""
    body, faults = _without_inner_schema(data, way_to_assessment)
    try:
        value = _adapter(kind).validate_python(body)
    except ValidationError as error:
        # The messages of pydantic name kinds and not contents; the error itself holds the contents, so it is not chained.
        faults += [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_input=False)]
    else:
        faults += [*_changes("", body, _adapter(kind).dump_python(value, mode="json")), *_out_of_range(value)]
    if faults:
        raise DataError(f"The {what} is damaged. {'; '.join(faults)}.") from None
    return value


def _without_inner_schema(data: Mapping[str, Any], way: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """Give the data without the assessment's `schema`, and the fault if that is another."""
    body = dict(data)
    inner = body.get(way[0])
    if not isinstance(inner, Mapping):
        return body, []
    if len(way) > 1:
        body[way[0]], faults = _without_inner_schema(inner, way[1:])
        return body, faults
    kept = dict(inner)
    schema = kept.pop("schema", None)
    body[way[0]] = kept
    wanted = ASSESSMENT_SCHEMA
    return body, [] if schema == wanted else [f"{way[0]}.schema: it is {schema!r}, not {wanted!r}"]


def _changes(path: str, given: Any, read: Any) -> Iterator[str]:
    """Name what reading would have dropped or changed. A key that is left out has its default, as in an older document."""
    if isinstance(given, Mapping) and isinstance(read, dict):
        for key, value in given.items():
            inner = f"{path}.{key}" if path else str(key)
            if key in read:
                yield from _changes(inner, value, read[key])
            else:
                yield f"{inner}: this field is not known"
    elif isinstance(given, list | tuple) and isinstance(read, list) and len(given) == len(read):
        for place, (one, other) in enumerate(zip(given, read, strict=True)):
            yield from _changes(f"{path}.{place}", one, other)
    elif given != read or isinstance(given, bool) != isinstance(read, bool):
        yield f"{path}: the value is not written as it must be"


def _out_of_range(value: Any) -> Iterator[str]:
    """Name values of the right kind that mean nothing: a level that MAPPA does not have, a time without its zone."""
    form = value if isinstance(value, Form) else value.form
    if form.person.level not in _LEVELS:
        yield "person.level: MAPPA levels are 1, 2 and 3"
    if isinstance(value, RecordDocument):
        stamped: list[Saved | Signature | Disclosure | Event] = [value.saved, *value.sharing, *value.trail]
        stamped += [value.signature] if value.signature else []
        for one in stamped:
            if one.at.tzinfo is None:
                yield f"{type(one).__name__.lower()}.at: a time says its zone, such as 2026-11-23T09:30:00Z"


def with_pictures(document: RecordDocument, pictures: Mapping[int, bytes]) -> RecordDocument:
    """Give the document with the hashes of the map pictures that are kept beside it, by scale."""
    kept = tuple(KeptPicture(scale, sha256(content)) for scale, content in sorted(pictures.items()))
    return dataclasses.replace(document, pictures=kept)
