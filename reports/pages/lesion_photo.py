"""The page of one photograph of a lesion: both masks, the estimate with its spread, note and signature."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from analysis.models import LesionAssessment, LesionReading, Review
from analysis.vision.lesion.bands import Preset
from analysis.vision.lesion.enhancement import Enhancement
from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo
from reports.lesion_words import (
    description_of,
    leading_class,
    meaning_of,
    opinions_of,
    probability_text,
    uncounted,
)
from reports.lesions import Shot, shots_of
from reports.next_steps import next_step_for
from reports.pages.findings import findings_of
from reports.pages.lesion_history import history_of_lesion
from reports.pages.release_figures import Figure, evaluations_of

PRESETS = {
    Preset.STANDARD: _("with an indeterminate band"),
    Preset.REFERENCE: _("of the reference system, without one"),
}


AUC_TARGET = 0.80
ENHANCEMENTS = {
    Enhancement.CONTRAST: _("More contrast"),
    Enhancement.HAIR_REMOVED: _("Hair removed"),
    Enhancement.GLARE_REDUCED: _("Glare reduced"),
}


@dataclass(frozen=True)
class Outlined:
    """What follows from one mask, as the page shows it."""

    reading: LesionReading
    is_picked: bool

    @property
    def name(self) -> str:
        return str(self.reading.get_segmenter_display())


@require_GET
def lesion_photo_page(request: StaffRequest, pk: int) -> HttpResponse:
    photo = _photo(request, pk)
    record(user=request.user, action=Event.Action.READ, target=photo)
    shot = _shown(photo, request.GET.get("review", ""))
    context = {
        **result_of(shot),
        "patient": photo.visit.patient,
        "neighbours": _neighbours(photo),
        "findings": findings_of(shot.run),
        "history": history_of_lesion(photo),
        "enhancements": ENHANCEMENTS.items(),
        **(_estimate(shot.reading, _preset(request)) if shot.reading else {}),
        "judged": _judged(shot),
    }
    return render(request, "pages/lesion_photo.html", context)


@require_GET
def lesion_photo_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """What changes while the photograph is analysed; when it is finished, the page is loaded anew."""
    (shot,) = shots_of([_photo(request, pk)])
    if not (shot.is_unfinished or shot.is_pending):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "pages/_lesion_result.html", result_of(shot))


def _photo(request: StaffRequest, pk: int) -> Photo:
    photos = Photo.objects.visible_to(request.user).of_lesions()
    return get_object_or_404(photos.select_related("visit__patient", "lesion", "uploaded_by"), pk=pk)


def _shown(photo: Photo, review: str) -> Shot:
    """The photograph with its final assessment, or with the version of its history that was asked for."""
    (shot,) = shots_of([photo])
    if not review:
        return shot
    versions = LesionAssessment.objects.filter(review__photo=photo).select_related(
        "picked", "review__signer", "author", "run__lesion_unet", "run__lesion_deeplab"
    )
    assessment = get_object_or_404(versions, review=review if review.isdecimal() else 0)
    return replace(shot, run=assessment.run, assessment=assessment)


def result_of(shot: Shot) -> dict[str, object]:
    """What the panel says; `signed` and `waiting` are the photo's signed and open reviews."""
    reviews = list(Review.objects.filter(photo=shot.photo).select_related("assessment__author", "signer"))
    return {
        "shot": shot,
        "photo": shot.photo,
        "visit": shot.visit,
        "lesion": shot.photo.lesion,
        "run": shot.run,
        "outlined": _outlined(shot.assessment),
        "release_names": ", ".join(release.name for release in shot.releases),
        "limits": list(dict.fromkeys(filter(None, (one.card.get("limits") for one in shot.releases)))),
        "signed": next((review for review in reviews if review.is_signed), None),
        "waiting": next((review for review in reviews if review.is_open), None),
    }


def _outlined(assessment: LesionAssessment | None) -> list[Outlined]:
    """Both readings of the run, in the order of their networks' names."""
    if assessment is None:
        return []
    readings = LesionReading.objects.filter(run=assessment.run_id)
    return [Outlined(reading, reading == assessment.picked) for reading in readings]


def _estimate(reading: LesionReading, preset: Preset) -> dict[str, object]:
    """The estimate in words. Next steps go by the clinic's own bands, whichever table is looked at."""
    own, opinions = meaning_of(reading), opinions_of(reading)
    return {
        "probability": probability_text(reading.malignancy, reading.sd),
        "meaning": meaning_of(reading, preset),
        "opinions": opinions,
        "is_alone": sum(opinion.counts for opinion in opinions) == 1,
        "uncounted": uncounted(),
        "description": description_of(reading),
        "next_step": next_step_for(lesion_class=leading_class(reading), band=own.band),
        "preset": preset,
        "presets": PRESETS.items(),
    }


def _judged(shot: Shot) -> list[tuple[str, Figure, int, bool]]:
    """How well each classifier orders unseen lesions by its own card, and whether that misses the target."""
    found = []
    for release in shot.releases:
        headline = next(iter(evaluations_of(release.card)), None)
        for figure in headline.figures if headline else ():
            if figure.name == "auc" and headline:
                found.append((release.name, figure, headline.n, figure.value < AUC_TARGET))
    return found


def _preset(request: StaffRequest) -> Preset:
    asked = request.GET.get("bands", "")
    return Preset(asked) if asked in set(Preset) else Preset.STANDARD


def _neighbours(photo: Photo) -> dict[str, Photo | None]:
    """The same lesion one visit earlier and later."""
    same = Photo.objects.of_lesions().standing().filter(lesion=photo.lesion_id)
    return {
        "earlier": same.filter(visit__date__lt=photo.visit.date).order_by("visit__date").last(),
        "later": same.filter(visit__date__gt=photo.visit.date).order_by("visit__date").first(),
    }
