"""The clinic's signed masks as faces to learn from: cut out, reduced, and without a name."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement
from analysis.vision.face.crop import Crop
from analysis.vision.face.vitiligo import bounds
from analysis.vision.terms import Image
from analysis.vision.terms import Mask as PixelMask
from analysis.vision.training.clinic import CLINIC
from analysis.vision.training.data import FaceSample
from analysis.vision.training.parts import Part
from analysis.work import read_original
from imaging.models import Photo
from patients.models import Patient, Purpose

SIDE = 640
"""Longer side of a face in pixels: twice what the network sees, and a clinic's photos fit into memory."""
MARGIN = 0.15
"""Around the face mask: for rotation, and no more of the person than that."""


def signed_faces() -> Iterator[FaceSample]:
    """Every current photo whose masks a clinician signed, of patients who agreed to research.

    Learning from photographs is research and not a part of the patient's own care. A patient is known by the
    pseudonym alone.
    """
    photos = Photo.objects.current().filter(
        visit__patient__in=Patient.objects.all().consenting_to(Purpose.RESEARCH)
    )
    signed = Measurement.objects.signed().filter(run__photo__in=photos).order_by("pk")
    for measurement in signed.select_related("run__photo__visit__patient").prefetch_related("masks"):
        yield _face(measurement)


def _face(measurement: Measurement) -> FaceSample:
    photo = measurement.run.photo
    masks = {mask.kind: mask for mask in measurement.masks.all()}
    face, vitiligo = read_mask(masks[Mask.Kind.FACE]), read_mask(masks[Mask.Kind.VITILIGO])
    image, face, vitiligo = cut_out(read_original(photo), face, vitiligo)
    return FaceSample(
        name=str(photo.key),
        source=CLINIC,
        subject=photo.visit.patient.pseudonym,
        image=image,
        parts=np.where(face > 0, Part.SKIN, Part.BACKGROUND).astype(np.uint8),
        vitiligo=vitiligo & face,
        modality=photo.modality,
        view=photo.view,
    )


def cut_out(image: Image, face: PixelMask, vitiligo: PixelMask) -> tuple[Image, PixelMask, PixelMask]:
    """The square around a face (H, W, 3) and both masks (H, W), at most `SIDE` pixels wide."""
    crop = Crop.around(bounds(face), margin=MARGIN)
    side = min(SIDE, crop.side)
    picture = cv2.resize(crop.cut(image), (side, side), interpolation=cv2.INTER_AREA)
    return (
        picture.astype(np.uint8, copy=False),
        crop.sample_mask(face, side),
        crop.sample_mask(vitiligo, side),
    )
