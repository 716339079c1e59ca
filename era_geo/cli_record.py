"""`era-geo record`: start, list, show and change ERA records."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo import (
    cli_record_audit,
    cli_record_care,
    cli_record_own,
    cli_record_restrict,
    cli_record_rules,
    cli_record_sheet,
    cli_record_steps,
)
from era_geo.cli_options import AsJson, RegionName
from era_geo.cli_record_restrict import tell_offered
from era_geo.cli_record_tools import Confirm, Which, confirmed, desk, line_dict, print_json, print_lines, read_json, saved
from era_geo.errors import UsageError

if TYPE_CHECKING:
    from era_geo.model import Assessment
    from era_geo.record.form import Form
    from era_geo.record.store_save import Written

app = typer.Typer(help="ERA records: kept, shared, reviewed, never lost.", no_args_is_help=True)
cli_record_steps.register(app)
cli_record_restrict.register(app)
cli_record_sheet.register(app)
cli_record_care.register(app)
cli_record_audit.register(app)
cli_record_rules.register(app)
cli_record_own.register(app)


@app.command()
def new(
    text: Annotated[str | None, typer.Argument(help="The address, as `assess` understands it.")] = None,
    reference: Annotated[str, typer.Option(help="Case reference. Never a person's name.")] = "",
    form: Annotated[Path | None, typer.Option(metavar="FILE", help="Start from a form as JSON instead of an address.")] = None,
    assessment: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Start from what `assess --json` printed, with whatever options it had.")
    ] = None,
    region: RegionName = None,
    trigger: Annotated[str | None, typer.Option(help="What made this ERA necessary, such as 'first registration'.")] = None,
    lead: Annotated[str, typer.Option(help="Lead agency, such as police.")] = "",
    agency: Annotated[list[str] | None, typer.Option(help="An agency that takes part; all ten kinds if none is given.")] = None,
    council: Annotated[str, typer.Option(help="Council area.")] = "",
    confirmed_by: Annotated[str | None, typer.Option(help="Who confirmed that this is the property.")] = None,
    supersedes: Annotated[str | None, typer.Option(metavar="RECORD", help="The signed record that this one replaces.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Your own key for this record: run again with it, the command starts no second one.")
    ] = None,
    confirm: Confirm = False,
) -> None:
    """Start a record: assess the address, fill in what is known, and leave the rest for people."""
    if sum(given is not None for given in (text, form, assessment)) != 1:
        raise UsageError("Say what the record is about in one way: an address, --assessment FILE, or --form FILE.")
    with desk() as at:
        if form is not None:
            from era_geo.record.formjson import form_from_dict  # noqa: PLC0415 - slow to import

            made = form_from_dict(read_json(form))
        else:
            facts = _looked(text, region, confirmed_by) if text is not None else _read_assessment(assessment or Path())
            made = _new_form(facts, reference, trigger, agency)
        case = dataclasses.replace(
            made.case, reference=reference or made.case.reference, local_authority=council or made.case.local_authority
        )
        made = dataclasses.replace(made, case=case, lead_agency=lead or made.lead_agency)
        old = at.find(supersedes) if supersedes else None
        seen = confirmed(made, None, confirm=confirm)
        written = at.store.new(at.account, made, supersedes=old, confirmed=seen, key=key)
        offered = at.store.offered(at.account, written.record_id) if old else 0
    typer.echo(f"Started as a draft: {written.record_id}")
    if not written.new:
        typer.echo("It was started with this key before; nothing was started now.", err=True)
    tell_offered(written.record_id, offered)


def _looked(text: str, region: str | None, confirmed_by: str | None) -> Assessment:
    from era_geo import cli_print, front  # noqa: PLC0415 - slow to import

    opened = front.open_region(region)
    candidate = cli_print.only_candidate(front.locate(text, opened))
    site = front.site_from(candidate, opened, query=text, confirmed_by=confirmed_by)
    return front.assess(site, opened, as_of=dt.datetime.now(tz=dt.UTC).astimezone().date())


def _read_assessment(path: Path) -> Assessment:
    from era_geo import contract  # noqa: PLC0415 - slow to import

    return contract.assessment_from_dict(read_json(path))


def _new_form(assessment: Assessment, reference: str, trigger: str | None, agencies: list[str] | None) -> Form:
    from era_geo import settings  # noqa: PLC0415 - slow to import
    from era_geo.accounts import Agency  # noqa: PLC0415 - slow to import
    from era_geo.record.prefill import new_form  # noqa: PLC0415 - slow to import
    from era_geo.record.profileload import load_profile  # noqa: PLC0415 - slow to import
    from era_geo.record.terms import Trigger  # noqa: PLC0415 - slow to import

    if trigger is not None and trigger not in set(Trigger):
        raise UsageError(f"--trigger {trigger}: write one of {'; '.join(Trigger)}.")
    profile = load_profile(settings.load()).printed
    chosen = Trigger(trigger) if trigger else None
    return new_form(assessment, reference, trigger=chosen, profile=profile, agencies=tuple(agencies or Agency))


@app.command(name="list")
def list_records(
    search: Annotated[str, typer.Option(help="Only those in which every word of this begins a word.")] = "",
    status: Annotated[str | None, typer.Option(help="Only those of this status, such as 'signed'.")] = None,
    past_retention: Annotated[
        bool, typer.Option("--past-retention", help="Only those past the day until which they are kept.")
    ] = False,
    without_retention: Annotated[
        bool, typer.Option("--without-retention", help="Only those for which nobody has said how long they are kept, oldest first.")
    ] = False,
    offset: Annotated[int, typer.Option(min=0, help="Leave out so many, newest first.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to give.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the records that name your agency, newest first."""
    from era_geo.record.terms import Status  # noqa: PLC0415 - slow to import

    if status is not None and status not in set(Status):
        raise UsageError(f"--status {status}: write one of {'; '.join(Status)}.")
    if past_retention and without_retention:
        raise UsageError("--past-retention and --without-retention are two lists: ask for one.")
    wanted = Status(status) if status else None
    with desk() as at:
        if without_retention:
            lines = at.store.without_retention(at.account, limit=limit)
            total = at.store.count_without_retention(at.account)
        elif past_retention:
            lines = at.store.past_retention(at.account, dt.datetime.now(tz=dt.UTC).date())
            total = len(lines)
        else:
            page = (
                at.store.search(at.account, search, status=wanted, offset=offset, limit=limit)
                if search
                else at.store.list(at.account, status=wanted, offset=offset, limit=limit)
            )
            lines, total = page.lines, page.total
    if as_json:
        print_json({"total": total, "offset": offset, "records": [line_dict(line) for line in lines]})
        return
    print_lines(lines)
    typer.echo(f"{len(lines)} of {total} records", err=True)


@app.command()
def show(
    record: Which,
    version: Annotated[int | None, typer.Option(min=1, help="An older version.")] = None,
    break_glass: Annotated[
        str, typer.Option(metavar="REASON", help="Read a record that does not name your agency, by its whole reference; logged.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show a record with its sharing log and trail; that you looked is logged."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import
    from era_geo.record.formjson import record_to_json  # noqa: PLC0415 - slow to import

    with desk() as at:
        record_id = record if break_glass else at.find(record)
        document = at.store.get(at.account, record_id, version=version, break_glass=break_glass)
    if as_json:
        typer.echo(record_to_json(document), nl=False)
        return
    from era_geo.outputs.draft import record_document  # noqa: PLC0415 - slow to import

    heading = ""
    for section, caption, what, text in record_document(document).texts():
        if section != heading:
            heading = section
            typer.echo(f"\n{line(section)}")
        about = ": ".join(line(part) for part in (caption, what, text) if part)
        typer.echo(f"  {about}")


@app.command()
def history(record: Which, as_json: AsJson = False) -> None:
    """Show a record's versions, the steps of its life with their reasons, its signature, and what is kept with it."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        told = at.store.history(at.account, at.find(record))
    if as_json:
        print_json(dataclasses.asdict(told))
        return
    print_lines((told.line,))
    for version in told.versions:
        typer.echo(f"  version {version.number}, {version.saved_at[:19]}, {line(version.saved_as)}, SHA-256 {version.sha256}")
    for step in told.steps:
        reason = f": {line(step.reason)}" if step.reason else ""
        typer.echo(f"  {step.at[:19]}  {step.from_status} -> {step.to_status}, {line(step.by)}{reason}")
    if told.signature is not None:
        typer.echo(f"  signed by {line(told.signature.signed_as)}, SHA-256 {told.signature.sha256}")
    for name in told.attachments:
        typer.echo(f"  kept: {line(name)}")


@app.command(name="set")
def set_fields(
    record: Which,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Such as decision.reasons='...'; see `edit`.")],
    base_version: Annotated[int | None, typer.Option(min=1, help="The version that you read; the newest if not given.")] = None,
    confirm: Confirm = False,
) -> None:
    """Set single fields of a record, and save it as a new version. Where another agency leads, yours sets what is its own."""
    from era_geo.record.store_merge import with_field  # noqa: PLC0415 - slow to import

    with desk() as at:
        record_id = at.find(record)
        document = at.store.get(at.account, record_id, version=base_version)
        form = document.form
        for value in values:
            field, separator, text = value.partition("=")
            if not separator:
                raise UsageError(f"{value}: write it as FIELD=VALUE, such as lead_agency=police.")
            form = with_field(form, field.strip(), text)
        seen = confirmed(form, document.form, confirm=confirm)
        written = saved(at, record_id, form, document, seen)
    _tell(written)


@app.command()
def edit(
    record: Which,
    file: Annotated[Path, typer.Argument(help="The form as JSON, or a record as `show --json` prints it, changed.")],
    base_version: Annotated[int | None, typer.Option(min=1, help="The version that it was made from.")] = None,
    confirm: Confirm = False,
) -> None:
    """Save a changed form as a new version, as `set` does. What `show --json` printed says itself which version it was."""
    from era_geo.record.formjson import RECORD_SCHEMA, form_from_dict  # noqa: PLC0415 - slow to import

    data = read_json(file)
    whole = isinstance(data, dict) and data.get("schema") == RECORD_SCHEMA
    form = form_from_dict(data["form"] if whole else data)
    base = base_version or (data.get("version") if whole else None)
    if not isinstance(base, int):
        raise UsageError(f"{file} does not say from which version it was made. Give --base-version.")
    with desk() as at:
        record_id = at.find(record)
        before = at.store.get(at.account, record_id, version=base)
        seen = confirmed(form, before.form, confirm=confirm)
        written = saved(at, record_id, form, before, seen)
    _tell(written)


def _tell(written: Written) -> None:
    version = written.version
    typer.echo(f"Saved as version {version}." if written.new else f"Nothing differs from version {version}; nothing was saved.")
    if written.dropped:
        typer.echo(written.dropped_says, err=True)
