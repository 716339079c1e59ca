"""`era-geo record`: one's own drafts, and what was kept with a record."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from era_geo.cli_options import AsJson
from era_geo.cli_record_tools import Which, desk, print_json
from era_geo.errors import UsageError

_To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where to write it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `era-geo record`."""
    app.command()(drafts)
    app.command()(kept)


def drafts(
    draft: Annotated[str | None, typer.Argument(metavar="DRAFT", help="The id of one of your drafts.")] = None,
    to: _To = None,
    drop: Annotated[bool, typer.Option("--drop", help="Throw this draft away.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what you typed and have not saved; write one as a form that `edit` and `new --form` take, or throw it away."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import
    from era_geo.record.formjson import form_to_dict  # noqa: PLC0415 - slow to import

    if (to is not None or drop) and draft is None:
        raise UsageError("Say which draft: its id, as `era-geo record drafts` lists it.")
    with desk() as at:
        if draft is None:
            own = at.store.drafts(at.account)
            if as_json:
                print_json([asdict(one) for one in own])
                return
            for one in own:
                of = f"record {one.record_id[:8]}, version {one.base_version}" if one.record_id else "not saved as a record yet"
                typer.echo(f"{one.id}  {one.kept_at[:19]}  {line(one.reference)}  {of}")
        elif drop:
            at.store.drop_draft(at.account, draft)
            typer.echo("Thrown away.")
        else:
            _, form = at.store.open_draft(at.account, draft)
            if to is None:
                print_json(form_to_dict(form))
                return
            _write(to, _json(form_to_dict(form)))


def kept(
    record: Which,
    name: Annotated[str, typer.Argument(help="As `history` lists it, such as map-1250.png.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it.")],
) -> None:
    """Write what was kept with a record when it was signed, such as its map, to a file."""
    with desk() as at:
        _write(to, at.store.attachment(at.account, at.find(record), name).content)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str).encode("utf-8")


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    path.chmod(0o600)
    typer.echo(f"wrote {path}", err=True)
