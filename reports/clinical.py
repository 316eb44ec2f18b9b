"""From the rows of the clinical record to what charts, pages and the PDF say about scores and signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from patients.models import ActivitySign, Patient, Score, ScoreKind
from patients.scores.arithmetic import Threshold, percent_improvement, thresholds
from patients.scores.definitions import DEFINITIONS, VNS_WORDS, Definition, dlqi_band
from reports.charts.multiples import ScorePoint, ScoreSeries
from reports.charts.wording import MINUS
from reports.pdf import ScoreFacts


@dataclass(frozen=True)
class Scores:
    """Standing scores of a patient, and the signs that were looked for, the latest of each."""

    rows: tuple[Score, ...]
    signs: tuple[ActivitySign, ...]

    @property
    def series(self) -> tuple[ScoreSeries, ...]:
        return tuple(series_of_kind(kind, self.of(kind)) for kind in ScoreKind if self.of(kind))

    def of(self, kind: ScoreKind) -> list[Score]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def f_vasi_thresholds(self) -> tuple[Threshold, ...]:
        """F-VASI25, 50, 75, 90: words for the clinician's F-VASI alone."""
        return thresholds([(row.date, row.value) for row in self.of(ScoreKind.F_VASI)])


def scores_of(patient: Patient, *, until: date | None = None) -> Scores:
    """Two queries, however many scores there are."""
    rows = Score.objects.standing().filter(patient=patient).order_by("date", "pk")
    signs = ActivitySign.objects.standing().filter(patient=patient).order_by("date", "pk")
    if until is not None:
        rows, signs = rows.filter(date__lte=until), signs.filter(date__lte=until)
    latest = {row.sign: row for row in signs}
    return Scores(tuple(rows), tuple(latest.values()))


def number(value: Decimal) -> str:
    """As many decimals as it has, and a true minus sign."""
    return f"{value.normalize():f}".replace("-", MINUS)


def value_text(kind: ScoreKind, value: Decimal) -> str:
    """The value with what its scale adds to it: a unit, a band, a word."""
    text = number(value)
    if kind is ScoreKind.DLQI:
        band, low, high = dlqi_band(int(value))
        return _("{value}, band {band} of 5 ({low}–{high})").format(value=text, band=band, low=low, high=high)
    if kind is ScoreKind.VNS:
        return f"{text}, {VNS_WORDS[int(value)]}"
    unit = {"%": " %", "% BSA": " % BSA", "FTU": " FTU"}
    return text + unit.get(DEFINITIONS[kind].unit, "")


def series_of_kind(kind: ScoreKind, rows: Sequence[Score]) -> ScoreSeries:
    definition = DEFINITIONS[kind]
    points = tuple(
        ScorePoint(row.date, float(row.value), f"{row.date:%Y-%m-%d}: {value_text(kind, row.value)}")
        for row in rows
    )
    return ScoreSeries(
        key=kind.value,
        name=str(kind.label),
        lowest=definition.lowest,
        highest=definition.highest,
        points=points,
        whole=bool(definition.values),
        more_is_worse=definition.more_is_worse,
        summary=value_text(kind, rows[-1].value),
        note=_change_text(definition, rows),
    )


def _change_text(definition: Definition, rows: Sequence[Score]) -> str:
    """The change since the first value; in per cent only where a share of the scale makes sense."""
    if len(rows) < 2:
        return _("first value")
    before, after = rows[0].value, rows[-1].value
    parts = [_("{change} since {date}").format(change=signed(after - before), date=rows[0].date.isoformat())]
    if definition.more_is_worse and not definition.values:
        parts.append(_improvement_text(before, after))
    if definition.important is not None and abs(after - before) >= definition.important:
        parts.append(_("at least what matters to patients ({n})").format(n=number(definition.important)))
    return ", ".join(parts)


def _improvement_text(before: Decimal, after: Decimal) -> str:
    gain = percent_improvement(before, after)
    if gain is None:
        return _("improvement undefined, the first value is 0")
    return _("improvement {percent} %").format(percent=f"{gain:.0f}".replace("-", MINUS))


def signed(value: Decimal) -> str:
    sign = "+" if value > 0 else ""
    return sign + number(value)


def score_facts(patient: Patient, *, until: date) -> ScoreFacts:
    """The scores of a report: series, F-VASI25 to 90, signs of activity."""
    scores = scores_of(patient, until=until)
    remarks = [threshold_text(one) for one in scores.f_vasi_thresholds]
    signs = sign_texts(scores.signs)
    said = ["; ".join(remarks)] if remarks else []
    said += [_("Signs of activity: {signs}").format(signs=", ".join(signs))] if signs else []
    return ScoreFacts(series=scores.series, remarks=tuple(said))


def threshold_text(one: Threshold) -> str:
    if one.reached_on is None:
        return _("F-VASI{percent} not reached").format(percent=one.percent)
    day = one.reached_on.isoformat()
    if one.holds:
        return _("F-VASI{percent} reached {day}").format(percent=one.percent, day=day)
    return _("F-VASI{percent} reached {day} and lost since").format(percent=one.percent, day=day)


def sign_texts(signs: Iterable[ActivitySign]) -> list[str]:
    """'Koebner phenomenon: absent (2026-03-02)'; what nobody looked for is not in it."""
    return [
        _("{sign}: {answer} ({date})").format(
            sign=row.get_sign_display(),
            answer=_("present") if row.is_present else _("absent"),
            date=row.date.isoformat(),
        )
        for row in signs
    ]
