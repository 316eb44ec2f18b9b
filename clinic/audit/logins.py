"""Who came in, who did not, and from where.

A failed login is filed under a keyed digest of the name that was typed: enough to count attempts on one
account, and no record of a password that somebody typed into the wrong field.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clinic.accounts.models import User
from clinic.audit.models import Event, EventQuerySet

LABEL = "login"
WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_NAME = 8
ATTEMPTS_PER_ADDRESS = 40


def address_of(request: HttpRequest | None) -> str:
    """The browser's address as our own reverse proxies saw it, never as a client claims it to be."""
    if request is None:
        return ""
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.PROXIES and len(seen) >= settings.PROXIES:
        return str(seen[-settings.PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def digest(username: str) -> str:
    return str(salted_hmac("clinic.audit.logins", username.casefold()).hexdigest())[:40]


def record_login(request: HttpRequest | None, user: User, **_kwargs: Any) -> None:
    # Filed with the failures of the same name, so that a success ends their count.
    Event.objects.create(
        user=user,
        action=Event.Action.LOGIN,
        object_label=LABEL,
        object_id=digest(user.get_username()),
        detail={"address": address_of(request)},
    )


def recent_failures(username: str) -> EventQuerySet:
    """Failed logins on one name within the window and since its last success."""
    events = Event.objects.filter(object_label=LABEL, object_id=digest(username))
    since = timezone.now() - WINDOW
    last_success = events.filter(action=Event.Action.LOGIN, at__gte=since).first()
    return events.filter(action=Event.Action.LOGIN_FAILED, at__gte=last_success.at if last_success else since)


def is_locked(username: str, address: str) -> bool:
    """Whether more guesses are refused for now: too many on this name, or too many from this address."""
    if recent_failures(username).count() >= ATTEMPTS_PER_NAME:
        return True
    from_here = Event.objects.filter(
        object_label=LABEL,
        action=Event.Action.LOGIN_FAILED,
        at__gte=timezone.now() - WINDOW,
        detail__address=address,
    )
    return bool(address) and from_here.count() >= ATTEMPTS_PER_ADDRESS


def record_failed_login(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any
) -> None:
    username, address = str(credentials.get("username", "")), address_of(request)
    # A guess that was not even looked at must not prolong the wait.
    action = Event.Action.REFUSE if is_locked(username, address) else Event.Action.LOGIN_FAILED
    Event.objects.create(
        user=None,
        action=action,
        object_label=LABEL,
        object_id=digest(username),
        detail={"address": address},
    )
