"""Who is treated, when they were seen, under which therapy, and what was found."""

from patients.models.adverse_event import AdverseEvent
from patients.models.consent import Consent, ConsentQuerySet
from patients.models.lesion import Lesion, LesionQuerySet
from patients.models.patient import Patient, PatientQuerySet
from patients.models.phototherapy import (
    Light,
    PhototherapyProtocol,
    PhototherapySession,
    PhototherapySessionQuerySet,
)
from patients.models.purpose import Purpose
from patients.models.score import ActivitySign, FaceRegion, Score, ScorePart
from patients.models.treatment import Region, Treatment, TreatmentPause, TreatmentQuerySet
from patients.models.visit import Visit, VisitQuerySet
from patients.scores.definitions import ScoreKind, Sign

__all__ = [
    "ActivitySign",
    "AdverseEvent",
    "Consent",
    "ConsentQuerySet",
    "FaceRegion",
    "Lesion",
    "LesionQuerySet",
    "Light",
    "Patient",
    "PatientQuerySet",
    "PhototherapyProtocol",
    "PhototherapySession",
    "PhototherapySessionQuerySet",
    "Purpose",
    "Region",
    "Score",
    "ScoreKind",
    "ScorePart",
    "Sign",
    "Treatment",
    "TreatmentPause",
    "TreatmentQuerySet",
    "Visit",
    "VisitQuerySet",
]
