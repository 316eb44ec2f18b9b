"""Part of the report: are faces found, and only faces?"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from analysis.vision.catalogue import PUBLISHED, identify
from analysis.vision.face.detection import DetectorSettings, FaceDetector
from analysis.vision.face.retinaface import RetinaFace, published_names
from analysis.vision.training.annotated_faces import read_faces
from analysis.vision.training.detector_judgement import FaceVerdict, verdict
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.pictures import Empty, Pictures
from analysis.vision.training.figures.resampling import mean, measured, median
from analysis.vision.training.splits import Side

REMARK = (
    "The same pictures, several detectors. The published one was taught another convention of the box (WIDER "
    "FACE: forehead to chin, mostly without ears), which lowers its overlap by itself:"
)
SETS = ("faces_multiview", "faces_parsing")
CHECKPOINT = Path("reference_weights") / "retinaface_mobilenet0.25_Final.pth"


def judge_detection(
    pictures: Pictures, detector: FaceDetector, release: str, *, taught: Sequence[str]
) -> Part:
    """The detector against its targets, and beside the published RetinaFace where its file is there.

    `taught` names the sets that taught the detector.
    """
    faces = {name: list(read_faces(pictures.data, name, Side.VALIDATION))[:: pictures.every] for name in SETS}
    empties = pictures.without_face(photos_taught="vitiligo_photos" in taught)
    entrants = {release: detector}
    published = published_detector(pictures.data / CHECKPOINT)
    if published is not None:
        entrants["RetinaFace as published"] = published
    found = {
        entrant: {name: [verdict(one, face) for face in some] for name, some in faces.items()}
        for entrant, one in entrants.items()
    }
    alarms = {
        entrant: [bool(one.detect(empty.image)) for empty in empties] for entrant, one in entrants.items()
    }
    figures = detector_figures(found[release], alarms[release], empties)
    compared = [
        [entrant, *(figure.with_interval() for figure in detector_figures(found[entrant], seen, empties))]
        for entrant, seen in alarms.items()
    ]
    text = "\n".join(
        [
            "Found, by yaw (`faces_multiview`, degrees; positive when the face turns to image right):",
            "",
            by_yaw(found),
            "Pictures without a face in which one was claimed, of all, by kind:",
            "",
            by_kind(alarms, empties),
            REMARK,
            "",
            table(["detector", *(figure.name for figure in figures)], compared),
        ]
    )
    return Part("detection", "Detection", figures, text, (release,), pictures.every)


def detector_figures(
    found: dict[str, list[FaceVerdict]], alarms: Sequence[bool], empties: Sequence[Empty]
) -> tuple[Figure, ...]:
    """Found faces and overlap by set, and pictures without a claim."""
    figures = []
    for (name, verdicts), least in zip(found.items(), (100, 99), strict=True):
        people = [one.person for one in verdicts]
        hits = np.array([[100.0 * one.found] for one in verdicts])
        overlaps = np.array([[one.overlap] for one in verdicts])
        n = len(verdicts)
        figures += [
            Figure(f"face found, {name}", n, measured(hits, people, mean), Target(least), "%", 1),
            Figure(f"box IoU, median, {name}", n, measured(overlaps, people, median), Target(0.85)),
        ]
    quiet = np.array([[100.0 * (not alarm)] for alarm in alarms])
    metric = measured(quiet, [empty.group for empty in empties], mean)
    return (*figures, Figure("no face claimed where there is none", len(alarms), metric, Target(98), "%", 1))


def by_yaw(found: dict[str, dict[str, list[FaceVerdict]]]) -> str:
    """Found of all, by yaw and detector."""
    yaws = sorted(
        {one.yaw for verdicts in found.values() for one in verdicts[SETS[0]] if one.yaw is not None}
    )
    rows = []
    for entrant, verdicts in found.items():
        hits = [[one.found for one in verdicts[SETS[0]] if one.yaw == yaw] for yaw in yaws]
        rows.append([entrant, *(f"{sum(some)}/{len(some)}" for some in hits)])
    return table(["detector", *(f"{yaw + 0.0:+.0f}" for yaw in yaws)], rows)


def by_kind(alarms: dict[str, list[bool]], empties: Sequence[Empty]) -> str:
    """Claims of all pictures without a face, by kind and detector."""
    names = list(dict.fromkeys(empty.kind for empty in empties))
    rows = []
    for entrant, seen in alarms.items():
        claims = [[a for a, e in zip(seen, empties, strict=True) if e.kind == name] for name in names]
        rows.append([entrant, *(f"{sum(some)}/{len(some)}" for some in claims)])
    return table(["detector", *names], rows)


def published_detector(file: Path) -> FaceDetector | None:
    """RetinaFace as its authors published it; None where the file is absent.

    Raises UnknownCheckpoint for another file.
    """
    if not file.exists():
        return None
    identify(file)
    network = RetinaFace(**PUBLISHED[0].arguments)
    network.load_state_dict(published_names(torch.load(file, map_location="cpu", weights_only=True)))
    return FaceDetector(network, DetectorSettings())
