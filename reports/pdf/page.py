"""What stands on every page: whose report it is, the safety wording, the time and the page number."""

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

from reports.charts.wording import Translate
from reports.pdf.content import ReportContent
from reports.pdf.fonts import Family
from reports.pdf.look import (
    CELL_STRONG,
    FINE_PRINT,
    FINE_STRONG,
    FOOT,
    HAIRLINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SIDE,
    SMALL,
    TEXT_WIDTH,
)
from reports.pdf.safety import draft_sentence, lesion_sentence, measurement_sentence, product_sentence
from reports.pdf.typesetting import TextStyle, set_line, set_lines, shortened

TOP_LINE = PAGE_HEIGHT - 20 * mm


def draw_page(
    canvas: Canvas,
    document: BaseDocTemplate,
    *,
    content: ReportContent,
    family: Family,
    pages: int,
    translate: Translate,
) -> None:
    canvas.saveState()
    _draw_head(canvas, content, family)
    _draw_foot(canvas, content, family, document.page, pages, translate)
    canvas.restoreState()


def _draw_head(canvas: Canvas, content: ReportContent, family: Family) -> None:
    """The clinic left, the patient and the visit right, so that a lost page finds its way back."""
    half = TEXT_WIDTH / 2 - 6
    left = [(content.letterhead.clinic, CELL_STRONG), (content.letterhead.address, SMALL)]
    patient = content.patient
    right = [
        (patient.name, CELL_STRONG),
        (f"{patient.record_number} · {content.visit.date.isoformat()}", SMALL),
    ]
    for row, (text, style) in enumerate(left):
        shortened(text, family, style, half).draw(canvas, SIDE, TOP_LINE + 16 - row * 11, style.colour)
    for row, (text, style) in enumerate(right):
        line = shortened(text, family, style, half)
        line.draw(canvas, PAGE_WIDTH - SIDE - line.width, TOP_LINE + 16 - row * 11, style.colour)
    _draw_rule(canvas, TOP_LINE)


def _draw_foot(
    canvas: Canvas, content: ReportContent, family: Family, page: int, pages: int, _: Translate
) -> None:
    top = FOOT - 4 * mm
    _draw_rule(canvas, top)
    sentences: list[tuple[str, TextStyle]] = [
        (product_sentence(_), FINE_PRINT),
        (measurement_sentence(content.sdc95, _) if content.photos else lesion_sentence(_), FINE_PRINT),
    ]
    if content.unsigned_releases:
        sentences.insert(0, (draft_sentence(content.unsigned_releases, _), FINE_STRONG))
    y = top - 2
    for text, style in sentences:
        for line in set_lines(text, family, style, TEXT_WIDTH):
            y -= style.leading
            line.draw(canvas, SIDE, y, style.colour)
    _draw_last_line(canvas, content, family, page, pages, _)


def _draw_last_line(
    canvas: Canvas, content: ReportContent, family: Family, page: int, pages: int, _: Translate
) -> None:
    made = _("Report made {time}").format(time=content.generated_at.strftime("%Y-%m-%d %H:%M %Z").strip())
    if content.generated_by:
        made = _("{made} by {user}").format(made=made, user=content.generated_by)
    made = " · ".join(filter(None, [content.number, made]))
    number = set_line(_("Page {page} of {pages}").format(page=page, pages=pages), family, FINE_PRINT)
    shortened(made, family, FINE_PRINT, TEXT_WIDTH - number.width - 20).draw(
        canvas, SIDE, 9 * mm, FINE_PRINT.colour
    )
    number.draw(canvas, PAGE_WIDTH - SIDE - number.width, 9 * mm, FINE_PRINT.colour)


def _draw_rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, y, PAGE_WIDTH - SIDE, y)
