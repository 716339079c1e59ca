"""The contract as JSON: `Assessment` and `LocateResult` to plain data and back, and their JSON Schemas.

The same value always gives the same bytes: keys in the order of the dataclass, floats rounded where they are made, no clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from era_geo.errors import DataError, UsageError
from era_geo.model import ASSESSMENT_SCHEMA, LOCATE_SCHEMA, Assessment, LocateResult

RESTRICTED_LAYER = "restricted-place"
"""The layer of places that no file may hold. No layer file can have this id: theirs have no hyphen."""
_TYPES: dict[str, type] = {ASSESSMENT_SCHEMA: Assessment, LOCATE_SCHEMA: LocateResult}


@cache
def _adapter(schema: str) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[schema])


def to_dict(value: Assessment | LocateResult) -> dict[str, Any]:
    """Give the JSON's keys and values as plain data, `schema` first.

    Raises
    ------
    UsageError
        If the value is an assessment that carries restricted places.
    """
    if isinstance(value, Assessment):
        refuse_restricted(value)
    schema = ASSESSMENT_SCHEMA if isinstance(value, Assessment) else LOCATE_SCHEMA
    return {"schema": schema, **_adapter(schema).dump_python(value, mode="json")}


def refuse_restricted(assessment: Assessment) -> None:
    """Let an assessment pass that may be written to a file.

    Raises
    ------
    UsageError
        If it carries restricted places: it is for the screen only.
    """
    if any(result.id == RESTRICTED_LAYER for result in assessment.layers) or any(
        finding.layer == RESTRICTED_LAYER for finding in assessment.findings
    ):
        raise UsageError(
            "This assessment shows restricted places, and is for the screen only. Nothing was written. "
            "Export the assessment without them: its counts, numbers and map are worked out anew."
        )


def to_json(value: Assessment | LocateResult) -> str:
    """Give one JSON document, UTF-8 text with a final newline; equal values give equal text."""
    return json.dumps(to_dict(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def assessment_from_dict(data: Mapping[str, Any]) -> Assessment:
    """Read an assessment back from `to_dict`'s form.

    Raises
    ------
    DataError
        If the document is of another schema, or a field is missing or of the wrong kind; all faults are named.
    """
    document = dict(data)
    schema = document.pop("schema", None)
    if schema != ASSESSMENT_SCHEMA:
        raise DataError(f"This is not an assessment: its schema is {schema!r}, not {ASSESSMENT_SCHEMA!r}.")
    try:
        assessment: Assessment = _adapter(ASSESSMENT_SCHEMA).validate_python(document)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise DataError(f"The assessment is damaged. {faults}") from error
    return assessment


def json_schema(schema: str) -> dict[str, Any]:
    """Give the published JSON Schema (2020-12) of a document, by the document's `schema` value."""
    body = _adapter(schema).json_schema(mode="serialization")
    body["properties"] = {"schema": {"const": schema}, **body["properties"]}
    body["required"] = ["schema", *body.get("required", [])]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema, **body}
