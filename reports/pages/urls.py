from django.urls import path

from reports.pages import (
    capture,
    cohort,
    compare,
    editor,
    patient,
    photo,
    quality,
    release_comparison,
    releases,
    repeatability,
    repeats,
    review,
    scores,
    visit,
    worklist,
)

app_name = "pages"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("worklist/running/", worklist.worklist_running, name="worklist_running"),
    path("patients/<int:pk>/", patient.patient_page, name="patient"),
    path("patients/<int:pk>/scores/", scores.scores_page, name="scores"),
    path("patients/<int:pk>/compare/", compare.compare_page, name="compare"),
    path("visits/<int:pk>/", visit.visit_page, name="visit"),
    path("visits/<int:pk>/photos/<slug:view>/", visit.photo_upload, name="photo_upload"),
    path("visits/<int:pk>/photos/<slug:view>/result/", visit.slot_result, name="slot_result"),
    path("visits/<int:pk>/recognise/", capture.recognise, name="recognise"),
    path("photos/<int:pk>/", photo.photo_page, name="photo"),
    path("photos/<int:pk>/edit/", editor.photo_edit, name="photo_edit"),
    path("photos/<int:pk>/progress/", photo.photo_progress, name="photo_progress"),
    path("photos/<int:pk>/rerun/", photo.photo_rerun, name="photo_rerun"),
    path("photos/<int:pk>/sign/", review.photo_sign, name="photo_sign"),
    path("visits/<int:pk>/unsigned/", visit.visit_unsigned, name="visit_unsigned"),
    path("visits/<int:pk>/sign/", review.visit_sign, name="visit_sign"),
    path("runs/<int:pk>/accept/", quality.warning_accept, name="warning_accept"),
    path("photos/<int:pk>/place/", visit.photo_place, name="photo_place"),
    path("photos/<int:pk>/withdraw/", visit.photo_withdraw, name="photo_withdraw"),
    path("models/", releases.releases, name="releases"),
    path("models/<int:pk>/promote/", releases.promote_release, name="release_promote"),
    path(
        "models/<int:pk>/beside/<int:other>/", release_comparison.compare_releases, name="release_comparison"
    ),
    path("models/repeats/", repeats.repeats, name="repeats"),
    path("patients/<int:pk>/repeats/", repeats.patient_repeats, name="patient_repeats"),
    path("patients/<int:pk>/repeats/start/", repeats.repeat, name="repeat"),
    path("cohort/", cohort.cohort, name="cohort"),
    path("cohort/charts.json", cohort.cohort_charts, name="cohort_charts"),
    path("cohort/patients/", cohort.cohort_patients, name="cohort_patients"),
    path("cohort/cohort.csv", cohort.cohort_csv, name="cohort_csv"),
    path("cohort/groups/", cohort.group_save, name="cohort_group_save"),
    path("cohort/groups/<int:pk>/delete/", cohort.group_delete, name="cohort_group_delete"),
    path("repeatability/", repeatability.repeatability, name="repeatability"),
    path("repeatability/<int:pk>/", repeatability.study_page, name="repeatability_study"),
    path("repeatability/<int:pk>/choose/", repeatability.study_choose, name="repeatability_choose"),
    path("repeatability/<int:pk>/adopt/", repeatability.study_adopt, name="repeatability_adopt"),
    path(
        "repeatability/<int:pk>/visits/<int:visit_pk>/", repeatability.study_visit, name="repeatability_visit"
    ),
    path(
        "repeatability/<int:pk>/photos/<int:photo_pk>/",
        repeatability.study_repeat,
        name="repeatability_repeat",
    ),
    path("repeatability/adoptions/<int:pk>/end/", repeatability.adoption_end, name="repeatability_end"),
]
