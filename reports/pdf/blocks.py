"""The pieces a page is built of: text, definition lists, notices, the row of photos."""

from collections.abc import Sequence

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from reports.pdf.fonts import Family
from reports.pdf.look import CAUTION_PAPER, HAIRLINE, LABEL
from reports.pdf.typesetting import Line, TextStyle, set_lines


class TextBlock(Flowable):
    """Texts under each other, each in its style, broken to the width at hand; splits between lines."""

    def __init__(self, family: Family, *texts: tuple[str, TextStyle], space_after: float = 0) -> None:
        super().__init__()
        self._family, self._texts = family, texts
        self._lines: list[tuple[Line, TextStyle]] = []
        self.spaceAfter = space_after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self._lines = [
            (line, style)
            for text, style in self._texts
            for line in set_lines(text, self._family, style, width)
        ]
        self.width = width
        self.height = sum(style.leading for _line, style in self._lines)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        used, first = 0.0, 0
        for _line, style in self._lines:
            if used + style.leading > height:
                break
            used, first = used + style.leading, first + 1
        if first == 0:
            return []
        return [SetBlock(self._lines[:first]), SetBlock(self._lines[first:])]

    def draw(self) -> None:
        y = self.height
        for line, style in self._lines:
            y -= style.leading
            start = {"left": 0.0, "right": self.width - line.width}.get(
                style.align, (self.width - line.width) / 2
            )
            line.draw(
                self.canv, start, y + (style.leading - style.size) * 0.5 + style.size * 0.2, style.colour
            )


class SetBlock(TextBlock):
    """Lines that are broken already: a part of a text that went over a page."""

    def __init__(self, lines: list[tuple[Line, TextStyle]]) -> None:
        super().__init__(Family((), ()))
        self._lines = lines

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, sum(style.leading for _line, style in self._lines)
        return self.width, self.height


class Facts(Flowable):
    """Label and value pairs in columns of equal width; values wrap, rows share their height."""

    def __init__(
        self, family: Family, pairs: Sequence[tuple[str, str]], style: TextStyle, columns: int
    ) -> None:
        super().__init__()
        self._blocks = [TextBlock(family, (label, LABEL), (value, style)) for label, value in pairs]
        self._columns = columns
        self._heights: list[float] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, cell = width, width / self._columns
        heights = [block.wrap(cell - 8, height)[1] for block in self._blocks]
        self._heights = [
            max(heights[start : start + self._columns]) + 4 for start in range(0, len(heights), self._columns)
        ]
        self.height = sum(self._heights)
        return self.width, self.height

    def draw(self) -> None:
        y = self.height
        for row, height in enumerate(self._heights):
            start = row * self._columns
            for column, block in enumerate(self._blocks[start : start + self._columns]):
                block.drawOn(self.canv, column * self.width / self._columns, y - block.height)
            y -= height


class Notice(Flowable):
    """A sentence on tinted paper with a bar at its side, so that it is seen without colour too."""

    def __init__(self, family: Family, text: str, style: TextStyle, paper: Color = CAUTION_PAPER) -> None:
        super().__init__()
        self._block, self._style, self._paper = TextBlock(family, (text, style)), style, paper

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.height = self._block.wrap(width - 20, height)[1] + 10
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(self._paper)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillColor(self._style.colour)
        self.canv.rect(0, 0, 2.2, self.height, stroke=0, fill=1)
        self._block.drawOn(self.canv, 11, 5)


class Rule(Flowable):
    def __init__(self, space: float = 6) -> None:
        super().__init__()
        self._space = space

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self._space
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.6)
        self.canv.line(0, self.height / 2, self.width, self.height / 2)
