"""The published schemas are the program's own, and what it writes fits them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from era_geo import contract
from era_geo.model import Assessment, Candidate, LocateResult, LocateStatus, Precision
from era_geo.outputs.schemas import schema_files, write_schemas
from tests.outputs import drawn

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema"


def _validator(name: str) -> Any:
    schema = json.loads((PUBLISHED / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", schema_files())
def test_the_published_schema_is_the_program_s(name: str) -> None:
    written = (PUBLISHED / name).read_text(encoding="utf-8")
    assert written == schema_files()[name], "run write_schemas('docs/schema')"


def test_schemas_can_be_written_anywhere(tmp_path: Path) -> None:
    assert [path.name for path in write_schemas(tmp_path)] == ["assessment-1.json", "locate-1.json", "record-1.json"]


@pytest.mark.parametrize("assessment", [drawn.assessment(), drawn.empty(), drawn.uncertain()])
def test_an_assessment_fits_its_schema_and_comes_back_whole(assessment: Assessment) -> None:
    document = json.loads(contract.to_json(assessment))
    _validator("assessment-1.json").validate(document)
    assert contract.assessment_from_dict(document) == assessment


def test_a_located_address_fits_its_schema() -> None:
    candidate = Candidate(
        "2 Mill Wynd", None, "2", "Mill Wynd", None, None, None, -4.6, 56.6, 2.4e5, 7.5e5, Precision.ADDRESS, 9.0, ()
    )
    result = LocateResult("2 mill wynd", LocateStatus.MATCHED, "One address matches.", (candidate,))
    _validator("locate-1.json").validate(contract.to_dict(result))


@pytest.mark.parametrize("broken", ["missing", "unknown state", "not a number", "another schema"])
def test_what_is_not_an_assessment_does_not_fit(broken: str) -> None:
    document = copy.deepcopy(contract.to_dict(drawn.assessment()))
    if broken == "missing":
        del document["layers"][0]["state"]
    elif broken == "unknown state":
        document["layers"][0]["state"] = "nothing there"
    elif broken == "not a number":
        document["findings"][0]["distance_m"] = "34"
    else:
        document["schema"] = "era-geo/assessment/2"
    assert not _validator("assessment-1.json").is_valid(document)


def test_every_part_of_the_published_schema_says_what_it_means() -> None:
    schema = json.loads((PUBLISHED / "assessment-1.json").read_text(encoding="utf-8"))
    assert all(part.get("description") for part in schema["$defs"].values())
