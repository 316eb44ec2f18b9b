"""The pages of lesions in the report of a visit, and the report of one photograph of a lesion."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analysis.mask_files import read_mask
from analysis.models import LesionAssessment, LesionPicture, LesionReading
from clinic.accounts.models import User
from imaging.display import display_pixels
from imaging.models import Photo
from patients.models import Visit
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
from reports.pdf.lesion_facts import LesionFinding, LesionMask, LesionOpinion, LesionSheet
from reports.pdf.safety import draft_sentence
from reports.readings import name_of


def lesion_sheets(*, visit: Visit, user: User) -> tuple[LesionSheet, ...]:
    """A page for each photograph of a lesion that was taken at the visit and whose analysis is finished."""
    photos = Photo.objects.of_lesions().standing().filter(visit=visit, lesion__struck_at__isnull=True)
    in_order = photos.select_related("visit", "lesion").order_by("lesion", "pk")
    return tuple(lesion_sheet(shot=shot, user=user) for shot in shots_of(in_order) if not shot.is_unfinished)


def lesion_sheet(*, shot: Shot, user: User) -> LesionSheet:
    """Everything the page says to `user`; a researcher reads no words that people wrote, and no names."""
    sheet: dict[str, Any] = {
        "name": str(shot.photo.lesion),
        "taken_on": shot.visit.date,
        "facts": _facts(shot),
        "image": display_pixels(shot.photo),
        "findings": tuple(
            LesionFinding(name=one.name, value=one.value, limit=one.limits, level=one.word)
            for one in findings_of(shot.run)
        ),
    }
    if shot.assessment is None:
        return LesionSheet(standing="", withheld=shot.run.reason if shot.run else shot.word, **sheet)
    drafts = () if shot.is_signed else tuple(release.name for release in shot.releases)
    standing = _signature(shot, user) or draft_sentence(drafts, _)
    return LesionSheet(**sheet, **_assessed(shot.assessment, user), drafts=drafts, standing=standing)


def _facts(shot: Shot) -> tuple[tuple[str, str], ...]:
    scale = _("not given")
    if shot.photo.mm_per_pixel is not None:
        scale = _("{scale} mm per pixel").format(scale=f"{shot.photo.mm_per_pixel:.4f}")
    return (
        (_("Visit"), shot.visit.date.isoformat()),
        (_("Light"), str(shot.photo.get_modality_display())),
        (_("Scale"), scale),
        (_("Device"), shot.photo.device or "–"),
    )


def _assessed(assessment: LesionAssessment, user: User) -> dict[str, Any]:
    reading = assessment.picked
    agreement = _("Agreement of the two masks: Dice {dice}.").format(dice=f"{assessment.agreement:.2f}")
    if assessment.needs_review:
        agreement += " " + _("Needs review: the two networks outline different things.")
    step = next_step_for(lesion_class=leading_class(reading), band=meaning_of(reading).band)
    return {
        "masks": _masks(assessment),
        "agreement": agreement,
        "opinions": _opinions(reading),
        "description": tuple(description_of(reading)),
        # What was composed from the values by template would say the page a second time.
        "note": "" if assessment.is_note_composed or not user.may_identify else assessment.note,
        "next_step": step.text if step else "",
        "next_step_source": step.source if step else "",
    }


def _masks(assessment: LesionAssessment) -> tuple[LesionMask, ...]:
    pictures = LesionPicture.objects.filter(
        reading__run=assessment.run_id, kind=LesionPicture.Kind.MASK
    ).select_related("reading")
    return tuple(
        LesionMask(
            name=str(picture.reading.get_segmenter_display()),
            mask=read_mask(picture),
            is_picked=picture.reading == assessment.picked,
        )
        for picture in pictures.order_by("-reading__segmenter")
    )


def _opinions(reading: LesionReading) -> tuple[LesionOpinion, ...]:
    meaning = meaning_of(reading).words
    if reading.disagree:
        meaning += ". " + _("The two classifiers disagree.")
    if reading.estimate.is_alone:
        meaning += ". " + _("Only one classifier counts, so nothing is called benign or malignant.")
    alone = (
        LesionOpinion(name=one.name, probability=one.probability, meaning="" if one.counts else uncounted())
        for one in opinions_of(reading)
    )
    both = probability_text(reading.malignancy, reading.sd)
    return *alone, LesionOpinion(name=_("Estimate"), probability=both, meaning=meaning)


def _signature(shot: Shot, user: User) -> str:
    review = shot.review
    if review is None or not review.is_signed or review.signer is None or review.signed_at is None:
        return ""
    who = name_of(review.signer) if user.may_identify else _("a dermatologist")
    when = localtime(review.signed_at).strftime("%Y-%m-%d %H:%M")
    return _("Reviewed and signed by {who} on {when}.").format(who=who, when=when)
