"""The opt-in network geocoder: what it sends, the rules its answers go through, and servers that misbehave."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from itertools import pairwise
from math import isfinite
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_socket import disable_socket, enable_socket

from era_geo import cli, front, net
from era_geo.address import network, network_answers, network_turn
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.network_question import question
from era_geo.address.parse import parse
from era_geo.errors import DataError, SourceIncomplete, SourceUnavailable, UsageError
from era_geo.model import Candidate, LocateResult, LocateStatus, Precision
from era_geo.region.region import Region
from era_geo.settings import Settings
from tests.address.conftest import KIRK, NETHER
from tests.address.nominatim import Item, body, house, item, road
from tests.project.files import ROOT
from tests.servers import Asked, Reply, Server, serve

X, Y = KIRK
NEW = "7 Newbuild Way, Kirkbrae"  # a street that the region does not have
Ask = Callable[..., LocateResult]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter pause: that it is kept is tested by itself."""
    monkeypatch.setattr(network_turn, "APART_S", 0.01)


def locate(
    text: str, region: Region, tmp_path: Path, answer: Callable[[Asked], Reply], **more: object
) -> tuple[LocateResult, Server]:
    with serve(answer) as server:
        settings = Settings(home=tmp_path / "home", nominatim_url=server.url)
        return front.locate(text, region, network=True, settings=settings, **more), server  # type: ignore[arg-type]


@pytest.fixture
def ask(towns: Region, tmp_path: Path) -> Ask:
    """Ask about a text a server that gives these items."""
    return lambda text, *items: locate(text, towns, tmp_path, lambda _: Reply(body=body(*items)))[0]


def only(result: LocateResult) -> Candidate:
    assert result.status is LocateStatus.MATCHED, result.message
    (found,) = result.candidates
    return found


def is_house(result: LocateResult) -> bool:
    return any(candidate.precision.is_property for candidate in result.candidates)


class TestWhatIsSent:
    def test_nothing_at_all_without_being_asked_to(self, towns: Region, tmp_path: Path) -> None:
        with serve(lambda _: Reply(body=b"[]")) as server:
            settings = Settings(home=tmp_path, nominatim_url=server.url)
            assert front.locate(NEW, towns, settings=settings).status is LocateStatus.NOT_FOUND
            assert server.asked == []

    def test_no_socket_is_opened_where_no_server_is_set(self, towns: Region, tmp_path: Path) -> None:
        disable_socket()
        try:
            with pytest.raises(UsageError, match="ERA_GEO_NOMINATIM_URL"):
                front.locate(NEW, towns, network=True, settings=Settings(home=tmp_path))
        finally:
            enable_socket()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("url", ["nominatim.example.org", "ftp://example.org", "https://", "file:///etc/hosts"])
    def test_what_is_no_server_is_refused(self, url: str) -> None:
        with pytest.raises(UsageError, match="ERA_GEO_NOMINATIM_URL"):
            network.server(Settings(nominatim_url=url))

    @pytest.mark.parametrize("url", ["http://host/nominatim", "http://host/nominatim/", "http://host/nominatim/search"])
    def test_the_search_is_found_however_the_server_is_written(self, url: str) -> None:
        assert network.server(Settings(nominatim_url=url)) == "http://host/nominatim/search"

    def test_a_structured_question_with_the_programs_name_and_nothing_more_than_needed(self, towns: Region, tmp_path: Path) -> None:
        text = "c/o Mrs Smith, Flat 2/1, 7 Newbuild Way, Kirkbrae, ML3 6AB"
        _, server = locate(text, towns, tmp_path, lambda _: Reply(body=body(house("7", "Newbuild Way", X, Y))))
        (asked,) = server.asked
        sent = {key: value for key, (value,) in parse_qs(urlsplit(asked.path).query).items()}
        assert urlsplit(asked.path).path == "/search"
        assert {key: sent.pop(key) for key in ("street", "city", "postalcode")} == {
            "street": "7 newbuild way",
            "city": "kirkbrae",
            "postalcode": "ML3 6AB",
        }
        assert sent == {
            "format": "jsonv2",
            "addressdetails": "1",
            "countrycodes": "gb",
            "limit": "20",
            "accept-language": "en-GB,en",
        }
        assert asked.headers["User-Agent"] == net.AGENT

    @pytest.mark.parametrize(
        ("text", "street", "town"),
        [
            ("7 newbuild way kirkbrae", "7 newbuild way", "kirkbrae"),
            ("Kirkbrae, 7 Newbuild Way", "7 newbuild way", "kirkbrae"),
            ("7 Newbuild Way, Kirkbrae, Lanarkshire", "7 newbuild way", "kirkbrae"),
            ("7 Newbuild Way, Nowhereton, Kirkbrae", "7 newbuild way", "kirkbrae"),
            ("7 Newbuild Way, Nowhereton", "7 newbuild way", None),
            ("Newbuild Way 7, Kirkbrae", "7 newbuild way", "kirkbrae"),
            ("Newbuild Way, Glasgow", "newbuild way", "glasgow"),
            ("7 Glasgow Road", "7 glasgow road", None),
            ("Rose Cottage, 7 Newbuild Way", "7 newbuild way", None),
            ("John Smith, Newbuild Way, Kirkbrae", "newbuild way", "kirkbrae"),
            ("7 Newbuild Way, John Smith, Stonehouse", "7 newbuild way", None),
            ("7 Newbuild Way, for Mr A Brown, Kirkbrae", "7 newbuild way", "kirkbrae"),
            ("7 Newbuild Way John Smith", "7 newbuild way", None),
            ("John Smith 7 Newbuild Way South, Kirkbrae", "7 newbuild way south", "kirkbrae"),
            ("2 John Smith, 7 Newbuild Way, Kirkbrae", "7 newbuild way", "kirkbrae"),
            ("Mary Green, Newbuild Crescent, Kirkbrae", "newbuild crescent", "kirkbrae"),
            ("15 Mill Wynd, Stonehouse", "15 mill wynd", None),
        ],
    )
    def test_street_and_town_are_told_apart(self, text: str, street: str, town: str | None, towns: Region) -> None:
        (query,) = question(parse(text), gazetteer_of(towns)).queries
        assert (query.get("street"), query.get("city")) == (street, town)

    @pytest.mark.parametrize(
        "text",
        [
            "John Smith, Kirkbrae",
            "Mary Green, Kirkbrae",
            "For Mr Hill, Kirkbrae",
            "John Smith Newbuild Way",
            "12 John Smith",
            "Mr Way",
        ],
    )
    def test_where_no_word_is_surely_a_streets_nothing_is_sent(self, text: str, towns: Region, tmp_path: Path) -> None:
        result, server = locate(text, towns, tmp_path, lambda _: Reply(body=b"[]"))
        assert server.asked == []
        assert "127.0.0.1 was not asked" in result.message

    @given(
        st.lists(
            st.sampled_from(["John Smith", "Mrs Ann Brown", "for J Hill", "Flat 2/1", "7 Newbuild Way", "Kirkbrae"]), min_size=1
        )
    )
    def test_no_order_of_the_parts_sends_a_name(self, towns: Region, parts: list[str]) -> None:
        for query in question(parse(", ".join(parts)), gazetteer_of(towns)).queries:
            assert query.get("street", "7 newbuild way").endswith("7 newbuild way")
            assert query.get("city", "kirkbrae") == "kirkbrae"

    def test_it_is_told_before_it_is_sent(self, towns: Region, tmp_path: Path) -> None:
        happened: list[str] = []

        def answer(_: Asked) -> Reply:
            happened.append("sent")
            return Reply(body=body(house("7", "Newbuild Way", X, Y)))

        locate(NEW, towns, tmp_path, answer, say=happened.append)
        assert happened[1] == "sent"
        assert "127.0.0.1, which learns this address" in happened[0]
        assert "not encrypted" in happened[0]

    @pytest.mark.parametrize(
        "text", ["15 Mill Wynd, Kirkbrae", "5 Mill Wynd", "UPRN 123456", "NS 75663 55294", "55.9, -3.2", "12", "?", "x" * 400]
    )
    def test_what_the_region_settles_is_not_sent(self, text: str, towns: Region, tmp_path: Path) -> None:
        result, server = locate(text, towns, tmp_path, lambda _: Reply(body=b"[]"))
        assert server.asked == []
        assert result.message == front.locate(text, towns).message

    def test_a_redirect_is_not_followed(self, towns: Region, tmp_path: Path) -> None:
        with serve(lambda _: Reply(body=b"[]")) as other:
            with pytest.raises(SourceUnavailable, match="another address"):
                locate(NEW, towns, tmp_path, lambda _: Reply(status=302, headers={"Location": f"{other.url}/search"}))
            assert other.asked == []


class TestChoosing:
    def test_a_house_the_region_lacks(self, ask: Ask) -> None:
        found = only(ask(NEW, house("7", "Newbuild Way", X + 400, Y + 400)))
        assert (found.number, found.street, found.town) == ("7", "Newbuild Way", "Kirkbrae")
        assert (found.easting, found.northing) == pytest.approx((X + 400, Y + 400), abs=0.2)
        assert (found.precision, found.uncertainty_m) == (Precision.ADDRESS, 15.0)
        assert found.sources == ("OpenStreetMap, by way of 127.0.0.1",)
        assert any("uncalibrated" in note for note in found.notes)
        assert any("© OpenStreetMap contributors, ODbL" in note for note in found.notes)

    def test_a_buildings_distance_is_its_box_and_the_message_says_the_same(self, ask: Ask) -> None:
        kind = {"category": "building", "type": "yes", "osm_type": "way", "half_m": 30.0}
        result = ask(NEW, house("7", "Newbuild Way", X, Y, **kind))
        found = only(result)
        assert found.precision is Precision.BUILDING
        assert found.uncertainty_m == pytest.approx(42.4, abs=0.5)
        assert f"to within {found.uncertainty_m:.0f} m" in result.message
        assert found.ref == "osm:way/77"

    def test_a_number_on_a_mapped_line_is_interpolated(self, ask: Ask) -> None:
        found = only(ask(NEW, house("7", "Newbuild Way", X, Y, osm_type="way")))
        assert found.precision is Precision.INTERPOLATED
        assert found.uncertainty_m > 15

    @pytest.mark.parametrize("other", ["12", "17", "71", "7A", "77", "6-8"])
    def test_another_number_is_never_taken(self, other: str, ask: Ask) -> None:
        result = ask(NEW, house(other, "Newbuild Way", X, Y), road("Newbuild Way", X, Y))
        assert result.status is LocateStatus.CONTRADICTION
        assert not is_house(result)
        assert f"It gave {other} instead" in result.message

    def test_a_range_that_holds_the_number_is_only_interpolated(self, ask: Ask) -> None:
        assert only(ask(NEW, house("5-9", "Newbuild Way", X, Y))).precision is Precision.INTERPOLATED

    def test_the_typed_flat_stays(self, ask: Ask) -> None:
        assert only(ask(f"Flat 2/1, {NEW}", house("7", "Newbuild Way", X, Y))).flat == "2/1"

    def test_the_number_on_two_streets_of_that_name_is_a_choice(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way", house("7", "Newbuild Way", X, Y), house("7", "Newbuild Way", *NETHER, "Netherton"))
        assert result.status is LocateStatus.AMBIGUOUS
        assert [candidate.town for candidate in result.candidates] == ["Kirkbrae", "Netherton"]

    def test_two_objects_of_one_house_are_one(self, ask: Ask) -> None:
        only(ask(NEW, house("7", "Newbuild Way", X, Y), house("7", "Newbuild Way", X + 5, Y, osm_id=78)))

    def test_the_wrong_town_is_a_contradiction(self, ask: Ask) -> None:
        result = ask(NEW, house("7", "Newbuild Way", *NETHER, "Netherton"))
        assert result.status is LocateStatus.CONTRADICTION
        assert "not in Kirkbrae" in result.message

    def test_a_town_that_only_the_server_knows_agrees_with_itself(self, ask: Ask) -> None:
        found = only(ask("7 Newbuild Way, Hamilton", house("7", "Newbuild Way", X, Y, "Hamilton")))
        assert found.town == "Hamilton"

    def test_a_town_nobody_knows_is_never_overlooked(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way, Nowhereton", house("7", "Newbuild Way", X, Y))
        assert result.status is LocateStatus.AMBIGUOUS
        assert "nowhereton" in result.message

    def test_a_postcode_that_lies_elsewhere_is_a_contradiction(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way, ML9 1AA", house("7", "Newbuild Way", X, Y, postcode="ML3 6AB"))
        assert result.status is LocateStatus.CONTRADICTION
        assert "ML9 1AA" in result.message

    def test_the_regions_list_is_believed_before_the_servers_postcode(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way, ML9 1AA", house("7", "Newbuild Way", X, Y, postcode="ML9 1AA"))
        assert result.status is LocateStatus.CONTRADICTION
        notes = [note for candidate in result.candidates for note in candidate.notes]
        assert any("puts that postcode elsewhere" in note for note in notes)

    @pytest.mark.parametrize(("code", "said"), [("ML3 6ZZ", "was ended"), ("ML3 9QQ", "no postcode ML3 9QQ")])
    def test_a_postcode_that_is_none_stops(self, code: str, said: str, ask: Ask) -> None:
        result = ask(f"7 Newbuild Way, {code}", house("7", "Newbuild Way", X, Y, postcode=code))
        assert result.status is LocateStatus.CONTRADICTION
        assert said in result.message

    def test_the_question_is_put_again_without_a_postcode_that_finds_nothing(self, towns: Region, tmp_path: Path) -> None:
        def answer(asked: Asked) -> Reply:
            return Reply(body=b"[]" if "postalcode" in asked.path else body(house("7", "Newbuild Way", X, Y, postcode="ML3 6AB")))

        result, server = locate("7 Newbuild Way, ML9 1AA", towns, tmp_path, answer)
        assert len(server.asked) == 2
        assert result.steps[1:3] == ("Asked 127.0.0.1. Answers: 0.", "Asked 127.0.0.1 without the postcode. Answers: 1.")
        assert result.status is LocateStatus.CONTRADICTION
        assert "7 Newbuild Way" in result.message

    def test_a_house_on_another_street_is_only_offered(self, ask: Ask) -> None:
        result = ask(NEW, house("7", "Newbuild Road", X, Y))
        assert result.status is LocateStatus.AMBIGUOUS
        assert "not named as it was typed" in result.message

    def test_a_longer_street_name_is_another_street(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way South, Kirkbrae", house("7", "Newbuild Way", X, Y))
        assert result.status is not LocateStatus.MATCHED

    def test_another_house_that_the_region_suggests_makes_it_a_choice(self, ask: Ask, towns: Region) -> None:
        text = "15 Mill Wynd, Upper Nowhereton"
        assert front.locate(text, towns).status is LocateStatus.AMBIGUOUS
        far = house("15", "Mill Wynd", X + 3000, Y, "Upper Nowhereton")
        result = ask(text, far)
        assert result.status is LocateStatus.AMBIGUOUS
        assert [candidate.town for candidate in result.candidates] == ["Upper Nowhereton", "Kirkbrae"]
        assert "the region suggests 15 Mill Wynd, Kirkbrae" in result.message

    def test_a_house_by_its_name(self, ask: Ask) -> None:
        address = {"road": "Kirk Brae", "town": "Kirkbrae", "country_code": "gb"}
        farm = item(X, Y, category="building", type="farm", addresstype="building", name="Thistle Lodge", address=address)
        assert only(ask("Thistle Lodge, Kirkbrae", farm)).precision is Precision.BUILDING

    def test_a_street_alone(self, ask: Ask) -> None:
        pieces = [road("Newbuild Way", X, Y, osm_id=1), road("Newbuild Way", X + 100, Y, osm_id=2)]
        found = only(ask("Newbuild Way, Kirkbrae", *pieces))
        assert found.precision is Precision.STREET
        assert found.uncertainty_m == pytest.approx(213, abs=3)

    def test_a_numbered_house_is_no_answer_to_a_street(self, ask: Ask) -> None:
        result = ask("Newbuild Way, Kirkbrae", house("7", "Newbuild Way", X, Y))
        assert result.status is not LocateStatus.MATCHED
        assert not is_house(result)

    def test_a_place_alone_is_no_house(self, ask: Ask) -> None:
        address = {"town": "Kirkbrae", "country_code": "gb"}
        place = item(X, Y, type="town", addresstype="town", name="Kirkbrae", address=address, half_m=2000.0)
        result = ask(NEW, place)
        assert result.status is LocateStatus.NOT_FOUND
        (found,) = result.candidates
        assert (found.precision, found.uncertainty_m > 2000) == (Precision.LOCALITY, True)

    def test_a_postcodes_answer_is_a_postcode(self, ask: Ask) -> None:
        address = {"postcode": "ML3 6XY", "country_code": "gb"}
        place = item(X, Y, type="postcode", addresstype="postcode", name="ML3 6XY", address=address, half_m=200.0)
        (found,) = ask("7 Newbuild Way, Kirkbrae", place).candidates
        assert (found.precision, found.postcode) == (Precision.POSTCODE, "ML3 6XY")

    def test_outside_the_region_is_said(self, ask: Ask) -> None:
        result = ask("7 Newbuild Way", house("7", "Newbuild Way", X + 90_000, Y, "Elsewhere"))
        assert result.status is LocateStatus.OUTSIDE_REGION
        assert "lies outside what the region 'towns' covers" in result.message
        assert result.candidates == ()

    def test_other_countries_are_left_out_and_counted(self, ask: Ask) -> None:
        paris = house("7", "Newbuild Way", X, Y, lat="48.85", lon="2.35")
        dublin, belfast = house("7", "Newbuild Way", X, Y), house("7", "Newbuild Way", X, Y)
        dublin["address"]["country_code"] = "ie"
        belfast["address"]["ISO3166-2-lvl4"] = "GB-NIR"
        result = ask(NEW, paris, dublin, belfast)
        assert result.status is LocateStatus.NOT_FOUND
        assert "127.0.0.1 has nothing that fits either" in result.message
        assert any("3 outside Great Britain" in step for step in result.steps)

    def test_empty_is_an_answer_and_keeps_the_regions_own(self, ask: Ask, towns: Region) -> None:
        text = "99 Mill Wynd, Kirkbrae"
        local, result = front.locate(text, towns), ask(text)
        assert (result.status, result.candidates) == (local.status, local.candidates)
        assert result.message == f"{local.message} 127.0.0.1 has nothing that fits either."


LATE = Reply(body=b"[]", silence_s=30.0)
Refusal = tuple[Reply, type[SourceUnavailable], str]
REFUSALS: list[Refusal] = [
    (Reply(status=403), SourceUnavailable, "refused the request"),
    (Reply(status=404), net.NotThere, "no Nominatim search"),
    (Reply(status=503), net.Busy, "could not answer"),
    (Reply(status=429), net.RateLimited, "fewer requests"),
    (Reply(body=b""), SourceUnavailable, "did not answer as a Nominatim server"),
    (Reply(body=b"<html><b>welcome</b></html>"), SourceUnavailable, "did not answer as a Nominatim server"),
    (Reply(body=b'{"error": "no"}'), SourceUnavailable, "did not answer as a Nominatim server"),
    (Reply(body=b"[1, 2, null]"), SourceUnavailable, "did not answer as a Nominatim server"),
    (Reply(body=body(house("7", "Newbuild Way", X, Y))[:-60]), SourceIncomplete, "broke off"),
    (Reply(body=b"[", announce=500), SourceIncomplete, "broke off"),
    (Reply(body=b"[" * 200_000), SourceIncomplete, "broke off"),
    (Reply(body=b" " * (network.MOST_BYTES + 1)), SourceUnavailable, "far more"),
    (Reply(body=b'[{"lat": ' + b"9" * 5000 + b"}]"), SourceIncomplete, "broke off"),
]


class TestMisbehavingServers:
    @pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal[2])
    def test_each_failure_is_told_apart_and_the_address_is_in_none(
        self, refusal: Refusal, towns: Region, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        reply, error, said = refusal
        caplog.set_level(logging.DEBUG)
        with pytest.raises(error, match=said) as raised:
            locate(NEW, towns, tmp_path, lambda _: reply)
        told = str(raised.value) + caplog.text
        assert "newbuild" not in told.casefold()
        assert "127.0.0.1" in str(raised.value)

    def test_a_server_that_is_not_there(self, towns: Region, tmp_path: Path) -> None:
        with serve(lambda _: Reply()) as server:
            gone = server.url
        with pytest.raises(net.Busy, match="could not be reached"):
            front.locate(NEW, towns, network=True, settings=Settings(home=tmp_path, nominatim_url=gone))

    def test_a_server_that_is_silent(self, towns: Region, tmp_path: Path) -> None:
        with serve(lambda _: LATE) as server:
            settings = Settings(home=tmp_path, nominatim_url=server.url)
            local = front.locate(NEW, towns)
            with pytest.raises(net.Busy, match="in time"):
                network.locate(NEW, towns, settings, local, patience_s=0.2)

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize("written", [str, lambda seconds: formatdate(time.time() + seconds, usegmt=True)])
    def test_a_server_that_asks_to_be_left_alone_is(
        self, status: int, written: Callable[[int], str], towns: Region, tmp_path: Path
    ) -> None:
        with serve(lambda _: Reply(status=status, headers={"Retry-After": written(120)})) as server:
            settings = Settings(home=tmp_path, nominatim_url=server.url)
            for _ in range(3):
                with pytest.raises(net.RateLimited) as raised:
                    front.locate(NEW, towns, network=True, settings=settings)
            assert len(server.asked) == 1
        assert raised.value.wait_s == pytest.approx(120, abs=30)

    @pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "²"}])
    def test_a_server_that_does_not_say_for_how_long_is_left_alone_too(
        self, headers: dict[str, str], towns: Region, tmp_path: Path
    ) -> None:
        with serve(lambda _: Reply(status=429, headers=headers)) as server:
            settings = Settings(home=tmp_path, nominatim_url=server.url)
            for _ in range(3):
                with pytest.raises(net.RateLimited):
                    front.locate(NEW, towns, network=True, settings=settings)
            assert len(server.asked) == 1

    def test_ten_thousand_answers_are_too_many(self, towns: Region, tmp_path: Path) -> None:
        many = body(*[{"lat": "56", "lon": "-4"}] * 10_000)
        with pytest.raises(SourceUnavailable, match="did not answer as a Nominatim server"):
            locate(NEW, towns, tmp_path, lambda _: Reply(body=many))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"lat": "NaN"},
            {"lon": float("nan")},
            {"lat": float("inf")},
            {"lat": None},
            {"lon": []},
            {"lat": True},
            {"lat": 10**400},
            {"boundingbox": None},
            {"boundingbox": ["1", "2", "3"]},
            {"boundingbox": "1234"},
            {"boundingbox": ["NaN"] * 4},
            {"address": None},
            {"address": ["gb"]},
        ],
    )
    def test_a_damaged_answer_beside_a_good_one_is_left_out_and_counted(self, wrong: Item, ask: Ask) -> None:
        result = ask(NEW, {**house("7", "Newbuild Way", X + 900, Y), **wrong}, house("7", "Newbuild Way", X, Y))
        assert only(result).easting == pytest.approx(X, abs=0.2)
        assert any("1 that could not be read" in step for step in result.steps)

    def test_control_characters_do_not_come_out(self, ask: Ask) -> None:
        bad = house("7", "Newbuild\x1b[31m Way\u202e", X, Y, "Kirk\x00brae\ud800")
        shown = repr(ask("7 Newbuild Way", bad).to_dict())
        assert not any(sign in shown for sign in ("\\x1b", "\\u202e", "\\x00", "\\ud800"))

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ["lat", "lon", "boundingbox", "address", "type", "category", "road", "house_number", "osm_id", "postcode"]
                    ),
                    inner,
                )
            ),
            max_leaves=20,
        )
    )
    def test_any_json_is_answers_or_a_sentence(self, content: object) -> None:
        for value in (content, [content], [{**house("7", "Newbuild Way", X, Y), "address": content}]):
            with suppress(SourceUnavailable):
                answers = network_answers.read(json.dumps(value).encode(), "host")
                assert all(isfinite(answer.easting + answer.extent_m) for answer in answers.listed)

    @given(
        st.dictionaries(
            st.sampled_from(["house_number", "road", "town", "city", "postcode", "county", "country_code"]), st.text(max_size=30)
        ),
        st.sampled_from([NEW, "15 Mill Wynd, Upper Nowhereton", "Rose House, Kirkbrae", "7 Newbuild Way, ML9 1AA", "Newbuild Way"]),
    )
    def test_any_words_in_an_answer_give_a_result(self, towns: Region, address: dict[str, str], text: str) -> None:
        answers = network_answers.read(body({**house("7", "Newbuild Way", X, Y), "address": address}), "host")
        typed = parse(text)
        gazetteer = network.gazetteer_of(towns)
        postcode = network.typed_postcode(typed.postcode, gazetteer)
        search = network.Search(typed, typed.readings[0], postcode, gazetteer)
        result = network.Choice(text, search, answers.listed, "host").result(front.locate(text, towns))
        if result is not None and result.status is LocateStatus.MATCHED and typed.number == "7":
            assert result.candidates[0].number == "7"


ASK_TWICE = """
import sys
from pathlib import Path
from era_geo.address import network
from era_geo.settings import Settings
for _ in range(2):
    network._ask(sys.argv[1] + "/search", {"street": "7 newbuild way"}, Settings(home=Path(sys.argv[2])), 20.0)
"""


class TestOneRequestASecond:
    def test_two_processes_share_it(self, tmp_path: Path) -> None:
        begun: list[float] = []

        def answer(_: Asked) -> Reply:
            begun.append(time.monotonic())
            return Reply(body=b"[]", silence_s=0.1)

        with serve(answer) as server:
            command = [sys.executable, "-c", ASK_TWICE, server.url, str(tmp_path)]
            running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
            for process in running:
                _, errors = process.communicate(timeout=60)
                assert process.returncode == 0, errors
        assert len(begun) == 4
        assert min(later - earlier for earlier, later in pairwise(begun)) >= 1.0

    def test_a_turn_file_that_is_damaged_or_from_the_future_costs_a_second_at_most(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slept: list[float] = []
        monkeypatch.setattr(network_turn.time, "sleep", slept.append)
        for content in (b"", b"{", b"[1]", b'{"last": "x"}', b'{"last": 99999999999, "rests": {"host": 99999999999}}', b"\xff"):
            (tmp_path / "nominatim-turn.json").write_bytes(content)
            with network_turn.turn(tmp_path) as turn:
                turn.wait()
                assert turn.rest_s("host") == 0
        assert all(pause <= network_turn.APART_S for pause in slept)

    def test_where_turns_cannot_be_kept_nothing_is_asked(self, towns: Region, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("a file, not a folder")
        with pytest.raises(DataError, match="Nothing was asked"):
            locate(NEW, towns, tmp_path, lambda _: Reply(body=b"[]"))


class TestCommandLine:
    @pytest.fixture
    def run(self, towns: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
        monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path))
        monkeypatch.delenv("ERA_GEO_NOMINATIM_URL", raising=False)

        def run(*words: str) -> tuple[int, str, str]:
            code = cli.run([*words, "--region", str(towns.path)])
            return code, *capfd.readouterr()

        return run

    @pytest.mark.parametrize("command", ["locate", "assess"])
    def test_without_a_server_it_is_a_usage_error(self, command: str, run: Run) -> None:
        code, out, err = run(command, NEW, "--network")
        assert (code, out) == (2, "")
        assert "ERA_GEO_NOMINATIM_URL" in err

    def test_where_it_is_sent_goes_to_standard_error_and_the_answer_to_standard_output(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serve(lambda _: Reply(body=body(house("7", "Newbuild Way", X, Y)))) as server:
            monkeypatch.setenv("ERA_GEO_NOMINATIM_URL", server.url)
            assert run("locate", NEW)[0] == 2
            assert server.asked == []
            code, out, err = run("locate", NEW, "--network", "--json")
            assert (code, json.loads(out)["status"]) == (0, "matched")
            assert err.startswith("Sending '7 newbuild way, kirkbrae' to 127.0.0.1")
            code, out, _ = run("assess", NEW, "--network", "--as-of", "2026-01-31")
            assert (code, out.splitlines()[0]) == (0, "7 Newbuild Way, Kirkbrae")

    def test_a_refusal_is_a_sentence_and_a_failure(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        with serve(lambda _: Reply(status=403)) as server:
            monkeypatch.setenv("ERA_GEO_NOMINATIM_URL", server.url)
            code, out, err = run("locate", NEW, "--network")
        assert (code, out) == (1, "")
        assert "era-geo: 127.0.0.1 refused the request (status 403)." in err


BATCH = [*(ROOT / "era_geo" / "batch").rglob("*.py"), *(ROOT / "era_geo").glob("*batch*.py")]


@pytest.mark.parametrize("path", BATCH, ids=lambda path: path.name)
def test_a_batch_cannot_reach_it(path: Path) -> None:
    """Neither the module nor the front door's switch, which is a keyword, so that the word must stand in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert not (isinstance(node, ast.keyword) and node.arg == "network")
            continue
        assert not any(name.startswith(("era_geo.address.network", "era_geo.net")) for name in names)
