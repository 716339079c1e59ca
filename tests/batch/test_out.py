"""OUT is written over only where a batch wrote it, by one run at a time; what its form cannot hold is told before the work."""

import datetime as dt
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest

from era_geo.batch import engines, intake, place, run, where, work, write, write_xlsx
from era_geo.batch.options import Options
from era_geo.errors import EraGeoError, UsageError
from era_geo.model import Depth
from era_geo.region.region import Region

Batch = Callable[..., Any]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("ref,address\na,1 Mill Wynd\nb,3 Mill Wynd\n", encoding="utf-8")
    return path


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def unfinished(batch: Batch, source: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Leave a batch unfinished: the disk is full when OUT is to be written."""

    def leave(out: Path, **more: Any) -> Path:
        with monkeypatch.context() as patch:
            patch.setattr(place, "rename", full)
            with pytest.raises(EraGeoError, match="disk is full"):
                batch(source, out, **more)
        return out

    return leave


class TestReplace:
    def test_a_folder_with_other_things_in_it_is_never_removed(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        (tmp_path / "results" / "rows").mkdir(parents=True)
        letter = tmp_path / "results" / "rows" / "letter.txt"
        letter.write_text("mine", encoding="utf-8")
        with pytest.raises(UsageError, match=r"rows/letter\.txt"):
            batch(source, tmp_path / "results", replace=True)
        assert letter.read_text(encoding="utf-8") == "mine"

    def test_a_folder_that_a_batch_wrote_is_written_over(self, batch: Batch, source: Path, tmp_path: Path) -> None:
        out = tmp_path / "results"
        batch(source, out)
        source.write_text("ref,address\nc,5 Mill Wynd\n", encoding="utf-8")
        batch(source, out, replace=True)
        assert list(pd.read_parquet(out / "rows")["ref"]) == ["c"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "results"]

    def test_a_folder_is_not_written_over_by_a_file_nor_a_file_by_a_folder(
        self, batch: Batch, source: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "out.csv").mkdir()
        (tmp_path / "out").write_text("mine", encoding="utf-8")
        for name, kind in (("out.csv", "a folder"), ("out", "a file")):
            with pytest.raises(UsageError, match=kind):
                batch(source, tmp_path / name, replace=True)
        assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize(("name", "radii"), [("in.csv", ()), ("x.csv", ()), ("y.csv", (50.0,))])
    def test_the_input_is_never_written_over(  # noqa: PLR0917 - fixtures
        self, source: Path, region: Region, options: Options, tmp_path: Path, name: str, radii: tuple[float, ...]
    ) -> None:
        table = {"in.csv": "in.csv", "x.csv": "x-findings.csv", "y.csv": "y-capacity.csv"}[name]
        if table != source.name:
            source.rename(tmp_path / table)
        opened = intake.open_table(tmp_path / table)
        asked = Options(options.layers, options.parameters, options.as_of, Depth.NONE, {}, options.region, radii)
        request = run.Request(opened, where.choose(opened.columns), tmp_path / name, region, asked, workers=1, replace=True)
        with pytest.raises(UsageError, match="to be read"):
            run.run(request)
        assert (tmp_path / table).read_text(encoding="utf-8").startswith("ref,address")

    def test_unfinished_work_in_which_other_things_lie_is_not_removed(
        self, batch: Batch, source: Path, tmp_path: Path, unfinished: Callable[[Path], Path]
    ) -> None:
        out = unfinished(tmp_path / "out.csv")
        (work.folder_of(out) / "letter.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(UsageError, match=r"letter\.txt"):
            batch(source, out, replace=True)
        assert (work.folder_of(out) / "letter.txt").exists()

    @pytest.mark.parametrize(
        ("name", "killed_at"), [("out.csv", 1), ("out.csv", 2), ("out.csv", 3), ("out.csv", 4), ("out", 1), ("out", 2)]
    )
    def test_whatever_the_moment_of_a_kill_old_or_new_is_there_whole(  # noqa: PLR0917 - fixtures
        self, batch: Batch, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, killed_at: int
    ) -> None:
        out = tmp_path / name
        batch(source, out)
        old = _contents(out)
        source.write_text("ref,address\nc,5 Mill Wynd\n", encoding="utf-8")
        (tmp_path / "to").mkdir()
        batch(source, tmp_path / "to" / out.name)
        new = _contents(tmp_path / "to" / out.name)
        steps = 0

        def killed(step: Callable[..., None]) -> Callable[..., None]:
            def or_killed(one: Path, other: Path) -> None:
                nonlocal steps
                steps += 1
                if steps == killed_at:
                    raise KeyboardInterrupt
                step(one, other)

            return or_killed

        with monkeypatch.context() as patch:
            patch.setattr(place, "rename", killed(place.rename))
            with pytest.raises(KeyboardInterrupt):
                batch(source, out, replace=True)
        batch(source, out, resume=True)
        assert _contents(out) == new != old
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"in.csv", "to", *_names(out)})

    @pytest.mark.parametrize("moved", [1, 2, 3])
    def test_what_was_put_aside_comes_back(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int) -> None:
        finals = [tmp_path / "findings", tmp_path / "rows"]
        temporary = [tmp_path / "findings.tmp", tmp_path / "rows.tmp"]
        for path in (*finals, *temporary):
            path.write_text(path.name, encoding="utf-8")
        real, done = place.rename, 0

        def fails(one: Path, other: Path) -> None:
            nonlocal done
            done += 1
            if done == moved + 1:
                full()
            real(one, other)

        monkeypatch.setattr(place, "rename", fails)
        with pytest.raises(OSError, match="No space"):
            place.put(temporary, finals)
        assert [path.read_text(encoding="utf-8") for path in finals] == ["findings", "rows"]


def _names(out: Path) -> set[str]:
    return {path.name for path in write.targets(out)}


def _contents(out: Path) -> list[bytes]:
    files = [file for path in write.targets(out) for file in (sorted(path.rglob("*.parquet")) if path.is_dir() else [path])]
    return [file.read_bytes() for file in files]


_HOLD = """
import sys, time
from pathlib import Path
from era_geo.batch import lock
with lock.held(Path(sys.argv[1]), "busy"):
    print("held", flush=True)
    time.sleep(600)
"""


class TestOneRun:
    @pytest.mark.parametrize("asked", [{"resume": True}, {"replace": True}])
    def test_a_second_run_on_one_out_is_refused(
        self, batch: Batch, source: Path, tmp_path: Path, unfinished: Callable[[Path], Path], asked: dict[str, bool]
    ) -> None:
        out = unfinished(tmp_path / "out.csv")
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLD, str(work.folder_of(out) / "running.lock")], stdout=subprocess.PIPE, text=True
        )
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            before = {path.name for path in work.folder_of(out).iterdir()}
            with pytest.raises(UsageError, match="Another run is at work"):
                batch(source, out, **asked)
            assert {path.name for path in work.folder_of(out).iterdir()} == before
        finally:
            holder.kill()
            holder.communicate()
        assert batch(source, out, **asked).rows == 2

    def test_a_lock_whose_file_is_gone_is_none(self, tmp_path: Path) -> None:
        from era_geo.batch import lock  # noqa: PLC0415 - for this test alone

        path = tmp_path / "running.lock"
        path.touch()
        opened = os.open(path, os.O_RDWR)
        path.unlink()
        assert not lock._is_at(opened, path)
        path.touch()
        assert not lock._is_at(opened, path)
        os.close(opened)


class TestBeforeTheWork:
    @pytest.fixture(autouse=True)
    def no_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def never(*_: object) -> None:
            raise AssertionError("It was begun.")

        monkeypatch.setattr(engines, "run_partition", never)

    def test_more_rows_than_a_sheet_has(self, batch: Batch, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(write_xlsx, "MOST_ROWS", 2)
        with pytest.raises(UsageError, match="longer than a workbook"):
            batch(source, tmp_path / "out.xlsx")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]

    def test_a_form_that_cannot_be_written_is_not_called_a_full_disk(
        self, batch: Batch, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuses(*_: object, **__: object) -> None:
            raise pyogrio.errors.DataSourceError("no such kind of column")

        monkeypatch.setattr(pyogrio, "write_arrow", refuses)
        with pytest.raises(EraGeoError, match="no such kind of column") as told:
            batch(source, tmp_path / "out.gpkg")
        assert "disk is full" not in str(told.value)


def test_resume_takes_another_ending(
    batch: Batch, source: Path, tmp_path: Path, unfinished: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished(tmp_path / "out.xlsx")
    assert run.date_of_unfinished(tmp_path / "out.csv") == dt.date(2026, 11, 22)
    monkeypatch.setattr(run.engines, "choose", full)  # nothing is worked out again
    summary = batch(source, tmp_path / "out.csv", resume=True)
    assert summary.kept_rows == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out-findings.csv", "out.csv"]
