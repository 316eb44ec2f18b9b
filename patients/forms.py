"""Forms about patients, consents and visits; every refusal is a sentence that says what to do."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Patient, Purpose, Visit

OLDEST = 120


class DateInput(forms.DateInput):
    """The browser's own date field, which reads and writes ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def not_in_future(value: date) -> None:
    if value > timezone.localdate():
        raise ValidationError(_("This day has not come yet. Check the year."), code="future")


class PatientForm(forms.ModelForm[Patient]):
    phototype = forms.TypedChoiceField(
        label=_("Fitzpatrick phototype"),
        choices=[("", _("Not recorded")), *Patient.Phototype.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Patient
        fields: ClassVar[list[str]] = [
            "record_number",
            "name",
            "birth_date",
            "sex",
            "phototype",
            "vitiligo_type",
            "facial_subtype",
            "onset_year",
            "follow_up_weeks",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "birth_date": DateInput,
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "record_number": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "record_number": {
                "unique": _("Another patient already has this record number. Search the list before adding."),
                "required": _("Enter the record number that the clinic uses for this patient."),
            },
            "name": {"required": _("Enter the patient's name, in any script.")},
            "birth_date": {
                "required": _("Enter the date of birth."),
                "invalid": _("Enter the date of birth as year-month-day, for example 1984-03-09."),
            },
            "onset_year": {"invalid": _("Enter the year of onset with four digits, or leave it empty.")},
        }

    def clean_record_number(self) -> str:
        return str(self.cleaned_data["record_number"]).strip()

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        not_in_future(born)
        if timezone.localdate().year - born.year > OLDEST:
            raise ValidationError(
                _("This date is more than 120 years ago. Check the year."), code="too_long_ago"
            )
        return born

    def clean_onset_year(self) -> int | None:
        year: int | None = self.cleaned_data["onset_year"]
        if year is not None and year > timezone.localdate().year:
            raise ValidationError(_("The year of onset has not come yet."), code="future")
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        born, year = cleaned.get("birth_date"), cleaned.get("onset_year")
        if born is not None and year is not None and year < born.year:
            self.add_error("onset_year", _("The year of onset is before the year of birth."))
        return cleaned


class NewPatientForm(PatientForm):
    """A new record asks for consent at once: without it no photograph should be taken."""

    consents = forms.MultipleChoiceField(
        label=_("Consent given today"),
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Researchers see the patient, without name, only while the research consent stands."),
    )


class VisitForm(forms.ModelForm[Visit]):
    class Meta:
        model = Visit
        fields: ClassVar[list[str]] = ["date", "skin_condition", "notes"]
        widgets: ClassVar[dict[str, Any]] = {
            "date": DateInput,
            "notes": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "date": {
                "required": _("Enter the day of the visit."),
                "invalid": _("Enter the day of the visit as year-month-day, for example 2026-03-09."),
            },
        }

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.patient = patient

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        not_in_future(day)
        patient = self.instance.patient
        if day < patient.birth_date:
            raise ValidationError(_("This day is before the patient was born."), code="before_birth")
        if patient.visits.exclude(pk=self.instance.pk).filter(date=day).exists():
            raise ValidationError(
                _("There is already a visit on this day. Open it and add the photographs there."),
                code="same_day",
            )
        return day
