"""What is in deploy/ holds together: every program that reads such files accepts them, and what they name is there."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from era_geo.settings import Settings
from era_geo.ui.sign_in_settings import FILE, load
from tests.deploy.compose import DEPLOY, compose, service
from tests.project.files import ROOT

UNITS = sorted((DEPLOY / "systemd").iterdir())


def test_the_example_of_sign_in_is_one(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "sign-in.example.toml", tmp_path / FILE)
    (tmp_path / FILE).chmod(0o600)
    read = load(tmp_path)
    assert read is not None
    assert read.host == "era.example.org"


def test_nothing_but_the_proxy_is_reachable_and_the_database_has_no_way_out() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["database"]["networks"] == ["back"]
    assert compose()["networks"]["back"]["internal"] is True
    assert services["app"]["depends_on"]["database"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", ["app", "database", "proxy"])
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    given = service(name)
    assert given["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in given["security_opt"]
    assert given["logging"]["options"]["max-size"]


def test_every_file_and_secret_that_compose_names_is_there_or_is_said_to_be_made() -> None:
    content = compose()
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for secret in content["secrets"].values():
        assert secret["file"].removeprefix("./") in page
    for given in content["services"].values():
        for volume in given["volumes"]:
            source = volume.split(":")[0]
            if source.startswith(("./", "/")):
                assert (DEPLOY / source).exists() or source.removeprefix("./") in page
            else:
                assert source in content["volumes"]
        assert set(given.get("secrets", [])) <= set(content["secrets"])


def test_the_programs_of_the_backup_are_of_the_databases_version() -> None:
    server = re.search(r"/postgres:(\d+)-", service("database")["image"])
    client = re.search(r"postgresql-client-(\d+)", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    assert server is not None
    assert client is not None
    assert server[1] == client[1]


def test_the_password_is_known_for_the_scratch_database_of_the_rehearsal_too() -> None:
    url = urlsplit(service("app")["environment"]["ERA_GEO_STORE_URL"])
    user = service("database")["environment"]["POSTGRES_USER"]
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for text in (page, (DEPLOY / "compose.yaml").read_text(encoding="utf-8")):
        (known,) = set(re.findall(r"database:5432:\S+?:\S+?:", text))
        assert known == f"{url.hostname}:5432:*:{url.username}:"
    assert url.username == user
    assert url.path == f"/{service('database')['environment']['POSTGRES_DB']}"


def test_no_secret_gets_into_the_image_or_the_history() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/secrets/", "deploy/certificates/", "sign-in.toml"} <= set(ignored)
    first, *taken = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")
    ]
    assert first == "*"
    named = {line.removeprefix("!") for line in taken if line.startswith("!")}
    built = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8")).splitlines()
    copied = {
        word for line in built if line.startswith("COPY") and "--from" not in line for word in line.split()[1:-1] if word[0] != "-"
    }
    assert named == copied


def test_every_setting_that_is_named_is_one() -> None:
    known = {f"ERA_GEO_{name.upper()}" for name in Settings.model_fields}
    for path in [DEPLOY / "compose.yaml", DEPLOY / "Containerfile", *UNITS, ROOT / "docs" / "deploy.md"]:
        named = set(re.findall(r"\bERA_GEO_[A-Z_]+\b", path.read_text(encoding="utf-8")))
        assert named <= known, path.name


def test_the_container_is_built_from_what_is_there_and_runs_as_nobody_special() -> None:
    lines = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8")).splitlines()
    for line in lines:
        if line.startswith("COPY") and "--from" not in line:
            *sources, _target = [word for word in line.split()[1:] if not word.startswith("--")]
            assert all((ROOT / source).exists() for source in sources), line
    stages = [number for number, line in enumerate(lines) if line.startswith("FROM")]
    last = lines[stages[-1] :]
    users = [line.split()[1] for line in last if line.startswith("USER")]
    assert users == ["era-geo"]
    commands = [line for line in last if line.startswith(("CMD", "ENTRYPOINT"))]
    assert last.index("USER era-geo") < last.index(commands[-1])
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    assert {"auth", "postgres"} <= set(extras)
    assert ".[auth,postgres]" in " ".join(lines)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_unit(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here: its units are not verified.")
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for one in UNITS:
        # The programs that it starts are not installed here.
        text = re.sub(r"^(ExecStart(?:Pre)?=)\S+", rf"\1{program}", one.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / one.name).write_text(re.sub(r"^(User|Group)=.*$", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    about_it = [line for line in done.stderr.splitlines() if "era-geo" in line]
    assert not about_it
    assert done.returncode == 0, done.stderr


def test_systemd_calls_the_apps_unit_safe() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here: its units are not judged.")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(DEPLOY / "systemd" / "era-geo.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-600:]
