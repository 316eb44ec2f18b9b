"""The table of values by visit and view, and the table of releases."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from reportlab.platypus import Table

from reports.charts import (
    Errors,
    Reading,
    Series,
    Status,
    Track,
    Verdict,
    baseline_of,
    change_between,
    error_of,
    series_of,
)
from reports.charts.layout import caution
from reports.charts.wording import (
    Translate,
    percent_of_baseline_text,
    percent_text,
    reading_text,
    refusal_text,
    same,
    signed_text,
    track_name,
)
from reports.pdf.blocks import TextBlock
from reports.pdf.content import ReleaseFacts
from reports.pdf.fonts import Family
from reports.pdf.look import (
    CELL,
    CELL_SMALL,
    CELL_STRONG,
    COLUMN_HEAD,
    HAIRLINE,
    MUTED,
    PANEL,
    TEXT_WIDTH,
)
from reports.pdf.typesetting import TextStyle

VALUE_COLUMNS = (0.13, 0.17, 0.17, 0.17, 0.17, 0.19)
RELEASE_COLUMNS = (0.2, 0.19, 0.61)
Cell = list[tuple[str, TextStyle]]


def values_table(
    family: Family,
    readings: Sequence[Reading],
    sdc95: Errors,
    this_visit: int,
    translate: Translate = same,
) -> Table:
    """A row a visit: each view and the pooled value with their change from baseline, and what to know."""
    _ = translate
    all_series = series_of(readings)
    head = [_("Visit"), *(track_name(track, _) for track in Track), _("Remarks")]
    visits = [key for key, _group in groupby(sorted({reading.order for reading in readings}))]
    rows = [_visit_row(all_series, taken_on, visit, sdc95, _) for taken_on, visit in visits]
    shaded = [index for index, (_day, visit) in enumerate(visits, start=1) if visit == this_visit]
    return ruled_table(family, head, rows, VALUE_COLUMNS, shaded)


def releases_table(family: Family, releases: Sequence[ReleaseFacts], translate: Translate = same) -> Table:
    _ = translate
    rows: list[list[Cell]] = [
        [[(release.task, CELL)], [(release.name, CELL)], [(release.sha256, CELL_SMALL)]]
        for release in releases
    ]
    return ruled_table(family, [_("Task"), _("Release"), "SHA-256"], rows, RELEASE_COLUMNS)


def _visit_row(
    all_series: Sequence[Series], taken_on: date, visit: int, sdc95: Errors, _: Translate
) -> list[Cell]:
    found = {s.track: next((r for r in s.readings if r.visit == visit), None) for s in all_series}
    baselines = {s.track: baseline_of(s) for s in all_series}
    cells = [
        _value_cell(reading, baselines[track], error_of(sdc95, track), _) for track, reading in found.items()
    ]
    remarks = _remarks([r for r in found.values() if r], baselines, _)
    return [[(taken_on.isoformat(), CELL_STRONG)], *cells, [(text, CELL_SMALL) for text in remarks]]


def _value_cell(reading: Reading | None, baseline: Reading | None, sdc95: float | None, _: Translate) -> Cell:
    if reading is None:
        return [(_("no photo"), CELL_SMALL)]
    value = reading.f_vitiligo
    if value is None:
        return [(reading_text(reading, _), CELL_SMALL)]
    cell = [(percent_text(value), CELL_STRONG)]
    if baseline is None or baseline is reading:
        return [*cell, (_("baseline"), CELL_SMALL)]
    change = change_between(baseline, reading, sdc95=sdc95)
    if change is not None:
        sign = {Verdict.BEYOND_ERROR: " *", Verdict.NOT_COMPARABLE: " †"}.get(change.verdict, "")
        share = "" if change.percent is None else f" ({percent_of_baseline_text(change, _)})"
        cell.append((f"{signed_text(change.points, 1)}{share}{sign}", CELL_SMALL))
    return cell


def _remarks(readings: Sequence[Reading], baselines: dict[Track, Reading | None], _: Translate) -> list[str]:
    """Each thing once: draft, conditions of the photos, what sets them apart from baseline."""
    measured = [r for r in readings if r.status is Status.MEASURED and r.track is not Track.POOLED]
    remarks = [_("draft")] if any(not reading.signed for reading in measured) else []
    for reading in measured:
        remarks += [_(text) for text in (caution(reading), reading.warning) if text]
        baseline = baselines[reading.track]
        change = change_between(baseline, reading, sdc95=None) if baseline else None
        if change and change.latest is not change.baseline:
            remarks += [f"† {refusal_text(refusal, _)}" for refusal in change.refusals]
    return list(dict.fromkeys(remarks))


def ruled_table(
    family: Family,
    head: Sequence[str],
    rows: Sequence[list[Cell]],
    shares: Sequence[float],
    shaded: Sequence[int] = (),
) -> Table:
    """A ruled table whose head is repeated on every page; rows do not break. `shares` of the width."""
    heads = [TextBlock(family, (text, COLUMN_HEAD)) for text in head]
    body = [[TextBlock(family, *cell) for cell in row] for row in rows]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIRLINE),
        *(("BACKGROUND", (0, row), (-1, row), PANEL) for row in shaded),
    ]
    widths = [share * TEXT_WIDTH for share in shares]
    return Table([heads, *body], colWidths=widths, repeatRows=1, style=style, hAlign="LEFT", splitInRow=0)
