"""Many patients at once: who is in the group, under which treatment, and how each of them went."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient, PatientQuerySet, Purpose, Treatment, Visit
from reports.charts.cohort import Course, Curve, course_of, time_to_response
from reports.charts.cohort_figure import MOST_GROUPS
from reports.charts.series import Track, series_of
from reports.measurement_error import error_of_slots, standing_adoptions
from reports.readings import readings_of
from reports.slots import Slot, slots_of_visits

# Camouflage covers; it treats nothing.
NO_TREATMENT = {Treatment.Kind.CAMOUFLAGE}


class Split(models.TextChoices):
    """What the curves of a group are drawn for."""

    TREATMENT = "treatment", _("Treatment")
    VITILIGO_TYPE = "vitiligo_type", _("Vitiligo type")
    NONE = "none", _("Not split")


@dataclass(frozen=True)
class Criteria:
    """Who belongs to the group, what is followed, and into which lines it is split. Empty means everybody."""

    treatment: str = ""
    vitiligo_type: str = ""
    facial_subtype: str = ""
    phototype: int | None = None
    track: Track = Track.POOLED
    split: str = Split.TREATMENT


@dataclass(frozen=True)
class Cohort:
    """The patients of a group with their courses. Those without a usable baseline are counted and named."""

    patients: dict[int, Patient]
    courses: tuple[Course, ...]
    without_baseline: int

    @property
    def groups(self) -> list[str]:
        """The largest first; those that no line is left for share the last."""
        sizes = Counter(course.group for course in self.courses)
        return [name for name, _size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))]

    @property
    def without_error(self) -> int:
        """Patients whose releases have no known measurement error: no change of theirs may be counted."""
        return sum(not course.is_error_known for course in self.courses)

    @property
    def set_aside(self) -> int:
        return sum(course.set_aside for course in self.courses)

    def of_group(self, group: str) -> list[Course]:
        return [course for course in self.courses if not group or course.group == group]

    def curves(self, threshold: int) -> list[Curve]:
        """Time to a reduction of `threshold` per cent, a curve a group that anybody was watched in."""
        curves = (time_to_response(self.of_group(group), threshold, group=group) for group in self.groups)
        return [curve for curve in curves if curve is not None]


def patients_of(criteria: Criteria, user: User) -> PatientQuerySet:
    """Those of the group whom `user` may see: a researcher only those who consented to research."""
    chosen = Patient.objects.visible_to(user)
    if criteria.treatment:
        # A subquery: a join would name a patient once for each of several treatments.
        treated = Treatment.objects.standing().filter(kind=criteria.treatment).values("patient")
        chosen = chosen.filter(pk__in=treated)
    if criteria.vitiligo_type:
        chosen = chosen.filter(vitiligo_type=criteria.vitiligo_type)
    if criteria.facial_subtype:
        chosen = chosen.filter(facial_subtype=criteria.facial_subtype)
    if criteria.phototype:
        chosen = chosen.filter(phototype=criteria.phototype)
    return chosen


def cohort_of(criteria: Criteria, patients: PatientQuerySet) -> Cohort:
    """The courses of `patients`, in as many queries for one patient as for thousands."""
    found = {patient.pk: patient for patient in patients.order_by("pk")}
    slots = _slots_by_patient(patients)
    treatments = _treatments_by_patient(patients)
    adoptions = standing_adoptions()
    courses = []
    for pk, patient in found.items():
        of_patient = slots.get(pk, [])
        course = course_of(
            readings_of(of_patient),
            patient=pk,
            group="",
            track=criteria.track,
            sdc95=error_of_slots(of_patient, adoptions).sdc95,
        )
        if course is not None:
            courses.append((patient, course))
    named = tuple(
        _grouped(course, _group_of(patient, course, treatments.get(patient.pk, []), criteria.split))
        for patient, course in courses
    )
    return Cohort(found, _with_rest(named), len(found) - len(named))


def export_csv(*, criteria: Criteria, user: User) -> str:
    """Every reading of the group as CSV, under pseudonyms: only of patients who agreed to data leaving.

    That holds for staff too: the file is for research, not for care. It leaves an audit event.
    """
    consenting = patients_of(criteria, user).consenting_to(Purpose.EXPORT)
    patients = {patient.pk: patient for patient in consenting.order_by("pk")}
    slots = _slots_by_patient(consenting)
    treatments = _treatments_by_patient(consenting)
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for pk, patient in patients.items():
        writer.writerows(_lines(patient, slots.get(pk, []), treatments.get(pk, [])))
    detail = {"what": "cohort", "patients": len(patients)}
    record(user=user, action=Event.Action.EXPORT, target=None, detail=detail)
    return target.getvalue()


COLUMNS = (
    "pseudonym", "sex", "phototype", "vitiligo_type", "facial_subtype", "treatments",
    "days_since_first_visit", "view", "status", "f_vitiligo_percent", "n_vitiligo",
    "n_face", "skin_condition", "modality", "quality_passed", "quality_warned", "signed", "release",
    "synthetic",
)  # fmt: skip


def _lines(patient: Patient, slots: Sequence[Slot], treatments: Sequence[Treatment]) -> list[list[object]]:
    """Days since the first visit and no dates: a date would help to find out who it is."""
    readings = [reading for series in series_of(readings_of(slots)) for reading in series.readings]
    if not readings:
        return []
    first = min(reading.taken_on for reading in readings)
    kinds = "+".join(sorted({str(treatment.kind) for treatment in treatments}))
    facts = [patient.pseudonym, patient.sex, patient.phototype or "", patient.vitiligo_type]
    facts += [patient.facial_subtype, kinds]
    return [
        [
            *facts,
            (reading.taken_on - first).days,
            reading.track.value,
            reading.status.value,
            "" if reading.f_vitiligo is None else f"{reading.f_vitiligo:.4f}",
            "" if reading.n_vitiligo is None else reading.n_vitiligo,
            "" if reading.n_face is None else reading.n_face,
            reading.skin_condition,
            reading.modality,
            int(reading.quality_passed),
            int(reading.quality_warned),
            int(reading.signed),
            reading.release,
            int(patient.is_synthetic),
        ]
        for reading in readings
    ]


def _slots_by_patient(patients: PatientQuerySet) -> dict[int, list[Slot]]:
    visits = list(Visit.objects.filter(patient__in=patients).order_by("date", "pk"))
    by_visit = slots_of_visits(visits)
    found: dict[int, list[Slot]] = {}
    for visit in visits:
        found.setdefault(visit.patient_id, []).extend(by_visit[visit.pk])
    return found


def _treatments_by_patient(patients: PatientQuerySet) -> dict[int, list[Treatment]]:
    found: dict[int, list[Treatment]] = {}
    treatments = Treatment.objects.standing().filter(patient__in=patients).exclude(kind__in=NO_TREATMENT)
    for treatment in treatments.order_by("kind", "pk"):
        found.setdefault(treatment.patient_id, []).append(treatment)
    return found


def _group_of(patient: Patient, course: Course, treatments: Sequence[Treatment], split: str) -> str:
    if split == Split.VITILIGO_TYPE:
        return str(patient.get_vitiligo_type_display())
    if split != Split.TREATMENT:
        return gettext("All patients")
    end = course.assessments[-1].taken_on if course.assessments else course.baseline.taken_on
    during = [
        str(treatment.get_kind_display())
        for treatment in treatments
        if treatment.started_on <= end
        and (treatment.stopped_on is None or treatment.stopped_on >= course.baseline.taken_on)
    ]
    return " + ".join(dict.fromkeys(during)) or gettext("No treatment recorded")


def _grouped(course: Course, group: str) -> Course:
    return replace(course, group=group)


def _with_rest(courses: tuple[Course, ...]) -> tuple[Course, ...]:
    """The smallest groups become one, so that each line has a look of its own."""
    sizes = Counter(course.group for course in courses)
    if len(sizes) <= MOST_GROUPS:
        return courses
    kept = {name for name, _size in sizes.most_common(MOST_GROUPS - 1)}
    return tuple(
        course if course.group in kept else _grouped(course, gettext("Other treatments or types"))
        for course in courses
    )
