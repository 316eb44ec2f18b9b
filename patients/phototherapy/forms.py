"""The quick entry of a session, and the clinic's limits."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import Role, User
from patients.entries.forms import EntryForm
from patients.forms import DateInput
from patients.models import PhototherapyProtocol, PhototherapySession
from patients.phototherapy.services import ReasonNeeded

AS_LAST_TIME = ("light", "region", "device", "dose", "seconds")


def as_last_time(last: PhototherapySession | None, user: User) -> dict[str, Any]:
    """What the form starts with: today, this operator, and what the last session says."""
    initial: dict[str, Any] = {"date": timezone.localdate(), "operator": user.pk}
    if last is not None:
        initial |= {name: getattr(last, name) for name in AS_LAST_TIME}
    return initial


class SessionForm(EntryForm[PhototherapySession]):
    class Meta:
        model = PhototherapySession
        fields: ClassVar[list[str]] = [
            "date",
            "light",
            "region",
            "device",
            "dose",
            "seconds",
            "erythema",
            "operator",
            "reason",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "date": DateInput,
            "dose": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
            "seconds": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "date": {"required": _("Enter the day of the session.")},
            "device": {"required": _("Enter the device, as it is written on it.")},
            "dose": {
                "required": _("Enter the dose that was given."),
                "invalid": _("Enter the dose in mJ/cm² as a whole number."),
            },
            "seconds": {"required": _("Enter how long the light was on.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_active=True).exclude(role=Role.RESEARCHER).order_by("username")
        grades = [("", _("not recorded")), *PhototherapySession.Erythema.choices]
        self.fields["erythema"].choices = grades  # type: ignore[attr-defined]
        self.fields["operator"] = forms.ModelChoiceField(staff, label=_("Operator"), empty_label=None)

    def ask_reason(self, needed: ReasonNeeded) -> None:
        """Show what the protocol warns about, and ask why it was given so."""
        for concern in needed.concerns:
            self.add_error(None, concern.sentence)
        self.add_error("reason", _("Say why it was given so, then log it again."))


class ProtocolForm(forms.ModelForm[PhototherapyProtocol]):
    class Meta:
        model = PhototherapyProtocol
        fields: ClassVar[list[str]] = [
            "longest_gap_days",
            "largest_rise_percent",
            "highest_dose_face",
            "highest_dose_body",
            "erythema_grade",
            "source",
        ]
        widgets: ClassVar[dict[str, Any]] = {"source": forms.Textarea(attrs={"rows": 2})}
