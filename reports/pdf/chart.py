"""The response chart in the report: the same marks, lines and bands as on the page, as vectors."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.charts import Errors, Reading, Series, Track, is_sound, series_of
from reports.charts.layout import (
    MARKS,
    error_bands,
    highest_value,
    largest_error,
    line_segments,
    unmeasured,
    value_ticks,
)
from reports.charts.series import VIEWS
from reports.charts.therapy import Therapy, widened
from reports.charts.wording import Translate, axis_title, same, track_name
from reports.pdf.fonts import Family
from reports.pdf.look import HAIRLINE, INK, MUTED, TICK
from reports.pdf.typesetting import TextStyle, set_line

TALL: float = 64 * mm
LOW: float = 38 * mm
"""Of the chart without its lane: as high as it is drawn where there is room, and how low it may get."""
LEFT_MARGIN: float = 13 * mm
LEGEND_HEIGHT: float = 7 * mm
AXIS_HEIGHT: float = 6 * mm
LANE_ROW: float = 3.2 * mm
DASHES = {"solid": (), "dash": (5, 3), "dot": (1.4, 2.2), "dashdot": (5, 2.2, 1.2, 2.2)}
SECTION_GAP = 4.0
LEGEND = TextStyle(7.5, 9, INK)


def date_ticks(first: date, last: date, *, most: int = 8) -> tuple[date, ...]:
    """First days of months, evenly apart, inside the span; for a short span its own ends."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= most), 120)
    start = first.year * 12 + first.month - 1
    index = -(-start // step) * step
    ticks = []
    while date(index // 12, index % 12 + 1, 1) <= last:
        ticks.append(date(index // 12, index % 12 + 1, 1))
        index += step
    inside = tuple(tick for tick in ticks if tick >= first)
    return inside if len(inside) > 1 else tuple(dict.fromkeys((first, last)))


class ResponseChart(Flowable):
    """As wide as the text. The scale starts at 0; what was not measured stands under it, never on it."""

    def __init__(
        self,
        family: Family,
        readings: Sequence[Reading],
        sdc95: Errors,
        translate: Translate = same,
        *,
        therapy: Therapy | None = None,
    ) -> None:
        super().__init__()
        self._family, self._translate, self._sdc95 = family, translate, sdc95
        self._readings = readings
        self._series = series_of(readings)
        self._lane = [series for series in self._series if unmeasured(series)]
        self._ticks = value_ticks(highest_value(self._series, margin=largest_error(sdc95)))
        days = [reading.taken_on for reading in readings] or [date(2000, 1, 1)]
        margin = max(timedelta(days=round((max(days) - min(days)).days * 0.03)), timedelta(days=3))
        self._first, self._last = min(days) - margin, max(days) + margin
        if therapy:
            self._first, self._last = widened(self._first, self._last, therapy)
        self._days = date_ticks(max(self._first, min(days)), max(days))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as there is room, between LOW and TALL."""
        lane = self._lane_height + 4 if self._lane else 0
        self.width, self.height = width, min(max(height, LOW + lane), TALL + lane)
        return self.width, self.height

    @property
    def _lane_height(self) -> float:
        return LANE_ROW * len(self._lane)

    @property
    def _floor(self) -> float:
        return AXIS_HEIGHT + (self._lane_height + 4 if self._lane else 0)

    @property
    def first(self) -> date:
        """Where the time axis begins."""
        return self._first

    def x_of(self, day: date) -> float:
        """The place of a day, once the chart knows how wide it is."""
        return self._x(day)

    def _x(self, day: date) -> float:
        share = (day - self._first).days / (self._last - self._first).days
        return LEFT_MARGIN + share * (self.width - LEFT_MARGIN)

    def _y(self, value: float) -> float:
        return self._floor + value / self._ticks[-1] * (self.height - LEGEND_HEIGHT - self._floor)

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.setLineCap(1)
        self._draw_axes()
        self._draw_bands()
        self.canv.setFillAlpha(1)
        for series in reversed(self._series):
            self._draw_series(series)
        self._draw_lane()
        self._draw_legend()
        self.canv.restoreState()

    def _write(self, text: str, x: float, y: float, style: TextStyle, *, share: float = 0.0) -> float:
        line = set_line(text, self._family, style)
        line.draw(self.canv, x - line.width * share, y, style.colour)
        return line.width

    def _draw_axes(self) -> None:
        canvas = self.canv
        canvas.setLineWidth(0.5)
        for tick in self._ticks:
            canvas.setStrokeColor(MUTED if tick == 0 else HAIRLINE)
            canvas.line(LEFT_MARGIN, self._y(tick), self.width, self._y(tick))
            self._write(f"{tick:g} %", LEFT_MARGIN - 5, self._y(tick) - 2.4, TICK, share=1)
        canvas.setStrokeColor(MUTED)
        for day in self._days:
            canvas.line(self._x(day), AXIS_HEIGHT, self._x(day), AXIS_HEIGHT - 3)
            text = day.strftime("%Y-%m") if day.day == 1 else day.isoformat()
            self._write(text, self._x(day), AXIS_HEIGHT - 11, TICK, share=0.5)
        if self._lane:
            canvas.line(LEFT_MARGIN, AXIS_HEIGHT, self.width, AXIS_HEIGHT)

    def _draw_bands(self) -> None:
        width = self.width - LEFT_MARGIN
        for track, low, high in error_bands(self._readings, self._sdc95):
            self.canv.setFillColor(HexColor(MARKS[track].light), alpha=0.08)
            bottom = self._y(low)
            self.canv.rect(LEFT_MARGIN, bottom, width, self._y(high) - bottom, stroke=0, fill=1)

    def _draw_series(self, series: Series) -> None:
        colour = HexColor(MARKS[series.track].light)
        for segment in line_segments(series):
            path = self.canv.beginPath()
            for index, reading in enumerate(segment):
                place = (self._x(reading.taken_on), self._y(reading.f_vitiligo or 0.0))
                (path.lineTo if index else path.moveTo)(*place)
            _stroke(self.canv, colour, 1.3, DASHES[MARKS[series.track].dash])
            self.canv.drawPath(path, stroke=1, fill=0)
        for reading in series.measured:
            place = (self._x(reading.taken_on), self._y(reading.f_vitiligo or 0.0))
            if is_sound(reading):
                draw_mark(self.canv, series.track, *place, filled=reading.signed)
            else:
                _draw_cross(self.canv, colour, *place)

    def _draw_lane(self) -> None:
        for row, series in enumerate(self._lane):
            y = AXIS_HEIGHT + self._lane_height - (row + 0.5) * LANE_ROW
            for reading in unmeasured(series):
                draw_mark(self.canv, series.track, self._x(reading.taken_on), y, filled=False, size=2.3)
        if self._lane:
            middle = AXIS_HEIGHT + self._lane_height / 2 - 2.4
            self._write(self._translate("no value"), LEFT_MARGIN - 5, middle, TICK, share=1)

    def _draw_legend(self) -> None:
        x, y = LEFT_MARGIN, self.height - LEGEND_HEIGHT + 9
        for draw, text in self._legend():
            draw(x, y)
            x += 24 + self._write(text, x + 20, y - 2.6, LEGEND) + 9
        self._write(axis_title(self._translate), self.width, y - 2.6, TICK, share=1)

    def _legend(self) -> Iterator[tuple[Callable[[float, float], None], str]]:
        for series in self._series:
            if series.readings and (series.track in VIEWS or series.measured):
                yield self._legend_line(series.track), track_name(series.track, self._translate)

    def _legend_line(self, track: Track) -> Callable[[float, float], None]:
        def draw(x: float, y: float) -> None:
            _stroke(self.canv, HexColor(MARKS[track].light), 1.3, DASHES[MARKS[track].dash])
            self.canv.line(x, y, x + 16, y)
            draw_mark(self.canv, track, x + 8, y, filled=True)

        return draw


class ChartSection(Flowable):
    """Heading, chart, what stands under it and the key as one piece; the chart takes the room that the page
    has left."""

    def __init__(self, heading: Flowable, chart: ResponseChart, *below: Flowable) -> None:
        super().__init__()
        self._parts, self._chart = (heading, chart, *below), chart

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        others = [part for part in self._parts if part is not self._chart]
        around = sum(part.wrap(width, height)[1] for part in others) + len(others) * SECTION_GAP
        self.width, self.height = width, self._chart.wrap(width, height - around)[1] + around
        return self.width, self.height

    def draw(self) -> None:
        y = self.height
        for part in self._parts:
            y -= part.height
            part.drawOn(self.canv, 0, y)
            y -= SECTION_GAP


def _stroke(canvas: Canvas, colour: Color, width: float, dash: tuple[float, ...]) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(width)
    canvas.setDash(list(dash))


def draw_mark(canvas: Canvas, track: Track, x: float, y: float, *, filled: bool, size: float = 3.1) -> None:
    """The track's shape about (x, y): filled when signed, hollow when not."""
    colour = HexColor(MARKS[track].light)
    _stroke(canvas, colour, 1.1, ())
    canvas.setFillColor(colour if filled else white)
    if track is Track.FRONT:
        canvas.circle(x, y, size * 0.9, stroke=1, fill=1)
        return
    corners = {
        Track.LEFT: ((-1.15, 0), (0.75, 1), (0.75, -1)),
        Track.RIGHT: ((1.15, 0), (-0.75, 1), (-0.75, -1)),
        Track.POOLED: ((0, 1.1), (1.1, 0), (0, -1.1), (-1.1, 0)),
    }[track]
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0] * size, y + corners[0][1] * size)
    for dx, dy in corners[1:]:
        path.lineTo(x + dx * size, y + dy * size)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


def _draw_cross(canvas: Canvas, colour: Color, x: float, y: float) -> None:
    _stroke(canvas, colour, 1.3, ())
    canvas.line(x - 2.6, y - 2.6, x + 2.6, y + 2.6)
    canvas.line(x - 2.6, y + 2.6, x + 2.6, y - 2.6)
