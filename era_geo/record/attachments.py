"""What a record keeps as it was: map pictures, the address list, the findings. Content is kept once for a record, by its hash."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from era_geo.record import audit, tables
from era_geo.record.form import Form
from era_geo.record.formjson import canonical, form_to_dict, sha256
from era_geo.record.store_errors import NoSuchRecord
from era_geo.record.store_rows import pack, unpack

PICTURE = "map-{scale}.png"
"""Name of the map picture at 1:`scale`."""
SHEET_MAP = "visit-sheet-map-{scale}.png"
"""Name of the map on the visit sheet, at 1:`scale`."""
_SHEET_MAP = re.compile(r"visit-sheet-map-([1-9][0-9]*)\.png")
_PICTURE = re.compile(r"map-([1-9][0-9]*)\.png")


@dataclass(frozen=True)
class Attachment:
    """A file that is kept with a record: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hex."""
        return sha256(self.content)


def scale_of(name: str) -> int | None:
    """Give the scale of a kept map picture by its name; `None` if it is something else."""
    found = _PICTURE.fullmatch(name)
    return int(found[1]) if found else None


def sheet_scale_of(name: str) -> int | None:
    """Give the scale of a kept visit sheet's map by its name; `None` if it is something else."""
    found = _SHEET_MAP.fullmatch(name)
    return int(found[1]) if found else None


def as_they_were(form: Form) -> tuple[Attachment, ...]:
    """Give the address list and the findings of a form as files of their own."""
    data = form_to_dict(form)
    assessment = data["assessment"]
    findings = {
        key: assessment[key] for key in ("as_of", "site", "parameters", "layers", "findings", "gaps", "sources", "versions")
    }
    addresses = {"addresses": data["addresses"], "neighbours": assessment["neighbours"]}
    return (
        Attachment("addresses.json", "application/json", canonical(addresses)),
        Attachment("findings.json", "application/json", canonical(findings)),
    )


def part_of(salt: str, name: str, media_type: str, digest: str, at: str) -> audit.Part:
    """Give an attachment as the trail knows it."""
    return audit.digest(salt, f"attachment {name}", {"type": media_type, "sha256": digest, "at": at})


def attach(connection: sa.Connection, record_id: str, salt: str, files: tuple[Attachment, ...], at: str) -> tuple[audit.Part, ...]:
    """Keep files with a record; of a name that is there already, what is there stays."""
    known = set(connection.execute(sa.select(tables.contents.c.sha256).where(tables.contents.c.record_id == record_id)).scalars())
    parts = []
    for file in files:
        if file.sha256 not in known:
            row = {"record_id": record_id, "sha256": file.sha256, "content": pack(file.content)}
            connection.execute(tables.contents.insert(), row)
            known.add(file.sha256)
        row = {"record_id": record_id, "name": file.name, "media_type": file.media_type, "sha256": file.sha256, "added_at": at}
        connection.execute(tables.attachments.insert(), row)
        parts.append(part_of(salt, file.name, file.media_type, file.sha256, at))
    return tuple(parts)


def names(connection: sa.Connection, record_id: str) -> tuple[str, ...]:
    """Give the names of what is kept with a record."""
    table = tables.attachments
    return tuple(connection.execute(sa.select(table.c.name).where(table.c.record_id == record_id).order_by(table.c.name)).scalars())


def read(connection: sa.Connection, record_id: str, name: str) -> Attachment:
    """Give one kept file.

    Raises
    ------
    NoSuchRecord
        If nothing of this name is kept.
    """
    table = tables.attachments
    row = connection.execute(sa.select(table).where(table.c.record_id == record_id, table.c.name == name)).one_or_none()
    if row is None:
        kept = ", ".join(names(connection, record_id)) or "nothing"
        raise NoSuchRecord(f"Nothing of this name is kept with the record. Kept are: {kept}.")
    content = sa.select(tables.contents.c.content).where(
        tables.contents.c.record_id == record_id, tables.contents.c.sha256 == row.sha256
    )
    return Attachment(name, row.media_type, unpack(connection.execute(content).scalar_one()))
