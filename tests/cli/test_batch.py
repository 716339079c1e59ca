"""`era-geo batch` as scripts and people meet it: streams, exit codes, sentences, Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

from era_geo.batch import work
from era_geo.batch.summary import Summary
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
STOCK = "ref,address\na,12 High Street Invermarrow\nb,999 High Street Invermarrow\nc,\n"


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    path = tmp_path / "stock.csv"
    path.write_text(STOCK, encoding="utf-8")
    return path


def test_json_is_the_summary_and_nothing_else(era_geo: Run, stock: Path, tmp_path: Path) -> None:
    ran = era_geo("batch", stock, tmp_path / "out.csv", "--depth", "none", "--json")
    told = json.loads(ran.out)
    assert ran.code == 0
    assert told["rows"] == 3
    assert told["status"] == {"matched": 1, "contradiction": 1, "bad input": 1}
    assert told["bad_rows"][0]["row"] == 4


def test_it_says_what_it_took_for_the_address_and_what_it_wrote(era_geo: Run, stock: Path, tmp_path: Path) -> None:
    ran = era_geo("batch", stock, tmp_path / "out.csv", "--depth", "none")
    assert ran.out == ""
    assert "Properties by address in column 'address'" in ran.err
    assert "Row 4:" in ran.err
    assert "Wrote out-findings.csv, out.csv: 3 rows" in ran.err


def test_one_row_is_a_row(era_geo: Run, tmp_path: Path) -> None:
    alone = tmp_path / "alone.csv"
    alone.write_text('address\n"15 Mill Wynd, Invermarrow"\n', encoding="utf-8")
    ran = era_geo("batch", alone, tmp_path / "out.csv", "--depth", "none")
    assert "1 row. Properties by" in ran.err
    assert "1 row: 1 matched." in ran.err
    assert not re.search(r"\b1 rows", ran.err)


@pytest.mark.parametrize(("rows", "seconds", "rate"), [(1, 1.2, "1 row a second"), (3000, 1.5, "2,000 rows a second")])
def test_how_fast_it_went_is_told_in_rows(rows: int, seconds: float, rate: str) -> None:
    assert Summary(rows=rows, seconds=seconds).sentences(["out.csv"])[-1].endswith(f", {rate}.")


def test_no_address_is_told_in_what_is_printed(era_geo: Run, stock: Path, tmp_path: Path) -> None:
    ran = era_geo("batch", stock, tmp_path / "out.csv", "--depth", "none")
    assert "High Street" not in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--radius", "400"), "past the group's limit"),
        (("--off", "school"), "LAYER=REASON"),
        (("--off", "nothing=why"), "Unknown layer"),
        (("--address-column", "nowhere"), "'nowhere'"),
        (("--x", "ref"), "--y-column"),
        (("--radii", "50,x"), "--radii"),
        (("--workers", "2", "--dask", "tcp://127.0.0.1:1"), "one way"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(
    era_geo: Run, stock: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = era_geo("batch", stock, tmp_path / "out.csv", "--depth", "none", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_a_missing_file_and_a_missing_folder_are_told(era_geo: Run, stock: Path, tmp_path: Path) -> None:
    assert era_geo("batch", tmp_path / "none.csv", tmp_path / "out.csv").code == 2
    ran = era_geo("batch", stock, tmp_path / "none" / "out.csv")
    assert ran.code == 2
    assert "is not there" in ran.err


def test_it_needs_no_network(era_geo: Run, stock: Path, tmp_path: Path) -> None:
    disable_socket()
    try:
        assert era_geo("batch", stock, tmp_path / "out.csv", "--depth", "walk").code == 0
    finally:
        enable_socket()


def test_ctrl_c_is_clean_and_resume_goes_on(home: Path, era_geo: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [f"{n},{2 * (n % 30) + 2} High Street Invermarrow" for n in range(800)]
    source.write_text("\n".join(["ref,address", *rows]) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "era_geo", "batch", str(source), str(out), "--workers", "2", "--depth", "full"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"ERA_GEO_HOME": str(home)})
    while process.poll() is None and not list(work.folder_of(out).glob("*.part")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1, told
    assert "--resume" in told
    assert "Traceback" not in told
    assert not out.exists()
    assert era_geo("batch", source, out, "--workers", "1", "--depth", "full").code == 2
    ran = era_geo("batch", source, out, "--workers", "1", "--depth", "full", "--resume", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["rows_kept_from_before"] > 0
