"""Fetching an extract by name, from servers that behave and servers that do not."""

import hashlib
from pathlib import Path

import pytest

from era_geo import net
from era_geo.errors import SourceIncomplete, SourceUnavailable, UsageError
from era_geo.region import download
from era_geo.settings import Settings
from tests.servers import Asked, Reply, Server, serve

CONTENT = bytes(range(256)) * 4000
CHECKSUM = hashlib.md5(CONTENT).hexdigest()  # noqa: S324 - what extract servers offer
HEADERS = {"ETag": '"one"', "Last-Modified": "Fri, 20 Nov 2026 20:00:00 GMT"}


def extract_server(asked: Asked) -> Reply:
    """Answer as an extract server does: HEAD, ranges, and a checksum beside the file."""
    if asked.path.endswith(".md5"):
        return Reply(body=f"{CHECKSUM}  scotland-latest.osm.pbf\n".encode())
    if "scotland" not in asked.path:
        return Reply(status=404)
    if asked.method == "HEAD":
        return Reply(headers=HEADERS, announce=len(CONTENT))
    start = int(asked.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    return Reply(status=206 if start else 200, body=CONTENT[start:], headers=HEADERS)


def settings_for(server: Server, home: Path) -> Settings:
    return Settings(home=home, extract_url=server.url + "/{name}-latest.osm.pbf")


def test_size_is_told_first_and_the_whole_file_arrives(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serve(extract_server) as server:
        settings = settings_for(server, tmp_path)
        offer = download.offer("scotland", settings)
        assert [asked.method for asked in server.asked] == ["HEAD"]
        assert offer.size == len(CONTENT)
        assert "1.0 MB" in offer.sentence
        assert "2026-11-20" in offer.sentence
        path = download.fetch("scotland", offer, settings, lambda done, size: seen.append((done, size)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert download.held("scotland", settings) == offer
    assert sorted(file.name for file in path.parent.iterdir()) == ["scotland-latest.osm.pbf", "scotland.json"]


def test_a_broken_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def broken_twice(asked: Asked) -> Reply:
        reply = extract_server(asked)
        if asked.method == "GET" and not asked.path.endswith(".md5") and len(reply.body) > len(CONTENT) // 2:
            return Reply(reply.status, reply.body[: len(CONTENT) // 4], reply.headers, announce=len(reply.body))
        return reply

    with serve(broken_twice) as server:
        settings = settings_for(server, tmp_path)
        path = download.fetch("scotland", download.offer("scotland", settings), settings)
        ranges = [asked.headers.get("Range") for asked in server.asked if asked.method == "GET" and "md5" not in asked.path]
    assert path.read_bytes() == CONTENT
    assert ranges[0] is None
    assert all(ranges[1:])


def test_what_arrived_of_another_version_is_not_mixed_in(tmp_path: Path) -> None:
    with serve(extract_server) as server:
        settings = settings_for(server, tmp_path)
        folder = tmp_path / "downloads"
        folder.mkdir()
        (folder / "scotland-latest.osm.pbf.part").write_bytes(b"x" * 100)
        (folder / "scotland-latest.osm.pbf.part-tag").write_text('"older"')
        path = download.fetch("scotland", download.offer("scotland", settings), settings)
    assert path.read_bytes() == CONTENT


def test_a_file_that_does_not_match_its_checksum_is_thrown_away(tmp_path: Path) -> None:
    def corrupt(asked: Asked) -> Reply:
        reply = extract_server(asked)
        return Reply(body=b"0" * 32) if asked.path.endswith(".md5") else reply

    with serve(corrupt) as server:
        settings = settings_for(server, tmp_path)
        offer = download.offer("scotland", settings)
        with pytest.raises(SourceIncomplete, match="checksum"):
            download.fetch("scotland", offer, settings)
    assert download.held("scotland", settings) is None
    assert not list((tmp_path / "downloads").glob("*.pbf*[!g]"))


def test_a_server_without_checksums_is_taken_at_its_length(tmp_path: Path) -> None:
    with serve(lambda asked: Reply(status=404) if asked.path.endswith(".md5") else extract_server(asked)) as server:
        settings = settings_for(server, tmp_path)
        assert download.fetch("scotland", download.offer("scotland", settings), settings).read_bytes() == CONTENT


def test_a_server_that_keeps_cutting_short_is_given_up(tmp_path: Path) -> None:
    def cutting(asked: Asked) -> Reply:
        reply = extract_server(asked)
        return Reply(reply.status, b"", reply.headers, announce=len(CONTENT)) if asked.method == "GET" else reply

    with serve(cutting) as server:
        settings = settings_for(server, tmp_path)
        with pytest.raises(SourceIncomplete):
            download.fetch("scotland", download.offer("scotland", settings), settings)
        assert len(server.asked) < 10


@pytest.mark.parametrize(
    ("reply", "kind", "sentence"),
    [
        (Reply(status=404), net.NotThere, "no such file"),
        (Reply(status=429, headers={"Retry-After": "30"}), net.RateLimited, "fewer requests"),
        (Reply(status=503), net.Busy, "could not answer"),
        (Reply(status=403), SourceUnavailable, "refused"),
    ],
)
def test_refusals_are_told_apart(tmp_path: Path, reply: Reply, kind: type[Exception], sentence: str) -> None:
    with serve(lambda _: reply) as server, pytest.raises(kind, match=sentence):
        download.offer("scotland", settings_for(server, tmp_path))


def test_no_server_at_all(tmp_path: Path) -> None:
    with serve(extract_server) as server:
        pass
    with pytest.raises(net.Busy, match="could not be reached"):
        download.offer("scotland", settings_for(server, tmp_path))


def test_a_silent_server_times_out() -> None:
    with (
        serve(lambda _: Reply(silence_s=3.0)) as server,
        pytest.raises(net.Busy, match="in time"),
        net.request("GET", server.url, read_timeout_s=0.2),
    ):
        pass


@pytest.mark.parametrize("name", ["", "../etc", "a b", "http://x", "scotland/../x", "-", "a--b"])
def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="name of an extract"):
        download.offer(name, Settings(home=tmp_path, extract_url="http://127.0.0.1:9/{name}"))


def test_a_length_that_is_no_number_is_a_size_not_told(tmp_path: Path) -> None:
    with serve(lambda _: Reply(headers=HEADERS, announce="much")) as server:  # type: ignore[arg-type]
        offer = download.offer("scotland", settings_for(server, tmp_path))
    assert offer.size is None
    assert "size not told" in offer.sentence
