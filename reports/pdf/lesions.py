"""A page for each photograph of a lesion: picture and masks, estimate with its uncertainty, gates, note."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from reports.charts.wording import Translate, same
from reports.pdf.blocks import Facts, Notice, TextBlock
from reports.pdf.fonts import Family
from reports.pdf.lesion_facts import LesionSheet
from reports.pdf.look import (
    BODY,
    CELL,
    CELL_STRONG,
    GAP,
    HEADING,
    LABEL,
    MAT,
    SMALL,
    STRONG,
    VIEW_NAME,
    WARNING,
)
from reports.pdf.look import NAME as SHEET_NAME
from reports.pdf.photos import LESION_LINE, Outline, as_jpeg, draw_outlines, outlines
from reports.pdf.safety import lesion_sentence
from reports.pdf.tables import Cell, ruled_table

PICTURE_HEIGHT = 44 * mm
MARGIN = 1.9
"""Size of the window about the masks, in sizes of them."""
TINT = np.array([214, 39, 40], dtype=np.float32)
TINT_SHARE = 0.38
OPINION_COLUMNS = (0.34, 0.26, 0.40)


def lesion_pages(sheets: Sequence[LesionSheet], family: Family, _: Translate = same) -> list[Flowable]:
    """A page a sheet, each begun on paper of its own; nothing without lesions."""
    return [part for sheet in sheets for part in (PageBreak(), *lesion_page(sheet, family, _))]


def lesion_page(sheet: LesionSheet, family: Family, _: Translate = same) -> list[Flowable]:
    page: list[Flowable] = [
        TextBlock(
            family,
            (_("Single lesion"), LABEL),
            (f"{sheet.name} · {sheet.taken_on.isoformat()}", SHEET_NAME),
            space_after=4,
        ),
        Facts(family, sheet.facts, BODY, 4),
        PictureRow(sheet, family, _),
        Spacer(0, 4),
    ]
    if sheet.withheld:
        page += [Notice(family, sheet.withheld, WARNING), Spacer(0, 5)]
        page += [TextBlock(family, (_("No probability is given, because it could not be trusted."), BODY))]
    else:
        page += _estimate(sheet, family, _)
    return [*page, *_findings(sheet, family, _), *_words(sheet, family, _), *_closing(sheet, family, _)]


def _estimate(sheet: LesionSheet, family: Family, _: Translate) -> list[Flowable]:
    rows: list[list[Cell]] = [
        [[(one.name, CELL_STRONG)], [(one.probability, CELL_STRONG)], [(one.meaning, CELL)]]
        for one in sheet.opinions
    ]
    key = _(
        "Mean and standard deviation over five seeded passes; the deviation is a spread and not a confidence "
        "interval. Image features, not the clinical ABCD score."
    )
    head = [_("Estimate by"), _("Probability of malignancy"), _("Called")]
    return [
        TextBlock(family, (sheet.agreement, BODY)),
        KeepTogether([_heading(_("Estimate"), family), ruled_table(family, head, rows, OPINION_COLUMNS)]),
        KeepTogether([_heading(_("Description"), family), Facts(family, sheet.description, BODY, 4)]),
        TextBlock(family, (key, SMALL)),
    ]


def _findings(sheet: LesionSheet, family: Family, _: Translate) -> list[Flowable]:
    if not sheet.findings:
        return []
    gates = [(one.name, f"{one.value} ({one.limit}): {one.level.lower()}") for one in sheet.findings]
    heading = _heading(_("Gates: value (limit of a warning / of a refusal): level"), family)
    return [KeepTogether([heading, Facts(family, gates, CELL, 3)])]


def _words(sheet: LesionSheet, family: Family, _: Translate) -> list[Flowable]:
    parts: list[Flowable] = []
    if sheet.note:
        block = TextBlock(family, (sheet.note, BODY))
        parts.append(KeepTogether([_heading(_("Note of a clinician"), family), block]))
    if sheet.next_step:
        source = _("Information, not an order. Source: {source}").format(source=sheet.next_step_source)
        block = TextBlock(family, (sheet.next_step, BODY), (source, SMALL))
        parts.append(KeepTogether([_heading(_("Next steps"), family), block]))
    return parts


def _closing(sheet: LesionSheet, family: Family, _: Translate) -> list[Flowable]:
    sentence = Notice(family, lesion_sentence(_), WARNING)
    return [Spacer(0, 6), KeepTogether([TextBlock(family, (sheet.standing, STRONG)), Spacer(0, 3), sentence])]


def _heading(text: str, family: Family) -> Flowable:
    heading = TextBlock(family, (text, HEADING), space_after=3)
    heading.spaceBefore = 8
    return heading


class PictureRow(Flowable):
    """The original, and beside it each mask in red with its contour; the picked one is named so."""

    def __init__(self, sheet: LesionSheet, family: Family, translate: Translate = same) -> None:
        super().__init__()
        self._pictures = [] if sheet.image is None else _pictures(sheet.image, sheet)
        names = [
            translate("Original"),
            *(_mask_name(one.name, one.is_picked, translate) for one in sheet.masks),
        ]
        self._captions = [TextBlock(family, (name, VIEW_NAME)) for name in names]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self._column = (width - 2 * GAP) / 3
        tallest = max(caption.wrap(self._column, height)[1] for caption in self._captions)
        self.height = PICTURE_HEIGHT + 4 + tallest if self._pictures else 0
        return self.width, self.height

    def draw(self) -> None:
        bottom = self.height - PICTURE_HEIGHT
        for index, ((picture, shapes), caption) in enumerate(
            zip(self._pictures, self._captions, strict=True)
        ):
            left = index * (self._column + GAP)
            self.canv.setFillColor(MAT)
            self.canv.rect(left, bottom, self._column, PICTURE_HEIGHT, stroke=0, fill=1)
            columns, rows = picture.getSize()
            scale = min(self._column / columns, PICTURE_HEIGHT / rows)
            size = columns * scale, rows * scale
            corner = left + (self._column - size[0]) / 2, bottom + (PICTURE_HEIGHT - size[1]) / 2
            self.canv.drawImage(picture, *corner, *size)
            draw_outlines(self.canv, shapes, corner, size, LESION_LINE, 0.8, ())
            caption.drawOn(self.canv, left, bottom - 4 - caption.height)


def _mask_name(name: str, is_picked: bool, _: Translate) -> str:
    return _("{name} (picked)").format(name=name) if is_picked else name


def _pictures(image: NDArray[np.uint8], sheet: LesionSheet) -> list[tuple[ImageReader, list[Outline]]]:
    """The original, then the tinted picture of each mask with its outlines, all cut to the same window."""
    masks = [_fitted(one.mask, image) for one in sheet.masks]
    rows, columns = _window(masks, image.shape[:2])
    pictures = [(as_jpeg(image[rows, columns]), list[Outline]())]
    for mask in masks:
        cut = mask[rows, columns]
        pictures.append((as_jpeg(tinted(image[rows, columns], cut)), outlines(cut)))
    return pictures


def tinted(image: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, (H, W, 3) uint8 RGB, with red laid over the mask, (H, W) uint8 {0, 1}."""
    share = TINT_SHARE * mask[..., None].astype(np.float32)
    return np.asarray(np.rint(image * (1 - share) + TINT * share), dtype=np.uint8)


def _fitted(mask: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _window(masks: Sequence[NDArray[np.uint8]], shape: tuple[int, int]) -> tuple[slice, slice]:
    """The part of the picture about all masks with some skin around; all of it where there is none."""
    marked = [mask for mask in masks if mask.any()]
    if not marked:
        return slice(0, shape[0]), slice(0, shape[1])
    union = np.maximum.reduce(marked)
    return _interval(union.any(axis=1)), _interval(union.any(axis=0))


def _interval(there: NDArray[np.bool_]) -> slice:
    places = np.flatnonzero(there)
    middle, half = (places[0] + places[-1]) / 2, (places[-1] - places[0] + 1) / 2 * MARGIN
    return slice(max(0, int(middle - half)), min(len(there), int(middle + half) + 1))
