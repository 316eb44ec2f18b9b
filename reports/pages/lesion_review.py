"""What a person does to an assessment: take the other mask, word the note, have it analysed again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analysis.lesion_reviews import choose_mask, edit_note
from analysis.models import LesionAssessment, Review
from analysis.review_rules import ReviewRefused
from analysis.services import rerun
from clinic.accounts.staff import StaffRequest, require_recorder
from imaging.models import Photo


@require_POST
def lesion_mask(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the mask of the other network, with a reason, as a new version."""
    segmenter, reason = request.POST.get("segmenter", ""), request.POST.get("reason", "")
    return _change(
        request,
        pk,
        lambda base: choose_mask(assessment=base, segmenter=segmenter, reason=reason, author=request.user),
        said=_("The other mask is taken. Description, estimate and note follow it."),
    )


@require_POST
def lesion_note(request: StaffRequest, pk: int) -> HttpResponse:
    """Save the note as a person worded it, as a new version."""
    note, reason = request.POST.get("note", ""), request.POST.get("reason", "")
    return _change(
        request,
        pk,
        lambda base: edit_note(assessment=base, note=note, reason=reason, author=request.user),
        said=_("The note is saved as a new version."),
    )


@require_POST
def lesion_rerun(request: StaffRequest, pk: int) -> HttpResponse:
    """Analyse again, for instance after a failure or with newer releases; earlier results stay."""
    user = require_recorder(request)
    photo = get_object_or_404(Photo.objects.visible_to(user).of_lesions().standing(), pk=pk)
    rerun(photo=photo, user=user)
    messages.success(request, _("The analysis runs again. The earlier result is kept."))
    return redirect("pages:lesion_photo", pk)


def _change(
    request: StaffRequest, pk: int, deed: Callable[[LesionAssessment], Review], *, said: str
) -> HttpResponse:
    """Do it to the version that the page showed; a refusal is said on the same page."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user).of_lesions(), pk=pk)
    seen = request.POST.get("assessment", "")
    versions = LesionAssessment.objects.filter(run__photo=photo)
    base = versions.filter(pk=seen if seen.isdecimal() else 0).first()
    if base is None:
        messages.error(request, _("The version that was changed does not exist. Load the page again."))
        return redirect("pages:lesion_photo", pk)
    try:
        review = deed(base)
    except ReviewRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("pages:lesion_photo", pk)
    messages.success(request, said)
    return redirect(f"{reverse('pages:lesion_photo', args=[pk])}?review={review.pk}")
