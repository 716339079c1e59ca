"""Ask a Nominatim server for an address that the region does not have. Opt-in: the server learns the address.

The policy of the public server is kept by construction: one request a second for the whole program, none at the same time
(`era_geo.address.network_turn`), an agent that names the program, the credit on every candidate, and no batch: nothing that
works on lists can reach this module. Only number, street, town and postcode are sent (`network_question`): no flat, no name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from era_geo import net
from era_geo.address import network_answers, special
from era_geo.address.evidence import typed_postcode
from era_geo.address.gazetteer import gazetteer_of
from era_geo.address.hunt import Search
from era_geo.address.network_answers import MOST_ANSWERS, Answers
from era_geo.address.network_choose import Choice
from era_geo.address.network_question import question
from era_geo.address.network_turn import turn
from era_geo.address.parse import parse
from era_geo.errors import SourceUnavailable, UsageError
from era_geo.model import LocateResult, LocateStatus
from era_geo.region.region import Region
from era_geo.settings import Settings

PATIENCE_S = 20.0
REST_S = 60.0
"""A server that asks for fewer requests and does not say for how long is left alone for this."""
MOST_BYTES = 1 << 20
"""A longer answer is not an answer to one address."""
_CHUNK = 1 << 14
_NOTHING_SURE = (
    "no word of it is surely a street's, and a person's name must not be sent. Type number and street, such as 15 Mill Wynd."
)
_FIXED = {
    "format": "jsonv2",
    "addressdetails": "1",
    "countrycodes": "gb",
    "limit": str(MOST_ANSWERS),
    "accept-language": "en-GB,en",
}


def server(settings: Settings) -> str:
    """Give the URL to which questions are sent.

    Raises
    ------
    UsageError
        If no server is set, or what is set is no address of the web.
    """
    if not settings.nominatim_url:
        raise UsageError(
            "No network geocoder is set. Name a Nominatim server in ERA_GEO_NOMINATIM_URL; it will learn the address asked for."
        )
    parts = urlsplit(settings.nominatim_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("ERA_GEO_NOMINATIM_URL is no address of a server. Write it as https://nominatim.example.org.")
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith("/search") else f"{path}/search", fragment=""))


def locate(
    text: str,
    region: Region,
    settings: Settings,
    local: LocateResult,
    *,
    say: Callable[[str], None] | None = None,
    patience_s: float = PATIENCE_S,
) -> LocateResult:
    """Ask the server of the settings for `text`, unless the region's own answer, `local`, settles it.

    `say` is told where the address is sent before it is sent. What the server finds goes through the rules of the region's own
    addresses; where it finds nothing that bears on the text, `local` is the answer, and its message says that both have looked.

    Raises
    ------
    UsageError
        If no server is set.
    RateLimited, Busy, SourceIncomplete, SourceUnavailable
        If the server could not be asked, refused, or sent something else than an answer: see `era_geo.net`.
    DataError
        If the file by which processes take turns cannot be written.
    """
    url = server(settings)
    host = net.host(url)
    typed = parse(text)
    gazetteer = gazetteer_of(region)
    meant = question(typed, gazetteer)
    asked = meant.queries
    if _is_settled(text, local):
        return replace(local, steps=(*local.steps, f"{host} was not asked: the region's own answer settles it."))
    if not asked:
        return replace(local, message=f"{local.message} {host} was not asked: {_NOTHING_SURE}")
    told = [f"The region itself was asked first: {local.message}"]
    result: LocateResult | None = None
    for query in asked:
        if say is not None:
            say(_where_to(url, query))
        answers = _ask(url, query, settings, patience_s)
        told.append(_given(f"{host} without the postcode" if query != asked[0] else host, answers))
        search = Search(typed, meant.reading, typed_postcode(typed.postcode, gazetteer), gazetteer)
        choice = Choice(text, search, answers.listed, host)
        result = choice.result(local) or result
        if choice.has_house:
            break
    if result is None:
        return replace(local, message=f"{local.message} {host} has nothing that fits either.", steps=(*local.steps, *told))
    return replace(result, steps=(*told, *result.steps))


def _is_settled(text: str, local: LocateResult) -> bool:
    """Whether a server could add nothing: there is an answer or a choice already, or the text is no address."""
    choice = local.status is LocateStatus.AMBIGUOUS and len(local.candidates) > 1
    return choice or local.status in (LocateStatus.MATCHED, LocateStatus.BAD_INPUT) or special.recognise(text) is not None


def _where_to(url: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    plainly = "" if parts.scheme == "https" else " The connection is not encrypted."
    return f"Sending '{', '.join(query.values())}' to {net.host(url)}, which learns this address.{plainly}"


def _given(asked: str, answers: Answers) -> str:
    left = []
    if answers.elsewhere:
        left.append(f"{answers.elsewhere} outside Great Britain")
    if answers.unreadable:
        left.append(f"{answers.unreadable} that could not be read, or were more than {MOST_ANSWERS}")
    out = f", left out: {' and '.join(left)}" if left else ""
    return f"Asked {asked}. Answers: {len(answers.listed)}{out}."


def _ask(url: str, query: Mapping[str, str], settings: Settings, patience_s: float) -> Answers:
    host = net.host(url)
    with turn(settings.home) as held:
        rest = held.rest_s(host)
        if rest:
            raise net.RateLimited(f"{host} asked to be left alone. Try again in {rest:.0f} s.", rest)
        held.wait()
        try:
            body = _body(url, query, patience_s)
        except net.RateLimited as error:
            held.leave_alone(host, REST_S if error.wait_s is None else error.wait_s)
            raise
        except net.NotThere:
            raise net.NotThere(f"{host} has no Nominatim search at the address in ERA_GEO_NOMINATIM_URL. Check it.") from None
        finally:
            held.write()
    return network_answers.read(body, host)


def _body(url: str, query: Mapping[str, str], patience_s: float) -> bytes:
    host = net.host(url)
    until = time.monotonic() + patience_s
    body = bytearray()
    parameters = {**query, **_FIXED}
    with net.request("GET", url, parameters=parameters, read_timeout_s=patience_s, follow=False) as answer:
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > MOST_BYTES:
                raise SourceUnavailable(f"{host} sent far more than an answer to one address, so it was not read.")
            if time.monotonic() > until:
                raise net.Busy(f"{host} did not answer in time. Try again later.")
    return bytes(body)
