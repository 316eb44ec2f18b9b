"""Which view a photograph shows, before anybody files it: the active detector alone, nothing is stored.

The only network that the web server runs, and only once somebody drops several photographs at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.models import ModelRelease
from imaging.intake import CleanImage

if TYPE_CHECKING:
    from analysis.vision.face.detection import FaceDetector


class NoDetector(Exception):
    """No face detector is installed, or its files are not the installed ones."""


@dataclass(frozen=True)
class Recognition:
    """The view of the largest face, and its pose in degrees as `Pose` has it."""

    view: str
    yaw: float
    pitch: float
    roll: float


def recognise_view(image: CleanImage) -> Recognition | None:
    """None where no face was found. Raises NoDetector."""
    # Imported here: a web server that nobody asks does without PyTorch.
    from analysis.releases import active_releases
    from analysis.vision.face.pipeline import largest_first
    from analysis.vision.face.pose import estimate_pose, view_of
    from analysis.vision.releases import ReleaseUnusable

    try:
        detector = _detector(active_releases()[ModelRelease.Task.FACE_DETECTOR].pk)
    except ReleaseUnusable as unusable:
        raise NoDetector(str(unusable)) from unusable
    faces = largest_first(detector.detect(image.pixels))
    if not faces:
        return None
    pose = estimate_pose(faces[0].landmarks, faces[0].box)
    return Recognition(view_of(pose).value, pose.yaw, pose.pitch, pose.roll)


@lru_cache(maxsize=1)
def _detector(release_id: int) -> FaceDetector:
    from analysis.releases import read_active
    from analysis.vision.face.models import detector_of

    return detector_of(read_active(ModelRelease.objects.get(pk=release_id)))
