"""Memory does not grow with rows: however long the table, only so many partitions are under way and so many rows are held."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from era_geo.batch import engines, intake, write
from era_geo.batch.options import Options
from era_geo.batch.partition import Tables


class _Instant:
    """A pool that has done each job at once."""

    def __init__(self, *_: Any) -> None: ...

    def submit(self, *_: Any) -> Future[bytes]:
        future: Future[bytes] = Future()
        future.set_result(b"")
        return future

    def shutdown(self, **_: Any) -> None: ...


@pytest.mark.parametrize(("engine", "most"), [(engines.Processes(3), 3 * engines.AHEAD), (engines.InProcess(), 1)])
def test_only_so_many_partitions_are_under_way(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: engines.Engine, most: int
) -> None:
    monkeypatch.setattr(engines, "ProcessPoolExecutor", _Instant)
    monkeypatch.setattr(engines, "run_partition", lambda *_: None)
    monkeypatch.setattr(engines, "packed", lambda _: b"")
    taken, given, under_way = 0, 0, []

    def jobs() -> Iterator[engines.Job]:
        nonlocal taken
        for number in range(500):
            taken += 1
            yield number, []

    for _ in engine.results(jobs(), tmp_path, options):
        given += 1
        under_way.append(taken - given + 1)
    assert given == 500
    assert max(under_way) == most


def test_a_table_is_read_as_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("era_geo.batch.intake_csv._AT_ONCE", 10)
    path = tmp_path / "in.csv"
    path.write_text("address\n" + "1 Mill Wynd\n" * 5000, encoding="utf-8")
    table = intake.open_table(path)
    read = 0

    def counted() -> Iterator[intake.Part]:
        nonlocal read
        for part in table.read():
            read += len(part)
            yield part

    given = 0
    for part in intake._resized(counted(), 25):
        given += len(part)
        assert read - given <= 10
    assert given == read == 5000


def test_a_writer_is_handed_rows_before_they_become_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "_ROWS_AT_ONCE", 100)
    handed: list[int] = []

    class Kept:
        def write(self, rows: pa.Table, findings: pa.Table) -> None:  # noqa: ARG002 - as a writer has it
            handed.append(rows.num_rows)

        def close(self) -> None: ...

    gathering = write._Gathering(Kept())
    for _ in range(77):
        gathering.write(Tables(pa.table({"a": [1] * 30}), pa.table({"b": [1]})))
    gathering.close()
    assert sum(handed) == 77 * 30
    assert max(handed) == 120
