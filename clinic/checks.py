"""What a clinic reached by others must not have.

`manage.py check` lists it, and the web server refuses to start on it.
"""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register, run_checks

SAFETY = "safety"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


class UnsafeConfiguration(SystemExit):
    """The application would serve patients' photographs unsafely, and stops instead."""


def refuse_unsafe() -> None:
    """Stop the process, saying why, if any safety check found an error."""
    errors = [message for message in run_checks(tags=[SAFETY]) if message.is_serious()]
    if errors:
        raise UnsafeConfiguration("\n".join(["VitiTrack does not start:", *map(str, errors)]))


@register(SAFETY)
def check_reach(**_kwargs: Any) -> list[CheckMessage]:
    """Whoever serves others says so, and then meets every check below."""
    foreign = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK - {"testserver"})
    if settings.PRODUCTION or not foreign:
        return []
    return [
        Error(
            f"VITITRACK_ALLOWED_HOSTS opens the clinic to others ({', '.join(foreign)}) outside production.",
            hint="Set VITITRACK_PRODUCTION=1, or unset VITITRACK_ALLOWED_HOSTS to serve this machine only.",
            id="vititrack.E001",
        )
    ]


@register(SAFETY)
def check_production(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG shows patients' data on error pages.", id="vititrack.E002"))
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10:
        found.append(Error("The secret key is too short or too plain to be secret.", id="vititrack.E003"))
    hosts = set(settings.ALLOWED_HOSTS)
    if any(host == "*" or host.startswith(".") for host in hosts) or not hosts - LOOPBACK:
        found.append(
            Error(
                "VITITRACK_ALLOWED_HOSTS does not name the clinic's address.",
                hint="List the exact host names, for example vititrack.example.org.",
                id="vititrack.E004",
            )
        )
    if not settings.HTTPS:
        found.append(Error("Passwords and photographs would travel unencrypted.", id="vititrack.E005"))
    return found


@register(SAFETY)
def check_database(**_kwargs: Any) -> list[CheckMessage]:
    sqlite = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    if not (settings.PRODUCTION and sqlite):
        return []
    return [
        checks.Warning(
            "SQLite serves one machine: web and worker must share its local disk.",
            hint="Use PostgreSQL through DATABASE_URL for more than one machine.",
            id="vititrack.W001",
        )
    ]


@register(Tags.security, SAFETY)
def check_private_files(**_kwargs: Any) -> list[CheckMessage]:
    """The data folder holds photographs: nobody else on the machine may list it, and nothing serves it."""
    found: list[CheckMessage] = []
    if settings.DATA_DIR.exists() and settings.DATA_DIR.stat().st_mode & 0o007:
        found.append(
            checks.Warning(
                f"Other users of this machine can open {settings.DATA_DIR}.",
                hint=f"chmod 750 {settings.DATA_DIR}",
                id="vititrack.W002",
            )
        )
    if settings.STATIC_ROOT is not None and settings.DATA_DIR.is_relative_to(settings.STATIC_ROOT):
        found.append(Error("Private photographs lie inside the public static folder.", id="vititrack.E006"))
    return found
