"""The response chart as a plotly figure: a plain dictionary that goes through JSON.

Points carry the address of their photo in `customdata`. Every trace carries its track in `meta`, and the
figure carries the colours of both themes in `themes`, so that the page restyles without a request.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from reports.charts.comparability import is_sound
from reports.charts.layout import (
    MARKS,
    caution,
    error_bands,
    highest_value,
    largest_error,
    line_segments,
    time_span,
    unmeasured,
    value_ticks,
)
from reports.charts.response import Errors, summarise
from reports.charts.series import Reading, Series, Status, Track, series_of
from reports.charts.wording import (
    Translate,
    axis_title,
    change_text,
    reading_text,
    same,
    track_name,
    verdict_text,
)

Figure = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
LANE = (0.0, 0.09)
PLOT_ABOVE_LANE = (0.15, 1.0)
WHOLE_PLOT = (0.0, 1.0)
# A mark on the last tick is inside the plot, where it is drawn whole and can be pointed at.
HEADROOM = 1.04

THEMES: dict[str, dict[str, Any]] = {
    "light": {"ink": "#1f2933", "muted": "#5b6472", "grid": "#e3e7ec", "paper": "#ffffff"},
    "dark": {"ink": "#e6eaef", "muted": "#a3adba", "grid": "#323b46", "paper": "#161b22"},
}


def response_figure(
    readings: Iterable[Reading],
    *,
    sdc95: Errors = None,
    theme: str = "light",
    translate: Translate = same,
) -> Figure:
    """The figure of one patient: `data`, `layout`, `config` for plotly, and `themes` for the page.

    sdc95: shown as a band about the baseline of each view. theme: "light" or "dark".
    """
    readings = tuple(readings)
    all_series = series_of(readings)
    drawn = [trace for series in all_series for trace in _traces(series, theme, translate)]
    lane = [trace for series in all_series for trace in _lane_traces(series, theme, translate)]
    bands = _bands(readings, sdc95, theme)
    return {
        "data": drawn + lane,
        "layout": _layout(all_series, sdc95, theme, bands, has_lane=bool(lane), translate=translate),
        "config": {"displaylogo": False, "responsive": True, "displayModeBar": False},
        "themes": {name: _theme(name) for name in THEMES},
    }


def _colour(track: Track, theme: str) -> str:
    return MARKS[track].dark if theme == "dark" else MARKS[track].light


def _theme(name: str) -> dict[str, Any]:
    return {**THEMES[name], "tracks": {track.value: _colour(track, name) for track in Track}}


def _traces(series: Series, theme: str, _: Translate) -> list[Figure]:
    segments = line_segments(series)
    apart = tuple(reading for reading in series.measured if not is_sound(reading))
    traces = [_line(segment, theme, _) for segment in segments]
    if apart:
        traces.append(_points(apart, theme, _))
    if traces:
        traces[0]["showlegend"] = True
    return traces


def _line(segment: Sequence[Reading], theme: str, _: Translate) -> Figure:
    track = segment[0].track
    line = {"color": _colour(track, theme), "dash": MARKS[track].dash, "width": 2}
    pooled = {"opacity": 0.75} if track is Track.POOLED else {}
    return {**_points(segment, theme, _), "mode": "lines+markers", "line": line, **pooled}


def _points(readings: Sequence[Reading], theme: str, _: Translate) -> Figure:
    track = readings[0].track
    return {
        "type": "scatter",
        "mode": "markers",
        "name": track_name(track, _),
        "legendgroup": track.value,
        "showlegend": False,
        "meta": {"track": track.value},
        "x": [reading.taken_on.isoformat() for reading in readings],
        "y": [round(reading.f_vitiligo or 0.0, 4) for reading in readings],
        "customdata": [reading.link for reading in readings],
        "hovertext": [hover_text(reading, _) for reading in readings],
        "hoverinfo": "text",
        "cliponaxis": False,
        "marker": {
            "symbol": [_symbol(reading) for reading in readings],
            "size": [11 if is_sound(reading) else 8 for reading in readings],
            "color": _colour(track, theme),
            "line": {"color": _colour(track, theme), "width": 2},
        },
    }


def _symbol(reading: Reading) -> str:
    """Filled when signed, hollow when not; a cross beside the line when not comparable."""
    if not is_sound(reading):
        return "x" if reading.signed else "x-open"
    symbol = MARKS[reading.track].symbol
    return symbol if reading.signed else f"{symbol}-open"


def hover_text(reading: Reading, _: Translate = same) -> str:
    """What a reader sees over a point. Text from people is escaped: plotly reads some markup.

    Line breaks are all the markup there is: for bold text plotly writes a style attribute, which the content
    policy of the pages forbids.
    """
    lines = [f"{escape(track_name(reading.track, _))} {reading.taken_on.isoformat()}"]
    lines.append(escape(reading_text(reading, _)))
    if reading.status is Status.MEASURED:
        lines.append(_("signed") if reading.signed else _("draft, not signed"))
        lines.append(escape(reading.release))
    if caution(reading):
        lines.append(escape(_("not comparable: {reason}").format(reason=_(caution(reading)))))
    elif reading.warning:
        lines.append(escape(_(reading.warning)))
    return "<br>".join(line for line in lines if line)


def _lane_traces(series: Series, theme: str, _: Translate) -> list[Figure]:
    readings = unmeasured(series)
    if not readings:
        return []
    row = list(Track).index(series.track)
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": track_name(series.track, _),
            "legendgroup": series.track.value,
            "showlegend": not series.measured,
            "meta": {"track": series.track.value},
            "x": [reading.taken_on.isoformat() for reading in readings],
            "y": [-row for _reading in readings],
            "yaxis": "y2",
            "customdata": [reading.link for reading in readings],
            "hovertext": [hover_text(reading, _) for reading in readings],
            "hoverinfo": "text",
            "marker": {
                "symbol": [f"{MARKS[series.track].symbol}-open" for _reading in readings],
                "size": 8,
                "color": _colour(series.track, theme),
                "line": {"color": _colour(series.track, theme), "width": 1.5},
            },
        }
    ]


def _bands(readings: Iterable[Reading], sdc95: Errors, theme: str) -> list[Figure]:
    """Measurement error about the baseline of each view: inside it, nothing may be called a change."""
    bands = []
    for track, low, high in error_bands(readings, sdc95):
        bands.append(
            {
                "type": "rect",
                "layer": "below",
                "name": f"sdc-{track.value}",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": low,
                "y1": high,
                "line": {"width": 0},
                "fillcolor": _colour(track, theme),
                "opacity": 0.09,
            }
        )
    return bands


def _layout(
    all_series: Sequence[Series],
    sdc95: Errors,
    theme: str,
    bands: list[Figure],
    *,
    has_lane: bool,
    translate: Translate,
) -> Figure:
    colours = THEMES[theme]
    ticks = value_ticks(highest_value(all_series, margin=largest_error(sdc95)))
    layout: Figure = {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": colours["ink"], "size": 13},
        "margin": {"l": 64, "r": 16, "t": 40, "b": 40},
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {
            "type": "date",
            "range": [day.isoformat() for day in time_span(all_series)] or None,
            "gridcolor": colours["grid"],
            "zeroline": False,
            "anchor": "y",
        },
        "yaxis": {
            "title": {"text": axis_title(translate)},
            "range": [0, ticks[-1] * HEADROOM],
            "tickvals": list(ticks),
            "gridcolor": colours["grid"],
            "zeroline": False,
            "ticksuffix": " %",
            "domain": list(PLOT_ABOVE_LANE if has_lane else WHOLE_PLOT),
        },
        "shapes": bands,
    }
    if has_lane:
        layout["xaxis"]["anchor"] = "y2"
        layout["yaxis2"] = {
            "domain": list(LANE),
            "range": [-2.8, 0.8],
            "tickvals": [-1],
            "ticktext": [translate("no value")],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
    return layout


def summary_lines(readings: Iterable[Reading], *, sdc95: Errors, translate: Translate = same) -> list[str]:
    """The chart in words, for a reader who does not see it."""
    lines = []
    for outcome in summarise(readings, sdc95=sdc95).outcomes:
        if outcome.latest is None:
            continue
        parts = [f"{track_name(outcome.track, translate)}: {reading_text(outcome.latest, translate)}"]
        if outcome.change is not None:
            parts += [change_text(outcome.change, translate), verdict_text(outcome.change, translate)]
        lines.append("; ".join(parts))
    return lines
