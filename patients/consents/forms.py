"""Forms to record a consent, and its withdrawal."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.forms import DateInput, not_in_future
from patients.models import Consent, Patient, Purpose

WHAT_ENDS = {
    Purpose.CARE: _("No further photograph may be taken. What is in the record stays."),
    Purpose.RESEARCH: _(
        "Researchers no longer see this patient, and the patient is left out of cohorts and of training data "
        "made from now on. What was published before stays."
    ),
    Purpose.TEACHING: _("Photographs may no longer be shown or published. What was published before stays."),
    Purpose.EXPORT: _("Researchers may no longer carry away files about this patient."),
}
"""What the withdrawal of a consent means, said before it is recorded."""


class ConsentForm(forms.ModelForm[Consent]):
    class Meta:
        model = Consent
        fields: ClassVar[list[str]] = ["purpose", "given_on", "document"]
        widgets: ClassVar[dict[str, Any]] = {"given_on": DateInput}

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.patient = patient

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.patient.consents.standing().filter(purpose=cleaned.get("purpose")).exists():
            self.add_error("purpose", _("This consent is already recorded and has not been withdrawn."))
        return cleaned


class WithdrawalForm(forms.ModelForm[Consent]):
    class Meta:
        model = Consent
        fields: ClassVar[list[str]] = ["withdrawn_on", "withdrawal_document"]
        widgets: ClassVar[dict[str, Any]] = {"withdrawn_on": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["withdrawn_on"].required = True
        self.initial["withdrawn_on"] = timezone.localdate()

    def clean_withdrawn_on(self) -> date:
        day: date = self.cleaned_data["withdrawn_on"]
        not_in_future(day)
        if day < self.instance.given_on:
            raise ValidationError(_("This is before the consent was given."), code="before_given")
        return day
