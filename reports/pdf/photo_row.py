"""Left, front and right beside each other: the photo with its outlines, the value, what became of it."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.charts import Outcome, Reading, Track
from reports.charts.wording import (
    Translate,
    change_text,
    percent_text,
    same,
    span_text,
    status_name,
    track_name,
    verdict_text,
)
from reports.pdf.blocks import TextBlock
from reports.pdf.fonts import Family
from reports.pdf.look import (
    BODY,
    GAP,
    HAIRLINE,
    MUTED,
    PANEL,
    SMALL,
    STATUS,
    STRONG,
    TEXT_WIDTH,
    VALUE,
    VIEW_NAME,
)
from reports.pdf.photos import Print, draw_photo
from reports.pdf.typesetting import TextStyle

PHOTO_HEIGHT = 58 * mm
PHOTO_SHAPE = (TEXT_WIDTH - 2 * GAP) / 3 / PHOTO_HEIGHT
NO_PHOTO = TextStyle(8.5, 12, MUTED, align="centre")


def outcome_texts(
    outcome: Outcome, reading: Reading | None, _: Translate = same
) -> list[tuple[str, TextStyle]]:
    """What is printed under a photo: the value or the status, the change, the verdict, draft or signed."""
    if reading is None:
        return [(_("No photo of this view"), STATUS)]
    if reading.f_vitiligo is None:
        status = status_name(reading.status, _)
        return [(status[:1].upper() + status[1:], STATUS), (_(reading.reason), SMALL)]
    texts = [(percent_text(reading.f_vitiligo), VALUE)]
    if reading.span is not None:
        interval = span_text(*reading.span, _)
        texts.append((_("{interval} % with uncertain borders").format(interval=interval), SMALL))
    if outcome.change is not None and outcome.change.latest is reading:
        texts += [(change_text(outcome.change, _), STRONG), (verdict_text(outcome.change, _), SMALL)]
    elif reading is outcome.baseline:
        texts.append((_("Baseline"), BODY))
    texts.append((_("Signed") if reading.signed else _("Draft, not signed"), SMALL))
    return texts


class PhotoRow(Flowable):
    """Three columns. `captions` stand under the photos, one a view."""

    def __init__(
        self,
        family: Family,
        prints: Sequence[Print],
        captions: Sequence[list[tuple[str, TextStyle]]],
        translate: Translate = same,
    ) -> None:
        super().__init__()
        self._prints = prints
        self._empty = TextBlock(family, (translate("No photo of this view"), NO_PHOTO))
        self._captions = [
            TextBlock(family, (track_name(view.track, translate), VIEW_NAME), *caption)
            for view, caption in zip(prints, captions, strict=True)
        ]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self._column = (width - 2 * GAP) / 3
        tallest = max((caption.wrap(self._column, height)[1] for caption in self._captions), default=0)
        self._empty.wrap(self._column, height)
        self.height = PHOTO_HEIGHT + 5 + tallest
        return self.width, self.height

    def draw(self) -> None:
        bottom = self.height - PHOTO_HEIGHT
        for index, view in enumerate(self._prints):
            left = index * (self._column + GAP)
            self._draw_view(view, (left, bottom, self._column, PHOTO_HEIGHT))
            caption = self._captions[index]
            caption.drawOn(self.canv, left, bottom - 5 - caption.height)

    def _draw_view(self, view: Print, box: tuple[float, float, float, float]) -> None:
        if view.photo is not None:
            draw_photo(self.canv, view.photo, view, box)
            return
        self.canv.setFillColor(PANEL)
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.rect(*box, stroke=1, fill=1)
        self._empty.drawOn(self.canv, box[0], box[1] + (box[3] - self._empty.height) / 2)


def captions_of(
    prints: Sequence[Print],
    outcomes: dict[Track, Outcome],
    readings: dict[Track, Reading],
    translate: Translate = same,
) -> list[list[tuple[str, TextStyle]]]:
    return [outcome_texts(outcomes[view.track], readings.get(view.track), translate) for view in prints]
