"""The lanes of the therapy under the response chart, in the same plotly figure and on the same time axis.

`with_lanes` takes a finished response figure, so that the response chart knows nothing about therapy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from reports.charts.figure import THEMES, Figure
from reports.charts.therapy import (
    Course,
    Family,
    Lane,
    Mishap,
    Therapy,
    course_text,
    lanes_of,
    mishap_text,
    pause_text,
    spaced,
    stretches_of,
    widened,
)
from reports.charts.wording import Translate, same

COLOURS: dict[Family, tuple[str, str]] = {
    Family.LIGHT: ("#7b4fa0", "#c79be0"),
    Family.TOPICAL: ("#7a6a00", "#d9c24a"),
    Family.ORAL: ("#a8325f", "#f08ab4"),
    Family.SURGERY: ("#3d4a57", "#c3ccd6"),
    Family.OTHER: ("#6b7280", "#9aa3ad"),
}
"""Light and dark; apart from those of the views, and each lane carries its name as well."""
CAUTION = ("#7a4b00", "#f0bd63")
PLOT_PIXELS = 290
LANE_PIXELS = 34
GAP_PIXELS = 22
"""Of the chart as the page draws it: the plot keeps its height, and each lane adds its own."""
BELOW_NAME = 0.16
"""Of a lane: how far the words beside an adverse event keep from the name of the row."""
LABEL_SHARE = 0.22
"""Of the width: how much room a text beside an adverse event needs before the next one."""
DAY_MILLISECONDS = 86_400_000
NAME_LENGTH = 34


def with_lanes(
    figure: Figure, therapy: Therapy, *, theme: str = "light", translate: Translate = same
) -> Figure:
    """The figure with the therapy under it, and `lanes`: how many rows the page has to make room for."""
    span = figure["layout"]["xaxis"].get("range")
    if not therapy or not span:
        return {**figure, "lanes": 0}
    first, last = widened(date.fromisoformat(span[0]), date.fromisoformat(span[1]), therapy)
    lanes = lanes_of(therapy)
    drawing = _Drawing(first, last, therapy.today, theme, translate)
    traces = [trace for row, lane in enumerate(lanes) for trace in drawing.lane(lane, -row)]
    traces += drawing.mishaps(therapy.mishaps, -len(lanes))
    rows = len(lanes) + bool(therapy.mishaps)
    return {
        **figure,
        "data": [*figure["data"], *traces],
        "layout": _layout(figure["layout"], first, last, rows),
        "lanes": rows,
    }


def _layout(layout: Figure, first: date, last: date, rows: int) -> Figure:
    """Lift every axis of the response and put the lanes under it."""
    whole = PLOT_PIXELS + GAP_PIXELS + rows * LANE_PIXELS
    floor, top = (GAP_PIXELS + rows * LANE_PIXELS) / whole, rows * LANE_PIXELS / whole
    lifted = dict(layout)
    for name, axis in layout.items():
        if name.startswith("yaxis"):
            low, high = axis.get("domain", (0.0, 1.0))
            lifted[name] = {**axis, "domain": [floor + (1 - floor) * low, floor + (1 - floor) * high]}
    lifted["xaxis"] = {**layout["xaxis"], "anchor": "y9", "range": [first.isoformat(), last.isoformat()]}
    lifted["yaxis9"] = {
        "domain": [0.0, top],
        "range": [0.62 - rows, 0.62],
        "showgrid": False,
        "showticklabels": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return {**lifted, "barmode": "overlay"}


class _Drawing:
    """Traces of rows; row 0 is the uppermost, and the others lie at -1, -2 and so on."""

    def __init__(self, first: date, last: date, today: date, theme: str, translate: Translate) -> None:
        self._first, self._last, self._today = first, last, today
        self._dark, self._translate = theme == "dark", translate
        self._ink = THEMES[theme]["ink"]

    def lane(self, lane: Lane, row: int) -> list[Figure]:
        colour = COLOURS[lane.family][self._dark]
        traces = [self._name(lane.name, self._label_on(lane), row)]
        traces += [trace for course in lane.courses for trace in self._course(course, row, colour)]
        return traces + ([self._ticks(lane, row)] if lane.ticks else [])

    def mishaps(self, mishaps: Sequence[Mishap], row: int) -> list[Figure]:
        if not mishaps:
            return []
        ordered = sorted(mishaps, key=lambda one: one.on)
        room = spaced([self._share(one.on) for one in ordered], least=LABEL_SHARE)
        short = [_shortened(f"{one.grade} {one.text}".strip()) for one in ordered]
        texts = [
            text if free else str(one.grade) for one, text, free in zip(ordered, short, room, strict=True)
        ]
        colour = CAUTION[self._dark]
        marks = self._trace(
            x=[one.on.isoformat() for one in ordered],
            y=[row - BELOW_NAME] * len(ordered),
            mode="markers+text",
            meta={"track": "therapy", "short": [f"  {one.grade}" for one in ordered]},
            text=[f"  {escape(text)}" for text in texts],
            textposition=[
                "middle left" if self._share(one.on) > 1 - LABEL_SHARE else "middle right" for one in ordered
            ],
            textfont={"size": 12, "color": self._ink},
            hovertext=[escape(mishap_text(one, self._translate)) for one in ordered],
            marker={"symbol": "diamond", "size": 11, "color": colour, "line": {"color": colour, "width": 1}},
        )
        return [self._name(self._translate("Adverse events, grade"), self._first, row), marks]

    def _course(self, course: Course, row: int, colour: str) -> list[Figure]:
        text = escape(course_text(course, self._translate))
        traces = [
            self._bar(max(one.start, self._first), one.end, row, colour, text)
            for one in stretches_of(course, self._today)
            if one.end >= self._first
        ]
        traces += [
            self._gap(max(pause.start, self._first), pause.end or course.stop or self._today, row, colour)
            | {"hovertext": [escape(f"{course.name}: {pause_text(pause, self._translate)}")] * 3}
            for pause in course.pauses
            if (pause.end or self._today) >= self._first
        ]
        if course.stop is None:
            traces.append(self._arrow(self._today, row, colour, "triangle-right", text))
        if course.start < self._first:
            traces.append(self._arrow(self._first, row, colour, "triangle-left", text))
        return traces

    def _bar(self, start: date, end: date, row: int, colour: str, text: str) -> Figure:
        return {
            **self._trace(x=[max((end - start).days, 1) * DAY_MILLISECONDS], y=[row], hovertext=[text]),
            "type": "bar",
            "orientation": "h",
            "base": [start.isoformat()],
            "width": 0.24,
            "marker": {"color": colour, "line": {"width": 0}},
        }

    def _gap(self, start: date, end: date, row: int, colour: str) -> Figure:
        middle = start + (end - start) / 2
        return self._trace(
            x=[start.isoformat(), middle.isoformat(), end.isoformat()],
            y=[row] * 3,
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": "dot"},
        )

    def _arrow(self, day: date, row: int, colour: str, symbol: str, text: str) -> Figure:
        marker = {"symbol": symbol, "size": 13, "color": colour}
        return self._trace(
            x=[day.isoformat()], y=[row], mode="markers", hovertext=[text], marker=marker, cliponaxis=False
        )

    def _ticks(self, lane: Lane, row: int) -> Figure:
        """Under the bar; a session with a warning is longer and in another colour."""
        return self._trace(
            x=[tick.on.isoformat() for tick in lane.ticks],
            y=[row - 0.22] * len(lane.ticks),
            mode="markers",
            hovertext=[escape(tick.text) for tick in lane.ticks],
            marker={
                "symbol": "line-ns-open",
                "size": [11 if tick.warned else 6 for tick in lane.ticks],
                # plotly paints an open mark in its own colour, not in that of its line.
                "color": [CAUTION[self._dark] if tick.warned else self._ink for tick in lane.ticks],
                "line": {"width": [2.5 if tick.warned else 1.2 for tick in lane.ticks]},
            },
        )

    def _name(self, name: str, day: date, row: int) -> Figure:
        return self._trace(
            x=[day.isoformat()],
            y=[row + 0.34],
            mode="text",
            text=[escape(_shortened(name))],
            textposition="middle right" if self._share(day) < 0.6 else "middle left",
            textfont={"size": 12, "color": self._ink},
            hoverinfo="skip",
        )

    def _label_on(self, lane: Lane) -> date:
        starts = [course.start for course in lane.courses] + [tick.on for tick in lane.ticks]
        return max(min(starts), self._first)

    def _share(self, day: date) -> float:
        return (day - self._first) / (self._last - self._first)

    def _trace(self, **parts: Any) -> Figure:
        return {
            "type": "scatter",
            "meta": {"track": "therapy"},
            "yaxis": "y9",
            "showlegend": False,
            "hoverinfo": "text",
            **parts,
        }


def _shortened(text: str) -> str:
    return text if len(text) <= NAME_LENGTH else f"{text[: NAME_LENGTH - 1].rstrip()}…"
