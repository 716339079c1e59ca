"""What stands under each of a record's nineteen headings: map facts with their sources, and what people have filled in.

Facts and judgement are apart: what the program found is in tables of facts, what people write is in boxes, empty until filled. The
program fills in nothing there and suggests nothing. What was taken out of a copy is said to be, and never looks empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from era_geo.accounts import agency_label
from era_geo.errors import UsageError
from era_geo.model import Assessment
from era_geo.outputs import facts, words
from era_geo.outputs.document import (
    Block,
    Choices,
    Fact,
    Facts,
    Field,
    Fields,
    Folded,
    Paragraph,
    Subheading,
    Table,
)
from era_geo.outputs.escape import line
from era_geo.outputs.words import day
from era_geo.record.form import AddressCheck, Form, Person, PhysicalRow
from era_geo.record.terms import FREE_ROWS, PHYSICAL_CHECK, CheckOutcome, Outcome, Term

ASSUMED = "What these counts take for granted"
NOT_IN_COPY = "Not in this copy. It is in the whole record."


@dataclass(frozen=True)
class Pages:
    """How a form is put on pages.

    `removed` are the fields that were taken out of this copy. `open` is true while people may still fill it in by hand: then lists
    have free rows.
    """

    form: Form
    removed: frozenset[str] = frozenset()
    open: bool = True

    def reference(self) -> tuple[Block, ...]:
        """Heading 2."""
        case = self.form.case
        triggers = "first registration, change of address, annual review, change of circumstances, proposed address"
        rows = (
            self.field("case.trigger", "Trigger", _term(case.trigger), hint=triggers),
            self.field("case.profile", "Rule profile and version", case.profile, hint="agreed with the local MAPPA co-ordinator"),
            self.field("case.local_authority", "Local authority", case.local_authority),
            self.field("case.registered_on", "First registered on", _date(case.registered_on)),
            self.field("case.notified_on", "Notified on", _date(case.notified_on)),
            self.field("case.moved_on", "Moved on", _date(case.moved_on), hint="for a change of address"),
            self.field("case.needed_by", "Needed by", _date(case.needed_by), hint="for a proposed address"),
            self.field("case.sentenced_on", "Sentenced on", _date(case.sentenced_on)),
            self.field("case.renewal_on", "Renewal date", _date(case.renewal_on)),
            self.field("case.due_on", "Due on", _date(case.due_on)),
        )
        known = Facts("Reference", (Fact("Case reference", case.reference or "not given", "typed in"),))
        return known, Fields("Trigger and dates", rows)

    def person(self) -> tuple[Block, ...]:
        """Heading 3."""
        person = self.form.person
        if "form.person.level" in self.removed:
            return (Paragraph(NOT_IN_COPY, "note"),)
        rows = (
            Field("MAPPA category", value=person.mappa_category),
            Field("MAPPA level", value="" if person.level is None else str(person.level)),
            Field("Risk level", "as the case team has assessed it", value=_term(person.risk_level)),
            Field("Orders", "such as a SHPO or SRO", value=_orders(person)),
            Field("Subject to notification requirements?", value=_yes_no(person.registered)),
            Field("Under statutory supervision?", "this decides who leads", value=_yes_no(person.supervised)),
            Field("Sentence served in the community?", value=_yes_no(person.community_sentence)),
            Field("Victim profile", "only what the check needs", lines=2, value=person.victim_profile),
        )
        asked = "Write the case reference only. Never write a name, a date of birth or an account of the offence here."
        return *self.asked(Paragraph(asked, "warning")), Fields("The person: no more than is needed", rows)

    def agencies(self) -> tuple[Block, ...]:
        """Heading 4."""
        rows = tuple(
            (
                agency(part.agency),
                part.contact,
                _date(part.asked_on),
                _date(part.answered_on),
                _sentences(_term(part.outcome), part.why_not, part.detail),
            )
            for part in self.form.agencies
        )
        return (
            Fields("Lead", (Field("Lead agency", "always a responsible authority", value=agency(self.form.lead_agency)),)),
            Paragraph("Outcome: nothing held, concern, or not checked and why.", "note"),
            *self._not_here("agencies", "The answers of other agencies are not in this copy."),
            self.table("Agencies", ("Agency", "Contact (role)", "Asked on", "Answered on", "Outcome"), rows, (24, 22, 13, 13, 28)),
        )

    def the_property(self) -> tuple[Block, ...]:
        """Heading 5."""
        about = self.form.property
        warning = words.uncertainty_warning(self.form.assessment)
        rows = (
            Field("Tenure", value=_term(about.tenure)),
            Field("Type", value=about.kind),
            Field("Size", value=about.size),
            Field("Floor", value=about.floor),
            Field("Entrance", value=about.entrance),
            Field("Outlook", value=about.outlook),
            Field("Multiple occupancy", value=_yes_no(about.multiple_occupancy)),
            Field("Outside space", value=about.outside_space),
            self.field("property.notes", "Notes", about.notes),
        )
        return (
            *((Paragraph(warning, "warning"),) if warning else ()),
            facts.the_property(self.form.assessment),
            Fields("To be filled in by housing", rows),
        )

    def neighbours(self) -> tuple[Block, ...]:
        """Heading 8: the counts, and the addresses that the form lists, in the words of the assessment where it has them."""
        if "form.addresses" in self.removed:
            return (Paragraph(NOT_IN_COPY, "note"),)
        assessment = self.form.assessment
        homes = {(home.address, home.ref): home.homes for home in assessment.neighbours.to_check} if assessment.neighbours else {}
        rows = tuple(
            (
                line(one.address),
                line(one.relation) or "added by hand",
                "" if one.distance_m is None else words.metres(one.distance_m),
                homes_of(one, homes),
                agency(one.agency),
                _sentences(_term(one.outcome), one.why_not, one.note, f"asked on {day(one.asked_on)}" if one.asked_on else ""),
            )
            for one in self.form.addresses
        )
        columns = ("Address", "Why it is on the list", "How far", "Homes", "Agency", "Outcome")
        return (
            facts.homes_counted(assessment),
            Paragraph(words.homes_to_check(assessment.parameters.address_parameter)),
            *((Table("Homes to check, nearest first", columns, rows, (28, 18, 9, 9, 14, 22)),) if rows else ()),
            *facts.homes_wider(assessment),
        )

    def desk_checks(self) -> tuple[Block, ...]:
        """Heading 9."""
        rows = tuple(
            (check.what, agency(check.agency), _date(check.done_on), _sentences(_term(check.outcome), check.note))
            for check in self.form.desk_checks
        )
        return (
            Paragraph("Not all checks are needed in every case. Who does which is agreed locally.", "note"),
            *self._not_here("desk_checks", "What came of each check is not in this copy."),
            self.table("Desk checks", ("Check", "Agency", "Date", "Result"), rows, (36, 18, 16, 30)),
        )

    def physical_check(self) -> tuple[Block, ...]:
        """Heading 10: the guidance's list with what the data has, then what was seen, then free rows."""
        visit = self.form.physical_check
        rows = [self._looked_for(row) for row in visit.rows] + [("", "", "", "")] * (FREE_ROWS if self.open else 0)
        when = ", ".join(filter(None, (_date(visit.visited_on), visit.visited_at)))
        about = (
            self.field("physical_check.by", "Done by", visit.by),
            Field("Date and time", "places differ by day and hour", value=when),
        )
        return (
            Paragraph(f"{words.VISIT} The physical check must be done once a property is identified.", "note"),
            Fields("The visit", about),
            *self._not_here("physical_check.rows", "Where things were seen, and notes, are not in this copy."),
            self.table("What to look for", ("Look for", "What the data has", "Seen? Where?", "Notes"), rows, (22, 30, 24, 24)),
        )

    def judged(self, path: str, caption: str, *fields: Field, before: Sequence[Block] = ()) -> tuple[Block, ...]:
        """Give the boxes of a heading that is all judgement, or the sentence that it is not in this copy."""
        gone = f"form.{path}" in self.removed
        return (Paragraph(NOT_IN_COPY, "note"),) if gone else (*self.asked(*before), Fields(caption, fields))

    def measures(self) -> tuple[Block, ...]:
        """Heading 14."""
        rows = tuple((one.text, agency(one.owner), _date(one.by_date), _date(one.done_on)) for one in self.form.measures)
        table = self.table("Measures", ("Measure", "Owner", "By what date", "Done on"), rows, (46, 22, 16, 16))
        return (*self._not_here("measures", "Only the measures that the reader of this copy sees to are in it."), table)

    def outcome(self) -> tuple[Block, ...]:
        """Heading 15."""
        given = self.form.decision
        rows = (
            self.field("decision.decided_by", "Decided by", given.decided_by, hint="name and role"),
            Field("Date", value=_date(given.decided_on)),
            self.field("decision.reasons", "Reasons", given.reasons, lines=4),
            self.field("decision.dissent", "Dissent", given.dissent, hint="who disagreed, and why", lines=2),
        )
        choices = Choices(tuple(outcome.label for outcome in Outcome), given.outcome.label if given.outcome else None)
        return *self.asked(Paragraph("Mark one.", "note")), choices, Fields("Outcome", rows)

    def review(self) -> tuple[Block, ...]:
        """Heading 16."""
        review = self.form.review
        watch = "what would mean looking again sooner"
        why_not = "If an annual review is not done: the reason"
        rows = (
            Field("Next review on", value=_date(review.review_on)),
            self.field("review.watch_for", "Triggers to watch", review.watch_for, hint=watch, lines=2),
            self.field("review.not_done_reason", why_not, review.not_done_reason, lines=2),
        )
        return (Fields("Review", rows),)

    def asked(self, *blocks: Block) -> tuple[Block, ...]:
        """Give what tells people how to fill in, while they may."""
        return blocks if self.open else ()

    def field(self, path: str, label: str, value: str, *, hint: str = "", lines: int = 1) -> Field:
        """Give a box; one that was taken out of this copy says so."""
        gone = f"form.{path}" in self.removed
        return Field(label, hint, 1 if gone else lines, NOT_IN_COPY if gone else value)

    def table(self, caption: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> Table:
        """Give a table that people fill in: free rows where it is empty and still open, and a row that says so where it is not."""
        filled = tuple(rows)
        if not filled:
            blank = ("",) * len(columns)
            filled = (blank,) * FREE_ROWS if self.open else (("Nothing was entered.", *blank[1:]),)
        return Table(caption, columns, filled, widths, roomy=self.open)

    def _not_here(self, path: str, sentence: str) -> tuple[Paragraph, ...]:
        part = f"form.{path}"
        gone = any(one == part or one.startswith(f"{part}.") for one in self.removed)
        return (Paragraph(sentence, "note"),) if gone else ()

    def _looked_for(self, row: PhysicalRow) -> tuple[str, str, str, str]:
        layers = dict(PHYSICAL_CHECK).get(row.what)
        data = "" if layers is None else in_the_data(self.form.assessment, layers)
        return row.what, data, _sentences(_yes_no(row.seen), row.where), row.note


def places(assessment: Assessment) -> tuple[Block, ...]:
    """Heading 7."""
    past = facts.ways_past(assessment)
    return (
        *facts.summary(assessment),
        facts.places(assessment),
        *facts.closer(assessment),
        *((Subheading("Ways past the property"), *past, Folded(ASSUMED, (facts.way_past_assumptions(),))) if past else ()),
        Subheading("Crossings and lighting"),
        facts.streets(assessment),
        Subheading("What was looked for"),
        facts.layers(assessment),
        Subheading("What could not be looked up"),
        facts.gaps(assessment),
        Paragraph(words.VISIT, "note"),
    )


def in_the_data(assessment: Assessment, layers: tuple[str, ...]) -> str:
    """Give what came of the layers that speak to one line of the physical check."""
    found = [result for result in assessment.layers if result.id in layers]
    said = [(line(result.label), words.layer_state(result, assessment.sources)) for result in found]
    if len(said) == 1:
        return said[0][1]
    return " ".join(f"{label}: {state}" for label, state in said) or "not in the data"


def agency(text: str) -> str:
    """Give an agency's id in words; a text that is no id, such as a post, stays as it is."""
    try:
        return agency_label(text)
    except UsageError:
        return line(text)


def homes_of(one: AddressCheck, known: Mapping[tuple[str, str | None], int | None]) -> str:
    """Give how many homes an address stands for; `known` are those of the assessment by address and reference."""
    number = known.get((one.address, one.ref), 1)
    return "not known" if number is None else str(number)


def _term(value: Term | None) -> str:
    if value is None:
        return ""
    return "Not checked" if value is CheckOutcome.NOT_CHECKED else value.label


def _date(value: dt.date | None) -> str:
    return "" if value is None else day(value)


def _orders(person: Person) -> str:
    """Give the orders in words. Nothing is said where nobody has looked."""
    return "; ".join(order.label for order in person.orders) or ("None" if person.no_orders else "")


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _sentences(*said: str) -> str:
    """Join what is there, each part ending as a sentence does."""
    kept = [one for one in said if one]
    return kept[0] if len(kept) == 1 else " ".join(words.stop(one) for one in kept)
