"""What the demonstration's doctor has looked at: all visits but the newest, and one outline."""

from __future__ import annotations

import cv2
import numpy as np

from analysis.mask_files import read_mask
from analysis.models import Mask, Review
from analysis.reviews import save_masks, sign_reviews
from analysis.vision.terms import Mask as PixelMask
from clinic.accounts.models import User
from imaging.models import Photo, RetakeRequest, View
from imaging.retakes import ask_retake
from patients.models import Patient, Visit

CORRECTED = "DEMO-002"
RETAKEN = "DEMO-004"


def review_clinic(staff: dict[str, User]) -> None:
    """Sign the earlier visits, correct one outline, ask for one retake; what is done is not done again."""
    doctor = staff["demo-doctor"]
    for patient in Patient.objects.filter(is_synthetic=True).order_by("pk"):
        *earlier, newest = patient.visits.order_by("date")  # every patient of the cohort has come once
        for visit in earlier:
            _sign(visit, doctor)
        if patient.record_number == CORRECTED:
            _correct(newest, doctor)
        if patient.record_number == RETAKEN:
            _ask_for_retake(newest, doctor)


def _sign(visit: Visit, doctor: User) -> None:
    """Once: what is measured again later waits for the person at the demonstration."""
    waiting = Review.objects.unsigned().filter(photo__visit=visit)
    waiting = waiting.exclude(photo__reviews__signed_at__isnull=False)
    sign_reviews(reviews=list(waiting.select_related("photo")), signer=doctor)


def _correct(visit: Visit, doctor: User) -> None:
    """A freckle that the software took for vitiligo: the smallest of the lesions goes."""
    waiting = Review.objects.unsigned().filter(photo__visit=visit, photo__view=View.FRONT)
    review = waiting.filter(state=Review.State.DRAFT).select_related("measurement__run__photo").first()
    if review is None:
        return
    mask = read_mask(review.measured.masks.get(kind=Mask.Kind.VITILIGO))
    kept = without_smallest(mask)
    if kept is not None:
        run = review.measured.run
        save_masks(run=run, author=doctor, reason="A freckle, not vitiligo", based_on=1, vitiligo=kept)


def without_smallest(mask: PixelMask) -> PixelMask | None:
    """`mask` (height, width) of zeros and ones without its smallest region; None where there are not two."""
    count, labels, sizes, _centres = cv2.connectedComponentsWithStats(mask)
    if count < 3:
        return None
    smallest = 1 + int(np.argmin(sizes[1:, cv2.CC_STAT_AREA]))
    return np.where(labels == smallest, 0, mask).astype(np.uint8)


def _ask_for_retake(visit: Visit, doctor: User) -> None:
    photo = Photo.objects.current().filter(visit=visit, view=View.RIGHT).first()
    if photo is not None and not RetakeRequest.objects.filter(photo=photo).exists():
        ask_retake(photo=photo, reason="Hair over the temple; please tie it back", user=doctor)
