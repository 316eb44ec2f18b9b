"""The form of an entry in the clinical record, and the one to strike an entry out."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.models.entry import Entry
from patients.models.patient import Patient

Row = TypeVar("Row", bound=Entry)


def ask_constraints(form: forms.ModelForm[Any]) -> None:
    """Django skips a constraint that names a field which the form does not show, such as the patient."""
    if not form.is_bound or form.errors:
        return
    try:
        form.instance.validate_constraints()
    except ValidationError as refusal:
        form.add_error(None, ValidationError(refusal.messages))


class EntryForm(forms.ModelForm[Row]):
    """Knows the patient, so that the model's rules about days and doubles are asked here as well."""

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.patient = patient

    def full_clean(self) -> None:
        super().full_clean()
        ask_constraints(self)


class StrikeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it struck out?"),
        max_length=200,
        error_messages={"required": _("Say why: the entry stays in the record, with this reason.")},
        help_text=_("The entry stays readable in the record, and nothing is computed from it any more."),
    )
