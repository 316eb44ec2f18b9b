"""What a patient's photographs say together: the response over time, and the report of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement, ModelRelease
from clinic.accounts.models import User
from imaging.display import display_pixels
from patients.models import Patient, Visit
from reports.charts import Reading, Summary, Track, summarise
from reports.clinical import score_facts
from reports.lesion_sheets import lesion_sheets
from reports.measurement_error import MeasurementError, error_of_slots
from reports.pdf import (
    Letterhead,
    PatientFacts,
    PhotoSheet,
    ReleaseFacts,
    ReportContent,
    VisitFacts,
)
from reports.places import places_of, request_changes
from reports.quality_remarks import glare_remarks, quality_remarks
from reports.readings import name_of, readings_of
from reports.slots import Slot, slots_of_visits
from reports.therapy import therapy_of


@dataclass(frozen=True)
class Response:
    """A patient's readings in the order of the visits, their measurement error, and the slots behind them."""

    slots: tuple[Slot, ...]
    readings: tuple[Reading, ...]
    error: MeasurementError

    @property
    def sdc95(self) -> dict[Track, float]:
        return self.error.sdc95

    @property
    def releases(self) -> tuple[ModelRelease, ...]:
        """Every release behind a measured value, once, by task and name."""
        runs = [slot.run for slot in self.slots if slot.run is not None and slot.measurement is not None]
        used = {
            release
            for run in runs
            for release in (run.detector, run.matting, run.vitiligo)
            if release is not None
        }
        return tuple(sorted(used, key=lambda release: (release.task, release.name, release.pk)))


def response_of(*, patient: Patient, until: Visit | None = None) -> Response:
    """The response of a patient, up to and with the visit `until` if one is given."""
    visits = patient.visits.order_by("date", "pk")
    if until is not None:
        visits = visits.filter(date__lte=until.date)
    slots = tuple(slot for of_visit in slots_of_visits(visits).values() for slot in of_visit)
    return Response(slots, tuple(readings_of(slots)), error_of_slots(slots))


def response_summary(*, patient: Patient) -> Summary:
    """The latest reading of each view and of the three pooled, with its change from baseline."""
    response = response_of(patient=patient)
    return summarise(response.readings, sdc95=response.sdc95)


def report_content(*, visit: Visit, user: User) -> ReportContent:
    """Everything the report of a visit says to `user`; a researcher reads a pseudonym and no notes.

    Comparisons with the baseline that are missing are asked for; this report says that there are none yet.
    """
    response = response_of(patient=visit.patient, until=visit)
    here = [slot for slot in response.slots if slot.visit.pk == visit.pk]
    request_changes(response.slots, here)
    return ReportContent(
        letterhead=Letterhead(clinic=settings.CLINIC_NAME, address=settings.CLINIC_ADDRESS),
        patient=patient_facts(visit.patient, user, visit.date),
        visit=_visit_facts(visit, here, user),
        photos=tuple(_photo_sheet(slot) for slot in here),
        readings=tuple(_named_for(user, reading) for reading in response.readings),
        releases=tuple(
            ReleaseFacts(task=str(release.get_task_display()), name=release.name, sha256=release.sha256)
            for release in response.releases
        ),
        sdc95=response.sdc95,
        generated_at=timezone.localtime(),
        generated_by=name_of(user),
        therapy=therapy_of(visit.patient, reader=user, until=visit.date),
        scores=score_facts(visit.patient, until=visit.date),
        quality=quality_remarks(here, user),
        glare=glare_remarks(here),
        places=places_of(visit.patient, response.slots, here, visit.date),
        lesions=lesion_sheets(visit=visit, user=user),
    )


def _named_for(user: User, reading: Reading) -> Reading:
    """A pseudonymous report names nobody, the staff neither."""
    if user.may_identify:
        return reading
    return replace(
        reading,
        signed_by=_("a dermatologist") if reading.signed else "",
        corrected_by=_("a member of staff") if reading.corrected_by else "",
    )


def patient_facts(patient: Patient, user: User, day: date) -> PatientFacts:
    born = patient.birth_date
    known = user.may_identify
    return PatientFacts(
        name=patient.name if known else patient.pseudonym,
        record_number=patient.record_number if known else patient.pseudonym,
        birth_date=born if known else None,
        age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)),
        sex=str(patient.get_sex_display()),
        phototype=patient.get_phototype_display() or "",
        vitiligo_type=str(patient.get_vitiligo_type_display()),
        facial_subtype=str(patient.get_facial_subtype_display()),
        onset=str(patient.onset_year or ""),
        is_synthetic=patient.is_synthetic,
    )


def _visit_facts(visit: Visit, slots: Sequence[Slot], user: User) -> VisitFacts:
    photos = [slot.photo for slot in slots if slot.photo is not None]
    return VisitFacts(
        key=visit.pk,
        date=visit.date,
        skin_condition=str(visit.get_skin_condition_display()),
        modality=", ".join(dict.fromkeys(str(photo.get_modality_display()) for photo in photos)),
        device=", ".join(dict.fromkeys(photo.device for photo in photos if photo.device)),
        notes=visit.notes if user.may_identify else "",
    )


def _photo_sheet(slot: Slot) -> PhotoSheet:
    track = Track(slot.view)
    if slot.photo is None:
        return PhotoSheet(track=track)
    masks = {} if slot.measurement is None else _masks(slot.measurement)
    return PhotoSheet(
        track=track,
        image=display_pixels(slot.photo),
        face=masks.get(Mask.Kind.FACE),
        vitiligo=masks.get(Mask.Kind.VITILIGO),
    )


def _masks(measurement: Measurement) -> dict[str, NDArray[np.uint8]]:
    shown = measurement.masks.filter(kind__in=[Mask.Kind.FACE, Mask.Kind.VITILIGO])
    return {mask.kind: read_mask(mask) for mask in shown}
