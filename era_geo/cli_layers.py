"""`era-geo layers`: which places are looked for, and whether the files that say so are sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from era_geo.layersource import SourceSet

app = typer.Typer(help="The layer files: which places are looked for.", no_args_is_help=True)


@app.command(name="list")
def list_layers() -> None:
    """List the layers that are looked for, with their basis."""
    from era_geo import layerset, settings  # noqa: PLC0415 - slow to import

    layers = layerset.load(settings.load())
    typer.echo(f"Layer files, version {layers.version}, checksum {layers.sha256[:12]}")
    for layer in layers.layers:
        typer.echo(f"\n{layer.id}  ({layer.style.letter}, {layer.style.shape})  {layer.label}: {layer.description}")
        typer.echo(f"    basis: {'; '.join(layer.basis)}")
        typer.echo(f"    cannot show: {'; '.join(layer.blind_spots)}")


@app.command()
def check(
    lists: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[LIST]...", help="Official lists: what each is taken for, and what its rows become."),
    ] = None,
) -> None:
    """Check every layer and source file, shipped and local, and report all faults of all files; then the lists that are named."""
    from era_geo import layerset, layersourcefile, settings  # noqa: PLC0415 - slow to import
    from era_geo.errors import FaultyFiles  # noqa: PLC0415 - slow to import
    from era_geo.layersource import ListSource  # noqa: PLC0415 - slow to import

    chosen = settings.load()
    faults = layerset.check(chosen)
    if faults:
        raise FaultyFiles(faults)
    layers = layerset.load(chosen).layers
    examples = sum(len(layer.examples) for layer in layers)
    typer.echo(f"{len(layers)} layers and their {examples} examples are in order.")
    sources = layersourcefile.load(chosen)
    rows = sum(len(source.examples) for source in sources.of_kind(ListSource))
    typer.echo(f"{len(sources.sources)} sources and their {rows} examples are in order.")
    for path in lists or ():
        _tell_list(path, sources)


def _tell_list(path: Path, sources: SourceSet) -> None:
    """Print what a list is taken for. What is missing is a fault: the list could not be read.

    Raises
    ------
    FaultyFiles
        If it is no list that is known, or lacks columns.
    """
    from era_geo.errors import Fault, FaultyFiles  # noqa: PLC0415 - slow to import
    from era_geo.outputs.escape import line  # noqa: PLC0415 - slow to import
    from era_geo.region.list_check import check_list  # noqa: PLC0415 - slow to import

    found = check_list(path, sources)
    if found.source is not None:
        typer.echo(f"{path.name} is read as {found.source.label} ({found.source.file}).")
    for row in found.rows:
        typer.echo(f"  {line(row)}")
    faults = [Fault(path.name, "", what) for what in found.missing]
    if found.source is None:
        near = found.nearest
        what = "No source file fits it: write one (layers/README.md)."
        if near is not None:
            rows = "" if found.missing else " It has all its columns; its first rows are not of that kind (recognise_rows)."
            what = f"No source file fits it. The nearest is {near.label} ({near.file}).{rows}"
        faults.insert(0, Fault(path.name, "", what))
    if faults:
        raise FaultyFiles(faults)
