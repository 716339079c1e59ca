"""The ERA record as a document: nineteen headings, of a draft for an assessment or of a record that the store holds.

Both are made from a form by the same blocks (`record_blocks.py`), so that a draft has room for just what a record holds.
"""

from __future__ import annotations

import datetime as dt

from era_geo import contract
from era_geo.model import Assessment
from era_geo.outputs import facts, words
from era_geo.outputs.document import Block, Document, Fact, Facts, Field, MapPicture, Paragraph, Section
from era_geo.outputs.record_blocks import NOT_IN_COPY, Pages, places
from era_geo.outputs.staticmap import SCALES, alternative_text
from era_geo.record.envelope import RecordDocument, Saved, Signature
from era_geo.record.prefill import new_form
from era_geo.record.terms import Status

TITLE = "Environmental Risk Assessment record"
STATUS = "DRAFT"
REDACTED = "REDACTED COPY"
_SEALED = (Status.SIGNED, Status.SUPERSEDED, Status.WITHDRAWN)
_SHARED = ("Shared with", "When", "What", "Why (legal basis)", "By whom")
_TRAIL = ("When", "Who", "What", "Why, for a disclosure")


def draft_record(assessment: Assessment, reference: str | None = None) -> Document:
    """Give the draft record of an assessment that no store holds: facts filled in, judgement empty.

    Raises
    ------
    UsageError
        If the assessment carries restricted places: it is for the screen only.
    """
    pages = Pages(new_form(assessment, reference or ""))
    status = Paragraph(f"Marking: {words.MARKING}. Status: {STATUS}. Nobody has reviewed or signed it.", "warning")
    shared = pages.table("Who this was shared with", _SHARED, (), (22, 14, 22, 26, 16))
    trail = pages.table("Who saw or changed this record", _TRAIL, (), (16, 22, 36, 26))
    return _document(pages, STATUS, (status,), (shared,), (trail,))


def record_document(record: RecordDocument) -> Document:
    """Give a record that the store holds as a document; of a redacted one it says where something was taken out.

    Raises
    ------
    UsageError
        If the assessment carries restricted places: it is for the screen only.
    """
    removed = frozenset(record.removed)
    pages = Pages(record.form, removed, record.status not in _SEALED and not record.redacted_for)
    status = record.status.upper() + (f"  ·  {REDACTED}" if record.redacted_for else "")
    shared = tuple((one.recipient, moment(one.at), one.what, one.basis, one.by) for one in record.sharing)
    trail = tuple((moment(one.at), one.by, one.what, one.why) for one in record.trail)
    gone = (Paragraph(NOT_IN_COPY, "note"),)
    return _document(
        pages,
        status,
        _about(record),
        gone if "sharing" in removed else (pages.table("Who this was shared with", _SHARED, shared, (22, 16, 22, 24, 16)),),
        gone if "trail" in removed else (pages.table("Who saw or changed this record", _TRAIL, trail, (18, 24, 34, 24)),),
    )


def moment(at: dt.datetime) -> str:
    """Give a time in words, in UTC: `22 November 2026, 09:30 UTC`."""
    in_utc = at.astimezone(dt.UTC)
    return f"{words.day(in_utc.date())}, {in_utc:%H:%M} UTC"


def _by(done: Saved | Signature) -> str:
    return f"{moment(done.at)} by {done.by}" if done.by else f"{moment(done.at)}. By whom is not in this copy."


def _about(record: RecordDocument) -> tuple[Block, ...]:
    """Give heading 1 of a record that the store holds."""
    store = "the record's store"
    rows = [
        Fact("Marking", words.MARKING, "the program"),
        Fact("Status", record.status.label, store),
        Fact("Record and version", f"{record.id}, version {record.version}", store),
        Fact("Saved", _by(record.saved), store),
    ]
    if record.signature is None:
        rows.append(Fact("Signed", "Nobody has signed this version.", store))
    else:
        rows.append(Fact("Signed", _by(record.signature), store))
        if record.signature.sha256:
            rows.append(Fact("What was signed (SHA-256)", record.signature.sha256, store))
    copy = f"This copy was made for: {record.redacted_for}. What it leaves out is said where it would stand."
    return (*((Paragraph(copy, "warning"),) if record.redacted_for else ()), Facts("The record", tuple(rows)))


def _document(pages: Pages, status: str, about: tuple[Block, ...], shared: tuple[Block, ...], trail: tuple[Block, ...]) -> Document:
    form = pages.form
    contract.refuse_restricted(form.assessment)
    assessment, analysis = form.assessment, form.analysis
    read = "The empty boxes are for people. " if pages.open else ""
    introduction = (
        Paragraph(f"The program has filled in facts from open data, each with its source and date. {read}{words.FACTS_ONLY}"),
        Paragraph("An ERA is right only on the day it is done. Keep it under review.", "note"),
    )
    considered = words.day(form.considered_on) if form.considered_on else ""
    concentration = "Write only the date. Never write here whether other managed people live nearby, or how many."
    titles_and_blocks = (
        ("Marking and status", (*about, *introduction)),
        ("Reference, trigger and dates", pages.reference()),
        ("The person", pages.person()),
        ("Lead and contributing agencies", pages.agencies()),
        ("The property", pages.the_property()),
        ("Parameters used, and who set them", facts.parameters(assessment)),
        ("Sensitive places found, nearest first", places(assessment)),
        ("Near neighbours and shared entrance", pages.neighbours()),
        ("Desk checks", pages.desk_checks()),
        ("Physical check", pages.physical_check()),
        (
            "Risk to the person",
            pages.judged(
                "analysis.risk_to_person",
                "Risk to the person",
                Field("Risk to the person at this address", lines=4, value=analysis.risk_to_person),
            ),
        ),
        (
            "Concentration",
            pages.judged(
                "considered_on",
                "Concentration",
                Field("Considered by police on", value=considered),
                before=(Paragraph(concentration, "warning"),),
            ),
        ),
        (
            "Analysis",
            pages.judged(
                "analysis.judgement",
                "Analysis",
                Field("Facts relied on", "give the numbers of the places", lines=3, value=analysis.facts),
                Field("Judgement", "whose it is", lines=5, value=analysis.judgement),
                before=(Paragraph("Keep facts and judgement apart.", "note"),),
            ),
        ),
        ("Measures", pages.measures()),
        ("Outcome", pages.outcome()),
        ("Review", pages.review()),
        ("Sharing log", shared),
        ("Map at a fixed scale", tuple(MapPicture(scale, alternative_text(assessment, scale)) for scale in SCALES)),
        ("Audit trail", (facts.made_by(assessment), facts.sources(assessment), *trail)),
    )
    sections = tuple(Section(number, title, blocks) for number, (title, blocks) in enumerate(titles_and_blocks, 1))
    return Document(TITLE, form.case.reference or None, status, words.MARKING, assessment.as_of, sections)
