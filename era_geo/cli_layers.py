"""`era-geo layers`: which places are looked for, and whether the files that say so are sound."""

from __future__ import annotations

import typer

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
def check() -> None:
    """Check every layer file, shipped and local, and report all faults of all files."""
    from era_geo import layerset, settings  # noqa: PLC0415 - slow to import
    from era_geo.errors import FaultyFiles  # noqa: PLC0415 - slow to import

    chosen = settings.load()
    faults = layerset.check(chosen)
    if faults:
        raise FaultyFiles(faults)
    layers = layerset.load(chosen).layers
    examples = sum(len(layer.examples) for layer in layers)
    typer.echo(f"{len(layers)} layers and their {examples} examples are in order.")
