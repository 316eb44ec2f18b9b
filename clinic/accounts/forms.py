"""Forms of the accounts: administrators open and correct them."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import Role, User

FIELDS = ["username", "first_name", "last_name", "role"]


class NewUserForm(UserCreationForm[User]):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = FIELDS


class UserForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = [*FIELDS, "is_active"]
        labels: ClassVar[dict[str, Any]] = {"is_active": _("May log in")}
        help_texts: ClassVar[dict[str, Any]] = {
            "is_active": _("Withdraw this instead of deleting the account: the audit trail names it."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        stays = cleaned.get("role") == Role.ADMINISTRATOR and cleaned.get("is_active")
        others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=self.instance.pk)
        if not stays and not others.exists():
            raise ValidationError(
                _("This is the last administrator who may log in. Appoint another one first."),
                code="last_administrator",
            )
        return cleaned
