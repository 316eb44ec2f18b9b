"""Where on the face: the table of regions, and the maps of change beside each other."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from reports.charts import Track
from reports.charts.wording import Translate, percent_text, same, signed_text, track_name
from reports.pdf.blocks import TextBlock
from reports.pdf.fonts import Family
from reports.pdf.look import (
    BODY,
    CELL,
    CELL_SMALL,
    CELL_STRONG,
    GAP,
    HEADING,
    MAT,
    SMALL,
    TEXT_WIDTH,
    VIEW_NAME,
)
from reports.pdf.photos import as_jpeg
from reports.pdf.place_facts import ChangeSheet, Places, RegionCell
from reports.pdf.tables import Cell, ruled_table

COLUMNS = (0.31, 0.23, 0.23, 0.23)
MAP_HEIGHT = 56 * mm
VIEWS = Track.LEFT, Track.FRONT, Track.RIGHT


def places_section(places: Places | None, family: Family, _: Translate = same) -> list[Flowable]:
    """Nothing where no region was counted and no pair was compared."""
    if places is None:
        return []
    return [*_regions(places, family, _), *_changes(places.changes, family, _)]


def _regions(places: Places, family: Family, _: Translate) -> list[Flowable]:
    if not places.regions:
        return []
    head = [_("Region"), *(track_name(track, _) for track in VIEWS)]
    rows = [[[(region.name, CELL_STRONG)], *map(_cell, region.cells)] for region in places.regions]
    key = _(
        "F-Vitiligo of each region at this visit and, beside it, the points since the first visit where the "
        "same releases measured both. A dash is a region that the view does not show; it is not 0 %. The "
        "measurement error of a single region is not known."
    )
    table = ruled_table(family, head, rows, COLUMNS)
    return [KeepTogether([_heading(_("Where on the face"), family), table, TextBlock(family, (key, SMALL))])]


def _cell(cell: RegionCell | None) -> Cell:
    if cell is None:
        return [("–", CELL)]
    points = "" if cell.points is None else f"   {signed_text(cell.points, 1)}"
    return [(percent_text(cell.value) + points, CELL)]


def _changes(changes: Sequence[ChangeSheet], family: Family, _: Translate) -> list[Flowable]:
    if not changes:
        return []
    key = _(
        "The later photo was laid over the earlier one, which is shown. Blue, striped: repigmented. Red, "
        "crossed: newly depigmented. Yellow, plain: vitiligo in both. Grey, dotted: not seen in both. In per "
        "cent of the earlier face. For display: the map does not replace F-Vitiligo of each photo."
    )
    parts = [_heading(_("Map of change since baseline"), family), MapRow(family, changes, _)]
    return [KeepTogether([*parts, Spacer(0, 2), TextBlock(family, (key, SMALL))])]


def _heading(text: str, family: Family) -> Flowable:
    heading = TextBlock(family, (text, HEADING), space_after=3)
    heading.spaceBefore = 8
    return heading


class MapRow(Flowable):
    """Up to three maps beside each other with their areas under them."""

    def __init__(self, family: Family, changes: Sequence[ChangeSheet], translate: Translate) -> None:
        super().__init__()
        self._pictures = [None if one.picture is None else as_jpeg(one.picture) for one in changes]
        self._captions = [_caption(one, family, translate) for one in changes]
        self._column = (TEXT_WIDTH - 2 * GAP) / 3

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        tallest = max(caption.wrap(self._column, height)[1] for caption in self._captions)
        self.width, self.height = width, MAP_HEIGHT + 5 + tallest
        return self.width, self.height

    def draw(self) -> None:
        bottom = self.height - MAP_HEIGHT
        for index, (picture, caption) in enumerate(zip(self._pictures, self._captions, strict=True)):
            left = index * (self._column + GAP)
            self.canv.setFillColor(MAT)
            self.canv.rect(left, bottom, self._column, MAP_HEIGHT, stroke=0, fill=1)
            if picture is not None:
                columns, rows = picture.getSize()
                scale = min(self._column / columns, MAP_HEIGHT / rows)
                size = columns * scale, rows * scale
                corner = left + (self._column - size[0]) / 2, bottom + (MAP_HEIGHT - size[1]) / 2
                self.canv.drawImage(picture, *corner, *size)
            caption.drawOn(self.canv, left, bottom - 5 - caption.height)


def _caption(change: ChangeSheet, family: Family, _: Translate) -> TextBlock:
    name = _("{view} since {date}").format(view=track_name(change.track, _), date=change.since.isoformat())
    if change.picture is None:
        return TextBlock(family, (name, VIEW_NAME), (change.refusal, CELL_SMALL))
    lines = [
        (_("Repigmented {share}"), change.repigmented),
        (_("Newly depigmented {share}"), change.depigmented),
        (_("In both {share}"), change.stable),
        (_("Not seen in both {share}"), change.outside),
    ]
    texts = [(text.format(share=percent_text(share)), BODY) for text, share in lines]
    within = _("within {pixels} pixels of 1024").format(pixels=f"{change.residual:.1f}")
    return TextBlock(family, (name, VIEW_NAME), *texts, (within, CELL_SMALL))
