"""Results as the pipeline would give them, made by hand: the tests of runs need no network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.models import ModelRelease
from analysis.vision.face.detection import Detection
from analysis.vision.face.measure import count, count_span
from analysis.vision.face.pipeline import FaceResult
from analysis.vision.face.pose import Pose
from analysis.vision.face.reasons import Reason
from analysis.vision.findings import Finding, Verdict

SHAPE = (400, 320)
SHARP = Finding(Reason.BLURRED, Verdict.PASS, 0.6, 0.68, "ratio", 0.8)
BLURRED = Finding(Reason.BLURRED, Verdict.WARN, 0.7, 0.68, "ratio", 0.8)


def unsure_result() -> FaceResult:
    """`face_result` with an uncertain border: 11.2 to 13.8 % rather than 12.5 %."""
    result = face_result()
    uncertain = np.zeros(SHAPE, np.uint8)
    uncertain[150:200, 165:175] = 1  # half inside of the lesion
    span = count_span(result.face, result.vitiligo, uncertain)
    return replace(result, uncertain=uncertain, span=span)


def face_result(shape: tuple[int, int] = SHAPE, *, quality: tuple[Finding, ...] = (SHARP,)) -> FaceResult:
    """A face of 20000 pixels with 2500 of vitiligo (12.5 %) in the middle of a picture of 320 x 400.

    16 pixels of the face are burnt out by glare, none of them vitiligo.
    """
    face, vitiligo, glare = (np.zeros(shape, np.uint8) for _ in range(3))
    face[100:300, 100:200] = 1
    vitiligo[150:200, 120:170] = 1
    glare[110:114, 110:114] = 1
    landmarks = np.array([[130, 150], [170, 150], [150, 190], [135, 230], [165, 230]], np.float32)
    return FaceResult(
        detection=Detection((100.0, 100.0, 200.0, 300.0), landmarks, 0.99),
        pose=Pose(1.5, -2.0, 0.5),
        quality=quality,
        face=face,
        vitiligo=vitiligo,
        glare=glare,
        counts=count(face, vitiligo, glare),
        timings_ms={"detect": 10.0, "total": 40.0},
        releases={},
    )


def active_rows() -> dict[str, ModelRelease]:
    """One active release for each task of faces, in the database alone."""
    return {
        task.value: ModelRelease.objects.get_or_create(
            name=f"{task}-1", task=task, sha256=f"{number}" * 64, is_active=True
        )[0]
        for number, task in enumerate(ModelRelease.FACE_TASKS)
    }
