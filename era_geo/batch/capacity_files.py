"""The capacity study as files beside OUT: a table, the chart as a picture and as SVG, and what the chart shows in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from era_geo.batch.capacity import CHECKS, HOMES, PLACES, Study
from era_geo.batch.work import disk_errors, put_on_disk
from era_geo.outputs.table import BOM

_INK, _HOMES, _PLACES = "#1a1a1a", "#1f5a8a", "#b35900"
_PANELS = ((HOMES, "m", "Homes by metres", _HOMES, None), (CHECKS, "doors each side", "Homes by doors", _HOMES, None),
           (PLACES, "m", "Places by metres", _PLACES, "//"))  # fmt: skip


def targets(out: Path) -> tuple[Path, ...]:
    """Give the files that a study is written to: table, SVG, PNG, words."""
    return tuple(out.with_name(f"{out.stem}-capacity{ending}") for ending in (".csv", ".svg", ".png", ".txt"))


def write(study: Study, out: Path) -> tuple[Path, ...]:
    """Write the study beside OUT, each file whole or not at all. Equal studies give equal files.

    Raises
    ------
    EraGeoError
        If the disk is full, or the folder cannot be written to.
    """
    words = "\n".join(study.sentences()) + "\n"
    svg, png = _charts(study, words)
    for path, content in zip(targets(out), (_table(study.table()), svg, png, words.encode()), strict=True):
        with disk_errors(path):
            put_on_disk(path, content)
    return targets(out)


def _table(rows: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return (BOM + text.getvalue()).encode()


def _charts(study: Study, words: str) -> tuple[bytes, bytes]:
    """Draw the mean of each parameter, with its number on the bar: never by colour alone."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    with mpl.rc_context({"svg.hashsalt": "era-geo", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(11, 4.2), layout="constrained")
        FigureCanvasAgg(figure)
        for axes, (what, unit, title, colour, hatch) in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
            known = [(measure, tally) for measure, tally in study.tallies.items() if measure.what == what]
            means = [tally.mean or 0.0 for _, tally in known]
            bars = axes.bar([f"{measure.width:g}" for measure, _ in known], means, color=colour, hatch=hatch, edgecolor="white")
            told = [f"{tally.mean:,.1f}" if tally.mean is not None else "not known" for _, tally in known]
            axes.bar_label(bars, told, padding=2, fontsize=8, color=_INK)
            axes.set(title=title, xlabel=unit, ylabel="mean for one property")
            axes.spines[["top", "right"]].set_visible(False)
        svg, png = io.BytesIO(), io.BytesIO()
        named = {"Title": "Homes and places that each parameter would make agencies check", "Description": words}
        figure.savefig(svg, format="svg", metadata=named | {"Date": None, "Creator": "era-geo"})
        figure.savefig(png, format="png", dpi=150, metadata=named | {"Software": "era-geo"})
    return _for_readers(svg.getvalue(), named), png.getvalue()


def _for_readers(svg: bytes, named: dict[str, str]) -> bytes:
    """Put title and description where screen readers look for them."""
    from era_geo.outputs.escape import html  # noqa: PLC0415 - slow to import

    text = svg.decode()
    start = text.index(">", text.index("<svg")) + 1
    told = f'<title id="t">{html(named["Title"])}</title><desc id="d">{html(named["Description"])}</desc>'
    return (text[: start - 1] + ' role="img" aria-labelledby="t d">' + told + text[start:]).encode()
