"""Everything the platform can be told, read from the environment; the defaults need no service."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.settings.database import DATABASES
from clinic.settings.environment import BASE_DIR, DATA_DIR, DEBUG, PRODUCTION, env, read_secret_key
from clinic.settings.logs import LOG_LEVEL, LOGGING
from clinic.settings.security import *  # noqa: F403

__all__ = ["BASE_DIR", "DATABASES", "DATA_DIR", "DEBUG", "LOGGING", "LOG_LEVEL", "PRODUCTION"]

SECRET_KEY = read_secret_key()
CLINIC_NAME: str = env.str("CLINIC_NAME", "VitiTrack")
# One line under the name, at the head of every report.
# A patient without an interval of its own is due again after so many weeks; 0: never.
FOLLOW_UP_WEEKS: int = env.int("FOLLOW_UP_WEEKS", 12)
# The first part of the numbers of reports: VT-2026-000123.
REPORT_PREFIX: str = env.str("REPORT_PREFIX", "VT")
CLINIC_ADDRESS: str = env.str("CLINIC_ADDRESS", "")

INSTALLED_APPS = [
    "clinic.accounts",
    "clinic.audit",
    "clinic.jobs",
    "patients",
    "imaging",
    "analysis",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.permissions_policy.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Photographs, masks and reports: private files that only a view hands out, after a permission check.
_PRIVATE = {"BACKEND": "imaging.storage.PrivateStorage", "OPTIONS": {"location": DATA_DIR / "private"}}
STORAGES: dict[str, dict[str, Any]] = {
    "default": _PRIVATE,
    "private": _PRIVATE,
    "staticfiles": {
        "BACKEND": "clinic.assets.HashedModules"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# One folder a release of a network: its weights and their card.
WEIGHTS_DIR = Path(env.str("WEIGHTS_DIR", str(BASE_DIR / "analysis" / "vision" / "weights")))
# Bytes of one upload that are kept in memory, and of one request's form fields beside its files.
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "clinic.assets.PackageFinder",
]
# Embedded, static files are served from where they lie; in production from what collectstatic hashed.
WHITENOISE_USE_FINDERS = not PRODUCTION
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "collected"))).resolve() if PRODUCTION else None

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "VitiTrack",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # One list of choices, one name, whatever the field that uses it is called.
    "ENUM_NAME_OVERRIDES": {
        "PurposeEnum": "patients.models.purpose.Purpose",
        "ViewEnum": "imaging.models.View",
        "ModalityEnum": "imaging.models.Modality",
        "FaceModalityEnum": "imaging.models.FACE_MODALITY_CHOICES",
        "LesionModalityEnum": "imaging.models.LESION_MODALITY_CHOICES",
        "TreatedRegionEnum": "patients.models.treatment.Region",
        "ScoredRegionEnum": "patients.models.score.FaceRegion",
        "MeasuredRegionEnum": "analysis.models.places.RegionMeasurement.Region",
    },
}

USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
