"""The command line as scripts rely on it: what goes to which stream, exit codes, and a sentence for every mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from pytest_socket import SocketBlockedError, disable_socket, enable_socket, socket_allow_hosts

from era_geo import contract
from era_geo.model import ASSESSMENT_SCHEMA, LOCATE_SCHEMA
from tests.cli.conftest import Ran
from tests.world import World, box_geojson, grown, write_osm

Run = Callable[..., Ran]
HOME = "home area 0,0 10,0 10,10 0,10 building=house addr:housenumber=2 addr:street='Mill Wynd' addr:city=Drawnton"
OTHER = "other area 30,0 40,0 40,10 30,10 building=house addr:housenumber=4 addr:street='Mill Wynd' addr:city=Drawnton"
SCHOOL = "school area 60,0 90,0 90,40 60,40 amenity=school name='Mill School'"
ROAD = "road way 0,-5 200,-5 highway=residential name='Mill Wynd'"
FAR = "far node 800,800 leisure=playground"
WORLD = f"{HOME}\n{OTHER}\n{SCHOOL}\n{ROAD}\n{FAR}"


def drawing(text: str, path: Path) -> tuple[str, ...]:
    """Write a drawn world, and give the words by which `region build` reads it and knows what it covers."""
    world = World(text)
    world.write(path)
    boundary = path.with_suffix(".geojson")
    boundary.write_text(json.dumps(box_geojson(grown(world.box, 1000))), encoding="utf-8")
    return "region", "build", str(path), "--boundary", str(boundary), "--replace", "--name"


@pytest.fixture
def drawn(tmp_path: Path, era_geo: Run) -> Run:
    """The command line beside a drawn region called `drawn`, given by its file."""
    assert era_geo(*drawing(WORLD, tmp_path / "drawn.osm"), "drawn").code == 0
    return era_geo


class TestLocate:
    def test_json_is_one_document_and_nothing_else(self, drawn: Run) -> None:
        ran = drawn("locate", "2 mill wynd", "--region", "drawn", "--json")
        document = json.loads(ran.out)
        assert (ran.code, ran.err) == (0, "")
        assert document["status"] == "matched"
        jsonschema.validate(document, contract.json_schema(LOCATE_SCHEMA))

    def test_explain_tells_the_steps(self, drawn: Run) -> None:
        assert "1. " in drawn("locate", "2 mill wynd", "--region", "drawn", "--explain").out

    def test_no_such_address_names_the_nearest_and_fails_as_usage(self, drawn: Run) -> None:
        ran = drawn("locate", "77 mill wynd", "--region", "drawn")
        assert ran.code == 2
        assert "4" in ran.out


class TestAssess:
    def test_json_holds_to_its_schema(self, drawn: Run) -> None:
        ran = drawn("assess", "2 mill wynd", "--region", "drawn", "--json")
        document = json.loads(ran.out)
        assert (ran.code, ran.err) == (0, "")
        jsonschema.validate(document, contract.json_schema(ASSESSMENT_SCHEMA))
        (school,) = document["findings"]
        assert (school["layer"], school["distance_m"]) == ("school", pytest.approx(50, abs=0.2))

    def test_the_text_tells_the_way_on_foot_the_sight_and_the_homes(self, drawn: Run) -> None:
        words = ("assess", "2 mill wynd", "--region", "drawn", "--as-of", "2026-11-22")
        document = json.loads(drawn(*words, "--json").out)
        (school,) = document["findings"]
        text = drawn(*words).out
        assert f"{school['walk_m']:.0f} m on foot; sight " in text
        assert "in plan, heights unknown" in text
        assert "Homes near the property" in text
        assert f"{document['neighbours']['adjoining']} next door" in text
        assert "Homes that agencies are asked to check: the same stair" in text
        homes = document["neighbours"]["to_check"]
        assert homes
        for number, home in enumerate(homes, 1):
            assert f"{number}. {home['address']} ({home['relation']}, {home['distance_m']:.0f} m)" in text
        assert "Crossings and lighting\n  " in text
        assert "within the radius; the map may lack some." in text

    def test_what_was_not_looked_at_is_told_once_and_not_for_each_place(self, drawn: Run) -> None:
        text = drawn("assess", "2 mill wynd", "--region", "drawn", "--depth", "none").out
        assert "on foot; sight" not in text
        assert text.count("Walking distances were not worked out") == 1

    def test_the_same_question_gives_the_same_bytes(self, drawn: Run) -> None:
        words = ("assess", "2 mill wynd", "--region", "drawn", "--as-of", "2026-11-22", "--json")
        assert drawn(*words).out == drawn(*words).out

    def test_the_files_are_written_and_named_without_the_address(self, drawn: Run, tmp_path: Path) -> None:
        ran = drawn("assess", "2 mill wynd", "--region", "drawn", "--out", tmp_path / "out", "--reference", "LAN-0042")
        assert ran.code == 0
        names = [path.name for path in (tmp_path / "out").iterdir()]
        assert {Path(name).suffix for name in names} >= {".json", ".csv", ".gpkg", ".html", ".png", ".docx", ".pdf"}
        assert all("LAN-0042" in name and "OFFICIAL-SENSITIVE" in name for name in names)
        assert not [name for name in names if "mill" in name.lower() or "wynd" in name.lower()]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["99 mill wynd"], "no number 99"),
            ([], "in one way"),
            (["2 mill wynd", "--grid", "NN 40000 50000"], "in one way"),
            (["2 mill wynd", "--radius", "-5"], "above zero"),
            (["2 mill wynd", "--radius", "0"], "above zero"),
            (["2 mill wynd", "--radius", "nan"], "above zero"),
            (["2 mill wynd", "--radius", "wide"], "--radius"),
            (["2 mill wynd", "--radius", "300"], "written reason"),
            (["2 mill wynd", "--doors", "9"], "written reason"),
            (["2 mill wynd", "--doors", "-1"], "--doors"),
            (["2 mill wynd", "--off", "shcool=typo"], "Unknown layer: shcool"),
            (["2 mill wynd", "--off", "school"], "LAYER=REASON"),
            (["2 mill wynd", "--off", "school="], "written reason"),
            (["2 mill wynd", "--as-of", "yesterday"], "--as-of"),
            (["--lonlat", "-3.2,55.9"], "outside the region"),
            (["--lonlat", "10,10"], "outside Great Britain"),
            (["--lonlat", "55.9,-3.2"], "swapped"),
            (["--lonlat", "here"], "such as"),
            (["--uprn", "12a"], "12 digits"),
        ],
    )
    def test_a_mistake_gets_a_sentence_and_exit_code_2(self, drawn: Run, words: list[str], sentence: str) -> None:
        ran = drawn("assess", *words, "--region", "drawn")
        assert ran.code == 2
        assert sentence in ran.err
        assert "Traceback" not in ran.err
        assert ran.out == ""

    def test_an_unknown_region_names_the_ones_there_are(self, drawn: Run) -> None:
        ran = drawn("assess", "2 mill wynd", "--region", "nowhere")
        assert ran.code == 2
        assert "drawn" in ran.err

    def test_a_region_that_does_not_know_what_it_covers_says_so(self, era_geo: Run, tmp_path: Path) -> None:
        path = write_osm(WORLD, tmp_path / "tiny.osm")
        assert era_geo("region", "build", path, "--name", "tiny", "--replace").code == 0
        ran = era_geo("assess", "2 mill wynd", "--region", "tiny")
        assert ran.code == 2
        assert "--boundary" in ran.err

    def test_an_ambiguous_address_is_never_guessed(self, era_geo: Run, tmp_path: Path) -> None:
        far = HOME.replace("home", "distant").replace("Drawnton", "Otherton")
        for corner in ("0,0", "10,0", "10,10", "0,10"):
            east, north = corner.split(",")
            far = far.replace(f" {corner}", f" {int(east) + 3000},{int(north) + 3000}", 1)
        era_geo(*drawing(f"{WORLD}\n{far}", tmp_path / "two.osm"), "two")
        located = era_geo("locate", "2 mill wynd", "--region", "two")
        assessed = era_geo("assess", "2 mill wynd", "--region", "two")
        assert (located.code, assessed.code) == (0, 2)
        assert "Drawnton" in assessed.err
        assert "Otherton" in assessed.err


class TestLayerFiles:
    def test_a_broken_layer_file_is_told_with_file_and_place(
        self, era_geo: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken = tmp_path / "layers" / "places" / "broken.toml"
        broken.parent.mkdir(parents=True)
        broken.write_text('id = "other"\nlabel = "Half a layer\n', encoding="utf-8")
        monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))
        for words in (["layers", "check"], ["assess", "2 High Street"]):
            monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))
            ran = era_geo(*words)
            assert ran.code == 2
            assert "broken.toml" in ran.err

    def test_the_shipped_files_are_in_order(self, era_geo: Run) -> None:
        assert "in order" in era_geo("layers", "check").out
        assert "school" in era_geo("layers", "list").out


class TestRegion:
    def test_list_and_info_say_what_and_how_old(self, drawn: Run) -> None:
        listed, told = drawn("region", "list"), drawn("region", "info", "drawn")
        assert "drawn.osm of 2026-01-31" in listed.out
        assert "2 addresses" in told.out
        assert json.loads(drawn("region", "info", "drawn", "--json").out)["counts"]["addresses"] == 2
        assert {entry["name"] for entry in json.loads(drawn("region", "list", "--json").out)} >= {"drawn"}

    def test_remove_asks_unless_told_not_to(self, drawn: Run) -> None:
        assert drawn("region", "remove", "drawn", "--yes").code == 0
        assert drawn("region", "info", "drawn").code == 2

    @pytest.mark.parametrize(("name", "code"), [("absent.osm.pbf", 2), ("damaged.osm.pbf", 1), ("text.osm", 1)])
    def test_exit_codes_tell_absent_from_damaged(self, era_geo: Run, tmp_path: Path, name: str, code: int) -> None:
        (tmp_path / "damaged.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x05" + b"x" * 40)
        (tmp_path / "text.osm").write_text("<osm version='0.6'><node id='1'", encoding="utf-8")
        ran = era_geo("region", "build", tmp_path / name, "--name", "broken")
        assert ran.code == code
        assert name in ran.err
        assert "broken" not in era_geo("region", "list").out

    def test_what_changed_between_two_regions(self, drawn: Run, tmp_path: Path) -> None:
        swings = "swings node 20,40 leisure=playground name='New Swings'"
        drawn(*drawing(f"{WORLD}\n{swings}", tmp_path / "newer.osm"), "newer")
        ran = drawn("region", "diff", "drawn", "newer", "--near", "2 mill wynd", "--json")
        (change,) = json.loads(ran.out)["changes"]
        assert (change["kind"], change["of"], change["old"]) == ("appeared", "place", None)
        assert change["new"]["name"] == "New Swings"
        told = drawn("region", "diff", "drawn", "newer", "--near", "2 mill wynd").out
        assert "New Swings" in told
        site = json.loads(drawn("locate", "2 mill wynd", "--region", "newer", "--json").out)["candidates"][0]
        assert told.startswith(f"{site['label']}: ")
        assert json.loads(ran.out)["site"]["precision"] == site["precision"]

    def test_near_a_place_that_is_roughly_known_that_is_said(self, drawn: Run, tmp_path: Path) -> None:
        drawn(*drawing(WORLD, tmp_path / "same.osm"), "same")
        ran = drawn("region", "diff", "drawn", "same", "--near", "mill wynd", "--radius", "1")
        assert ran.code == 0
        assert "Nothing can be said about what lies within the radius. The property is located only to within" in ran.out

    @pytest.mark.parametrize(("radius", "sentence"), [("nan", "above zero"), ("-5", "above zero"), ("300", "written reason")])
    def test_the_radius_of_a_comparison_is_held_to_the_limit(self, drawn: Run, radius: str, sentence: str) -> None:
        ran = drawn("region", "diff", "drawn", "drawn", "--near", "2 mill wynd", "--radius", radius)
        assert (ran.code, ran.out) == (2, "")
        assert sentence in ran.err


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_the_default_path_opens_no_socket(era_geo: Run, tmp_path: Path) -> None:
    """From the map file to every output, with sockets forbidden."""
    build = drawing(WORLD, tmp_path / "quiet.osm")
    disable_socket(allow_unix_socket=False)
    try:
        assert era_geo(*build, "quiet").code == 0
        assert era_geo("locate", "2 mill wynd", "--region", "quiet").code == 0
        assert era_geo("assess", "2 mill wynd", "--region", "quiet", "--out", tmp_path / "out").code == 0
        assert era_geo("assess", "mill wynd 2 zz1 1aa", "--region", "quiet").code in (0, 2)
        with pytest.raises(SocketBlockedError):
            era_geo("region", "fetch", "scotland")
    finally:
        enable_socket()
        socket_allow_hosts(None)


def test_ctrl_c_is_clean(tmp_path: Path, real_data: Path) -> None:
    extract = real_data / "osm" / "rutland-2022-07-20.osm.pbf"
    command = [sys.executable, "-m", "era_geo", "region", "build", str(extract), "--name", "rutland"]
    environment = os.environ | {"ERA_GEO_HOME": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()  # the first stage has begun
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("*.gpkg*"))
