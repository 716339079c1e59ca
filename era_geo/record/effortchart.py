"""What each parameter would make agencies check in a year, as a picture: a bar for each profile, with its number on it.

The table says all that the picture shows; `alternative_text` says it in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from era_geo.errors import UsageError
from era_geo.record import demandchart
from era_geo.record.effort import Effort
from era_geo.record.effortwords import sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOOKS = (("#0b4a8f", ""), ("#9b0f3c", "//"), ("#2f6b34", ".."), ("#5b3a8c", "xx"))
_TITLE = "Checks a year"


def alternative_text(effort: Effort) -> str:
    """Give what the picture shows in words."""
    return " ".join([f"Bar chart of homes and places to check in a year. {' '.join(sentences(effort))}", "The table says it all."])


def render_png(effort: Effort) -> bytes:
    """Draw the chart as PNG; the words of `alternative_text` are its description.

    Raises
    ------
    UsageError
        If there are more profiles than can be told apart.
    """
    return demandchart.as_png(lambda: _draw(effort), alternative_text(effort))


def render_svg(effort: Effort) -> str:
    """Draw the chart as SVG with a title and a description that screen readers read.

    Raises
    ------
    UsageError
        If there are more profiles than can be told apart.
    """
    return demandchart.as_svg(lambda: _draw(effort), _TITLE, alternative_text(effort))


def _draw(effort: Effort) -> Figure:
    if len(effort.profiles) > len(_LOOKS):
        raise UsageError(f"A chart shows up to {len(_LOOKS)} profiles, so that they can be told apart. Choose some with --profile.")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    kinds = list(dict.fromkeys(width.what for width in effort.widths))
    figure = Figure(figsize=(8.0, 3.4 * len(kinds)), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    thick = 0.8 / len(effort.profiles)
    for axes, kind in zip(figure.subplots(len(kinds), squeeze=False).flat, kinds, strict=True):
        shown = [place for place, width in enumerate(effort.widths) if width.what == kind]
        for number, (profile, (colour, hatch)) in enumerate(zip(effort.profiles, _LOOKS, strict=False)):
            counts = [profile.checks[place] for place in shown]
            at = [place + (number - (len(effort.profiles) - 1) / 2) * thick for place in range(len(shown))]
            label = profile.profile if kind == kinds[0] else None
            bars = axes.bar(at, [count or 0 for count in counts], thick, color=colour, hatch=hatch, edgecolor="white", label=label)
            axes.bar_label(bars, ["not known" if count is None else f"{count:,}" for count in counts], padding=2, fontsize=7)
        axes.set_xticks(range(len(shown)), [f"{effort.widths[place].width:g}" for place in shown])
        axes.set(title=f"{kind.capitalize()} ...", xlabel=effort.widths[shown[0]].unit, ylabel="in a year")
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", frameon=False, ncols=2)
    return figure
