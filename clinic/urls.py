"""The one place where the addresses of every app come together."""

from django.urls import URLPattern, URLResolver, include, path

from analysis import api as analysis_api
from analysis import lesion_api, mask_api, places_api, review_api
from clinic import health
from clinic.api import api_urls
from imaging import api as imaging_api
from imaging import lesion_photo_api, retake_api
from patients import api as patients_api
from reports import api as reports_api
from reports import cohort_api, repeatability_api

API = api_urls(
    *patients_api.ROUTES,
    *imaging_api.ROUTES,
    *lesion_photo_api.ROUTES,
    *retake_api.ROUTES,
    *analysis_api.ROUTES,
    *mask_api.ROUTES,
    *places_api.ROUTES,
    *review_api.ROUTES,
    *lesion_api.ROUTES,
    *reports_api.ROUTES,
    *cohort_api.ROUTES,
    *repeatability_api.ROUTES,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.live, name="health"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("clinic.accounts.urls")),
    path("api/", include((API, "api"))),
    path("", include("clinic.audit.urls")),
    path("", include("patients.urls")),
    path("", include("imaging.urls")),
    path("", include("analysis.urls")),
    path("", include("reports.urls")),
    path("", include("reports.pages.urls")),
]
