"""Logs go to standard error, a line an event; they name rows by number and never a patient."""

from typing import Any

from clinic.settings.environment import env

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{process}] {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Not Django's mail to administrators: a traceback in a mail shows form data.
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # One line a poll says nothing.
        "django_tasks_db": {"level": "WARNING"},
        "django_tasks": {"level": LOG_LEVEL},
        # They print a line for each font they look at.
        "matplotlib": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
    },
}
