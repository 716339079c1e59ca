"""Drafts on disk: whole or not at all, one user's own, readable by nobody else, gone when their time is up."""

import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from era_geo.errors import EraGeoError
from era_geo.ui.drafts import MOST, DraftStore

USER = "oidc:abc"


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "drafts", days=14)


@given(text=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_saved_comes_back(store: DraftStore, text: str) -> None:
    draft = store.new_id()
    store.save(USER, draft, {"text": text})
    assert store.of(USER)[0].document == {"text": text}
    store.forget(USER, draft)
    assert store.of(USER) == []


def test_nobody_elses_draft_is_ever_given(store: DraftStore) -> None:
    draft = store.new_id()
    store.save(USER, draft, {"text": "15 Mill Wynd"})
    for other in ("oidc:abd", "", "os:root", "../oidc:abc", USER.upper()):
        assert store.of(other) == []
        store.forget(other, draft)
    assert len(store.of(USER)) == 1


def test_no_name_of_a_file_tells_a_person_or_a_property_and_no_other_account_can_read_it(store: DraftStore) -> None:
    store.save("os:a.sergeant", store.new_id(), {"text": "15 Mill Wynd"})
    (file,) = store.folder.rglob("*.json")
    assert "sergeant" not in str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_id_from_elsewhere_reaches_no_other_file(store: DraftStore) -> None:
    for wrong in ("../secrets", "", "0" * 15, "g" * 16, "0" * 16 + "/x"):
        with pytest.raises(ValueError, match="no draft's id"):
            store.save(USER, wrong, {})


def test_a_draft_that_cannot_be_written_leaves_the_one_before_and_says_so(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = store.new_id()
    store.save(USER, draft, {"text": "before"})

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EraGeoError, match="No space left on device"):
        store.save(USER, draft, {"text": "after"})
    assert [one.document for one in store.of(USER)] == [{"text": "before"}]
    assert not list(store.folder.rglob(".unfinished-*"))


def test_old_drafts_go_and_no_more_than_a_few_stay(store: DraftStore) -> None:
    old, new = store.new_id(), store.new_id()
    store.save(USER, old, {"n": 0})
    store.save(USER, new, {"n": 1})
    long_ago = time.time() - 15 * 86_400
    (file,) = store.folder.rglob(f"{old}.json")
    os.utime(file, (long_ago, long_ago))
    assert [one.id for one in store.of(USER)] == [new]
    assert store.expire() == 1
    assert not file.exists()
    for number in range(MOST + 5):
        store.save(USER, store.new_id(), {"n": number})
    assert len(store.of(USER)) == MOST


def test_a_damaged_draft_is_passed_over(store: DraftStore) -> None:
    store.save(USER, store.new_id(), {"n": 1})
    (file,) = store.folder.rglob("*.json")
    (file.parent / f"{'0' * 16}.json").write_text('{"n": ')
    (file.parent / f"{'1' * 16}.json").write_text("[]")
    assert [one.document for one in store.of(USER)] == [{"n": 1}]
