"""Photographs of a phantom patient, as the files a camera would have written. No Django in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import torch
from PIL import ExifTags, Image

from analysis.vision.phantom import take_photo
from analysis.vision.phantom.cohort import DEMO_PATIENTS, demo_photos
from analysis.vision.terms import Image as Pixels
from analysis.vision.terms import View

CAMERA = "Phantom booth (synthetic)"
QUALITY = 95


@dataclass(frozen=True)
class Wanted:
    """One photograph to take: the place of its visit in the patient's course, the view, the time."""

    visit: int
    view: View
    at: datetime


@dataclass(frozen=True)
class Taken:
    """A photograph as bytes of a JPEG."""

    visit: int
    view: View
    data: bytes


def use_one_thread() -> None:
    """For each of several rendering processes: together they use every core once."""
    torch.set_num_threads(1)


def photograph_patient(record: str, wanted: Sequence[Wanted], size: tuple[int, int]) -> list[Taken]:
    """Take the wanted photographs of a patient of the cohort; size: (width, height) in pixels."""
    patient = next(one for one in DEMO_PATIENTS if one.record == record)
    times = {(one.visit, one.view): one.at for one in wanted}
    taken = []
    for photo in demo_photos(patient):
        place = (patient.visits.index(photo.visit), photo.scene.view)
        if place in times:
            pixels = take_photo(photo.person, photo.vitiligo, photo.scene, size=size).image
            taken.append(Taken(*place, data=camera_file(pixels, times[place])))
    return taken


def camera_file(pixels: Pixels, at: datetime) -> bytes:
    """A JPEG that says when it was taken and that nobody was photographed."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = CAMERA
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at.strftime("%Y:%m:%d %H:%M:%S")
    target = BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=QUALITY, exif=exif)
    return target.getvalue()
