"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from era_geo.errors import UsageError

RegionName = Annotated[str | None, typer.Option("--region", help="Region to look in; the settings' region if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Network = Annotated[
    bool,
    typer.Option(
        "--network", help="Where the region lacks the address, ask the Nominatim server of ERA_GEO_NOMINATIM_URL, which learns it."
    ),
]


def switched_off(option: str) -> tuple[str, str]:
    """Read `LAYER=REASON`.

    Raises
    ------
    UsageError
        If there is no reason.
    """
    layer, separator, reason = option.partition("=")
    if not separator:
        raise UsageError(f"--off {option}: write it as LAYER=REASON, such as --off shop='not relevant to the victim profile'.")
    return layer.strip(), reason.strip()
