"""Part of the report: the face mask in the true box, by yaw."""

from pathlib import Path

import numpy as np

from analysis.vision.cards import Metric
from analysis.vision.face.mask import FaceMasker
from analysis.vision.training.figures.bands import VIEWS, view_of
from analysis.vision.training.figures.figure import Figure, Part, Target
from analysis.vision.training.figures.pictures import Pictures
from analysis.vision.training.figures.resampling import mean, measured
from analysis.vision.training.figures.spread import write_spread
from analysis.vision.training.judgement import Verdict, judge_face_masks

TARGETS = dict(zip(VIEWS[:3], (Target(0.95), Target(0.93), Target(0.90)), strict=True))


def judge_masks(pictures: Pictures, masker: FaceMasker, release: str, out: Path) -> Part:
    """IoU of the face mask, neck excluded; a sheet of the best, median and worst goes to `out`."""
    figures = []
    turned = pictures.faces("faces_multiview")
    verdicts = judge_face_masks(masker, turned)
    for view, target in TARGETS.items():
        some = [v for v, s in zip(verdicts, turned, strict=True) if view_of(s.yaw, "") == view]
        if some:
            figures.append(Figure(f"faces_multiview, {view}", len(some), overlap(some), target))
    for name in ("faces_frontal", "faces_parsing", "vitiligo_faces"):
        real = name == "vitiligo_faces"
        samples = [case.sample for case in pictures.real] if real else pictures.faces(name)
        some = judge_face_masks(masker, samples)
        figures.append(Figure(name, len(some), overlap(some)))
        verdicts += some
    some = judge_face_masks(masker, [case.sample for case in pictures.phantoms])
    figures.append(Figure("phantom", len(some), overlap(some)))
    write_spread(
        out / "face_masks.png",
        [(v.counts.iou, f"{v.source} {v.name}", v.picture) for v in verdicts if v.source != "phantom"],
    )
    text = (
        "IoU is the mean of the pictures. `vitiligo_faces` and `faces_parsing` have no yaw; `vitiligo_faces` "
        "was traced around hands, glasses and burnt-out light."
    )
    return Part("face_masks", "Face mask, in the true box", tuple(figures), text, (release,), pictures.every)


def overlap(verdicts: list[Verdict]) -> Metric:
    """Mean IoU with its interval over people."""
    rows = np.array([[verdict.counts.iou] for verdict in verdicts])
    return measured(rows, [verdict.subject for verdict in verdicts], mean)
