"""`era-geo record`: what is due, newer regions, the trail, verifying, how long records are kept, erasing."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from era_geo.cli_options import AsJson, RegionName
from era_geo.cli_record_tools import Reason, Which, desk, line_dict, print_json
from era_geo.errors import UsageError

if TYPE_CHECKING:
    from era_geo.model import Assessment
    from era_geo.record.audit import Anchor
    from era_geo.record.store_due import Rules
    from era_geo.settings import Settings

_BUSY = "Somebody else is at work in the store, and the room that was freed is not overwritten yet"
Day = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day; today if not given.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `era-geo record`."""
    for name, command in (
        ("due", due),
        ("recheck", recheck),
        ("proposals", proposals),
        ("answer", answer),
        ("audit", audit),
        ("verify", verify),
        ("retain", retain),
        ("erase", erase),
        ("overwrite", overwrite),
    ):
        app.command(name=name)(command)


def due(
    within: Annotated[int | None, typer.Option(metavar="DAYS", min=0, help="Only what is due in so many days.")] = None,
    profile: Annotated[str | None, typer.Option(help="Rule profile; the settings' if not given.")] = None,
    as_of: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to give.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what is due and overdue by the rule profile, soonest first, with the days left."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        page = at.store.due(at.account, rules(at.settings, profile), day_of(as_of), within_days=within, limit=limit)
        for_ever = at.store.count_without_retention(at.account)
    if as_json:
        rows = [
            {
                **line_dict(one),
                "due": {key: value for key, value in row._asdict().items() if key not in ("case", "record_id", "status")},
            }
            for one, row in page.rows
        ]
        print_json({**asdict(page), "rows": rows})
        return
    for one, row in page.rows:
        left = "no date can be given" if row.due_on is None else f"{row.due_on}, {_left(row.days_left, row.working_days_left)}"
        what = row.trigger.label if row.trigger else "trigger not said"
        by = " (set by people)" if row.set_by_people else ""
        typer.echo(f"{one.id[:8]}  {line(one.reference)}  {what}, {row.need}: {left}{by}  [{one.status}]")
    typer.echo(
        f"{page.total} due or without a date, {page.overdue} of them overdue; {page.later} due later; {page.not_required} not "
        f"asked for. Rule profile {page.profile}, as of {page.as_of}.",
        err=True,
    )
    if for_ever:
        typer.echo(f"{for_ever} records do not say how long they are kept: `era-geo record list --without-retention`.", err=True)


def _left(days: int | None, working: int | None) -> str:
    if days is None:
        return ""
    if days < 0:
        return f"overdue by {-days} days"
    return f"{days} days left" + (f" ({working} working days)" if working is not None else "")


def rules(settings: Settings, profile: str | None = None) -> Rules:
    """Give the rules by which dates are worked out: a profile, and each council area's calendar."""
    from era_geo.record.calendar import load_calendar  # noqa: PLC0415 - slow to import
    from era_geo.record.profileload import load_profile  # noqa: PLC0415 - slow to import
    from era_geo.record.store_due import Rules  # noqa: PLC0415 - slow to import

    return Rules(load_profile(settings, profile), cache(lambda council: load_calendar(settings, council or None)))


def recheck(region: RegionName = None, as_of: Day = None, as_json: AsJson = False) -> None:
    """Hold every live record against the newest region, and say in words what has come within the radius since."""
    from era_geo import front  # noqa: PLC0415 - slow to import
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        opened = front.open_region(region, at.settings)
        day = day_of(as_of)

        def look(old: Assessment) -> Assessment:
            return front.assess_again(old, opened, as_of=day)

        held = at.store.recheck(at.account, look, opened.name)
    if as_json:
        print_json([asdict(one) for one in held])
        return
    for one in held:
        typer.echo(f"{one.record_id[:8]}  {line(one.reference)}: {one.outcome}")
        for words in (*one.reasons, *([one.says] if one.says else [])):
            typer.echo(f"     {line(words)}")
    typer.echo(f"{len(held)} live records held against {line(opened.name)}", err=True)


def proposals(
    answered: Annotated[bool, typer.Option("--answered", help="Those that were decided, too.")] = False, as_json: AsJson = False
) -> None:
    """List proposed triggered reviews that wait for an answer."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        found = at.store.proposals(at.account, answered=answered)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.id}  {line(one.reference)}: {line(one.words)}" + (f" [{line(one.answer)}]" if one.answer else ""))


def answer(
    proposal: Annotated[str, typer.Argument(help="The proposal's id; see `proposals`.")],
    decision: Annotated[str, typer.Argument(help="What was decided, and why.")],
) -> None:
    """Write down what was decided about a proposed review."""
    with desk() as at:
        at.store.answer_proposal(at.account, proposal, decision)
    typer.echo("Written down.")


def audit(
    record: Annotated[str | None, typer.Argument(metavar="RECORD", help="One record; the whole trail if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the audit trail: who did what when, and why."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    with desk() as at:
        entries = at.store.audit(at.account, at.find(record) if record else None)
    if as_json:
        print_json([entry.to_dict() for entry in entries])
        return
    for entry in entries:
        about = f" {entry.record_id[:8]}" if entry.record_id else ""
        why = f": {line(entry.why)}" if entry.why else ""
        typer.echo(f"{entry.seq}  {entry.at[:19]}  {line(entry.account)}  {entry.act}{about}  {line(entry.what)}{why}")


def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Exported files; the whole store if none is given.")
    ] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(metavar="ENTRIES:HASH", help="An end of the trail that was written down before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the records, the trail and exported files are unaltered, and name what is not. Exit code 1 if anything is not."""
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import

    anchors = [_anchor(text) for text in anchor or []]
    with desk() as at:
        if files:
            verdicts = at.store.verify_files(at.account, files)
            fine, told = all(verdict.state.is_fine for verdict in verdicts), {"files": [asdict(one) for one in verdicts]}
        else:
            report = at.store.verify(at.account, anchors, rules=rules(at.settings))
            verdicts, fine, told = report.faults, report.is_fine, asdict(report)
    if as_json:
        print_json({"fine": fine, **told})
    else:
        for verdict in verdicts:
            about = f" of record {verdict.record_id[:8]}" if verdict.record_id else ""
            typer.echo(f"{verdict.state}: {line(verdict.what)}{about}. {line(verdict.says)}")
        if not files:
            if report.elsewhere:
                typer.echo(f"{report.elsewhere} more faults in records that do not name your agency.")
            typer.echo(
                f"{report.records} records, {report.parts} parts, {len(report.erased)} erased, {len(report.faults)} faults. "
                f"The trail ends at {report.anchor.entries}:{report.anchor.hash}"
            )
    raise typer.Exit(0 if fine else 1)


def _anchor(text: str) -> Anchor:
    from era_geo.record.audit import Anchor  # noqa: PLC0415 - slow to import

    entries, separator, last = text.partition(":")
    if not separator or not entries.isdecimal():
        raise UsageError(f"--anchor {text}: write it as `verify` prints it, such as 120:9f86d081...")
    return Anchor(int(entries), last.strip())


def retain(
    record: Which,
    until: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="The day until which it is kept.")],
    reason: Reason,
) -> None:
    """Set how long a record is kept; `list --past-retention` shows what is past it, `--without-retention` what has no such day."""
    with desk() as at:
        at.store.retain(at.account, at.find(record), until.date(), reason=reason)
    typer.echo(f"To be kept until {until.date()}.")


def erase(
    record: Which,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: nothing of the record can be brought back.")] = False,
) -> None:
    """Erase a record for good: every version, its signature, attachments, drafts and search words. The trail says that it was."""
    if not yes:
        raise UsageError("Nothing was erased: it cannot be undone. Add --yes.")
    with desk() as at:
        done = at.store.erase(at.account, at.find(record), reason=reason)
    typer.echo(f"Erased {done.record_id}: {done.versions} versions and all that belonged to them.")
    for name in done.copies_removed:
        typer.echo(f"Also removed: {name}", err=True)
    for name in done.copies_left:
        typer.echo(f"This file still holds it, and could not be removed: {name}. Remove it by hand.", err=True)
    if done.drafts_left:
        typer.echo(f"{done.drafts_left} drafts of new records of this case stay, as another record of it does.", err=True)
    if not done.overwritten:
        typer.echo(f"{_BUSY}: run `era-geo record overwrite` later.", err=True)
    typer.echo("Backups that are kept elsewhere still hold the record until they are erased there.", err=True)


def overwrite() -> None:
    """Overwrite what erased records left in the store's files, if an erasure was cut short or somebody else was at work then."""
    with desk() as at:
        done, left = at.store.overwrite(at.account)
    for name in left:
        typer.echo(f"This copy of an older store could not be removed: {name}. Remove it by hand.", err=True)
    typer.echo("Overwritten." if done else f"{_BUSY}: try again later.")
    raise typer.Exit(0 if done and not left else 1)


def day_of(given: dt.datetime | None) -> dt.date:
    """Give the day that an option names; today by default."""
    return given.date() if given else dt.datetime.now(tz=dt.UTC).astimezone().date()
