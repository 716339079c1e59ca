"""`era-geo record sheet`: a filled address-check sheet entered into a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from era_geo.cli_record_tools import Confirm, Which, confirmed, desk
from era_geo.errors import FaultyFiles


def register(app: typer.Typer) -> None:
    """Add the command to `era-geo record`."""
    app.command(name="sheet")(enter_sheet)


def enter_sheet(
    record: Which,
    file: Annotated[Path, typer.Argument(help="The filled sheet, CSV or DOCX.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what the sheet says otherwise than the record.")] = False,
    confirm: Confirm = False,
) -> None:
    """Enter a filled check sheet into a record's addresses: print what it changes, and save that as a new version.

    A sheet with a fault is not entered. Empty cells empty nothing.
    """
    from era_geo.outputs import check_words  # noqa: PLC0415 - slow to import
    from era_geo.outputs.check_sheet_entry import enter_check_sheet  # noqa: PLC0415 - slow to import
    from era_geo.outputs.check_sheet_read import read_check_sheet  # noqa: PLC0415 - slow to import

    rows, faults = read_check_sheet(file)
    with desk() as at:
        record_id = at.find(record)
        document = at.store.get(at.account, record_id)
        entered = enter_check_sheet(rows, document.form, file.name)
        for change in entered.changes:
            typer.echo(check_words.change(change))
        if faults or entered.faults:
            raise FaultyFiles([*faults, *entered.faults])
        if dry_run or not entered.changes:
            typer.echo(f"{len(entered.changes)} changes to version {document.version}; nothing was saved.")
            return
        seen = confirmed(entered.form, document.form, confirm=confirm)
        written = at.store.save(at.account, record_id, entered.form, base_version=document.version, confirmed=seen)
    typer.echo(f"Saved as version {written.version}.")
