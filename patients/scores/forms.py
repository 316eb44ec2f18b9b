"""One form for everything that was assessed on a day, and the calculator of F-VASI by region and grade."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.entries.forms import EntryForm
from patients.forms import DateInput, not_in_future
from patients.models import ActivitySign, FaceRegion, Patient, Score, ScoreKind, ScorePart, Sign
from patients.scores.definitions import DEFINITIONS, VNS_WORDS, Definition, Rater
from patients.scores.services import WHOLE_FACE, Part

LOOKED_FOR = [("", _("not looked for")), ("yes", _("present")), ("no", _("absent"))]


def value_field(kind: ScoreKind, definition: Definition) -> forms.Field:
    """A list to choose from for a scale of few steps, a number with its range for the others."""
    label = str(kind.label) if definition.only else f"{kind.label} ({definition.scale})"
    if definition.values and len(definition.values) <= 10:
        words = VNS_WORDS if kind is ScoreKind.VNS else {}
        steps = [(value, f"{value} {words.get(value, '')}".strip()) for value in definition.values]
        return forms.TypedChoiceField(
            label=label,
            choices=[("", "–"), *steps],
            coerce=Decimal,
            empty_value=None,
            required=False,
            help_text=definition.meaning,
            error_messages={"invalid_choice": definition.refusal},
        )
    limits = {"min": definition.lowest, "max": definition.highest, "step": 1 if definition.whole else "any"}
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=7,
        decimal_places=0 if definition.whole else 4,
        help_text=definition.meaning,
        widget=forms.NumberInput(attrs={**limits, "inputmode": "numeric" if definition.whole else "decimal"}),
        error_messages=dict.fromkeys(
            ("invalid", "max_digits", "max_decimal_places", "max_whole_digits"), definition.refusal
        ),
    )


class AssessmentForm(forms.Form):
    """Empty fields were not assessed and store nothing."""

    date = forms.DateField(label=_("Date"), widget=DateInput, initial=timezone.localdate)
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, patient: Patient, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        for kind, definition in DEFINITIONS.items():
            if user.may_sign or definition.rater is Rater.PATIENT:
                self.fields[kind.value] = value_field(kind, definition)
        for sign in Sign if user.may_sign else ():
            self.fields[f"sign_{sign.value}"] = forms.ChoiceField(
                label=sign.label, choices=LOOKED_FOR, required=False
            )

    @property
    def by_clinician(self) -> Iterator[BoundField]:
        return self._given_by(Rater.CLINICIAN)

    @property
    def by_patient(self) -> Iterator[BoundField]:
        return self._given_by(Rater.PATIENT)

    @property
    def of_activity(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("sign_"))

    def _given_by(self, rater: Rater) -> Iterator[BoundField]:
        kinds = (kind for kind, definition in DEFINITIONS.items() if definition.rater is rater)
        return (self[kind.value] for kind in kinds if kind.value in self.fields)

    def clean_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        not_in_future(day)
        if day < self.patient.birth_date:
            raise forms.ValidationError(_("This day is before the patient was born."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for kind, value in self.values.items():
            if not DEFINITIONS[kind].allows(value):
                self.add_error(kind.value, DEFINITIONS[kind].refusal)
        if not self.errors and not self.values and not self.signs:
            raise forms.ValidationError(_("Nothing is filled in yet. Enter at least one score or sign."))
        if day := cleaned.get("date"):
            self._refuse_doubles(day)
        return cleaned

    def _refuse_doubles(self, day: datetime.date) -> None:
        message = _("Already recorded for this day. Correct it in the list of scores.")
        scores = Score.objects.standing().filter(patient=self.patient, date=day)
        for kind in scores.filter(kind__in=self.values).values_list("kind", flat=True):
            self.add_error(kind, message)
        signs = ActivitySign.objects.standing().filter(patient=self.patient, date=day)
        for sign in signs.filter(sign__in=self.signs).values_list("sign", flat=True):
            self.add_error(f"sign_{sign}", message)

    @property
    def values(self) -> dict[ScoreKind, Decimal]:
        found = {kind: self.cleaned_data.get(kind.value) for kind in ScoreKind}
        return {kind: value for kind, value in found.items() if value is not None}

    @property
    def signs(self) -> dict[Sign, bool]:
        found = {sign: self.cleaned_data.get(f"sign_{sign.value}") for sign in Sign}
        return {sign: answer == "yes" for sign, answer in found.items() if answer}


class ScoreForm(EntryForm[Score]):
    class Meta:
        model = Score
        fields: ClassVar[list[str]] = ["value", "date", "note"]
        widgets: ClassVar[dict[str, Any]] = {"date": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        definition = self.instance.definition
        self.fields["value"].label = f"{self.instance.get_kind_display()} ({definition.scale})"
        self.fields["value"].help_text = definition.meaning
        self.initial["value"] = f"{self.instance.value.normalize():f}"
        if self.instance.parts.exists():
            self.fields["value"].disabled = True
            self.fields["value"].help_text = _("Calculated by region. To change it, strike it out.")


class FaceVasiForm(forms.Form):
    """Hand units and grade of each region; a region without hand units does not count."""

    date = forms.DateField(label=_("Date"), widget=DateInput, initial=timezone.localdate)
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        for region in FaceRegion:
            self.fields[f"units_{region}"] = forms.DecimalField(
                label=_("Hand units"),
                required=False,
                min_value=0,
                max_value=WHOLE_FACE,
                max_digits=4,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal"}),
            )
            self.fields[f"grade_{region}"] = forms.TypedChoiceField(
                label=_("Depigmentation"),
                choices=[("", "–"), *ScorePart.Grade.choices],
                coerce=int,
                empty_value=None,
                required=False,
            )

    @property
    def lines(self) -> Iterator[dict[str, Any]]:
        for region in FaceRegion:
            yield {
                "region": region,
                "units": self[f"units_{region}"],
                "grade": self[f"grade_{region}"],
            }

    def clean_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        not_in_future(day)
        if Score.objects.standing().filter(patient=self.patient, kind=ScoreKind.F_VASI, date=day).exists():
            raise forms.ValidationError(
                _("An F-VASI is already recorded for this day. Correct it in the list of scores.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for region in FaceRegion:
            units, grade = cleaned.get(f"units_{region}"), cleaned.get(f"grade_{region}")
            if units and grade is None and f"grade_{region}" not in self.errors:
                self.add_error(f"grade_{region}", _("Choose the depigmentation of this region."))
            if units is None and grade is not None and f"units_{region}" not in self.errors:
                self.add_error(f"units_{region}", _("Enter the hand units of this region."))
        return cleaned

    @property
    def parts(self) -> list[Part]:
        """The regions that count, once the form is valid."""
        return [
            Part(region.value, units, self.cleaned_data[f"grade_{region}"])
            for region in FaceRegion
            if (units := self.cleaned_data.get(f"units_{region}"))
        ]
