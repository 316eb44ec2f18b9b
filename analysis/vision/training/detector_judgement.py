"""How well a face detector finds faces, and how rarely it sees one where there is none."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.vision.face.detection import Detection, FaceDetector, Floats, overlap_with
from analysis.vision.face.pose import estimate_pose
from analysis.vision.terms import Image
from analysis.vision.training.annotated_faces import AnnotatedFace

FOUND = 0.5
"""Intersection over union with the true box from which a face counts as found."""


class FaceVerdict(NamedTuple):
    """What the surest detection in one picture with one face was worth."""

    name: str
    person: str
    overlap: float
    """Intersection over union with the true box; 0 without a detection."""
    landmark_errors: Floats
    """Distances of the known landmarks from the truth, as shares of the box's diagonal; none if not found."""
    yaw: float | None
    """The true one, where known."""
    yaw_error: float | None
    """Estimated minus true, in degrees; None if unknown or not found."""
    score: float

    @property
    def found(self) -> bool:
        """Whether box and truth overlap enough."""
        return self.overlap >= FOUND


class Judgement(NamedTuple):
    """How a detector did on pictures with one face each and on pictures without any."""

    found: float
    """Share of faces whose surest detection overlaps the true box by `FOUND`."""
    median_overlap: float
    """Median intersection over union of the surest detection with the true box, 0 where there is none."""
    landmark_error: float
    """Median distance of known landmarks from the truth, as a share of the box's diagonal, in found faces."""
    false_alarms: float
    """Share of empty pictures in which a face was seen."""


def judge(detector: FaceDetector, faces: Sequence[AnnotatedFace], empties: Sequence[Image]) -> Judgement:
    """Judge a detector; at least one face is needed, `false_alarms` is NaN without empty pictures."""
    verdicts = [verdict(detector, face) for face in faces]
    errors = np.concatenate([one.landmark_errors for one in verdicts])
    return Judgement(
        found=float(np.mean([one.found for one in verdicts])),
        median_overlap=float(np.median([one.overlap for one in verdicts])),
        landmark_error=float(np.median(errors)) if len(errors) else float("nan"),
        false_alarms=float(np.mean(false_alarms(detector, empties))) if empties else float("nan"),
    )


def verdict(detector: FaceDetector, face: AnnotatedFace) -> FaceVerdict:
    """Judge the surest detection in the picture of one face."""
    surest = next(iter(detector.detect(face.image)), None)
    overlap = overlap_of(surest, face)
    none = np.zeros(0, np.float32)
    if surest is None or overlap < FOUND:
        score = surest.score if surest else 0.0
        return FaceVerdict(face.name, face.person, overlap, none, face.yaw, None, score)
    error = None
    if face.yaw is not None:
        error = estimate_pose(surest.landmarks, surest.box).yaw - face.yaw
    errors = landmark_errors(surest, face)
    return FaceVerdict(face.name, face.person, overlap, errors, face.yaw, error, surest.score)


def false_alarms(detector: FaceDetector, empties: Sequence[Image]) -> list[bool]:
    """For each picture without a face, whether one was seen."""
    return [bool(detector.detect(image)) for image in empties]


def overlap_of(detection: Detection | None, face: AnnotatedFace) -> float:
    """Intersection over union with the true box; 0 without a detection."""
    if detection is None:
        return 0.0
    return float(overlap_with(np.array(detection.box, np.float32), face.box[None])[0])


def landmark_errors(detection: Detection, face: AnnotatedFace) -> Floats:
    """Distances of the known landmarks, as shares of the true box's diagonal."""
    distances = np.linalg.norm(detection.landmarks - face.landmarks, axis=1)
    diagonal = np.linalg.norm(face.box[2:] - face.box[:2])
    return np.asarray(distances[~np.isnan(distances)] / diagonal, np.float32)
