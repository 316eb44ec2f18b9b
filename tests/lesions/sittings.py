"""Lesions with photographs in every state, without a network: results are made by hand."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from analysis.claims import claim_run
from analysis.lesion_outcomes import finish_lesion_run
from analysis.models import LesionAssessment, ModelRelease, Run
from analysis.outcomes import fail_run, refuse_run
from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_lesion_photo
from patients.entries.services import record_entry
from patients.models import Lesion, Patient, Visit
from tests.lesions.ovals import SHAPE, oval_result

Releases = dict[str, ModelRelease]


def entered(patient: Patient, user: User, label: str = "L1", **facts: Any) -> Lesion:
    where = {"map_side": "back", "map_x": 0.4, "map_y": 0.3, "site": Lesion.Site.POSTERIOR_TORSO}
    lesion = Lesion(patient=patient, label=label, noted_on=date(2026, 1, 2), **(where | facts))
    return record_entry(entry=lesion, by=user)


def picture(seed: int, *, radius: int = 60) -> BytesIO:
    """A brown oval on skin with noise of its own, as a PNG."""
    image = np.full((*SHAPE, 3), (214, 170, 150), np.uint8)
    cv2.ellipse(
        image, (SHAPE[1] // 2, SHAPE[0] // 2), (radius, round(radius * 0.7)), 20, 0, 360, (92, 58, 44), -1
    )
    noise = np.random.default_rng(seed).integers(0, 12, image.shape, dtype=np.uint8)
    target = BytesIO()
    Image.fromarray(image - noise).save(target, "PNG")
    target.seek(0)
    return target


def photographed(lesion: Lesion, visit: Visit, user: User, **facts: Any) -> Photo:
    """A stored photograph of its own content; its run waits in the queue."""
    file = picture(1000 * lesion.pk + visit.pk)
    usual = {"modality": "dermoscopy"}
    return store_lesion_photo(lesion=lesion, visit=visit, file=file, user=user, **(usual | facts))


def assess(photo: Photo, releases: Releases, **result: Any) -> LesionAssessment:
    """Estimated: see `oval_result`."""
    claim = claim_run(run_id=photo.runs.unfinished().get().pk)
    assert claim is not None
    made = oval_result(scale=photo.mm_per_pixel, **result)
    return finish_lesion_run(claim=claim, result=made, releases=releases)


def withhold(photo: Photo, code: str = "lesion_blurred") -> Run:
    claim = claim_run(run_id=photo.runs.unfinished().get().pk)
    assert claim is not None
    refuse_run(claim=claim, code=code)
    return Run.objects.get(pk=claim.run_id)


def fail(photo: Photo) -> Run:
    claim = claim_run(run_id=photo.runs.unfinished().get().pk)
    assert claim is not None
    fail_run(claim=claim, code="fault", facts={"run": claim.run_id})
    return Run.objects.get(pk=claim.run_id)
