"""How well a face detector finds faces, and how rarely it sees one where there is none."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.vision.face.detection import Detection, FaceDetector, Floats, overlap_with
from analysis.vision.terms import Image
from analysis.vision.training.annotated_faces import AnnotatedFace

FOUND = 0.5
"""Intersection over union with the true box from which a face counts as found."""


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
    answers = [(face, surest(detector.detect(face.image))) for face in faces]
    overlaps = np.array([overlap_of(detection, face) for face, detection in answers])
    errors = [
        landmark_error(detection, face)
        for (face, detection), overlap in zip(answers, overlaps, strict=True)
        if detection is not None and overlap >= FOUND
    ]
    return Judgement(
        found=float((overlaps >= FOUND).mean()),
        median_overlap=float(np.median(overlaps)),
        landmark_error=float(np.median(np.concatenate(errors))) if errors else float("nan"),
        false_alarms=false_alarm_rate(detector, empties),
    )


def false_alarm_rate(detector: FaceDetector, empties: Sequence[Image]) -> float:
    """Share of pictures without a face in which one was seen; NaN without pictures."""
    if not empties:
        return float("nan")
    return float(np.mean([bool(detector.detect(image)) for image in empties]))


def surest(detections: Sequence[Detection]) -> Detection | None:
    """The first, or None."""
    return detections[0] if detections else None


def overlap_of(detection: Detection | None, face: AnnotatedFace) -> float:
    """Intersection over union with the true box; 0 without a detection."""
    if detection is None:
        return 0.0
    return float(overlap_with(np.array(detection.box, np.float32), face.box[None])[0])


def landmark_error(detection: Detection, face: AnnotatedFace) -> Floats:
    """Distances of the known landmarks, as shares of the true box's diagonal."""
    distances = np.linalg.norm(detection.landmarks - face.landmarks, axis=1)
    diagonal = np.linalg.norm(face.box[2:] - face.box[:2])
    result: Floats = distances[~np.isnan(distances)] / diagonal
    return result
