"""The published JSON Schemas, as files: `write_schemas("docs/schema")` after a change of the contract."""

from __future__ import annotations

import json
from pathlib import Path

from era_geo.contract import json_schema
from era_geo.model import ASSESSMENT_SCHEMA, LOCATE_SCHEMA
from era_geo.record.formjson import RECORD_SCHEMA, record_schema


def schema_files() -> dict[str, str]:
    """Give each schema's file name (`assessment-1.json`) and content."""
    schemas = {name: json_schema(name) for name in (ASSESSMENT_SCHEMA, LOCATE_SCHEMA)} | {RECORD_SCHEMA: record_schema()}
    return {
        f"{'-'.join(name.split('/')[1:])}.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }


def write_schemas(folder: Path | str) -> list[Path]:
    """Write the schemas into `folder` and give their paths.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    written = []
    for name, content in schema_files().items():
        path = Path(folder) / name
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written
