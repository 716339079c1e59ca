"""Fetch an extract by name from an extract server: size told first, resumed after a break, checked, and only when newer.

The server learns which extract was asked for, and nothing of any address.
"""

from __future__ import annotations

import email.utils
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path

from era_geo import net
from era_geo.errors import DataError, SourceIncomplete, UsageError
from era_geo.settings import Settings

_CHUNK = 1 << 16
_TRIES = 5


@dataclass(frozen=True)
class Offer:
    """What the server has: where, how large (bytes), of which date, and the server's tag for exactly this content."""

    url: str
    size: int | None
    modified: str | None
    etag: str | None

    @property
    def sentence(self) -> str:
        """The offer in words, told before anything is fetched."""
        size = "size not told" if self.size is None else f"{self.size / 1e6:,.1f} MB"
        dated = f", of {self.modified}" if self.modified else ""
        return f"{self.url.rsplit('/', 1)[-1]} from {net.host(self.url)}: {size}{dated}"


def server(settings: Settings) -> str:
    """Give the name of the host that learns which extract is asked for."""
    return net.host(settings.extract_url)


def offer(name: str, settings: Settings) -> Offer:
    """Ask the extract server what it has under `name` (such as `scotland`).

    Raises
    ------
    UsageError
        If the name is not one a file can have.
    SourceUnavailable
        If the server has no such file, or cannot be asked.
    """
    if not name or not all(part.isalnum() for part in name.replace("_", "-").split("-")):
        raise UsageError(f"'{name}' is not the name of an extract. Names look like: scotland, north-yorkshire.")
    url = settings.extract_url.format(name=name)
    with net.request("HEAD", url) as answer:
        modified = answer.headers.get("Last-Modified")
        return Offer(answer.url, net.size(answer), _day(modified), answer.headers.get("ETag") or modified)


def held(name: str, settings: Settings) -> Offer | None:
    """Give the offer that was fetched last under `name`, if its file is still here."""
    note = _note(name, settings)
    try:
        known = Offer(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return known if path(name, settings).is_file() else None


def fetch(name: str, wanted: Offer, settings: Settings, progress: Callable[[int, int | None], None] | None = None) -> Path:
    """Fetch what was offered, going on where an earlier try broke off, and give the file's path.

    `progress` is told the bytes so far and in all.

    Raises
    ------
    SourceUnavailable
        If the server stopped answering; what has arrived is kept, and the next try goes on from there.
    SourceIncomplete
        If the file does not match the server's checksum; it is thrown away.
    DataError
        If the file cannot be written.
    """
    whole = path(name, settings)
    part = whole.with_name(whole.name + ".part")
    tag = whole.with_name(whole.name + ".part-tag")
    try:
        whole.parent.mkdir(parents=True, exist_ok=True)
        if not tag.is_file() or tag.read_text(encoding="utf-8") != (wanted.etag or ""):
            part.unlink(missing_ok=True)
        tag.write_text(wanted.etag or "", encoding="utf-8")
        _fetch_in_tries(wanted, part, progress)
        _check(wanted, part)
        part.replace(whole)
        _note(name, settings).write_text(json.dumps(asdict(wanted)), encoding="utf-8")
        tag.unlink(missing_ok=True)
    except OSError as error:
        why = f"The download cannot be written to {whole.parent}: {error.strerror}."
        raise DataError(f"{why} Make room, then try again.") from error
    return whole


def _fetch_in_tries(wanted: Offer, part: Path, progress: Callable[[int, int | None], None] | None) -> None:
    for left in reversed(range(_TRIES)):
        before = _size(part)
        try:
            _fetch_rest(wanted, part, progress)
        except (net.Busy, SourceIncomplete):
            # A try that brought nothing is not worth repeating at once: the server is down rather than shaky.
            if not left or _size(part) == before:
                raise
            continue
        if wanted.size is None or _size(part) == wanted.size:
            return
    raise SourceIncomplete(f"{net.host(wanted.url)} keeps sending less than it announced. Try again later; what arrived is kept.")


def _fetch_rest(wanted: Offer, part: Path, progress: Callable[[int, int | None], None] | None) -> None:
    have = _size(part)
    if wanted.size is not None and have >= wanted.size:
        return
    headers = {"Range": f"bytes={have}-", **({"If-Range": wanted.etag} if wanted.etag else {})} if have else {}
    with net.request("GET", wanted.url, headers=headers) as answer:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise SourceIncomplete(f"{net.host(wanted.url)} holds another file than before. Fetch it again.")
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        with part.open("ab" if goes_on else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                if progress is not None:
                    progress(file.tell(), wanted.size)


def _check(wanted: Offer, part: Path) -> None:
    """Hold the file against the checksum beside it on the server, if it offers one."""
    try:
        with net.request("GET", f"{wanted.url}.md5") as answer:
            expected = answer.text.split()[0].lower() if answer.text.split() else ""
    except net.NotThere:
        return
    digest = hashlib.md5(usedforsecurity=False)
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        part.unlink()
        raise SourceIncomplete("The file does not match the server's checksum, so it was thrown away. Fetch it again.")


def _day(modified: str | None) -> str | None:
    try:
        return email.utils.parsedate_to_datetime(modified).date().isoformat() if modified else None
    except ValueError:
        return None


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def path(name: str, settings: Settings) -> Path:
    """Give where the extract of this name is, or would be, once it was fetched."""
    return settings.home / "downloads" / f"{name}-latest.osm.pbf"


def _note(name: str, settings: Settings) -> Path:
    return settings.home / "downloads" / f"{name}.json"
