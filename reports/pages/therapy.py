"""What the patient's page says about treatment: courses, phototherapy, adverse events."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models import AdverseEvent, Patient, Treatment, TreatmentPause
from patients.phototherapy.log import courses_of, log_of


@dataclass(frozen=True)
class Listed:
    """A treatment with what the page needs to know of its pauses, from the rows already fetched."""

    treatment: Treatment
    pauses: list[TreatmentPause]

    @property
    def open_pause(self) -> TreatmentPause | None:
        return next((pause for pause in self.pauses if pause.resumed_on is None), None)


def therapy_card(patient: Patient) -> dict[str, object]:
    """Four queries, however long the patient has been treated."""
    treatments = Treatment.objects.standing().filter(patient=patient).prefetch_related("pauses")
    listed = [Listed(row, list(row.pauses.all())) for row in treatments.order_by("-started_on", "-pk")]
    events = AdverseEvent.objects.standing().filter(patient=patient).select_related("treatment")
    return {
        # What goes on stands first: it is what the doctor decides about.
        "treatments": sorted(listed, key=lambda one: one.treatment.stopped_on is not None),
        "adverse_events": list(events.order_by("-date", "-pk")),
        "courses": courses_of(log_of(patient)),
    }
