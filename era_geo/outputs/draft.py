"""The draft ERA record: nineteen headings, facts filled in with their sources, everything else left for people.

The judgement, the outcome and its reasons are a named person's. The program fills in nothing there and suggests nothing.
"""

from __future__ import annotations

from era_geo.model import Assessment
from era_geo.outputs import facts, words
from era_geo.outputs.document import (
    Block,
    Choices,
    Document,
    Fact,
    Facts,
    Field,
    Fields,
    Folded,
    MapPicture,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from era_geo.outputs.escape import line
from era_geo.outputs.staticmap import SCALES, alternative_text

TITLE = "Environmental Risk Assessment record"
STATUS = "DRAFT"
ASSUMED = "What these counts take for granted"

AGENCIES = (
    "Justice social work",
    "Children and families social work",
    "Adult protection",
    "Education",
    "Council housing: Sex Offender Liaison Officer (SOLO)",
    "Registered social landlord: Link Officer",
    "NHS: liaison officer or MAPPA lead",
    "Police Scotland: offender management unit (SOPU)",
    "Scottish Prison Service: MAPPA co-ordinator",
    "Support provider, where it gives an intensive package",
)
"""Who takes part: NASSO ERA guidance 2017, 5.1."""

DESK_CHECKS = (
    ("Case management systems, children and families included", "Justice social work"),
    ("Adult protection", "Justice social work"),
    ("Council tax", "Housing"),
    ("Housing benefit", "Housing"),
    ("Electoral register", "Housing"),
    ("Housing and homelessness systems", "Housing"),
    ("Private landlord register", "Housing"),
    ("Care Inspectorate website", "Housing"),
    ("Accommodation: type, size, tenure, entrance and door entry, room location, floor plan", "Housing"),
    ("", "Police"),
    ("", "Education"),
    ("", "NHS"),
    ("", "Prison service"),
)
"""Desk checks: NASSO ERA guidance 2017, 5.2. The rows of the last four could not be read: the agency fills them in."""

PHYSICAL_CHECK = (
    ("Play parks", ("play_area",)),
    ("Community centres", ("community_centre",)),
    ("Churches", ("place_of_worship",)),
    ("Shops", ("shop",)),
    ("Schools and nurseries", ("school", "nursery")),
    ("Sheltered housing", ("sheltered_housing",)),
    ("CCTV (it protects)", ("cctv",)),
    ("Licensed premises", ("licensed",)),
    ("Children's toys or equipment seen nearby", ()),
)
"""The physical check's list (NASSO ERA guidance 2017, 5.3), and the layers that speak to each. It goes on where it could not be
read, so free rows follow."""

OUTCOMES = ("Manageable", "Manageable with conditions", "Not manageable", "More information needed")
_FREE_ROWS = 5


def draft_record(assessment: Assessment, reference: str | None = None) -> Document:
    """Give the draft record of an assessment: facts filled in, judgement empty."""
    titles_and_blocks = (
        ("Marking and status", _status()),
        ("Reference, trigger and dates", _reference(reference)),
        ("The person", _person()),
        ("Lead and contributing agencies", _agencies()),
        ("The property", _property(assessment)),
        ("Parameters used, and who set them", facts.parameters(assessment)),
        ("Sensitive places found, nearest first", _places(assessment)),
        ("Near neighbours and shared entrance", _neighbours(assessment)),
        ("Desk checks", _desk_checks()),
        ("Physical check", _physical_check(assessment)),
        ("Risk to the person", (Fields("Risk to the person", (Field("Risk to the person at this address", lines=4),)),)),
        ("Concentration", _concentration()),
        ("Analysis", _analysis()),
        ("Measures", (_empty_table("Measures", ("Measure", "Owner", "By what date"), (56, 24, 20)),)),
        ("Outcome", _outcome()),
        ("Review", _review()),
        ("Sharing log", (_empty_table("Who this was shared with", _SHARED, (22, 14, 22, 26, 16)),)),
        ("Map at a fixed scale", tuple(MapPicture(scale, alternative_text(assessment, scale)) for scale in SCALES)),
        ("Audit trail", _audit(assessment)),
    )
    sections = tuple(Section(number, title, blocks) for number, (title, blocks) in enumerate(titles_and_blocks, 1))
    return Document(TITLE, reference, STATUS, words.MARKING, assessment.as_of, sections)


_SHARED = ("Shared with", "When", "What", "Why (legal basis)", "By whom")


def _status() -> tuple[Block, ...]:
    return (
        Paragraph(f"Marking: {words.MARKING}. Status: {STATUS}. Nobody has reviewed or signed it.", "warning"),
        Paragraph(
            "The program has filled in facts from open data, each with its source and date. The empty boxes are for people. "
            + words.FACTS_ONLY
        ),
        Paragraph("An ERA is right only on the day it is done. Keep it under review.", "note"),
    )


def _reference(reference: str | None) -> tuple[Block, ...]:
    rows = (
        Field("Trigger", "first registration, change of address, annual review, change of circumstances, proposed address"),
        Field("Rule profile and version", "agreed with the local MAPPA co-ordinator"),
        Field("Notified on"),
        Field("Renewal date"),
        Field("Due on"),
    )
    known = Facts("Reference", (Fact("Case reference", reference or "not given", "typed in"),))
    return known, Fields("Trigger and dates", rows)


def _person() -> tuple[Block, ...]:
    rows = (
        Field("MAPPA category and level"),
        Field("Risk level"),
        Field("Orders", "such as a SHPO or SRO"),
        Field("Under statutory supervision?", "this decides who leads"),
        Field("Victim profile", "only what the check needs", lines=2),
    )
    asked = "Write the case reference only. Never write a name, a date of birth or an account of the offence here."
    return Paragraph(asked, "warning"), Fields("The person: no more than is needed", rows)


def _agencies() -> tuple[Block, ...]:
    columns = ("Agency", "Contact (role)", "Asked on", "Answered on", "Outcome")
    rows = tuple((agency, "", "", "", "") for agency in AGENCIES)
    return (
        Fields("Lead", (Field("Lead agency", "always a responsible authority"),)),
        Paragraph("Outcome: nothing held, concern, or not checked and why.", "note"),
        Table("Agencies", columns, rows, (34, 18, 12, 12, 24), roomy=True),
    )


def _property(assessment: Assessment) -> tuple[Block, ...]:
    asked = ("Tenure", "Type", "Size", "Floor", "Entrance", "Outlook", "Multiple occupancy")
    warning = words.uncertainty_warning(assessment)
    return (
        *((Paragraph(warning, "warning"),) if warning else ()),
        facts.the_property(assessment),
        Fields("To be filled in by housing", tuple(Field(label) for label in asked)),
    )


def _places(assessment: Assessment) -> tuple[Block, ...]:
    return (
        *facts.summary(assessment),
        facts.places(assessment),
        *facts.closer(assessment),
        *_ways(assessment),
        Subheading("What was looked for"),
        facts.layers(assessment),
        Subheading("What could not be looked up"),
        facts.gaps(assessment),
        Paragraph(words.VISIT, "note"),
    )


def _ways(assessment: Assessment) -> tuple[Block, ...]:
    past = facts.ways_past(assessment)
    counts = (Subheading("Ways past the property"), *past, Folded(ASSUMED, (facts.way_past_assumptions(),))) if past else ()
    return (*counts, Subheading("Crossings and lighting"), facts.streets(assessment))


def _neighbours(assessment: Assessment) -> tuple[Block, ...]:
    return (
        facts.homes_counted(assessment),
        Paragraph(words.homes_to_check(assessment.parameters.address_parameter)),
        *facts.addresses(assessment, to_fill=True),
        *facts.homes_wider(assessment),
        Fields("Shared entrance", (Field("Who shares the entrance or stair", "no more personal data than is needed", lines=2),)),
    )


def _desk_checks() -> tuple[Block, ...]:
    rows = tuple((check, agency, "", "") for check, agency in DESK_CHECKS)
    return (
        Paragraph("Not all checks are needed in every case. Who does which is agreed locally.", "note"),
        Table("Desk checks", ("Check", "Agency", "Date", "Result"), rows, (40, 18, 12, 30), roomy=True),
    )


def _physical_check(assessment: Assessment) -> tuple[Block, ...]:
    rows = [(item, _in_the_data(assessment, layers), "", "") for item, layers in PHYSICAL_CHECK]
    rows += [("", "", "", "")] * _FREE_ROWS
    visit = (Field("Done by"), Field("Date and time", "places differ by day and hour"))
    return (
        Paragraph(f"{words.VISIT} The physical check must be done once a property is identified.", "note"),
        Fields("The visit", visit),
        Table(
            "What to look for",
            ("Look for", "What the data has", "Seen? Where?", "Notes"),
            tuple(rows),
            (22, 30, 24, 24),
            roomy=True,
        ),
    )


def _in_the_data(assessment: Assessment, layers: tuple[str, ...]) -> str:
    """Give what came of the layers that speak to one line of the physical check."""
    found = [result for result in assessment.layers if result.id in layers]
    if len(found) == 1:
        return words.layer_state(found[0])
    return " ".join(f"{line(result.label)}: {words.layer_state(result)}" for result in found) or "not in the data"


def _concentration() -> tuple[Block, ...]:
    asked = "Write only the date. Never write here whether other managed people live nearby, or how many."
    return Paragraph(asked, "warning"), Fields("Concentration", (Field("Considered by police on"),))


def _analysis() -> tuple[Block, ...]:
    rows = (Field("Facts relied on", "give the numbers of the places", lines=3), Field("Judgement", "whose it is", lines=5))
    return Paragraph("Keep facts and judgement apart.", "note"), Fields("Analysis", rows)


def _outcome() -> tuple[Block, ...]:
    rows = (
        Field("Decided by", "name and role"),
        Field("Date"),
        Field("Reasons", lines=4),
        Field("Dissent", "who disagreed, and why", lines=2),
    )
    return Paragraph("Mark one.", "note"), Choices(OUTCOMES), Fields("Outcome", rows)


def _review() -> tuple[Block, ...]:
    rows = (
        Field("Next review on"),
        Field("Triggers to watch", "what would mean looking again sooner", lines=2),
        Field("If an annual review is not done: the reason", lines=2),
    )
    return (Fields("Review", rows),)


def _audit(assessment: Assessment) -> tuple[Block, ...]:
    columns = ("When", "Who", "What", "Why, for a disclosure")
    return (
        facts.made_by(assessment),
        facts.sources(assessment),
        _empty_table("Who saw or changed this record", columns, (16, 22, 36, 26)),
    )


def _empty_table(caption: str, columns: tuple[str, ...], widths: tuple[int, ...]) -> Table:
    return Table(caption, columns, (("",) * len(columns),) * _FREE_ROWS, widths, roomy=True)
