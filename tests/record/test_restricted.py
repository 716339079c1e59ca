"""Restricted places: measured and shown as any other on the screen, and refused by everything that writes a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from era_geo import contract
from era_geo.errors import UsageError
from era_geo.model import Assessment, Band, LayerState
from era_geo.outputs import check_sheet, facts, staticmap, table, webmap
from era_geo.outputs.draft import draft_record, record_document
from era_geo.outputs.export import FORMATS, write_all
from era_geo.outputs.geopackage import to_geodataframe, write_geopackage
from era_geo.outputs.map_print import render_map_pdf
from era_geo.outputs.page import render_map, render_page
from era_geo.outputs.places import numbered
from era_geo.outputs.record_export import RECORD_FORMATS, export_record
from era_geo.record.formjson import form_to_dict, record_to_json
from era_geo.record.restricted import RestrictedKind, RestrictedPlace, check, visible, with_restricted
from tests.outputs import drawn, record_files
from tests.record import filled

EAST, NORTH = drawn.ORIGIN
NOTE = "zebrafinch"


def place(x: float, y: float, **more: object) -> RestrictedPlace:
    given_: dict[str, object] = {
        "kind": RestrictedKind.REFUGE,
        "outline": ((EAST + x, NORTH + y),),
        "held_by": "police",
        "entered_by": "os:somebody",
        "note": NOTE,
    }
    return RestrictedPlace(**{**given_, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shown() -> Assessment:
    return with_restricted(drawn.assessment(), [place(36.3, 8.7), place(-21.4, -99.6), place(13, 500)])


def test_a_place_is_measured_banded_and_sorted_as_any_other(shown: Assessment) -> None:
    found = [one for one in shown.findings if one.layer == contract.RESTRICTED_LAYER]
    assert [(one.distance_m, one.band, one.bearing_deg) for one in found] == [
        (30.5, Band.WITHIN, 83.0),
        (95.8, Band.BORDERLINE, 189.2),
    ]
    distances = [one.distance_m for one in shown.findings]
    assert distances == sorted(distances)
    assert shown.layers[-1].state is LayerState.FOUND
    assert shown.layers[-1].count == 2
    assert found[0].caveats == (NOTE,)


def test_an_area_is_measured_from_its_edge() -> None:
    area = place(0, 0, outline=((EAST + 40, NORTH - 10), (EAST + 60, NORTH - 10), (EAST + 60, NORTH + 10), (EAST + 40, NORTH + 10)))
    [found] = with_restricted(drawn.empty(), [area]).findings
    assert found.distance_m == pytest.approx(34.0, abs=0.1)
    assert shapely.geometry.shape(found.geometry).contains(shapely.Point(found.lon, found.lat))


def test_none_near_is_said_to_have_been_looked_for() -> None:
    shown = with_restricted(drawn.empty(), [place(0, 900)])
    assert shown.layers[-1].state is LayerState.NONE_FOUND
    assert shown.findings == ()


def test_the_screen_can_show_them(shown: Assessment) -> None:
    background = drawn.background(webmap.map_window(shown))
    assert NOTE in render_map(shown, background)
    assert any("refuge" in str(row).casefold() for row in facts.places(shown).rows)  # type: ignore[union-attr]


def test_the_assessment_itself_stays_as_it_was(shown: Assessment) -> None:
    plain = drawn.assessment()
    with_restricted(plain, [place(37.3, 0)])
    assert plain == drawn.assessment()
    assert [number for number, _ in numbered(plain)] == list(range(1, 8))
    assert len(list(numbered(shown))) == 9


WRITERS: dict[str, Callable[[Assessment, Path], object]] = {
    "contract": lambda one, _: contract.to_json(one),
    "to_dict": lambda one, _: one.to_dict(),
    "tables": lambda one, _: table.tables(one),
    "geodataframe": lambda one, _: to_geodataframe(one),
    "geopackage": lambda one, path: write_geopackage(one, path / "x.gpkg"),
    "page": lambda one, _: render_page(one, drawn.background(webmap.map_window(one))),
    "png": lambda one, _: staticmap.render_png(one, drawn.background((0, 0, 1, 1)), 1250),
    "svg": lambda one, _: staticmap.render_svg(one, drawn.background((0, 0, 1, 1)), 1250),
    "map to print": lambda one, _: render_map_pdf(one, drawn.background((0, 0, 1, 1)), 1250),
    "draft": lambda one, _: draft_record(one),
    "record": lambda one, _: record_document(dataclasses.replace(filled.record(), form=filled.form(assessment=one))),
    "check sheet": lambda one, _: check_sheet.sheet_csv(one),
    "check sheet document": lambda one, _: check_sheet.sheet_document(one),
    "form": lambda one, _: form_to_dict(filled.form(assessment=one)),
    "record json": lambda one, _: record_to_json(dataclasses.replace(filled.record(), form=filled.form(assessment=one))),
    **{f"files {one}": lambda given_, path, one=one: write_all(given_, None, path / "out", formats=[one]) for one in FORMATS},
    **{
        f"record {one}": lambda given_, path, one=one: export_record(
            dataclasses.replace(filled.record(), form=filled.form(assessment=given_)), path / "out", [one]
        )
        for one in RECORD_FORMATS
    },
}


@pytest.mark.parametrize("name", WRITERS)
def test_whatever_writes_a_file_refuses_them(shown: Assessment, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="for the screen only"):
        WRITERS[name](shown, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_mark_that_somebody_took_off_in_half_is_still_seen(shown: Assessment) -> None:
    without_layer = dataclasses.replace(shown, layers=shown.layers[:-1])
    without_findings = dataclasses.replace(shown, findings=drawn.assessment().findings)
    for one in (without_layer, without_findings):
        with pytest.raises(UsageError):
            contract.to_json(one)


def test_nothing_of_them_is_in_any_byte_of_any_export(shown: Assessment, tmp_path: Path) -> None:
    """The officer looked at the screen with two restricted places; then the record was exported."""
    pictures = {1250: record_files.picture(), 2500: record_files.picture()}
    paths = export_record(filled.record(), tmp_path / "record", RECORD_FORMATS, pictures=pictures)
    paths += write_all(drawn.assessment(), None, tmp_path / "files", reference="ABC-1", formats=("json", "csv", "gpkg", "html"))
    found = [one for one in shown.findings if one.layer == contract.RESTRICTED_LAYER]
    traces = [NOTE, "refuge", "restricted", *(f"{one.lon:.7f}" for one in found), *(f"{one.lat:.7f}" for one in found)]
    assert len(paths) == 19
    for path in paths:
        content = record_files.bytes_of(path).lower()
        assert [trace for trace in traces if trace.encode() in content] == [], path.name


def test_only_the_agency_that_holds_a_place_sees_it() -> None:
    ours, theirs = place(10, 0), place(20, 0, held_by="landlord:marrow-homes")
    assert visible([ours, theirs], "police") == (ours,)
    assert visible([ours, theirs], "landlord:marrow-homes") == (theirs,)
    assert visible([ours, theirs], "landlord:other-homes") == ()
    assert visible([ours, theirs], None) == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"outline": ()}, "a point or an area"),
        ({"outline": ((EAST, NORTH), (EAST + 1, NORTH))}, "a point or an area"),
        ({"outline": ((-4.6, 56.6),)}, "lies in Great Britain"),
        ({"outline": ((float("nan"), NORTH),)}, "lies in Great Britain"),
        ({"held_by": "the neighbours"}, "no agency's id"),
        ({"uncertainty_m": -1.0}, "a number of metres"),
        ({"uncertainty_m": float("nan")}, "a number of metres"),
    ],
)
def test_what_cannot_be_measured_is_told_without_repeating_it(more: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check(place(0, 0, **more))
    assert NOTE not in str(caught.value)


@given(st.floats(-150, 150), st.floats(-150, 150), st.floats(0, 40))
def test_a_place_is_listed_just_when_it_may_be_within_the_radius(x: float, y: float, uncertainty_m: float) -> None:
    plain = drawn.empty()
    [*found] = with_restricted(plain, [place(x, y, uncertainty_m=uncertainty_m)]).findings
    metres = shapely.Point(x, y).distance(shapely.box(-6, -5, 6, 5))
    reach = plain.parameters.radius_m + plain.site.uncertainty_m + uncertainty_m
    if abs(metres - reach) > 0.2:
        assert bool(found) == (metres <= reach)
