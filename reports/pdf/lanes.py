"""The lanes of the therapy in the report: under the response chart, on its time axis, as vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.charts.lanes import CAUTION, COLOURS, LABEL_SHARE
from reports.charts.therapy import Course, Lane, Mishap, Therapy, lanes_of, spaced, stretches_of
from reports.charts.wording import Translate, same
from reports.pdf.fonts import Family
from reports.pdf.look import INK
from reports.pdf.typesetting import TextStyle, shortened

ROW: float = 6.2 * mm
BAR = 3.4
TICK_LENGTH = 2.6
ARROW = 3.4
LANE_NAME = TextStyle(7, 9, INK)


class LaneChart(Flowable):
    """`x_of` is the time axis of the response chart above, asked when both know how wide they are."""

    def __init__(
        self,
        family: Family,
        therapy: Therapy,
        x_of: Callable[[date], float],
        first: date,
        translate: Translate = same,
    ) -> None:
        super().__init__()
        self._family, self._therapy, self._translate = family, therapy, translate
        self._x, self._first = x_of, first
        self._lanes = lanes_of(therapy)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        rows = len(self._lanes) + bool(self._therapy.mishaps)
        self.width, self.height = width, rows * ROW + 2
        return self.width, self.height

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.setLineCap(0)
        for row, lane in enumerate(self._lanes):
            self._draw_lane(lane, self.height - row * ROW)
        if self._therapy.mishaps:
            self._draw_mishaps(self._therapy.mishaps, self.height - len(self._lanes) * ROW)
        self.canv.restoreState()

    def _draw_lane(self, lane: Lane, top: float) -> None:
        colour = HexColor(COLOURS[lane.family][0])
        begun = [course.start for course in lane.courses] + [tick.on for tick in lane.ticks]
        self._write(lane.name, max(min(begun), self._first), top)
        middle = top - ROW * 0.66
        for course in lane.courses:
            self._draw_course(course, middle, colour)
        for tick in lane.ticks:
            self._draw_tick(tick.on, middle, warned=tick.warned)

    def _draw_course(self, course: Course, y: float, colour: Color) -> None:
        canvas, today = self.canv, self._therapy.today
        canvas.setFillColor(colour)
        for part in stretches_of(course, today):
            start, end = self._x(max(part.start, self._first)), self._x(part.end)
            if part.end >= self._first:
                canvas.rect(start, y - BAR / 2, max(end - start, 1), BAR, stroke=0, fill=1)
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(0.9)
        canvas.setDash([1.2, 1.8])
        for pause in course.pauses:
            end_day = pause.end or course.stop or today
            if end_day >= self._first:
                canvas.line(self._x(max(pause.start, self._first)), y, self._x(end_day), y)
        canvas.setDash([])
        if course.stop is None:
            _draw_arrow(canvas, self._x(today), y, 1)
        if course.start < self._first:
            _draw_arrow(canvas, self._x(self._first), y, -1)

    def _draw_tick(self, day: date, y: float, *, warned: bool) -> None:
        self.canv.setStrokeColor(HexColor(CAUTION[0]) if warned else INK)
        self.canv.setLineWidth(1.3 if warned else 0.5)
        length = TICK_LENGTH * (1.7 if warned else 1)
        self.canv.line(self._x(day), y - BAR / 2 - 0.4, self._x(day), y - BAR / 2 - 0.4 - length)

    def _draw_mishaps(self, mishaps: Sequence[Mishap], top: float) -> None:
        self._write(self._translate("Adverse events, grade"), self._first, top)
        ordered = sorted(mishaps, key=lambda one: one.on)
        room = spaced([self._x(one.on) / self.width for one in ordered], least=LABEL_SHARE)
        y = top - ROW * 0.66
        for one, free in zip(ordered, room, strict=True):
            x = self._x(one.on)
            _draw_diamond(self.canv, x, y)
            text = f"{one.grade} {one.text}".strip() if free else str(one.grade)
            line = shortened(text, self._family, LANE_NAME, self.width * LABEL_SHARE)
            beside = x - 5 - line.width if x + 5 + line.width > self.width else x + 5
            line.draw(self.canv, beside, y - 2.4, LANE_NAME.colour)

    def _write(self, text: str, day: date, top: float) -> None:
        x = self._x(day)
        line = shortened(text, self._family, LANE_NAME, self.width * 0.5)
        line.draw(self.canv, min(x, self.width - line.width), top - 7, LANE_NAME.colour)


def _draw_arrow(canvas: Canvas, x: float, y: float, direction: int) -> None:
    """At the end of a bar whose treatment goes on, or at the start of one that is older than the axis."""
    path = canvas.beginPath()
    path.moveTo(x + direction * ARROW, y)
    path.lineTo(x, y + ARROW)
    path.lineTo(x, y - ARROW)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColor(HexColor(CAUTION[0]))
    path = canvas.beginPath()
    path.moveTo(x, y + 3)
    for dx, dy in ((3, 0), (0, -3), (-3, 0)):
        path.lineTo(x + dx, y + dy)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
