"""Everything a report says, gathered before a line of it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.charts import Errors, Reading, Status, Summary, Track, summarise
from reports.charts.multiples import ScoreSeries
from reports.charts.therapy import Therapy, therapy_lines
from reports.pdf.lesion_facts import LesionSheet
from reports.pdf.place_facts import Places
from reports.pdf.remarks import GlareRemark, QualityRemark


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    clinic: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """Words as they are to be printed; an empty one is printed as 'not recorded'."""

    name: str
    record_number: str
    birth_date: date | None
    age: int | None
    sex: str = ""
    phototype: str = ""
    vitiligo_type: str = ""
    facial_subtype: str = ""
    onset: str = ""
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """`key` is the `visit` of this visit's readings."""

    key: int
    date: date
    skin_condition: str
    modality: str = ""
    device: str = ""
    notes: str = ""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PhotoSheet:
    """One view of the visit.

    image: (H, W, 3) uint8 RGB, or None where no photo was taken. face, vitiligo: (h, w) uint8 {0, 1} of the
    same field of view, in any resolution; their outlines are drawn over the image.
    """

    track: Track
    image: NDArray[np.uint8] | None = None
    face: NDArray[np.uint8] | None = None
    vitiligo: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    task: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts:
    """The scores up to the visit, and sentences about them as they are to be printed."""

    series: tuple[ScoreSeries, ...]
    remarks: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        yield from self.remarks
        for series in self.series:
            yield from (series.name, series.summary, series.note)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ReportContent:
    """`readings` are those of all visits up to this one; `sdc95` is that of the latest release.

    `number` is the report's own and `replaces` that of the report which it takes the place of, if any.
    Without `photos` it is a report of the visit's lesions alone.
    """

    letterhead: Letterhead
    patient: PatientFacts
    visit: VisitFacts
    photos: tuple[PhotoSheet, ...]
    readings: tuple[Reading, ...]
    releases: tuple[ReleaseFacts, ...]
    sdc95: Errors
    generated_at: datetime
    generated_by: str = ""
    number: str = ""
    replaces: str = ""
    therapy: Therapy | None = None
    scores: ScoreFacts | None = None
    quality: tuple[QualityRemark, ...] = ()
    glare: tuple[GlareRemark, ...] = ()
    places: Places | None = None
    lesions: tuple[LesionSheet, ...] = ()

    @property
    def summary(self) -> Summary:
        return summarise(self.readings, sdc95=self.sdc95)

    @property
    def unsigned_releases(self) -> tuple[str, ...]:
        """Releases behind the values and estimates of this visit that no clinician has signed."""
        unsigned = (
            reading.release
            for reading in self.readings
            if reading.visit == self.visit.key and reading.status is Status.MEASURED and not reading.signed
        )
        lesions = (release for sheet in self.lesions for release in sheet.drafts)
        return tuple(dict.fromkeys([*unsigned, *lesions]))

    def texts(self) -> Iterator[str]:
        """Every text that people wrote; they may be in any script."""
        for part in (self.letterhead, self.patient, self.visit, *self.releases, *self.quality):
            yield from _strings(part)
        yield self.generated_by
        for reading in self.readings:
            yield from (reading.reason, reading.warning, reading.signed_by, reading.corrected_by)
        yield from therapy_lines(self.therapy) if self.therapy else ()
        yield from self.scores.texts() if self.scores else ()
        yield from self.places.texts() if self.places else ()
        for sheet in self.lesions:
            yield from sheet.texts()


def _strings(part: Any) -> Iterator[str]:
    values = (getattr(part, name) for name in part.__dataclass_fields__)
    return (value for value in values if isinstance(value, str))
