"""Coming in: the form, its brake on guessing, and the view."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.audit.logins import address_of, is_locked


class ThrottledBackend(ModelBackend):
    """Looks at no password while guesses on the name or from the address are refused: page and API alike."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if username is not None and is_locked(username, address_of(request)):
            raise PermissionDenied
        return super().authenticate(request, username=username, password=password, **kwargs)


class LogInForm(AuthenticationForm):
    """Says why, when it is the brake and not the password."""

    def get_invalid_login_error(self) -> ValidationError:
        if is_locked(self.cleaned_data.get("username", ""), address_of(self.request)):
            return ValidationError(
                _("Too many failed attempts. Wait 15 minutes, or ask an administrator."), code="locked"
            )
        return super().get_invalid_login_error()


class LogIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True
