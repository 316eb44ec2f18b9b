"""Signing: what is on the screen, version by version, and nothing else."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from analysis.models import Review
from analysis.review_rules import ReviewRefused
from analysis.reviews import sign_reviews
from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest
from imaging.models import Photo
from patients.models import Visit


@require_POST
def photo_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign the version that the page showed; a newer one that arrived meanwhile is not signed unseen."""
    photo = get_object_or_404(Photo.objects.visible_to(_signer(request)).of_faces(), pk=pk)
    _sign(request, Review.objects.filter(photo=photo))
    return redirect("pages:photo", pk)


@require_POST
def lesion_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """The same for the photograph of a lesion."""
    photo = get_object_or_404(Photo.objects.visible_to(_signer(request)).of_lesions(), pk=pk)
    _sign(request, Review.objects.filter(photo=photo))
    return redirect("pages:lesion_photo", pk)


@require_POST
def visit_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign every view of a visit that waits for it, all at once or none."""
    visit = get_object_or_404(Visit.objects.visible_to(_signer(request)), pk=pk)
    _sign(request, Review.objects.of_faces().filter(photo__visit=visit))
    return redirect("pages:visit", pk)


def _signer(request: StaffRequest) -> User:
    if not request.user.may_sign:
        raise PermissionDenied
    return request.user


def _sign(request: StaffRequest, among: QuerySet[Review]) -> None:
    keys = {int(key) for key in request.POST.getlist("review") if key.isdecimal()}
    reviews = list(among.filter(pk__in=keys).select_related("photo"))
    if not keys or len(reviews) != len(keys):
        messages.error(request, _("Nothing was signed. Load the page again and sign what it shows."))
        return
    try:
        signed = sign_reviews(reviews=reviews, signer=request.user)
    except ReviewRefused as refusal:
        messages.error(request, _("Nothing was signed. {why}").format(why=refusal.message))
        return
    said = ngettext("{n} value is signed and final.", "{n} values are signed and final.", len(signed))
    messages.success(request, said.format(n=len(signed)))
