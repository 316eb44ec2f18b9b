"""Clinical scores in the report: small multiples on their own scales, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from reports.charts.multiples import Panel, panels_of
from reports.charts.wording import Translate, same
from reports.pdf.blocks import TextBlock
from reports.pdf.content import ScoreFacts
from reports.pdf.fonts import Family
from reports.pdf.look import ACCENT, CELL_STRONG, HAIRLINE, HEADING, LABEL, SMALL, TICK
from reports.pdf.typesetting import set_line, set_lines, shortened

COLUMNS = 4
GUTTER: float = 4 * mm
PLOT: float = 13 * mm
NOTE_LINES = 3
TEXT_HEIGHT = LABEL.leading + CELL_STRONG.leading + NOTE_LINES * SMALL.leading
CELL_HEIGHT = TEXT_HEIGHT + PLOT + 8
TICK_ROOM = 14.0


class ScorePanels(Flowable):
    """Panels in rows of four; it splits between rows."""

    def __init__(self, family: Family, panels: Sequence[Panel]) -> None:
        super().__init__()
        self._family, self._panels = family, tuple(panels)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        rows = -(-len(self._panels) // COLUMNS)
        self.width, self.height = width, rows * CELL_HEIGHT
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        fit = int(height // CELL_HEIGHT) * COLUMNS
        if fit <= 0:
            return []
        return [ScorePanels(self._family, part) for part in (self._panels[:fit], self._panels[fit:]) if part]

    def draw(self) -> None:
        cell = (self.width - (COLUMNS - 1) * GUTTER) / COLUMNS
        for index, panel in enumerate(self._panels):
            row, column = divmod(index, COLUMNS)
            self._draw_panel(panel, column * (cell + GUTTER), self.height - row * CELL_HEIGHT, cell)

    def _draw_panel(self, panel: Panel, x: float, top: float, width: float) -> None:
        series = panel.series
        y = top - LABEL.leading
        shortened(series.name, self._family, LABEL, width).draw(self.canv, x, y, LABEL.colour)
        y -= CELL_STRONG.leading
        shortened(series.summary, self._family, CELL_STRONG, width).draw(self.canv, x, y, CELL_STRONG.colour)
        for line in set_lines(series.note, self._family, SMALL, width)[:NOTE_LINES]:
            y -= SMALL.leading
            line.draw(self.canv, x, y, SMALL.colour)
        self._draw_course(panel, x, top - TEXT_HEIGHT - 4 - PLOT, width)

    def _draw_course(self, panel: Panel, x: float, bottom: float, width: float) -> None:
        canvas = self.canv
        left, wide = x + TICK_ROOM, width - TICK_ROOM - 4
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(HAIRLINE)
        for value, y in ((panel.low, bottom), (panel.high, bottom + PLOT)):
            canvas.line(left, y, x + width, y)
            text = set_line(f"{value:g}", self._family, TICK)
            text.draw(canvas, left - 3 - text.width, y - 2.4, TICK.colour)
        places = [(left + px * wide, bottom + py * PLOT) for px, py in panel.places]
        canvas.setStrokeColor(ACCENT)
        canvas.setFillColor(ACCENT)
        canvas.setLineWidth(1.1)
        for start, end in pairwise(places):
            canvas.line(*start, *end)
        for place in places:
            canvas.circle(*place, 1.7, stroke=0, fill=1)


def scores_section(facts: ScoreFacts | None, family: Family, translate: Translate = same) -> list[Flowable]:
    """Nothing where nothing was scored."""
    if facts is None or not (facts.series or facts.remarks):
        return []
    _ = translate
    meaning = _(
        "Given by clinicians and patients, each on its own scale. They are not F-Vitiligo, and no mask fills "
        "them in."
    )
    remarks = [(remark, SMALL) for remark in facts.remarks]
    heading = TextBlock(family, (_("Clinical scores"), HEADING), space_after=3)
    heading.spaceBefore = 8
    return [
        CondPageBreak(CELL_HEIGHT + 20 * mm),
        heading,
        TextBlock(family, (meaning, SMALL)),
        Spacer(0, 3),
        ScorePanels(family, panels_of(facts.series)),
        *([Spacer(0, 4), TextBlock(family, *remarks)] if remarks else []),
    ]
