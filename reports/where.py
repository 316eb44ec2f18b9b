"""Where on the face: F-Vitiligo of each region in each view, today and over the visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from analysis.heat import heat_of
from analysis.models import Measurement, RegionMeasurement
from imaging.models import View
from patients.models import Patient

WIDTH, HEIGHT, RIM = 72, 22, 3
"""Of the small chart, in its own units."""


@dataclass(frozen=True)
class RegionReading:
    """One region of one photograph. `release` tells which values a line may join."""

    taken_on: date
    f_vitiligo: float
    release: tuple[int | None, ...]


@dataclass(frozen=True)
class RegionTrend:
    """One region in one view over the visits that show it; at least one reading, the oldest first."""

    readings: tuple[RegionReading, ...]
    last_visit: date

    @property
    def latest(self) -> RegionReading:
        return self.readings[-1]

    @property
    def is_stale(self) -> bool:
        """The latest visit of this view does not show the region."""
        return self.latest.taken_on != self.last_visit

    @property
    def change(self) -> float | None:
        """Points since the first reading; None where there is one reading, or another release made it."""
        first = self.readings[0]
        if first is self.latest or first.release != self.latest.release:
            return None
        return self.latest.f_vitiligo - first.f_vitiligo

    @property
    def heat(self) -> int:
        """0 to 5."""
        return heat_of(self.latest.f_vitiligo)

    @property
    def lines(self) -> list[str]:
        """Corners of the small chart's lines, one line a release."""
        top = max(10.0, *(reading.f_vitiligo for reading in self.readings))
        start, days = self.readings[0].taken_on, (self.last_visit - self.readings[0].taken_on).days or 1
        place = {
            id(reading): (
                f"{RIM + (WIDTH - 2 * RIM) * (reading.taken_on - start).days / days:.1f},"
                f"{HEIGHT - RIM - (HEIGHT - 2 * RIM) * reading.f_vitiligo / top:.1f}"
            )
            for reading in self.readings
        }
        runs = groupby(self.readings, key=lambda reading: reading.release)
        return [" ".join(place[id(reading)] for reading in run) for _release, run in runs]

    @property
    def dot(self) -> tuple[str, str]:
        """Where the latest reading lies in the small chart."""
        x, y = self.lines[-1].split()[-1].split(",")
        return x, y


@dataclass(frozen=True)
class RegionRow:
    """A region in left, front and right view; None where the view never showed it."""

    region: RegionMeasurement.Region
    trends: tuple[RegionTrend | None, ...]

    @property
    def label(self) -> str:
        return str(self.region.label)


def regions_of_patient(*, patient: Patient, until: date | None = None) -> list[RegionRow]:
    """Every region that a final measurement of the patient shows, in one query."""
    finals = Measurement.objects.final().filter(
        run__photo__visit__patient=patient, run__photo__replaced_at__isnull=True
    )
    if until is not None:
        finals = finals.filter(run__photo__visit__date__lte=until)
    rows = RegionMeasurement.objects.filter(measurement__in=finals).select_related(
        "measurement__run__photo__visit"
    )
    return rows_of(rows.order_by("measurement__run__photo__visit__date", "pk"))


def rows_of(counted: Iterable[RegionMeasurement]) -> list[RegionRow]:
    """The rows of counts that are in the order of their visits."""
    readings: dict[tuple[str, str], list[RegionReading]] = defaultdict(list)
    last: dict[str, date] = {}
    for one in counted:
        run = one.measurement.run
        taken_on, view = run.photo.visit.date, run.photo.view
        last[view] = taken_on
        releases = run.detector_id, run.matting_id, run.vitiligo_id
        readings[one.region, view].append(RegionReading(taken_on, one.f_vitiligo, releases))
    rows = [
        RegionRow(region, tuple(_trend(readings.get((region, view), ()), last.get(view)) for view in View))
        for region in RegionMeasurement.Region
    ]
    return [row for row in rows if any(row.trends)]


def _trend(readings: Sequence[RegionReading], last: date | None) -> RegionTrend | None:
    return RegionTrend(tuple(readings), last) if readings and last else None
