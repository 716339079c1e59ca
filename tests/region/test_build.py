"""`build` as a whole: names, replacing, and that a failed build leaves what was there and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo.errors import DataError, EraGeoError, SourceIncomplete, UsageError
from era_geo.region.build import build, target
from era_geo.region.region import Region, open_region
from era_geo.settings import Settings
from tests.world import World

TEXT = "a node 0,0 amenity=pub name=First\nb area 50,0 60,0 60,10 50,10 building=yes\nc way 0,9 90,9 highway=footway"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return World(TEXT).write(tmp_path / "world.osm")


def shelf(settings: Settings) -> list[str]:
    """Everything in the regions folder, hidden files too."""
    return sorted(path.name for path in settings.regions.iterdir()) if settings.regions.is_dir() else []


def test_a_report_says_what_was_made(world: Path, settings: Settings) -> None:
    report = build([world], name="mill", settings=settings, themes=())
    assert report.path == settings.regions / "mill.gpkg"
    assert (report.name, report.sources, report.unbuilt) == ("mill", ("world.osm",), {})
    counts = {table: count for table, count in report.counts.items() if count}
    assert counts == {"places": 1, "buildings": 1, "roads": 1, "walk_edges": 1, "walk_nodes": 2}
    assert report.seconds > 0
    meta = open_region("mill", settings).meta
    assert meta["built"].endswith("+00:00")
    assert len(meta["fingerprint"]) == 64


def test_the_same_files_give_the_same_content(world: Path, settings: Settings) -> None:
    regions = [Region(build([world], name=name, settings=settings, themes=()).path) for name in ("one", "two")]
    for table in ("places", "buildings", "walk_edges", "walk_nodes", "roads", "street_numbers", "unbuilt", "kept_keys"):
        one, two = (region.query(f"SELECT * FROM {table}") for region in regions)
        assert one == two, table
    assert regions[0].meta["fingerprint"] == regions[1].meta["fingerprint"]


def test_the_stages_are_told_in_order(world: Path, settings: Settings) -> None:
    told: list[str] = []
    build([world], name="mill", settings=settings, progress=lambda *step: told.append(step[0]))
    assert told[0] == "checking world.osm"
    assert told[-1] == "writing indexes"
    assert told.index("settling addresses") > told.index("joining the walking network")


def test_a_taken_name_is_refused_unless_it_is_to_be_replaced(world: Path, settings: Settings, tmp_path: Path) -> None:
    build([world], name="mill", settings=settings, themes=())
    with pytest.raises(UsageError, match="--replace"):
        build([world], name="mill", settings=settings, themes=())
    other = World(TEXT.replace("First", "Second")).write(tmp_path / "other.osm")
    old = open_region("mill", settings)
    assert len(old.read("places")) == 1
    build([other], name="mill", settings=settings, replace=True, themes=())
    assert open_region("mill", settings).read("places")["name"] == ("Second",)
    assert old.read("places")["name"] == ("First",), "a reader that has the old one open goes on"
    assert shelf(settings) == ["mill.gpkg"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "../up", "/etc/x", "a\\b", "a b", "a\n", "-x", ".x", "x.", "x" * 65, "a..b", "con", "NUL", "com1.x",
     "é", "mill.gpkg", "C:x", "a\0b", "$(x)"],
)  # fmt: skip
def test_a_name_that_could_be_a_path_or_a_trick_is_refused(name: str, world: Path, settings: Settings) -> None:
    with pytest.raises(UsageError, match="cannot be a region's name"):
        build([world], name=name, settings=settings)
    assert shelf(settings) == []


@given(st.text(max_size=20) | st.text("ab.-_/\\ C:0", max_size=12))
def test_any_name_is_refused_or_names_a_file_in_the_folder(name: str) -> None:
    settings = Settings(home=Path("/home/of/regions"))
    try:
        path = target(name, settings)
    except UsageError:
        return
    assert path.parent == settings.regions
    assert path.name == f"{name}.gpkg"
    assert Path(os.path.normpath(path)) == path


def test_no_files_no_file_and_a_folder(settings: Settings, tmp_path: Path) -> None:
    for sources, says in (([], "at least one"), ([tmp_path / "no.osm"], "There is no file"), ([tmp_path], "is a folder")):
        with pytest.raises(UsageError, match=says):
            build(sources, name="x", settings=settings)
    assert shelf(settings) == []


def png(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("world.osm", "<osm/>")


WRONG = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "png": (png, "is not a file that regions are built from"),
    "zip": (zipped, "It is an archive: unpack it first"),
    "csv": (lambda path: path.write_text("a,b\n1,2\n", encoding="utf-8"), "is not a file that regions are built from"),
    "html": (lambda path: path.write_text("<!DOCTYPE html><html>404</html>", encoding="utf-8"), "the download went wrong"),
    "changes": (
        lambda path: path.write_text('<?xml version="1.0"?><osmChange version="0.6"></osmChange>', encoding="utf-8"),
        "a file of changes",
    ),
    "nothing": (
        lambda path: path.write_text('<?xml version="1.0"?><osm version="0.6"></osm>', encoding="utf-8"),
        "holds nothing that a region is made of",
    ),
    "broken xml": (
        lambda path: path.write_text('<?xml version="1.0"?><osm version="0.6"><node id="1"', encoding="utf-8"),
        "damaged or cut short",
    ),
    "bad header": (
        lambda path: path.write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\xff\x0f" + b"\xff" * 50),
        "damaged or cut short",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_a_sentence_and_leaves_the_old_region(kind: str, world: Path, settings: Settings, tmp_path: Path) -> None:
    build([world], name="mill", settings=settings, themes=())
    before = (settings.regions / "mill.gpkg").read_bytes()
    make, says = WRONG[kind]
    path = tmp_path / "wrong.osm.pbf"
    make(path)
    with pytest.raises(DataError, match=r"wrong\.osm\.pbf") as caught:
        build([path], name="mill", settings=settings, replace=True)
    assert says in str(caught.value)
    assert shelf(settings) == ["mill.gpkg"]
    assert (settings.regions / "mill.gpkg").read_bytes() == before


def test_an_answer_that_says_it_is_cut_short_is_refused(world: Path, settings: Settings) -> None:
    text = world.read_text(encoding="utf-8")
    remark = "<remark> runtime error: Query timed out </remark></osm>"
    world.write_text(text.replace("</osm>", remark), encoding="utf-8")
    with pytest.raises(SourceIncomplete, match="Query timed out"):
        build([world], name="mill", settings=settings)
    assert shelf(settings) == []


def test_a_file_is_told_by_its_content_not_by_its_name(world: Path, settings: Settings, tmp_path: Path) -> None:
    renamed = world.rename(tmp_path / "world.pbf")
    assert build([renamed], name="xml", settings=settings, themes=()).counts["places"] == 1
    pbf = tmp_path / "download.bin"
    with osmium.SimpleWriter(osmium.io.File(str(pbf), "pbf")) as writer:
        for thing in osmium.FileProcessor(osmium.io.File(str(renamed), "osm")):
            writer.add(thing)
    assert build([pbf], name="pbf", settings=settings, themes=()).counts["places"] == 1


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(world: Path, settings: Settings) -> None:
    world.chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        build([world], name="mill", settings=settings)


def test_a_home_that_cannot_be_written_to(world: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(EraGeoError, match="cannot be written to"):
        build([world], name="mill", settings=Settings(home=tmp_path / "file"))


@pytest.mark.parametrize("stage", ["reading relations of world.osm", "settling addresses", "writing indexes"])
def test_stopping_leaves_nothing_behind(stage: str, world: Path, settings: Settings) -> None:
    build([world], name="mill", settings=settings, themes=())
    before = (settings.regions / "mill.gpkg").read_bytes()

    def stop(told: str, done: int, total: int | None) -> None:
        if told == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([world], name="mill", settings=settings, replace=True, progress=stop)
    assert shelf(settings) == ["mill.gpkg"]
    assert (settings.regions / "mill.gpkg").read_bytes() == before


def test_what_a_killed_build_left_is_swept_away_once_it_is_old(world: Path, settings: Settings) -> None:
    settings.regions.mkdir(parents=True)
    old, new = settings.regions / ".mill.1.part", settings.regions / ".mill.2.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    build([world], name="mill", settings=settings, themes=())
    assert shelf(settings) == [".mill.2.part", "mill.gpkg"], "the young one may be another build that is running"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
@pytest.mark.parametrize("limit_kb", [4, 200, 500])
def test_a_full_disk_is_a_sentence_and_leaves_the_old_region(limit_kb: int, settings: Settings, tmp_path: Path) -> None:
    many = World("\n".join(f"n{i} node {i * 3},{i % 9} amenity=pub name=Pub{i}" for i in range(1500))).write(tmp_path / "many.osm")
    few = World(TEXT).write(tmp_path / "few.osm")
    build([few], name="mill", settings=settings, themes=())
    before = (settings.regions / "mill.gpkg").read_bytes()
    script = f"""
import resource
from pathlib import Path
from era_geo.errors import EraGeoError
from era_geo.region.build import build
from era_geo.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_kb * 1024}, {limit_kb * 1024}))
try:
    build([{str(many)!r}], name="mill", settings=Settings(home=Path({str(settings.home)!r})), replace=True, themes=())
except EraGeoError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("EraGeoError The region could not be written"), done.stdout
    assert "Make room on the disk" in done.stdout
    assert shelf(settings) == ["mill.gpkg"]
    assert (settings.regions / "mill.gpkg").read_bytes() == before


@pytest.mark.real_data
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_truncated_extract_is_never_a_region(real_data: Path, settings: Settings, tmp_path: Path, share: float) -> None:
    whole = (real_data / "osm" / "rutland-2022-07-20.osm.pbf").read_bytes()
    path = tmp_path / "rutland.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=r"rutland\.osm\.pbf is damaged or cut short"):
        build([path], name="rutland", settings=settings)
    assert shelf(settings) == []
