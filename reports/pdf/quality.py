"""What speaks against a photo of the visit, who accepted it and why, and what glare does to its number."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from reports.charts.wording import Translate, percent_text, same, track_name
from reports.pdf.blocks import TextBlock
from reports.pdf.fonts import Family
from reports.pdf.look import BODY, CELL, CELL_SMALL, CELL_STRONG, HEADING, SMALL
from reports.pdf.remarks import GlareRemark, QualityRemark
from reports.pdf.tables import ruled_table

COLUMNS = (0.11, 0.27, 0.11, 0.15, 0.12, 0.24)


def quality_section(
    remarks: Sequence[QualityRemark], glare: Sequence[GlareRemark], family: Family, _: Translate = same
) -> list[Flowable]:
    """Nothing for a visit whose photos passed and have no glare."""
    parts: list[Flowable] = []
    if remarks:
        key = _("What passed is not listed. A photo with an open warning is not compared with other visits.")
        parts += [_remarks_table(remarks, family, _), Spacer(0, 3), TextBlock(family, (key, SMALL))]
    if glare:
        parts += [Spacer(0, 3), TextBlock(family, *((_glare_sentence(one, _), BODY) for one in glare))]
    if not parts:
        return []
    heading = TextBlock(family, (_("Quality of the photos of this visit"), HEADING), space_after=3)
    heading.spaceBefore = 8
    return [KeepTogether([heading, *parts])]


def _remarks_table(remarks: Sequence[QualityRemark], family: Family, _: Translate) -> Flowable:
    head = [_("View"), _("Finding"), _("Value"), _("Limit"), _("Level"), _("Accepted by, and why")]
    rows = [
        [
            [(track_name(remark.track, _), CELL_STRONG)],
            [(remark.finding, CELL)],
            [(remark.value, CELL)],
            [(remark.limit, CELL_SMALL)],
            [(remark.level, CELL_STRONG)],
            [(remark.acceptance or _("not accepted"), CELL)],
        ]
        for remark in remarks
    ]
    return ruled_table(family, head, rows, COLUMNS)


def _glare_sentence(remark: GlareRemark, _: Translate) -> str:
    share = _("{view}: {share} of the face is burnt out by glare.").format(
        view=track_name(remark.track, _), share=percent_text(remark.burnt_out)
    )
    if remark.without_glare is None:
        return share
    split = _("F-Vitiligo is {with_glare} with these pixels, {without_glare} without.").format(
        with_glare=percent_text(remark.with_glare), without_glare=percent_text(remark.without_glare)
    )
    return f"{share} {split}"
