"""Forms about treatments, their pauses and adverse events."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.entries.forms import EntryForm, ask_constraints
from patients.forms import DateInput
from patients.models import AdverseEvent, Treatment, TreatmentPause


class TreatmentForm(EntryForm[Treatment]):
    class Meta:
        model = Treatment
        fields: ClassVar[list[str]] = [
            "kind",
            "name",
            "region",
            "schedule",
            "dose",
            "dose_unit",
            "started_on",
            "stopped_on",
            "adherence",
            "stop_reason",
            "note",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "started_on": DateInput,
            "stopped_on": DateInput,
            "note": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": _("Camouflage hides vitiligo: a photograph taken over it is not comparable."),
            "stopped_on": _("Leave empty while the treatment goes on."),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "kind": {"required": _("Choose the treatment.")},
            "started_on": {"required": _("Enter the day on which the treatment started.")},
            "dose": {"invalid": _("Enter the dose as a number; the unit has its own field.")},
        }


class StopForm(EntryForm[Treatment]):
    class Meta:
        model = Treatment
        fields: ClassVar[list[str]] = ["stopped_on", "stop_reason"]
        widgets: ClassVar[dict[str, Any]] = {"stopped_on": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stopped_on"].required = True
        self.initial["stopped_on"] = timezone.localdate()


class PauseForm(forms.ModelForm[TreatmentPause]):
    class Meta:
        model = TreatmentPause
        fields: ClassVar[list[str]] = ["paused_on", "resumed_on", "reason"]
        widgets: ClassVar[dict[str, Any]] = {"paused_on": DateInput, "resumed_on": DateInput}
        help_texts: ClassVar[dict[str, Any]] = {
            "resumed_on": _("Leave empty while the pause goes on."),
        }

    def __init__(self, *args: Any, treatment: Treatment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.treatment = treatment

    def full_clean(self) -> None:
        super().full_clean()
        ask_constraints(self)


class ResumeForm(PauseForm):
    class Meta(PauseForm.Meta):
        fields: ClassVar[list[str]] = ["paused_on", "resumed_on"]
        help_texts: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paused_on"].disabled = True
        self.fields["resumed_on"].required = True
        self.initial["resumed_on"] = timezone.localdate()


class AdverseEventForm(EntryForm[AdverseEvent]):
    class Meta:
        model = AdverseEvent
        fields: ClassVar[list[str]] = ["date", "grade", "treatment", "description"]
        widgets: ClassVar[dict[str, Any]] = {
            "date": DateInput,
            "description": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "date": {"required": _("Enter the day of the event.")},
            "grade": {"required": _("Choose the grade.")},
            "description": {"required": _("Say what happened.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.patient.treatments.standing()
        self.fields["treatment"] = forms.ModelChoiceField(
            own, required=False, label=_("Under the treatment"), empty_label=_("None, or not known")
        )
