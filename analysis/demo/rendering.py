"""Photographs of a phantom patient, as the files a camera would have written. No Django in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
ANOTHER_SITTING = 5
"""Captures of a view lie ten apart, those of one visit's views next to each other."""


@dataclass(frozen=True)
class Wanted:
    """One photograph to take: the place of its visit in the patient's course, the view, the time.

    again: the second of a pair, for which the patient sat down anew.
    """

    visit: int
    view: View
    at: datetime
    again: bool = False


@dataclass(frozen=True)
class Taken:
    """A photograph as bytes of a JPEG."""

    visit: int
    view: View
    data: bytes


def use_one_thread() -> None:
    """For each of several rendering processes: together they use every core once."""
    torch.set_num_threads(1)


def photograph(record: str, wanted: Wanted, size: tuple[int, int]) -> Taken:
    """Take one photograph of a patient of the cohort; size: (width, height) in pixels.

    Raises KeyError for a patient or a photograph that the cohort does not have.
    """
    patient = {one.record: one for one in DEMO_PATIENTS}[record]
    photos = {(photo.visit, photo.view): photo for photo in demo_photos(patient)}
    photo = photos[patient.visits[wanted.visit], wanted.view]
    seed = photo.scene.capture_seed + (ANOTHER_SITTING if wanted.again else 0)
    scene = replace(photo.scene, capture_seed=seed)
    pixels = take_photo(photo.person, photo.vitiligo, scene, size=size).image
    return Taken(wanted.visit, wanted.view, camera_file(pixels, wanted.at))


def camera_file(pixels: Pixels, at: datetime) -> bytes:
    """A JPEG that says when it was taken and that nobody was photographed."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = CAMERA
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at.strftime("%Y:%m:%d %H:%M:%S")
    target = BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=QUALITY, exif=exif)
    return target.getvalue()
