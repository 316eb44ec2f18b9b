"""Which values of the report are signed, by whom, and which are not."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from reports.charts import Reading, Status
from reports.charts.series import VIEWS
from reports.charts.wording import Translate, percent_text, same, track_name
from reports.pdf.blocks import TextBlock
from reports.pdf.content import ReportContent
from reports.pdf.fonts import Family
from reports.pdf.look import CELL, CELL_STRONG, SMALL, WARNING
from reports.pdf.tables import Cell, ruled_table
from reports.pdf.typesetting import TextStyle

COLUMNS = (0.16, 0.12, 0.44, 0.28)


def signatures(
    content: ReportContent, heading: Flowable, family: Family, _: Translate = same
) -> list[Flowable]:
    """A row for each measured view of this visit, and a sentence on the values of the earlier ones."""
    here = [reading for reading in _measured(content.readings) if reading.visit == content.visit.key]
    if not here:
        return []
    head = [_("View"), _("F-Vitiligo"), _("Standing"), _("Signed")]
    rows = [_row(reading, _) for reading in sorted(here, key=lambda one: VIEWS.index(one.track))]
    block: list[Flowable] = [heading, ruled_table(family, head, rows, COLUMNS)]
    earlier = [reading for reading in _measured(content.readings) if reading.visit != content.visit.key]
    if earlier:
        sentence = _("Of the {all} values of earlier visits in this report, {signed} are signed.").format(
            all=len(earlier), signed=sum(reading.signed for reading in earlier)
        )
        block += [Spacer(0, 3), TextBlock(family, (sentence, SMALL))]
    return [KeepTogether(block)]


def _measured(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.status is Status.MEASURED and reading.track in VIEWS]


def _row(reading: Reading, _: Translate) -> list[Cell]:
    value = percent_text(reading.f_vitiligo or 0.0)
    return [
        [(track_name(reading.track, _), CELL)],
        [(value, CELL_STRONG)],
        [_standing(reading, _), *_correction(reading, _)],
        [(_signature(reading), CELL)] if reading.signed else [(_("not signed"), WARNING)],
    ]


def _standing(reading: Reading, _: Translate) -> tuple[str, TextStyle]:
    if reading.signed:
        return _("Final: reviewed and signed by a dermatologist"), CELL
    if reading.corrected_by:
        return _("Draft: outline corrected, not signed"), CELL
    return _("Draft by software: not reviewed by a clinician"), CELL


def _correction(reading: Reading, _: Translate) -> Cell:
    if not reading.corrected_by:
        return []
    return [(_("Outline corrected by {who}").format(who=reading.corrected_by), SMALL)]


def _signature(reading: Reading) -> str:
    when = reading.signed_at.strftime("%Y-%m-%d %H:%M") if reading.signed_at else ""
    return " · ".join(part for part in (reading.signed_by, when) if part)
