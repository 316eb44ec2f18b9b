"""Setting a text of any script: its faces, its direction, its lines.

A text is cut into runs of one face and one direction. Runs of joining or right-to-left scripts are shaped
with HarfBuzz, the others are drawn as they are. A character that no face has is drawn as a box. What is drawn
can be copied and searched.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from bidi.algorithm import (
    explicit_embed_and_overrides,
    get_base_level,
    get_embedding_levels,
    get_empty_storage,
    resolve_implicit_levels,
    resolve_neutral_types,
    resolve_weak_types,
)
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from reports.pdf.fonts import AnyFace, Face, Family, Glyph, is_drawn

BOX_WIDTH = 0.62
JOINING = re.compile(
    r"[\u0300-\u036f\u0590-\u08ff\u0900-\u109f\u1200-\u139f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefe]"
)
CONTROLS = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Sizes in points; `leading` is the distance of base lines."""

    size: float
    leading: float
    colour: Color
    bold: bool = False
    align: str = "left"


@dataclass(frozen=True)
class Run:
    """Characters of one face, or of none, and one bidirectional level."""

    text: str
    face: AnyFace | None
    level: int
    size: float

    @property
    def is_shaped(self) -> bool:
        """The viewer's own face is never shaped: it serves Hangul, whose syllables come composed."""
        return isinstance(self.face, Face) and (self.level % 2 == 1 or JOINING.search(self.text) is not None)

    @cached_property
    def glyphs(self) -> list[Glyph]:
        if not isinstance(self.face, Face):
            return []
        return self.face.shape(self.text, right_to_left=self.level % 2 == 1)

    @cached_property
    def width(self) -> float:
        if self.face is None:
            return BOX_WIDTH * self.size * len(self.text)
        if self.is_shaped:
            return sum(glyph.advance for glyph in self.glyphs) * self.size / 1000
        return self.face.width(self.text, self.size)


@dataclass(frozen=True, slots=True)
class Line:
    """Runs in the order in which they are read, and the width they take."""

    runs: tuple[Run, ...]

    @property
    def width(self) -> float:
        return sum(run.width for run in self.runs)

    def draw(self, canvas: Canvas, x: float, y: float, colour: Color) -> None:
        """Draw from `x` on the base line `y`, in visual order."""
        pen = _Pen(canvas, x, y, colour)
        for run in _visual_order(self.runs):
            pen.write(run)
        pen.close()


def plain(text: str) -> str:
    """Composed, on one line, without controls: a name cannot turn round the text that follows it."""
    composed = unicodedata.normalize("NFC", text)
    return CONTROLS.sub("", re.sub(r"[\t\n\r\x0b\x0c]+", " ", composed))


def set_line(text: str, family: Family, style: TextStyle) -> Line:
    """The text on one line, however wide."""
    return Line(tuple(_runs(plain(text), family, style)))


def set_lines(text: str, family: Family, style: TextStyle, width: float) -> list[Line]:
    """The text broken at spaces into lines of at most `width` points; a longer word is broken inside.

    Line feeds in `text` are kept. An empty text is one empty line.
    """
    return [line for part in text.split("\n") for line in _wrap(plain(part), family, style, width)]


def _wrap(text: str, family: Family, style: TextStyle, width: float) -> Iterator[Line]:
    pieces = [piece for word in WORD.findall(text) for piece in _pieces(word, family, style, width)]
    current: list[str] = []
    used = 0.0
    for piece in pieces:
        needed = set_line(piece.rstrip(), family, style).width
        if current and used + needed > width:
            yield set_line("".join(current).rstrip(), family, style)
            current, used = [], 0.0
        current.append(piece)
        used += set_line(piece, family, style).width
    yield set_line("".join(current).rstrip(), family, style)


def _pieces(word: str, family: Family, style: TextStyle, width: float) -> Iterator[str]:
    """The word itself, or as many parts as it takes for each to fit; marks stay with their letters."""
    if set_line(word.rstrip(), family, style).width <= width:
        yield word
        return
    part = ""
    for character in word:
        longer = part + character
        if part and not unicodedata.combining(character) and set_line(longer, family, style).width > width:
            yield part
            longer = character
        part = longer
    yield part


def _runs(text: str, family: Family, style: TextStyle) -> Iterator[Run]:
    chain = family.chain(bold=style.bold)
    faces = _faces(text, chain)
    places = list(zip(text, faces, _levels(text), strict=True))
    for (face, level), group in groupby(places, key=lambda place: (place[1], place[2])):
        yield Run("".join(place[0] for place in group), face, level, style.size)


def _faces(text: str, chain: Sequence[AnyFace]) -> list[AnyFace | None]:
    """A face a character. Marks, spaces and signs stay with the face before them where it has them."""
    faces: list[AnyFace | None] = []
    for character in text:
        before = faces[-1] if faces else None
        leans = unicodedata.category(character)[0] in "MZ"
        if leans and before is not None and before.covers(character):
            faces.append(before)
        else:
            faces.append(next((face for face in chain if face.covers(character)), None))
    return faces


def _levels(text: str) -> list[int]:
    """The embedding level of each character by the Unicode bidirectional algorithm; odd is right to left."""
    if not JOINING.search(text):
        return [0] * len(text)
    level = get_base_level(text)
    storage = get_empty_storage()
    storage.update(base_level=level, base_dir=("L", "R")[level])
    get_embedding_levels(text, storage)
    explicit_embed_and_overrides(storage)
    resolve_weak_types(storage)
    resolve_neutral_types(storage, False)
    resolve_implicit_levels(storage, False)
    return [character["level"] for character in storage["chars"]]


def _visual_order(runs: Sequence[Run]) -> list[Run]:
    """Rule L2: from the highest level down, turn round every stretch of runs at that level or above."""
    ordered = list(runs)
    levels = [run.level for run in runs]
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = max(end, start + 1)
    return ordered


def shortened(text: str, family: Family, style: TextStyle, width: float) -> Line:
    """The text on one line; what does not fit gives way to an ellipsis."""
    text = plain(text)
    line = set_line(text, family, style)
    while line.width > width and text:
        text = text[: min(int(len(text) * width / line.width), len(text) - 1)].rstrip()
        line = set_line(f"{text}…", family, style)
    return line


class _Pen:
    """Writes runs one after the other, plain ones into one text object: so they are read as one line."""

    def __init__(self, canvas: Canvas, x: float, y: float, colour: Color) -> None:
        self._canvas, self._x, self._y, self._colour = canvas, x, y, colour
        self._text: PDFTextObject | None = None

    def write(self, run: Run) -> None:
        if run.face is None:
            self._draw_boxes(run)
        elif run.is_shaped:
            self._write_shaped(run, run.face.name)
        else:
            self._write_plain(run, run.face.name)
        self._x += run.width

    def close(self) -> None:
        if self._text is not None:
            self._canvas.drawText(self._text)
            self._text = None

    def _open(self) -> PDFTextObject:
        text = self._canvas.beginText(self._x, self._y)
        text.setFillColor(self._colour)
        return text

    def _write_plain(self, run: Run, face: str) -> None:
        self._text = self._text or self._open()
        self._text.setFont(face, run.size)
        self._text.textOut(run.text)

    def _write_shaped(self, run: Run, face: str) -> None:
        """Readers put text right that runs from right to left; other shaped text is spelled out for them."""
        self.close()
        spelled = run.level % 2 == 0
        if spelled:
            letters = (b"\xfe\xff" + run.text.encode("utf-16-be")).hex().upper()
            self._canvas.addLiteral(f"/Span << /ActualText <{letters}> >> BDC")
        text, x, unit = self._open(), self._x, run.size / 1000
        text.setFont(face, run.size)
        for glyph in run.glyphs:
            text.setTextOrigin(x + glyph.shift_x * unit, self._y + glyph.shift_y * unit)
            text.textOut(glyph.code)
            x += glyph.advance * unit
        self._canvas.drawText(text)
        if spelled:
            self._canvas.addLiteral("EMC")

    def _draw_boxes(self, run: Run) -> None:
        self.close()
        canvas, step = self._canvas, BOX_WIDTH * run.size
        canvas.saveState()
        canvas.setStrokeColor(self._colour)
        canvas.setLineWidth(run.size * 0.05)
        for index, character in enumerate(run.text):
            if is_drawn(character):
                canvas.rect(self._x + index * step + step * 0.12, self._y, step * 0.76, run.size * 0.7)
        canvas.restoreState()
