"""Whether the clinic can work, for people's monitors and for container engines.

Apps above the platform add their own probes, so that this module need not know them.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# A probe returns what is wrong in a few words, or nothing.
Probe = Callable[[], str]
PROBES: dict[str, Probe] = {}


def register_probe(name: str, probe: Probe) -> None:
    PROBES[name] = probe


def probe_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"unreachable ({type(error).__name__})"
    return ""


def probe_storage() -> str:
    """Writes and removes a small file: a full or read-only disk is found before a photograph is lost."""
    store = storages["private"]
    try:
        store.delete(store.save("health/probe", ContentFile(b"probe")))
    except OSError as error:
        return f"not writable ({type(error).__name__})"
    return ""


register_probe("database", probe_database)
register_probe("storage", probe_storage)


@login_not_required
@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers; a container engine restarts one that does not."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Everything a visit needs is there: database, storage, a worker, the networks."""
    problems = {name: problem for name, probe in PROBES.items() if (problem := probe())}
    return JsonResponse(
        {"status": "not ready" if problems else "ok", "problems": problems}, status=503 if problems else 200
    )
