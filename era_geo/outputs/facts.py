"""The facts of an assessment as blocks of a document: shared by the record, the visit sheet and the page with the map."""

from __future__ import annotations

from era_geo.model import Assessment, LayerResult
from era_geo.outputs import closerwords, words
from era_geo.outputs.document import Block, Bullets, Cell, Fact, Facts, Mark, Paragraph, Table
from era_geo.outputs.escape import line
from era_geo.outputs.places import place_rows
from era_geo.vicinity.walking import SAME_BUILDING


def summary(assessment: Assessment) -> tuple[Block, ...]:
    """Give the sentences that every output begins with; a warning about the location comes first and stands out."""
    sentences = words.summary(assessment)
    if assessment.too_uncertain:
        return (Paragraph(sentences[0], "warning"), *map(Paragraph, sentences[1:]))
    return (Paragraph(sentences[0], "lead"), *((Bullets(tuple(sentences[1:])),) if len(sentences) > 1 else ()))


def places(assessment: Assessment) -> Block:
    """Give the table of places, nearest first, with the numbers of the maps; without places, the sentence that says so."""
    rows = place_rows(assessment)
    if not rows:
        return Paragraph("No place is listed. The table of kinds of place says where each was looked for.")
    columns = ["No.", "Name", "Kind", "How far", "Within the radius?"]
    widths = [9, 19, 14, 13, 13]
    walked = any(row.finding.walk_m is not None for row in rows)
    seen = any(row.finding.sight is not None for row in rows)
    if seen:
        columns.append("Line of sight")
        widths.append(13)
    columns += ["Why it is listed, and notes", "Source"]
    widths += [19, 13]
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        notes = [f"{row.why}.", f"Note: {row.caveats}." if row.caveats else "", row.meeting]
        why = " ".join(note for note in notes if note)
        on_foot = row.walk if row.finding.walk_to == SAME_BUILDING else f"on foot {row.walk}"
        far = f"{row.distance} {row.direction}".strip() + (f"; {on_foot}" if walked else "")
        view = (row.sight,) if seen else ()
        cells.append((Mark(row.result, row.number), row.name, row.kind, far, row.band, *view, why, row.sources))
    return Table("Places found, nearest first", tuple(columns), tuple(cells), tuple(widths))


def closer(assessment: Assessment) -> tuple[Block, ...]:
    """Give the table of the closer look at each place: the way on foot, and where property and place meet; if anybody looked."""
    rows = place_rows(assessment)
    if not any(row.finding.walk_m is not None or row.edges for row in rows):
        return ()
    cells = tuple((Mark(row.result, row.number), row.name, row.kind, row.way, row.edges or "not known") for row in rows)
    columns = ("No.", "Name", "Kind", "On foot", "Boundary, gates and entrances")
    return (Table("The closer look at each place", columns, cells, (9, 22, 16, 26, 40)),)


def ways_past(assessment: Assessment) -> tuple[Block, ...]:
    """Give for the places it was counted for how many homes have their shortest way past the property; if for any."""
    said = [f"{row.number}. {row.kind}, {row.name}: {row.passing}" for row in place_rows(assessment) if row.passing]
    return (Bullets(tuple(said)),) if said else ()


def way_past_assumptions() -> Bullets:
    """Give what those counts take for granted."""
    return Bullets(closerwords.WAY_PAST_ASSUMPTIONS)


def streets(assessment: Assessment) -> Bullets:
    """Give crossings and lit ways within the radius."""
    return Bullets(tuple(closerwords.streets(assessment.streets)))


def layers(assessment: Assessment) -> Table:
    """Give the table of kinds of place: what came of each, in which source, how complete, and what it can miss."""
    states = [words.layer_state(result, assessment.sources) for result in assessment.layers]
    rows = tuple(
        (Mark(result), line(result.label), state, _completeness(result), line("; ".join(result.basis)))
        for result, state in zip(assessment.layers, states, strict=True)
    )
    columns = ("Mark", "Kind of place", "What came of it", "How complete, and what it can miss", "Why it is looked for")
    return Table("Kinds of place, and what came of each", columns, rows, (7, 15, 20, 40, 18))


def gaps(assessment: Assessment) -> Block:
    """Give what could not be looked up, and why."""
    labels = {result.id: result.label for result in assessment.layers}
    if not assessment.gaps:
        return Paragraph("Everything that was asked for could be looked up. What the sources themselves lack is not known.")
    return Bullets(tuple(words.gap(gap, labels) for gap in assessment.gaps))


def the_property(assessment: Assessment) -> Facts:
    """Give where the property is and how exactly that is known."""
    site = assessment.site
    source = _sources(assessment, site.sources)
    rows = [
        Fact("What was typed", line(site.query), "typed in"),
        Fact("Address", line(site.label), source),
        Fact("UPRN", line(site.uprn) if site.uprn else "not known", source if site.uprn else "no source has it"),
        Fact("Grid reference", f"{site.easting:.0f} {site.northing:.0f} (easting, northing, British National Grid)", source),
        Fact("How it was found", words.located(site), source),
        Fact("Distances are from", _start(words.measured_from(site)), source if site.footprint else "the point found"),
    ]
    rows += [Fact("Note", line(note), source) for note in site.notes]
    return Facts("The property", tuple(rows))


def parameters(assessment: Assessment) -> tuple[Block, ...]:
    """Give both parameters, and who set them."""
    given = assessment.parameters
    said = (Paragraph(words.radius(given)), Paragraph(words.homes_to_check(given.address_parameter)))
    if given.address_parameter.set_by is not None:
        return said
    return (*said, Paragraph("The address parameter is set by the same people as the radius.", "note"))


def neighbours(assessment: Assessment) -> Bullets:
    """Give everything about the homes near the property but the list: for where there is no room for tables."""
    return Bullets(tuple(closerwords.neighbours(assessment.neighbours)))


def homes_counted(assessment: Assessment) -> Bullets:
    """Give the counts of homes by door, and what is striking about the property itself."""
    return Bullets(tuple(closerwords.homes_counted(assessment.neighbours)))


def homes_wider(assessment: Assessment) -> tuple[Block, ...]:
    """Give what wider parameters would have cost, in homes, and how homes were counted."""
    value = assessment.neighbours
    if value is None:
        return ()
    columns = ("Homes", "In the data", "Buildings that may be homes, not counted")
    table = Table("What wider parameters would have cost", columns, tuple(closerwords.wider_rows(value)), (30, 25, 45))
    return (Paragraph(closerwords.check_line(value)), table, *map(Paragraph, closerwords.homes_method(value)))


def addresses(assessment: Assessment) -> tuple[Block, ...]:
    """Give the homes to check, nearest first."""
    if assessment.neighbours is None or not assessment.neighbours.to_check:
        return ()
    rows = tuple(
        (line(home.address), line(home.relation), words.metres(home.distance_m), _homes(home.homes))
        for home in assessment.neighbours.to_check
    )
    return (
        Table("Homes to check, nearest first", ("Address", "Why it is on the list", "How far", "Homes"), rows, (32, 20, 10, 10)),
    )


def sources(assessment: Assessment) -> Table:
    """Give the sources with date, licence, credit and the area each can speak for."""
    rows = tuple(
        (line(source.name), line(source.kind), words.day(source.date), line(source.licence), line(source.credit),
         line(source.coverage_basis) + (f"; only {', '.join(map(line, source.themes))}" if source.themes else ""))
        for source in assessment.sources
    )  # fmt: skip
    columns = ("Source", "Kind", "Date", "Licence", "Credit", "What it covers, and how that is known")
    return Table("Sources", columns, rows, (20, 15, 13, 12, 19, 21))


def layers_in_short(assessment: Assessment) -> Table:
    """Give the kinds of place with what came of each alone: for where there is no room for the whole table."""
    whole = layers(assessment)
    return Table(whole.caption, whole.columns[:3], tuple(row[:3] for row in whole.rows), (8, 34, 58))


def made_by(assessment: Assessment, *, checksums: bool = True) -> Facts:
    """Give what made the facts: program, layers and region with their versions, and the `checksums` of the sources."""
    versions = assessment.versions
    layers_version = f"{line(versions.layers)} ({versions.layers_sha256[:12]})"
    rows = (
        Fact("Facts as of", words.day(assessment.as_of), "given when the facts were made"),
        Fact("Program", f"era-geo {line(versions.program)}, {line(versions.schema)}", "the program"),
        Fact("Layer files", layers_version, "the program"),
        Fact("Region", f"{line(versions.region)}, schema {versions.region_schema}", "the region file"),
    )
    summed = [Fact(f"Checksum of {line(source.name)}", source.sha256, words.source(source)) for source in assessment.sources]
    return Facts("How the facts were made", (*rows, *(summed if checksums else ())))


def _homes(number: int | None) -> str:
    return "not known" if number is None else str(number)


def _sources(assessment: Assessment, names: tuple[str, ...]) -> str:
    dated = {source.name: words.source(source) for source in assessment.sources}
    return words.listed([dated.get(name, line(name)) for name in names]) or "typed in"


def _completeness(result: LayerResult) -> str:
    known = line(result.completeness) if result.completeness else "How complete is not known"
    missed = "; ".join(map(line, result.blind_spots))
    return f"{_start(known)}. It can miss: {missed}." if missed else f"{_start(known)}."


def _start(text: str) -> str:
    """Give a text as the start of a sentence: a word gets its capital, a file's name stays as it is."""
    first, _, _ = text.partition(" ")
    return (text[:1].upper() + text[1:] if first.isalpha() else text).rstrip(".")
