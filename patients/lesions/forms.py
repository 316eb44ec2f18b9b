"""The form of a lesion: what it is called, and its spot on the body map by click or by numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.entries.forms import EntryForm
from patients.forms import DateInput
from patients.models import Lesion

SHARE = {"min": 0, "max": 1, "step": 0.01, "inputmode": "decimal"}


class LesionForm(EntryForm[Lesion]):
    class Meta:
        model = Lesion
        fields: ClassVar[list[str]] = ["label", "site", "noted_on", "note", "map_side", "map_x", "map_y"]
        widgets: ClassVar[dict[str, Any]] = {
            "label": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "noted_on": DateInput,
            "note": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            "map_x": forms.NumberInput(attrs=SHARE),
            "map_y": forms.NumberInput(attrs=SHARE),
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "label": {"required": _("Give the lesion a label, for example L1.")},
            "site": {"required": _("Say where on the body the lesion is.")},
            "noted_on": {"required": _("Enter the day on which the lesion was first noted.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [("", _("Not marked")), *Lesion.MapSide.choices]
        self.fields["map_side"] = forms.ChoiceField(
            label=_("Side of the body map"), choices=sides, required=False, widget=forms.RadioSelect
        )
