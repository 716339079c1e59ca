"""A record's files for a recipient: what leaves the store is logged as a disclosure, or does not leave it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from era_geo.accounts import Account
from era_geo.model import Assessment
from era_geo.outputs.record_export import USUAL_RECORD_FORMATS, export_record
from era_geo.record.store import Store
from era_geo.region.region import Region


def disclose(
    store: Store,
    account: Account,
    record_id: str,
    folder: Path,
    *,
    recipient: str,
    basis: str,
    ground: Callable[[Assessment], Region | None],
    formats: Collection[str] = USUAL_RECORD_FORMATS,
    version: int | None = None,
    redacted: bool = False,
    landlord: str | None = None,
    template: Path | None = None,
) -> list[Path]:
    """Log the disclosure of a record's files, put them into `folder`, and give their paths.

    Parameters
    ----------
    recipient
        Who receives them: an agency or a role, never a person's name.
    basis
        The legal basis.
    ground
        Gives the region whose ground the maps of an assessment are drawn on, or `None`.
    version
        The version to write; the newest by default.
    formats, redacted, landlord, template
        As in `era_geo.outputs.record_export.export_record`.

    Raises
    ------
    EraGeoError
        If the account may not, something cannot be written, or the disclosure cannot be logged. No file is left behind.
    """
    document = store.for_export(account, record_id, recipient=recipient, basis=basis, version=version)
    pictures = store.pictures(account, record_id) if document.pictures else {}
    sheet_map = store.sheet_map(account, record_id) if document.signature and "visit-sheet" in formats else None
    # What is signed has its maps: the region may have been built anew since.
    region = None if document.signature else ground(document.form.assessment)

    def log(paths: Sequence[Path]) -> None:
        store.disclosed(
            account,
            record_id,
            recipient=recipient,
            basis=basis,
            files={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
            version=document.version,
            redacted=redacted or document.redacted_for is not None,
        )

    # What is not in the log is not given out: the files get their names once it is.
    return export_record(
        document,
        folder,
        tuple(formats),
        redacted=redacted,
        landlord=landlord,
        template=template,
        region=region,
        pictures=pictures,
        kept_sheet_map=sheet_map,
        ready=log,
    )
