"""What the rules ask of one case: whether an ERA is due, by when, who leads, and what each answer rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from era_geo.errors import UsageError
from era_geo.record.calendar import Calendar, add_months
from era_geo.record.circumstances import FACT_LABELS, Circumstances
from era_geo.record.profile import Basis, Clock, Decision, Need, Profile, ReminderRule
from era_geo.record.terms import Trigger

REPEATED = (Need.REQUIRED, Need.REQUIRED_OR_REASON)


@dataclass(frozen=True)
class PartDue:
    """One agency's part of the clock: so many clear working days, and the last of them."""

    who: str
    working_days: int
    due_on: dt.date


@dataclass(frozen=True)
class Reminder:
    """Another date to keep. `latest` is `None` where a fact is missing, which `not_known` names."""

    says: str
    earliest: dt.date | None
    latest: dt.date | None
    not_known: tuple[str, ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True)
class Due:
    """What a profile asks of a case, as it stood on a day.

    Parameters
    ----------
    trigger
        What the answer is for; `None` where the case does not say.
    need
        What is asked for. "cannot be said" where it hangs on the facts in `not_known`.
    says
        The rule in words; all that may hold, where facts are missing.
    due_on
        The day by which the ERA is to be done; `None` where no date is stated, or one that it is counted from is missing.
    clock
        How the days are counted, in words; empty where nothing is stated.
    counted_from
        The day that is counted from.
    parts
        Who has how many clear working days, in turn.
    leads
        Who leads; more than one name where that hangs on a missing fact.
    not_known
        What is missing or cannot be used, in words.
    overdue
        Whether `due_on` has passed.
    asks_for_reason
        Whether a yearly review was skipped and no reason is documented yet.
    reminders
        Other dates to keep.
    basis, lead_basis
        What each answer rests on.
    profile, profile_sha256, calendar
        The profile's name and version, its checksum, and what the working days were counted by.
    """

    trigger: Trigger | None
    need: Need
    says: str
    due_on: dt.date | None
    clock: str
    counted_from: dt.date | None
    parts: tuple[PartDue, ...]
    leads: tuple[str, ...]
    not_known: tuple[str, ...]
    overdue: bool
    asks_for_reason: bool
    reminders: tuple[Reminder, ...]
    basis: tuple[Basis, ...]
    lead_basis: tuple[Basis, ...]
    profile: str
    profile_sha256: str
    calendar: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """Give the answer in words, a sentence each."""
        return tuple(_sentences(self))


def what_is_due(
    case: Circumstances, profile: Profile, calendar: Calendar, as_of: dt.date, *, trigger: Trigger | None = None
) -> Due:
    """Say what a profile asks of a case.

    Parameters
    ----------
    as_of
        The day for which overdue is said.
    trigger
        What the answer is for, where it is not what `case` names: a signed record is next due for its yearly review.

    Returns
    -------
    Due
        A missing fact never raises: the answer says what is missing. A date that the calendar does not cover is named likewise.
    """
    trigger = trigger or case.trigger
    if trigger is None:
        return _without_trigger(profile, calendar)
    decision = profile.decide(trigger, case)
    clock = decision.rule.clock
    unknown = [FACT_LABELS[fact] for fact in decision.unknown]
    start: dt.date | None = None
    parts: tuple[PartDue, ...] = ()
    if clock is not None:
        try:
            start = _start(clock, decision, case)
            parts = _parts(clock, start, calendar) if start else ()
        except UsageError as error:
            start = None
            unknown.append(str(error))
        else:
            unknown += [] if start else [FACT_LABELS[clock.counted_from]]
    due_on = parts[-1].due_on if parts else start
    overdue = due_on is not None and due_on < as_of
    return Due(
        trigger=trigger,
        need=decision.need,
        says=" Or: ".join(rule.says for rule in decision.rules),
        due_on=due_on,
        clock=clock.label if clock else "",
        counted_from=start,
        parts=parts,
        leads=decision.leads,
        not_known=tuple(unknown),
        overdue=overdue,
        asks_for_reason=overdue and trigger is Trigger.ANNUAL_REVIEW and not case.not_done_reason.strip(),
        reminders=tuple(_reminder(rule, unknown, case) for rule, unknown in decision.reminders),
        basis=tuple(basis for rule in decision.rules for basis in rule.basis) + (clock.basis if clock else ()),
        lead_basis=decision.lead_basis,
        profile=profile.printed,
        profile_sha256=profile.sha256,
        calendar=calendar.label,
    )


def due_date(case: Circumstances, decision: Decision, calendar: Calendar) -> dt.date | None:
    """Give the due date alone, as `what_is_due` has it: a list of many thousand records needs no more of most of them."""
    clock = decision.rule.clock
    if clock is None:
        return None
    try:
        start = _start(clock, decision, case)
        return calendar.after(start, clock.working_days) if start and clock.parts else start
    except UsageError:
        return None


def after_review(case: Circumstances, profile: Profile) -> Circumstances:
    """Give the circumstances of a signed record as they bear on its next yearly review.

    Where the record is itself a yearly review, its renewal date is the one that it was done for: the next comes round after it. A
    renewal date that lies more than half a period after the day of signing is the next one already.
    """
    every = profile.decide(Trigger.ANNUAL_REVIEW, case).rule.every_months
    renewal, done = case.renewal_on, case.last_era_on
    if case.trigger is not Trigger.ANNUAL_REVIEW or not (every and renewal and done):
        return case
    try:
        done_for = add_months(done, every // 2)
        while renewal <= done_for:
            renewal = add_months(renewal, every)
    except UsageError:
        return case
    return case if renewal == case.renewal_on else replace(case, renewal_on=renewal, not_done_reason="")


def _start(clock: Clock, decision: Decision, case: Circumstances) -> dt.date | None:
    """Give the day that a clock counts from."""
    if clock.counted_from != "renewal_on":
        day: dt.date | None = getattr(case, clock.counted_from)
        return day
    every = decision.rule.every_months or 0
    last = case.last_era_on or case.registered_on
    renewal = case.renewal_on or (add_months(last, every) if last else None)
    # A documented reason settles the one review it is about, where the rule lets it; the next is due a year later.
    settled = decision.need is Need.REQUIRED_OR_REASON and case.not_done_reason.strip()
    return add_months(renewal, every) if renewal and settled else renewal


def _parts(clock: Clock, start: dt.date, calendar: Calendar) -> tuple[PartDue, ...]:
    parts = []
    day = start
    for part in clock.parts:
        day = calendar.after(day, part.working_days)
        parts.append(PartDue(part.who, part.working_days, day))
    return tuple(parts)


def _reminder(rule: ReminderRule, unknown: tuple[str, ...], case: Circumstances) -> Reminder:
    start: dt.date | None = getattr(case, rule.counted_from)
    missing = [*unknown, *([] if start else [rule.counted_from])]
    earliest = start + dt.timedelta(days=rule.earliest_days) if start and rule.earliest_days is not None else None
    latest = start + dt.timedelta(days=rule.latest_days) if start else None
    return Reminder(rule.says, earliest, latest, tuple(FACT_LABELS[fact] for fact in missing), rule.basis)


def _without_trigger(profile: Profile, calendar: Calendar) -> Due:
    return Due(
        trigger=None,
        need=Need.CANNOT_SAY,
        says="What made this ERA necessary is not said.",
        due_on=None,
        clock="",
        counted_from=None,
        parts=(),
        leads=(),
        not_known=(FACT_LABELS["trigger"],),
        overdue=False,
        asks_for_reason=False,
        reminders=(),
        basis=(),
        lead_basis=(),
        profile=profile.printed,
        profile_sha256=profile.sha256,
        calendar=calendar.label,
    )


def _sentences(due: Due) -> Iterator[str]:
    is_open = due.need is Need.CANNOT_SAY and due.trigger is not None
    yield f"Whether this is asked for hangs on what is not known: {due.says}" if is_open else due.says
    when = f"{'If so, it is due on' if is_open else 'Due on'} {due.due_on}"
    if due.due_on and len(due.parts) > 1:
        parts = (f"{part.who} by {part.due_on} ({part.working_days} clear working days)" for part in due.parts)
        yield f"{when}: {', then '.join(parts)}."
    elif due.due_on:
        yield f"{when}, {due.clock}."
    elif due.need in REPEATED:
        yield f"No due date can be given; it is to be done {due.clock}."
    if due.overdue:
        yield "It is overdue."
    if due.asks_for_reason:
        yield "The yearly review was not done in time: do it, or document the reason for not doing it."
    if len(due.leads) > 1:
        yield f"Who leads hangs on what is not known: {' or '.join(due.leads)}."
    elif due.leads:
        yield f"{due.leads[0]} leads."
    if due.not_known:
        yield f"Not known: {'; '.join(due.not_known)}."
    yield from map(_said, due.reminders)


def _said(reminder: Reminder) -> str:
    if reminder.not_known:
        return f"{reminder.says} Not known: {'; '.join(reminder.not_known)}."
    between = f"Between {reminder.earliest} and {reminder.latest}." if reminder.earliest else f"By {reminder.latest}."
    return f"{reminder.says} {between}"
