"""Proving that an exported file is what the store once gave out, and of a record's JSON what differs if it is not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from era_geo.accounts import Account
from era_geo.errors import DataError, UsageError
from era_geo.record import audit, tables
from era_geo.record.access import Action, View
from era_geo.record.audit import Act, Anchor
from era_geo.record.envelope import RecordDocument
from era_geo.record.form import Form
from era_geo.record.formjson import form_to_dict, record_from_dict, sha256
from era_geo.record.store_core import Core, allow, reach
from era_geo.record.store_read import ANCHOR
from era_geo.record.store_rows import content_of, file_digest, version_row
from era_geo.record.verify_own import Own
from era_geo.record.verify_trail import State, Trail, Verdict, contradicted, read_trail

_ANCHOR = re.compile(re.escape(ANCHOR).replace(r"\{entries\}", r"(\d+)").replace(r"\{hash\}", r"([0-9a-f]{64}|)"))
_ID = re.compile(r"[0-9a-f]{32}")
_ID_IN_FILE = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_LARGEST_MEMBER = 1 << 24
"""How many bytes of a packed file's member are read, at most: a document is never so large."""


@dataclass(frozen=True)
class _Look:
    """One look at files: the store, who looks, the trail, and the records of which they are told."""

    connection: sa.Connection
    core: Core
    account: Account
    trail: Trail
    own: Own

    def verdict(self, state: State, name: str, record_id: str | None, says: str) -> Verdict:
        """Give a verdict, without the record's id where it is another's."""
        return Verdict(state, name, record_id if record_id in self.own else None, says)


def verify_files(core: Core, account: Account, paths: Iterable[Path]) -> tuple[Verdict, ...]:
    """Verify exported files; see `Store.verify_files`."""
    allow(account, Action.VERIFY)
    contents = [(path.name, _read(path)) for path in paths]
    with core.database.writing() as connection:
        trail = read_trail(connection)
        look = _Look(connection, core, account, trail, Own.of(connection, account, trail))
        verdicts = [verdict for name, content in contents for verdict in _file(look, name, content)]
        return (*look.own.told(trail.faults, trail.holders), *verdicts)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def _file(look: _Look, name: str, content: bytes) -> Iterator[Verdict]:
    given, document = _given_out(look, sha256(content)), _document(content)
    if document is not None:
        yield from _anchored(look.trail, document)
    if given is not None:
        told = f"as it was exported (trail entry {given.seq})"
        if given.record_id in look.trail.erased:
            words = f"It is {told}; the record was erased on {_day(look.trail, given.record_id)}."
            yield look.verdict(State.ERASED, name, given.record_id, words)
        else:
            yield look.verdict(State.UNALTERED, name, given.record_id, f"It is {told}.")
    elif document is not None:
        yield _compared(look, name, document)
    elif erased := _erased_in(content, look.trail):
        yield look.verdict(State.ERASED, name, erased, _nothing_left(look.trail, erased))
    else:
        words = (
            "No export of a record that is here has this content: the file was altered, it is not from here, or its record was "
            "erased since."
        )
        yield Verdict(State.UNKNOWN, name, None, words)


def _given_out(look: _Look, digest: str) -> Any:
    """Give the first disclosure of a file, if the trail has it too. Older versions of the program kept the file's plain hash."""
    exported, records = tables.exported, tables.records
    query = sa.select(exported.c.sha256, exported.c.seq, exported.c.record_id, records.c.salt)
    query = query.join(records, records.c.id == exported.c.record_id, isouter=True).order_by(exported.c.seq)
    for row in look.connection.execute(query):
        mine = row.sha256 == digest or (row.salt is not None and row.sha256 == file_digest(row.salt, digest))
        if mine and (row.seq, row.record_id, row.sha256) in look.trail.given:
            return row
    return None


def _document(content: bytes) -> RecordDocument | None:
    """Read a record's JSON; `None` if the file is something else."""
    try:
        data = json.loads(content)
        return record_from_dict(data) if isinstance(data, dict) else None
    except (ValueError, DataError):
        return None


def _anchored(trail: Trail, document: RecordDocument) -> Iterator[Verdict]:
    """Hold the trail against the anchor that the export carries."""
    for event in document.trail:
        found = _ANCHOR.fullmatch(event.what)
        if found:
            yield from contradicted(trail, Anchor(int(found[1]), found[2]))


def _erased_in(content: bytes, trail: Trail) -> str | None:
    """Give the id of an erased record that a page, a document or a GeoPackage names."""
    for text in _texts(content):
        named = (match[0].decode() for match in _ID_IN_FILE.finditer(text))
        if found := next((record_id for record_id in named if record_id in trail.erased), None):
            return found
    return None


def _texts(content: bytes) -> Iterator[bytes]:
    yield content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                with packed.open(member) as file:
                    yield file.read(_LARGEST_MEMBER)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return


def _compared(look: _Look, name: str, document: RecordDocument) -> Verdict:
    """Say what differs between a record's JSON that is no exported file, and the version that it claims to be."""
    record_id, trail = document.id if _ID.fullmatch(document.id) else None, look.trail
    if record_id in trail.erased:
        return look.verdict(State.ERASED, name, record_id, _nothing_left(trail, record_id))
    if record_id is None or record_id not in trail.parts:
        return Verdict(State.UNKNOWN, name, None, "This store has never had such a record.")
    if not _may_compare(look, record_id):
        words = "It is not as it was exported. What differs is told to who may read the whole record."
        return look.verdict(State.ALTERED, name, record_id, words)
    return Verdict(State.ALTERED, name, record_id, _what_differs(look, record_id, document))


def _may_compare(look: _Look, record_id: str) -> bool:
    try:
        return reach(look.connection, look.account, record_id, Action.READ).view is View.FULL
    except UsageError:
        return False


def _what_differs(look: _Look, record_id: str, document: RecordDocument) -> str:
    if f"version {document.version}" not in look.trail.parts[record_id]:
        return f"The record never had a version {document.version}."
    if document.redacted_for is not None:
        return "A redacted copy that was exported has another content: the file was altered."
    what = f"held a file against version {document.version}"
    audit.append(look.connection, look.account, look.core.stamp(), Act.CONSULTATION, what, record_id=record_id)
    saved = version_row(look.connection, record_id, document.version)
    if content_of(document.form) == saved.content:
        return f"The form is that of version {document.version}; what stands around it is not as it was exported."
    return f"It differs from version {document.version} in {', '.join(_differing(saved.form, document.form))}."


def _differing(saved: Form, other: Form) -> list[str]:
    """Name the fields in which two forms differ; rows of a list by their numbers, since what they are about is the record's own."""
    return list(_paths(form_to_dict(saved), form_to_dict(other), ""))


def _paths(one: Any, other: Any, path: str) -> Iterator[str]:
    if one == other:
        return
    if path == "assessment" or type(one) is not type(other) or not isinstance(one, dict | list):
        yield path
    elif isinstance(one, dict):
        for key in one | other:
            yield from _paths(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    else:
        rows = zip(one, other, strict=False)
        for number, (mine, theirs) in enumerate(rows, 1):
            yield from _paths(mine, theirs, f"{path}[{number}]")
        if len(one) != len(other):
            yield f"{path} ({len(one)} rows, and {len(other)} in the file)"


def _nothing_left(trail: Trail, record_id: str) -> str:
    return f"The record was erased on {_day(trail, record_id)}; there is nothing left to hold the file against."


def _day(trail: Trail, record_id: str) -> str:
    return trail.erased[record_id][:10]
