"""The one place where the addresses of every app come together."""

from django.urls import URLPattern, URLResolver, include, path

from clinic import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.live, name="health"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("clinic.accounts.urls")),
    path("", include("clinic.audit.urls")),
    path("", include("patients.urls")),
    path("", include("imaging.urls")),
    path("", include("analysis.urls")),
    path("", include("reports.pages.urls")),
]
