"""Files for a recipient: nothing of restricted places is in any of them, and none stands there that the trail does not know."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from era_geo.outputs.disclosure import disclose
from era_geo.outputs.record_export import RECORD_FORMATS
from era_geo.outputs.signing import sign_with_maps
from era_geo.outputs.visit_sheet import render_visit_sheet
from era_geo.record import tables
from era_geo.record.access import Action
from era_geo.record.attachments import SHEET_MAP
from era_geo.record.restricted import RestrictedKind, RestrictedPlace
from era_geo.record.store import Store
from era_geo.record.store_errors import StoreUnavailable
from tests.outputs import drawn, record_files
from tests.record.stores import LINK_OFFICER, NURSE, OFFICER, REVIEWER, form, start
from tests.record.tamper import tamper

NOTE = "zebrafinch"
EAST, NORTH = drawn.ORIGIN


def given(store: Store, record_id: str, folder: Path, **more: object) -> list[Path]:
    asked = {"recipient": "Court", "basis": "DPA 2018 s.35", "ground": lambda _: None, "formats": ("json", "html", "check-sheet")}
    return disclose(store, OFFICER, record_id, folder, **{**asked, **more})  # type: ignore[arg-type]


def held(store: Store) -> str:
    """Start a record with which two agencies hold restricted places, have looked at them, and one took one out."""
    record_id = start(store)
    for who in (OFFICER, NURSE):
        outline = ((EAST + 36.3, NORTH + 8.7),)
        place = RestrictedPlace(RestrictedKind.REFUGE, outline, who.agency or "", who.key, NOTE)
        store.add_restricted(who, record_id, place)
        store.remove_restricted(who, record_id, store.add_restricted(who, record_id, place))
        assert len(store.restricted(who, record_id)) == 1
    return record_id


@pytest.mark.parametrize("redacted", [False, True])
def test_no_export_tells_that_restricted_places_exist(store: Store, tmp_path: Path, *, redacted: bool) -> None:
    record_id = held(store)
    formats = tuple(form for form in RECORD_FORMATS if not redacted or form != "check-sheet")
    paths = given(store, record_id, tmp_path / "out", formats=formats, redacted=redacted, landlord="landlord:marrow-homes")
    assert len(paths) == (7 if redacted else 8) - (1 if redacted else 0)
    for path in paths:
        content = record_files.bytes_of(path).lower()
        assert content
        assert [trace for trace in (NOTE, "restricted", "refuge") if trace.encode() in content] == [], path.name
    (text,) = (path.read_text(encoding="utf-8") for path in paths if path.suffix == ".json")
    assert redacted or "started, version 1" in text


def test_what_was_given_out_is_this_accounts_alone_and_verifies(store: Store, tmp_path: Path) -> None:
    paths = given(store, start(store), tmp_path / "out")
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o600] * len(paths)
    assert {verdict.state.value for verdict in store.verify_files(REVIEWER, paths)} == {"unaltered"}


def test_what_is_signed_is_printed_with_its_own_maps_whatever_the_region_is_now(store: Store, tmp_path: Path) -> None:
    record_id = start(store)
    store.transition(OFFICER, record_id, Action.OFFER)
    sign_with_maps(store, REVIEWER, store.get(REVIEWER, record_id), None)
    kept = store.sheet_map(OFFICER, record_id)
    assert kept is not None
    assert kept[1].startswith(b"\x89PNG")
    assert kept == store.sheet_map(LINK_OFFICER, record_id)

    def gone(_: object) -> None:
        raise AssertionError("the region of today was asked for")

    (sheet,) = given(store, record_id, tmp_path / "out", ground=gone, formats=("visit-sheet",))
    other = (kept[0], record_files.picture())
    assert sheet.read_bytes() == render_visit_sheet(form(), kept) != render_visit_sheet(form(), other)
    assert store.verify(REVIEWER).is_fine
    name = SHEET_MAP.format(scale=kept[0])
    tamper(store, "UPDATE attachments SET media_type = 'x' WHERE name = :name", name=name)
    assert [fault.what for fault in store.verify(REVIEWER).faults] == [f"attachment {name}"]


def test_no_file_stands_in_the_folder_before_the_trail_has_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id, folder, seen = start(store), tmp_path / "out", []

    def disclosed(*_: object, **__: object) -> None:
        seen.append([path.name for path in folder.iterdir() if path.is_file()])
        raise StoreUnavailable("Nothing was saved.")

    monkeypatch.setattr(store, "disclosed", disclosed)
    with pytest.raises(StoreUnavailable):
        given(store, record_id, folder)
    assert seen == [[]]
    assert list(folder.iterdir()) == []
    with store.core.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.exported)).scalar() == 0
