"""What the commands about records share: who is at work, the open store, keeping what was typed, and printing."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from era_geo.errors import DataError, EraGeoError, UsageError

if TYPE_CHECKING:
    from era_geo.accounts import Account
    from era_geo.record.envelope import RecordDocument
    from era_geo.record.form import Form
    from era_geo.record.privacy import PrivacyWarning
    from era_geo.record.store import Store
    from era_geo.record.store_rows import Line
    from era_geo.record.store_save import Written
    from era_geo.settings import Settings

Which = Annotated[str, typer.Argument(metavar="RECORD", help="Case reference, or the beginning of the record's id.")]
Reason = Annotated[str, typer.Option(help="The reason, in writing.")]
Confirm = Annotated[
    bool, typer.Option("--confirm", help="The warnings about names, dates of birth and numbers were read; the texts may stay.")
]


@dataclass(frozen=True)
class Desk:
    """The open store and the person at it: the operating system's account, which nobody has checked."""

    store: Store
    account: Account
    settings: Settings

    def find(self, record: str, *, held: bool = False) -> str:
        """Give the id of the record that was named; with `held` also by an agency that only holds restricted places with it."""
        return self.store.find(self.account, record, held=held)


@contextmanager
def desk() -> Iterator[Desk]:
    """Open the store for the person at work. What was typed and could not be saved is kept in a file, which the error names."""
    from era_geo import settings as settings_module  # noqa: PLC0415 - slow to import
    from era_geo.accounts import local_account  # noqa: PLC0415 - slow to import
    from era_geo.record.store import open_store  # noqa: PLC0415 - slow to import
    from era_geo.record.store_errors import StoreError  # noqa: PLC0415 - slow to import

    settings = settings_module.load()
    with open_store(settings) as store:
        try:
            yield Desk(store, local_account(settings.agency), settings)
        except StoreError as error:
            if error.form is None:
                raise
            raise _kept(error, error.form, settings.home) from None


def _kept(error: EraGeoError, form: Form, home: Path) -> EraGeoError:
    """Write what was typed to a file of this account's own, and give the error with its name."""
    from era_geo.record.formjson import form_to_dict  # noqa: PLC0415 - slow to import

    text = json.dumps(form_to_dict(form), ensure_ascii=True, indent=2)
    for folder in (home / "unsaved", Path(tempfile.gettempdir()) / f"era-geo-{uuid.uuid4().hex[:8]}"):
        path = folder / f"{uuid.uuid4().hex}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return EraGeoError(f"{error}\nThe whole form is in {path}: `era-geo record edit RECORD {path}` saves it.")
    return EraGeoError(f"{error}\nNo file could be written either; the form follows.\n{text}")


def confirmed(form: Form, before: Form | None, *, confirm: bool) -> tuple[PrivacyWarning, ...]:
    """Give the warnings about a form as confirmed, if the person says so; else print what they are about and stop.

    Raises
    ------
    UsageError
        If there are warnings, and nobody confirmed them.
    """
    from era_geo.record.privacy import warnings  # noqa: PLC0415 - slow to import

    found = warnings(form, before)
    for warning in found:
        typer.echo(f"{warning.field}: looks like {warning.what}. {warning.why}", err=True)
    if found and not confirm:
        raise UsageError("Nothing was saved. A record holds a case reference only: change these texts, or add --confirm.")
    return found


def saved(at: Desk, record_id: str, form: Form, before: RecordDocument, seen: tuple[PrivacyWarning, ...]) -> Written:
    """Save a changed form, on top of the version `before` that it was made from; of a landlord, the part of its own agency.

    Raises
    ------
    UsageError
        If a landlord changed more than its own part.
    EraGeoError
        If it cannot be saved.
    """
    from era_geo.accounts import Agency  # noqa: PLC0415 - slow to import
    from era_geo.record.store_merge import differences  # noqa: PLC0415 - slow to import

    own = at.account.agency
    part = next((part for part in form.agencies if part.agency == own), None)
    if at.account.kind is not Agency.LANDLORD or part is None:
        return at.store.save(at.account, record_id, form, base_version=before.version, confirmed=seen)
    others = [one.path for one in differences(before.form, form) if not one.path.startswith(f"agencies[{own}]")]
    if others:
        raise UsageError(f"Your agency answers in agencies[{own}]. Leave as it was: {', '.join(others)}.")
    return at.store.answer(at.account, record_id, part, base_version=before.version, confirmed=seen)


def read_json(path: Path) -> Any:
    """Read a JSON file that a person named.

    Raises
    ------
    UsageError
        If it cannot be read.
    DataError
        If it is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise DataError(f"{path} is no JSON file.") from None


def print_json(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def line_dict(one: Line) -> dict[str, Any]:
    """Give a line of a list as JSON has it."""
    return asdict(one)


def print_lines(lines: tuple[Line, ...]) -> None:
    """Print lines of a list for people."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    for one in lines:
        dates = [f"due {one.due_on}"] if one.due_on else []
        dates += [f"review {one.review_on}"] if one.review_on else []
        about = ", ".join([f"{one.status}, version {one.version}", *dates, f"saved {one.updated_at[:10]}"])
        typer.echo(f"{one.id[:8]}  {line(one.reference)}  {line(one.address)}  [{about}]")
