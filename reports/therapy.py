"""From treatments, sessions and adverse events as rows to the lanes that charts and the PDF draw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.models import AdverseEvent, Patient, Region, Treatment
from patients.phototherapy.log import Logged, log_of
from reports.charts.therapy import Course, Family, Mishap, Pause, Therapy, Tick

Kind = Treatment.Kind
FAMILIES = {
    Kind.NB_UVB: Family.LIGHT,
    Kind.EXCIMER: Family.LIGHT,
    Kind.RUXOLITINIB: Family.TOPICAL,
    Kind.TACROLIMUS: Family.TOPICAL,
    Kind.PIMECROLIMUS: Family.TOPICAL,
    Kind.TOPICAL_STEROID: Family.TOPICAL,
    Kind.MINI_PULSE: Family.ORAL,
    Kind.ORAL_JAK: Family.ORAL,
    Kind.PUNCH_GRAFT: Family.SURGERY,
    Kind.BLISTER_GRAFT: Family.SURGERY,
    Kind.CELL_SUSPENSION: Family.SURGERY,
}


def therapy_of(patient: Patient, *, reader: User, until: date | None = None) -> Therapy:
    """The therapy of a patient up to `until`, or to today, in four queries.

    A researcher reads no text about an adverse event: people write names into text.
    """
    today = until or timezone.localdate()
    treatments = Treatment.objects.standing().filter(patient=patient, started_on__lte=today)
    rows = list(treatments.prefetch_related("pauses").order_by("started_on", "pk"))
    events = AdverseEvent.objects.standing().filter(patient=patient, date__lte=today)
    log = [logged for logged in log_of(patient) if logged.session.date <= today]
    return Therapy(
        today=today,
        courses=tuple(_course(row, today) for row in rows),
        ticks=tuple(_tick(logged, rows) for logged in log),
        mishaps=tuple(
            Mishap(event.date, event.grade, event.description if reader.may_identify else "")
            for event in events.order_by("date", "pk")
        ),
    )


def lane_name(treatment: Treatment) -> str:
    """A treatment of another region than the face says so."""
    if treatment.region == Region.FACE:
        return treatment.title
    return f"{treatment.title}, {str(treatment.get_region_display()).lower()}"


def _course(treatment: Treatment, today: date) -> Course:
    """What was not known on the day `today` is left out: a later stop or pause had not happened."""
    stop = treatment.stopped_on
    pauses = [pause for pause in treatment.pauses.all() if pause.paused_on <= today]
    adherence = treatment.get_adherence_display()
    known = treatment.adherence != Treatment.Adherence.UNKNOWN
    detail = [treatment.dosage, _("adherence: {word}").format(word=str(adherence).lower()) if known else ""]
    return Course(
        name=lane_name(treatment),
        family=FAMILIES.get(Kind(treatment.kind), Family.OTHER),
        start=treatment.started_on,
        stop=stop if stop is not None and stop <= today else None,
        pauses=tuple(
            Pause(
                pause.paused_on,
                pause.resumed_on if pause.resumed_on is not None and pause.resumed_on <= today else None,
            )
            for pause in pauses
        ),
        detail=", ".join(part for part in detail if part),
    )


def _tick(logged: Logged, treatments: Iterable[Treatment]) -> Tick:
    """On the lane of the treatment by the same light, the one of the session's region first."""
    session = logged.session
    same_light = [row for row in treatments if row.kind == session.light]
    same_light.sort(key=lambda row: row.region != session.region)
    text = _("{light}, {region}, {day}: {dose} mJ/cm², {sum} in all").format(
        light=session.get_light_display(),
        region=str(session.get_region_display()).lower(),
        day=session.date.isoformat(),
        dose=session.dose,
        sum=logged.cumulative_dose,
    )
    concerns = [concern.sentence for concern in logged.concerns]
    return Tick(
        session.date,
        lane_name(same_light[0]) if same_light else str(session.get_light_display()),
        " ".join([text, *concerns]),
        warned=bool(concerns),
    )
