"""The cohort as plotly figures: shares by month with their intervals, and curves of time to response."""

from collections.abc import Callable, Sequence
from typing import Any

from reports.charts.cohort import MONTHS, Curve, Share
from reports.charts.figure import CLEAR, THEMES, Figure
from reports.charts.wording import Translate, same

Link = Callable[[dict[str, object]], str]
"""From what a point stands for to the address of its patients."""

# Okabe and Ito's palette again; dash and shape tell the lines apart too. Further groups are not drawn.
LOOKS = (
    ("#0072b2", "#56b4e9", "solid", "circle"),
    ("#c04f00", "#f0a030", "dash", "square"),
    ("#00795a", "#2fc49a", "dot", "diamond"),
    ("#9c4f80", "#d99bc4", "dashdot", "triangle-up"),
    ("#5b6472", "#b4bcc8", "longdash", "cross"),
    ("#7a6a00", "#e0d060", "longdashdot", "star"),
)
MOST_GROUPS = len(LOOKS)


def shares_figure(
    shares: Sequence[Sequence[Share]], *, link: Link, theme: str = "light", translate: Translate = same
) -> Figure:
    """Marks of one kind a threshold with Wilson's intervals; `shares` holds one sequence a threshold."""
    traces = [_share_marks(one, number, link, theme, translate) for number, one in enumerate(shares) if one]
    last = max((share.month for one in shares for share in one), default=0)
    title, time = translate("Patients who reached the reduction"), translate("Months since baseline")
    return _figure(traces, _layout(theme, last, title, time))


def curves_figure(
    curves: Sequence[Curve], threshold: int, *, link: Link, theme: str = "light", translate: Translate = same
) -> Figure:
    """A staircase a group with its band; at most `MOST_GROUPS` of them."""
    traces: list[Figure] = []
    for number, curve in enumerate(curves[:MOST_GROUPS]):
        traces += [_band(curve, number, theme), _stairs(curve, number, threshold, link, theme, translate)]
    title = translate("Reached a reduction of {threshold} %").format(threshold=threshold)
    last = max((curve.ends_at for curve in curves), default=0.0)
    return _figure(traces, _layout(theme, last, title, translate("Months since baseline")))


def _share_marks(shares: Sequence[Share], number: int, link: Link, theme: str, _: Translate) -> Figure:
    colour, _dash, symbol = _look(number, theme)
    # Side by side: intervals about one month would lie on one another.
    offset = (number - 1.5) * 0.22
    return {
        "type": "scatter",
        # No line: about each month others are assessed.
        "mode": "markers",
        "name": f"≥ {shares[0].threshold} %",
        "x": [share.month + offset for share in shares],
        "y": [100 * share.value for share in shares],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (share.high - share.value) for share in shares],
            "arrayminus": [100 * (share.value - share.low) for share in shares],
            "color": colour,
            "thickness": 1.2,
            "width": 3,
        },
        "customdata": [link({"month": share.month, "threshold": share.threshold}) for share in shares],
        "hovertext": [share_text(share, _) for share in shares],
        "hoverinfo": "text",
        "marker": {
            "symbol": [f"{symbol}-open" if share.is_small else symbol for share in shares],
            "size": 10,
            "color": colour,
            "line": {"color": colour, "width": 2},
        },
        "cliponaxis": False,
    }


def share_text(share: Share, _: Translate = same) -> str:
    """'month 6, reduction of 50 % or more: 3 of 8 (38 %, 95 % interval 14 to 69 %)'."""
    return _(
        "month {month}, reduction of {threshold} % or more: {reached} of {assessed} "
        "({share:.0f} %, 95 % interval {low:.0f} to {high:.0f} %)"
    ).format(
        month=share.month,
        threshold=share.threshold,
        reached=share.reached,
        assessed=share.assessed,
        share=100 * share.value,
        low=100 * share.low,
        high=100 * share.high,
    )


def _stairs(curve: Curve, number: int, threshold: int, link: Link, theme: str, _: Translate) -> Figure:
    colour, dash, symbol = _look(number, theme)
    steps = curve.steps
    address = link({"group": curve.group, "threshold": threshold, "by": "time"})
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{curve.group} (n = {curve.n})",
        "x": [*(step.month for step in steps), curve.ends_at],
        "y": [*(100 * step.value for step in steps), 100 * steps[-1].value],
        "customdata": [address] * (len(steps) + 1),
        "hovertext": [*(_step_text(curve, step_number, _) for step_number in range(len(steps))), curve.group],
        "hoverinfo": "text",
        "line": {"color": colour, "dash": dash, "width": 2, "shape": "hv"},
        "marker": {"symbol": symbol, "size": [0, *(8 for _step in steps[1:]), 0], "color": colour},
        "cliponaxis": False,
    }


def _step_text(curve: Curve, number: int, _: Translate) -> str:
    step = curve.steps[number]
    text = _("{group}, month {month:.1f}: {share:.0f} %, at risk {at_risk}").format(
        group=curve.group, month=step.month, share=100 * step.value, at_risk=step.at_risk
    )
    if step.low is None or step.high is None:
        return text
    return text + _(", 95 % interval {low:.0f} to {high:.0f} %").format(
        low=100 * step.low, high=100 * step.high
    )


def _band(curve: Curve, number: int, theme: str) -> Figure:
    colour, _dash, _symbol = _look(number, theme)
    known = [(step.month, step.low, step.high) for step in curve.steps if step.low is not None]
    times = [*(month for month, _low, _high in known), curve.ends_at]
    x, low, high = [], [], []
    for (month, below, above), until in zip(known, times[1:], strict=True):
        x += [month, until]
        low += [100 * (below or 0.0)] * 2
        high += [100 * (above or 0.0)] * 2
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *reversed(x)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "fillcolor": colour,
        "opacity": 0.13,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _look(number: int, theme: str) -> tuple[str, str, str]:
    light, dark, dash, symbol = LOOKS[number % MOST_GROUPS]
    return (dark if theme == "dark" else light), dash, symbol


def _figure(traces: list[Figure], layout: Figure) -> Figure:
    config = {"displaylogo": False, "responsive": True, "displayModeBar": False}
    return {"data": traces, "layout": layout, "config": config}


def _layout(theme: str, last: float, y_title: str, x_title: str) -> dict[str, Any]:
    """`last`: the month at which the data end; the axis reaches a little further."""
    colours = THEMES[theme]
    return {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": colours["ink"], "size": 13},
        "margin": {"l": 64, "r": 16, "t": 56, "b": 48},
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {
            "title": {"text": x_title},
            "range": [0, last + 1.5],
            "tickvals": [0, *MONTHS],
            "gridcolor": colours["grid"],
            "zeroline": False,
        },
        "yaxis": {
            "title": {"text": y_title},
            "range": [-2, 104],
            "tickvals": [0, 25, 50, 75, 100],
            "ticksuffix": " %",
            "gridcolor": colours["grid"],
            "zeroline": False,
        },
    }
