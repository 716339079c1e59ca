"""Signing with the maps as they are: what is printed of a signed record later is drawn on no other ground."""

from __future__ import annotations

from era_geo.accounts import Account
from era_geo.outputs.record_export import kept_pictures, sheet_map
from era_geo.record.attachments import SHEET_MAP, Attachment
from era_geo.record.envelope import RecordDocument
from era_geo.record.life import Signed
from era_geo.record.store import Store
from era_geo.region.region import Region


def sign_with_maps(store: Store, account: Account, document: RecordDocument, region: Region | None) -> Signed:
    """Draw a record's maps and the map of its visit sheet, and sign its version with them.

    Parameters
    ----------
    region
        The region whose ground they are drawn on; without it they show the assessment alone.

    Raises
    ------
    EraGeoError
        If a map cannot be drawn, or `Store.sign` refuses.
    """
    scale, picture = sheet_map(document, region)
    files = (Attachment(SHEET_MAP.format(scale=scale), "image/png", picture),)
    pictures = kept_pictures(document, region)
    return store.sign(account, document.id, version=document.version, pictures=pictures, files=files)
