"""The page of one lesion: where it is, every visit, what changed between two of them, the next photograph."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.staff import StaffRequest, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.intake.limits import Limits
from imaging.models import LESION_MODALITIES, Modality, Photo
from imaging.refusals import PhotoRefused
from imaging.services import store_lesion_photo
from patients.lesions.body_map import body_map
from patients.models import Lesion, Visit
from reports.lesion_changes import Pair
from reports.lesions import Shot, shots_of, shots_of_lesion


class PhotoForm(forms.Form):
    """How a lesion was photographed. A scale that is not known is left out and never guessed."""

    visit = forms.ModelChoiceField(Visit.objects.none(), label=gettext_lazy("Visit"), empty_label=None)
    modality = forms.ChoiceField(
        label=gettext_lazy("Light"), choices=[(one.value, one.label) for one in LESION_MODALITIES]
    )
    mm_per_pixel = forms.FloatField(
        label=gettext_lazy("Scale, mm per pixel"),
        min_value=0.0001,
        max_value=1,
        required=False,
        help_text=gettext_lazy("As the dermatoscope's maker gives it. Without it, sizes stay in pixels."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    device = forms.CharField(label=gettext_lazy("Camera or device"), max_length=100, required=False)
    replace = forms.BooleanField(
        label=gettext_lazy("Take the place of this visit's photograph, which stays in the record"),
        required=False,
    )

    def __init__(self, posted: QueryDict | None = None, *, lesion: Lesion, shots: list[Shot]) -> None:
        last = shots[-1].photo if shots else None
        visits = Visit.objects.filter(patient=lesion.patient_id).order_by("-date", "-pk")
        usual = {
            "modality": last.modality if last else Modality.DERMOSCOPY,
            "mm_per_pixel": last.mm_per_pixel if last else None,
            "device": last.device if last else "",
            "visit": visits.first(),
        }
        super().__init__(posted, initial=usual)
        self.fields["visit"].queryset = visits  # type: ignore[attr-defined]
        self.fields["visit"].label_from_instance = lambda visit: f"{visit.date:%Y-%m-%d}"  # type: ignore[attr-defined]


@require_GET
def lesion_page(request: StaffRequest, pk: int) -> HttpResponse:
    lesion = _lesion(request, pk)
    record(user=request.user, action=Event.Action.READ, target=lesion)
    shots = shots_of_lesion(lesion)
    context = {
        "lesion": lesion,
        "patient": lesion.patient,
        "shots": shots[::-1],
        "body_map": [drawing for drawing in body_map([lesion]) if drawing.points],
        "form": PhotoForm(lesion=lesion, shots=shots),
        "max_bytes": Limits().max_bytes,
        **_comparison(shots, request.GET.get("first", ""), request.GET.get("second", "")),
    }
    return render(request, "pages/lesion.html", context)


@require_GET
def lesion_shot(request: StaffRequest, pk: int) -> HttpResponse:
    """One visit of the time line, which changes by itself while its photograph is analysed."""
    photos = Photo.objects.visible_to(request.user).of_lesions().standing().select_related("visit")
    (shot,) = shots_of([get_object_or_404(photos, pk=pk)])
    if not shot.is_unfinished:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "pages/_lesion_shot.html", {"shot": shot})


@require_POST
def lesion_upload(request: StaffRequest, pk: int) -> HttpResponse:
    """Store the next photograph; a refusal is said in the form and touches nothing else on the page."""
    require_recorder(request)
    lesion = _lesion(request, pk)
    form = PhotoForm(request.POST, lesion=lesion, shots=[])
    error = _store(request, lesion, form)
    if not request.headers.get("HX-Request"):
        if error:
            messages.error(request, error)
        return redirect("pages:lesion", pk)
    if not error:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"lesion": lesion, "form": form, "error": error, "max_bytes": Limits().max_bytes}
    return render(request, "pages/_lesion_upload.html", context, status=422)


def _lesion(request: StaffRequest, pk: int) -> Lesion:
    lesions = Lesion.objects.visible_to(request.user).standing().select_related("patient")
    return get_object_or_404(lesions, pk=pk)


def _store(request: StaffRequest, lesion: Lesion, form: PhotoForm) -> str:
    """Store the posted file; the sentence that explains why not, or nothing."""
    file = request.FILES.get("file")
    if file is None:
        return _("Choose the photograph first.")
    if not form.is_valid():
        return _("One of the fields needs a correction.")
    facts = form.cleaned_data
    try:
        store_lesion_photo(
            lesion=lesion,
            visit=facts["visit"],
            modality=facts["modality"],
            mm_per_pixel=facts["mm_per_pixel"],
            device=facts["device"].strip(),
            file=file,
            user=request.user,
            replace=facts["replace"],
        )
    except PhotoRefused as refusal:
        return refusal.message
    return ""


def _comparison(shots: list[Shot], first: str, second: str) -> dict[str, object]:
    """The two photographs that the address names, else the first and the last with a result."""
    read = [shot for shot in shots if shot.reading is not None]
    if len(read) < 2:
        return {"pair": None}
    by_key = {str(shot.photo.pk): shot for shot in read}
    pair = Pair(by_key.get(first, read[0]), by_key.get(second, read[-1]))
    return {"pair": pair, "comparable": read}
