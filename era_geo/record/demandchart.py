"""The months of a demand as a picture: a line for each profile, told apart by mark and dash as well as by colour.

The table says all that the picture shows; `alternative_text` says it in a sentence for each profile.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from era_geo.errors import UsageError
from era_geo.record.demand import Demand

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOOKS = (("#0b4a8f", "o", "-"), ("#9b0f3c", "s", "--"), ("#2f6b34", "^", "-."), ("#5b3a8c", "D", ":"))
_INK = "#1f2328"
_SIZE_INCHES = (8.0, 4.5)
_DPI = 200
_ONE_AT_A_TIME = threading.Lock()  # matplotlib may not be used by two threads at once


def alternative_text(demand: Demand) -> str:
    """Give what the picture shows in words."""
    said = [f"Line chart of ERAs a month, {demand.months[0]} to {demand.months[-1]}."]
    for profile in demand.profiles:
        known = [count for count in profile.months if count is not None]
        span = f"between {min(known)} and {max(known)} a month" if known else "no month can be told"
        total = "the total is suppressed" if profile.total is None else f"{profile.total} in all"
        missing = len(profile.months) - len(known)
        said.append(f"{profile.profile}: {span}, {total}{f', {missing} months are suppressed' if missing else ''}.")
    return " ".join(said) + " The table says all that the chart shows."


def render_png(demand: Demand) -> bytes:
    """Draw the chart as PNG; the words of `alternative_text` are its description.

    Raises
    ------
    UsageError
        If there are more profiles than can be told apart.
    """
    return as_png(lambda: _draw(demand), alternative_text(demand))


def render_svg(demand: Demand) -> str:
    """Draw the chart as SVG with a title and a description that screen readers read; letters are outlines.

    Raises
    ------
    UsageError
        If there are more profiles than can be told apart.
    """
    return as_svg(lambda: _draw(demand), "ERAs a month", alternative_text(demand))


def as_png(draw: Callable[[], Figure], words: str) -> bytes:
    """Give a figure as PNG, with `words` as its description."""
    with _ONE_AT_A_TIME:
        return _saved(draw(), "png", {"Software": None, "Description": words})


def as_svg(draw: Callable[[], Figure], title: str, words: str) -> str:
    """Give a figure as SVG with title and description; letters are outlines. Equal figures give equal text."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    with _ONE_AT_A_TIME, mpl.rc_context({"svg.hashsalt": "era-geo", "svg.fonttype": "path"}):
        picture = _saved(draw(), "svg", {"Date": None, "Creator": None}).decode("utf-8")
    head, tag, rest = picture.partition("<svg ")
    opening, _, body = rest.partition(">")
    told = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(words)}</desc>'
    return f'{head}{tag}role="img" aria-labelledby="title desc" {opening}>{told}{body}'


def _saved(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format=kind, dpi=_DPI, metadata=metadata)
    return picture.getvalue()


def _draw(demand: Demand) -> Figure:
    if len(demand.profiles) > len(_LOOKS):
        raise UsageError(f"A chart shows up to {len(_LOOKS)} profiles, so that they can be told apart. Choose some with --profile.")
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    figure = Figure(figsize=_SIZE_INCHES, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(demand.months))
    for profile, (colour, mark, dash) in zip(demand.profiles, _LOOKS, strict=False):
        counts = [float("nan") if count is None else count for count in profile.months]
        total = "" if profile.total is None else f": {profile.total} in all"
        axes.plot(places, counts, color=colour, marker=mark, linestyle=dash, linewidth=2, label=f"{profile.profile}{total}")
    axes.set_xticks(places, demand.months, rotation=45, ha="right")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("ERAs a month", color=_INK)
    axes.grid(axis="y", color="#d5d5d5", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper left", frameon=False, ncols=1)
    return figure
