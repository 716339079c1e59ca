"""Writes a synthetic country of Scotland's size as an OpenStreetMap extract, to measure on: `era-geo bench make-country`.

About 2.7 million addresses, 60,000 places, 2.5 million buildings and 4 million nodes of roads and paths: the training town, copied
to a grid within Scotland's outline, each copy with streets, postcodes and ids of its own. The same command gives the same file.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks._country_file import Country

_TELL_EVERY_S = 2.0


def main() -> None:
    """Write the file, and say what is in it."""
    ask = argparse.ArgumentParser(
        prog="era-geo bench make-country", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("--out", type=Path, default=Path("synthetic-country.osm.pbf"), help="the file to write (.osm.pbf)")
    ask.add_argument("--scale", type=float, default=1.0, help="1 is Scotland's size; 0.01 a hundredth of it")
    ask.add_argument("--postcodes", type=Path, help="also write the postcodes, as a CSV in the layout of Code-Point Open")
    given = ask.parse_args()
    if not given.scale > 0:
        sys.exit("The scale must be above zero.")
    try:
        make(given.out, given.scale, given.postcodes)
    except (OSError, ValueError) as error:
        sys.exit(f"The country could not be written: {error}")


def make(out: Path, scale: float, postcodes: Path | None = None) -> Country:
    """Write the country of this scale to `out`, replacing what is there once it is complete, and its postcodes.

    Raises
    ------
    ValueError
        If the scale is larger than the land has room for.
    OSError
        If a file cannot be written.
    """
    started = time.monotonic()
    country = Country(scale)
    part = out.with_name(f".part-{out.name}")
    try:
        country.write(part, _Teller())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    if postcodes is not None:
        country.write_postcodes(postcodes)
    print(f"{out}: {out.stat().st_size / 1e6:,.1f} MB in {time.monotonic() - started:,.0f} s, synthetic")
    for what, count in sorted(country.made.items()):
        print(f"  {what:15} {count:>12,}")
    return country


class _Teller:
    """Says on standard error how far the writing has come, every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._last >= _TELL_EVERY_S:
            self._last = time.monotonic()
            print(f"writing {what}: {done} of {total} towns", file=sys.stderr)


if __name__ == "__main__":
    main()
