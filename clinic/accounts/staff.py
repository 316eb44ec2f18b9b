"""The person behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from clinic.accounts.models import User


class StaffRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through, so its user is a member of staff."""

    user: User


def require_recorder(request: StaffRequest) -> User:
    """The user of a page that writes patient data; a researcher only reads."""
    if not request.user.may_record:
        raise PermissionDenied
    return request.user


def require_administrator(request: StaffRequest) -> User:
    if not request.user.is_administrator:
        raise PermissionDenied
    return request.user
