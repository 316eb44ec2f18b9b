"""Measures, colours and text styles of the report."""

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from reports.pdf.typesetting import TextStyle

PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE = 18 * mm
HEAD = 26 * mm
FOOT = 32 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE
GAP = 4 * mm

INK = HexColor("#1f2933")
MUTED = HexColor("#56606d")
HAIRLINE = HexColor("#d3d9e0")
PANEL = HexColor("#f3f5f7")
ACCENT = HexColor("#0b4f6c")
CAUTION = HexColor("#7a4100")
CAUTION_PAPER = HexColor("#fff4df")
MAT = HexColor("#15181c")

TITLE = TextStyle(17, 21, INK, bold=True)
HEADING = TextStyle(10.5, 14, ACCENT, bold=True)
BODY = TextStyle(9, 12.5, INK)
STRONG = TextStyle(9, 12.5, INK, bold=True)
NAME = TextStyle(13, 17, INK, bold=True)
LABEL = TextStyle(7, 9.5, MUTED)
SMALL = TextStyle(7.5, 10.2, MUTED)
VIEW_NAME = TextStyle(8, 11, MUTED, bold=True)
VALUE = TextStyle(18, 22, INK, bold=True)
STATUS = TextStyle(11, 15, INK, bold=True)
CELL = TextStyle(8.2, 11, INK)
CELL_STRONG = TextStyle(8.2, 11, INK, bold=True)
CELL_SMALL = TextStyle(7.2, 9.6, MUTED)
COLUMN_HEAD = TextStyle(7.2, 9.6, MUTED, bold=True)
FINE_PRINT = TextStyle(6.6, 8.6, MUTED)
FINE_STRONG = TextStyle(6.6, 8.6, CAUTION, bold=True)
WARNING = TextStyle(8.5, 11.5, CAUTION, bold=True)
TICK = TextStyle(7, 9, MUTED)
