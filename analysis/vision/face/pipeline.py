"""From a photo to a number: detect, mask, judge, segment, measure; or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.vision.face.detection import Detection
from analysis.vision.face.glare import glare_mask
from analysis.vision.face.measure import Counts, Span, count, count_span
from analysis.vision.face.models import FaceModels, load_models
from analysis.vision.face.pose import Pose, estimate_pose
from analysis.vision.face.quality import (
    judge_colours,
    judge_detections,
    judge_front,
    judge_light,
    judge_outline,
    judge_pixels,
    refusal,
)
from analysis.vision.face.reasons import SENTENCES, Reason
from analysis.vision.findings import Finding
from analysis.vision.stopwatch import OnStage, Stopwatch
from analysis.vision.terms import Image, Mask, Modality, View

__all__ = ["STAGES", "FaceModels", "FaceResult", "NotMeasurable", "analyse_face", "load_models"]

STAGES = ("detect", "face", "quality", "segment", "measure")


@dataclass(frozen=True)
class NotMeasurable:
    """No number, and why. Never to be shown or stored as 0 %."""

    reason: Reason
    quality: tuple[Finding, ...] = ()
    """What was judged before the refusal."""
    detection: Detection | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """A sentence a nurse understands."""
        return SENTENCES[self.reason]


@dataclass(frozen=True)
class FaceResult:
    """A measured photo; every mask lies on the photo's own grid (H, W), values {0, 1}."""

    detection: Detection
    pose: Pose
    quality: tuple[Finding, ...]
    face: Mask
    vitiligo: Mask
    """A subset of `face`."""
    glare: Mask
    """A subset of `face`."""
    counts: Counts
    timings_ms: Mapping[str, float]
    """Milliseconds of every stage in `STAGES`, and `total`."""
    releases: Mapping[str, tuple[str, str]]
    """Name and sha256 of the release by task."""
    uncertain: Mask | None = None
    """Pixels of the face that may or may not be vitiligo; None where the release's card knows no band."""
    span: Span | None = None
    """The counts at both ends of the uncertain band."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 in pixels."""
        return self.detection.box

    @property
    def landmarks(self) -> NDArray[np.float32]:
        """(5, 2): image-left eye, image-right eye, nose tip, image-left and image-right mouth corner."""
        return self.detection.landmarks

    @property
    def f_vitiligo(self) -> float:
        """Percent, 0 to 100."""
        return self.counts.f_vitiligo


def analyse_face(
    image: Image,
    models: FaceModels,
    *,
    view: View | None = None,
    modality: Modality | None = None,
    on_stage: OnStage | None = None,
) -> FaceResult | NotMeasurable:
    """Measure one photo.

    Args:
        image: RGB (H, W, 3) bytes, upright, any size up to 2832 x 4240.
        models: from `load_models`.
        view: the slot the photo was filed under; None does not judge the direction of the face.
        modality: how it was lit; UV pictures, and those of unknown light, may be darker.
        on_stage: called with the name of each of `STAGES` as it begins.

    Returns:
        A FaceResult, or NotMeasurable with its reason. The same photo and releases give the same answer.

    Raises:
        ValueError: the array is no RGB picture of bytes.
    """
    watch = Stopwatch(on_stage)
    with watch.stage("detect"):
        detections = largest_first(models.detector.detect(image))
    if not detections:
        return NotMeasurable(Reason.NO_FACE, tuple(judge_detections([], 0, view)), timings_ms=watch.read())
    found = detections[0]
    pose = estimate_pose(found.landmarks, found.box)
    findings = judge_light(modality) + judge_detections(detections, pose.yaw, view)
    if refusal(findings) is None:
        with watch.stage("face"):
            face = models.masker.mask(image, found.box)
        with watch.stage("quality"):
            glare = glare_mask(image, face)
            findings += [judge_outline(face, found.box)]
            findings += judge_colours(image, face, found.box, modality)
            findings += judge_front(image, face, found, pose.yaw)
            findings += judge_pixels(image, face, glare, found.box, modality)
    if (reason := refusal(findings)) is not None:
        return NotMeasurable(reason, tuple(findings), found, watch.read())
    with watch.stage("segment"):
        vitiligo, uncertain = models.segmenter.segment(image, face)
    with watch.stage("measure"):
        counts = count(face, vitiligo, glare)
        span = None if uncertain is None else count_span(face, vitiligo, uncertain)
    return FaceResult(
        detection=found,
        pose=pose,
        quality=tuple(findings),
        face=face,
        vitiligo=vitiligo,
        glare=glare,
        counts=counts,
        timings_ms=watch.read(),
        releases={task: (release.name, release.sha256) for task, release in models.releases.items()},
        uncertain=uncertain,
        span=span,
    )


def largest_first(detections: Sequence[Detection]) -> list[Detection]:
    """The faces by size: the patient sits in front, so the largest is measured, whatever the scores.

    One face can be found twice, as itself and as the head with the chest. Two people's faces do not lie in
    one another: of two boxes of which one holds the other's centre, only the surer is a face.
    """
    faces: list[Detection] = []
    for one in sorted(detections, key=lambda d: -d.score):
        if not any(_holds_centre(one, sure) or _holds_centre(sure, one) for sure in faces):
            faces.append(one)
    return sorted(faces, key=lambda d: -(d.size[0] * d.size[1]))


def _holds_centre(outer: Detection, inner: Detection) -> bool:
    x0, y0, x1, y1 = outer.box
    x, y = (inner.box[0] + inner.box[2]) / 2, (inner.box[1] + inner.box[3]) / 2
    return x0 <= x <= x1 and y0 <= y <= y1
