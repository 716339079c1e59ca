"""What the command line prints for people. Text from maps and files is printed plain, without control characters."""

from __future__ import annotations

import typer

from era_geo.errors import UsageError
from era_geo.model import Assessment, Candidate, LayerState, LocateResult, LocateStatus, NeighbourAddress
from era_geo.outputs import check_words, closerwords, words
from era_geo.outputs.escape import line
from era_geo.outputs.places import PlaceRow, place_rows
from era_geo.vicinity.walking import SAME_BUILDING

_ANSWERED = (LocateStatus.MATCHED, LocateStatus.AMBIGUOUS)


def located(result: LocateResult, *, explain: bool) -> None:
    """Print what a typed text may mean, best first."""
    typer.echo(line(result.message))
    _list(result.candidates)
    if explain:
        typer.echo("\nHow the answer came about:")
        for number, step in enumerate(result.steps, 1):
            typer.echo(f"  {number}. {line(step)}")


def exit_code(result: LocateResult) -> int:
    """0 where there is an answer or a list to choose from, 2 where there is neither."""
    return 0 if result.status in _ANSWERED else 2


def only_candidate(result: LocateResult) -> Candidate:
    """Give the one property that was matched.

    Raises
    ------
    UsageError
        If there is none, or more than one to choose from: those are listed.
    """
    if result.status is LocateStatus.MATCHED and len(result.candidates) == 1:
        return result.candidates[0]
    lines = [line(result.message), *(_described(candidate) for candidate in result.candidates)]
    raise UsageError("\n".join(lines))


def assessed(assessment: Assessment) -> None:
    """Print the summary, the places, the streets, the homes to check, the layers that gave none, and the gaps."""
    typer.echo(line(assessment.site.label))
    for sentence in [*words.summary(assessment), words.located(assessment.site), words.radius(assessment.parameters)]:
        typer.echo(line(sentence))
    rows = place_rows(assessment)
    if rows:
        typer.echo("\nPlaces, nearest first")
    for row in rows:
        typer.echo(f"  {line(row.spoken)}")
        for more in filter(None, (_closer(row), row.meeting, row.passing, row.caveats)):
            typer.echo(f"     {line(more)}")
    _streets(assessment)
    _homes(assessment)
    typer.echo("\nLayers in which no place is listed")
    for result in assessment.layers:
        if result.state is not LayerState.FOUND:
            typer.echo(f"  {line(result.label)}: {line(words.layer_state(result, assessment.sources))}")
    _gaps(assessment)
    typer.echo(f"\n{words.FACTS_ONLY}\n{words.VISIT}\n{line(words.credits_line(assessment))}")


def _closer(row: PlaceRow) -> str:
    """Give the way on foot and the sight in one line; nothing where neither was looked at, which a gap tells once for all."""
    if row.finding.walk_m is None and row.finding.sight is None:
        return ""
    if row.finding.walk_m is None:
        return f"on foot: {row.way} Sight {row.sight}"
    on_foot = "" if row.finding.walk_to == SAME_BUILDING else " on foot"
    return f"{row.walk}{on_foot}; sight {row.sight}"


def _streets(assessment: Assessment) -> None:
    """Print the crossings and the lit ways; nothing where nobody looked, which a gap tells."""
    if assessment.streets is not None:
        typer.echo("\nCrossings and lighting")
        for sentence in closerwords.streets(assessment.streets):
            typer.echo(f"  {line(sentence)}")


def _homes(assessment: Assessment) -> None:
    """Print how many homes lie how near by door, which of them to check, and what wider parameters would cost."""
    if assessment.neighbours is None:
        return
    typer.echo("\nHomes near the property")
    for sentence in closerwords.homes_counted(assessment.neighbours):
        typer.echo(f"  {line(sentence)}")
    typer.echo(f"  {line(words.homes_to_check(assessment.parameters.address_parameter))}")
    for number, home in enumerate(assessment.neighbours.to_check, 1):
        typer.echo(f"  {number:>3}. {check_words.home(home)}{_counted(home)}")
    wider = ", ".join(f"{homes} {where}" for where, homes, _ in closerwords.wider_rows(assessment.neighbours))
    said = closerwords.check_line(assessment.neighbours)
    typer.echo(f"  {line(f'{said} {wider}.' if said.endswith(':') else said)}")


def _counted(home: NeighbourAddress) -> str:
    """Say how many homes a line of the list stands for, where it is not one."""
    if home.homes is None:
        return ", use not known"
    return "" if home.homes == 1 else f", {home.homes} homes"


def _gaps(assessment: Assessment) -> None:
    """Print what could not be looked up, but for what the list of layers has said already."""
    labels = {result.id: result.label for result in assessment.layers}
    said = {(result.id, result.reason) for result in assessment.layers if result.state is not LayerState.FOUND}
    others = [gap for gap in assessment.gaps if (gap.layer, gap.why) not in said]
    if others:
        typer.echo("\nWhat else could not be looked up")
    for gap in others:
        typer.echo(f"  {line(words.gap(gap, labels))}")


def _list(candidates: tuple[Candidate, ...]) -> None:
    for candidate in candidates:
        typer.echo(_described(candidate))


def _described(candidate: Candidate) -> str:
    where = f"{candidate.easting:.0f} {candidate.northing:.0f}"
    uprn = f", UPRN {candidate.uprn}" if candidate.uprn else ""
    known = f"{candidate.precision.value}, to within {candidate.uncertainty_m:.0f} m"
    return f"  {line(candidate.label)}  [{known}; {where}{uprn}]"
