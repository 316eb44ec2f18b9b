from django.urls import path

from patients import views
from patients.consents import views as consents
from patients.entries import views as entries
from patients.lesions import views as lesions
from patients.phototherapy import views as phototherapy
from patients.scores import views as scores
from patients.therapy import views as therapy

app_name = "patients"
urlpatterns = [
    path("patients/", views.patient_list, name="list"),
    path("patients/new/", views.patient_create, name="create"),
    path("patients/<int:pk>/edit/", views.patient_edit, name="edit"),
    path("patients/<int:pk>/visits/new/", views.visit_create, name="visit_create"),
    path("visits/<int:pk>/edit/", views.visit_edit, name="visit_edit"),
    path("patients/<int:pk>/consents/new/", consents.consent_create, name="consent_create"),
    path("consents/<int:pk>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path("patients/<int:pk>/treatments/new/", therapy.treatment_create, name="treatment_create"),
    path("treatments/<int:pk>/edit/", therapy.treatment_edit, name="treatment_edit"),
    path("treatments/<int:pk>/stop/", therapy.treatment_stop, name="treatment_stop"),
    path("treatments/<int:pk>/pause/", therapy.treatment_pause, name="treatment_pause"),
    path("pauses/<int:pk>/resume/", therapy.treatment_resume, name="treatment_resume"),
    path("patients/<int:pk>/adverse-events/new/", therapy.adverse_event_create, name="adverse_event_create"),
    path("adverse-events/<int:pk>/edit/", therapy.adverse_event_edit, name="adverse_event_edit"),
    path("patients/<int:pk>/phototherapy/", phototherapy.phototherapy_log, name="phototherapy"),
    path("phototherapy/sessions/<int:pk>/edit/", phototherapy.session_edit, name="session_edit"),
    path("phototherapy/protocols/", phototherapy.protocols, name="protocols"),
    path("phototherapy/protocols/<slug:light>/new/", phototherapy.protocol_create, name="protocol_create"),
    path("patients/<int:pk>/lesions/new/", lesions.lesion_create, name="lesion_create"),
    path("lesions/<int:pk>/edit/", lesions.lesion_edit, name="lesion_edit"),
    path("patients/<int:pk>/scores/new/", scores.assessment_create, name="assessment_create"),
    path("patients/<int:pk>/scores/f-vasi/", scores.f_vasi_create, name="f_vasi_create"),
    path("scores/<int:pk>/edit/", scores.score_edit, name="score_edit"),
    path("entries/<slug:kind>/<int:pk>/strike/", entries.entry_strike, name="entry_strike"),
]
