"""The whole way from a photo to F-Vitiligo, against the truth: detector, face mask, vitiligo in turn."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from analysis.vision.face.pipeline import FaceModels, FaceResult, NotMeasurable, analyse_face
from analysis.vision.terms import Image, Mask, Modality
from analysis.vision.training.data import FaceSample
from analysis.vision.training.evaluation import Agreement, agreement, confusion
from analysis.vision.training.judgement import percent
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.sheets import compared, write_sheet


@dataclass(frozen=True)
class Passage:
    """One photo that went all the way, or the reason why it did not."""

    sample: FaceSample
    true_percent: float
    measured_percent: float | None
    """None where the photo was not measurable."""
    face_iou: float | None
    dice: float | None
    reason: str
    """Empty for a measured photo; otherwise why not."""
    picture: Image
    """The lesions compared with the truth; the photo itself where nothing was measured."""

    @property
    def caption(self) -> str:
        """What happened, in one short line."""
        angle = "" if self.sample.yaw is None else f"{self.sample.yaw:+.0f} "
        measured = self.reason if self.measured_percent is None else f"{self.measured_percent:.1f}"
        return f"{self.sample.name[:16]} {angle}true {self.true_percent:.1f} got {measured}"


def pass_through(
    models: FaceModels, samples: Iterable[FaceSample], *, progress: bool = True
) -> list[Passage]:
    """Every sample's photo through the pipeline as a clinic would send it, and compared with its truth.

    Undecided pixels count on neither side.
    """
    return [_pass_one(models, sample) for sample in tqdm(samples, disable=not progress, unit="photo")]


def _pass_one(models: FaceModels, sample: FaceSample) -> Passage:
    face, known = face_of(sample.parts), decided(sample.parts)
    truth = np.zeros_like(face) if sample.vitiligo is None else sample.vitiligo & face
    true_percent = percent(truth, face)
    modality = Modality(sample.modality) if sample.modality else None
    result = analyse_face(sample.image, models, modality=modality)
    if isinstance(result, NotMeasurable):
        return Passage(sample, true_percent, None, None, None, result.reason.value, sample.image)
    return _compare(sample, result, true_percent, known)


def _compare(sample: FaceSample, result: FaceResult, true_percent: float, known: Mask) -> Passage:
    face = face_of(sample.parts)
    truth = np.zeros_like(face) if sample.vitiligo is None else sample.vitiligo & face
    seen = result.face & known
    measured = percent(result.vitiligo & known, seen) if seen.any() else None
    lesions = confusion(result.vitiligo, truth, known)
    return Passage(
        sample,
        true_percent,
        measured,
        confusion(result.face, face, known).iou,
        lesions.dice if lesions.hits + lesions.misses + lesions.false_alarms else None,
        "" if measured is not None else "nothing decided",
        compared(sample.image, result.vitiligo, truth, known),
    )


def agreement_of(passages: Sequence[Passage]) -> Agreement:
    """Measured against true percentages, where measured. Raises ValueError where nothing was."""
    pairs = [(p.measured_percent, p.true_percent) for p in passages if p.measured_percent is not None]
    return agreement([measured for measured, _ in pairs], [true for _, true in pairs])


def write_passages(folder: Path, name: str, passages: Sequence[Passage]) -> None:
    """`name.csv` with one line a photo, and `name.png` with all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["name", "subject", "view", "yaw", "modality", "true", "measured", "face_iou", "dice", "reason"]
        )
        for p in passages:
            figures = [p.measured_percent, p.face_iou, p.dice]
            rounded = ["" if figure is None else round(figure, 3) for figure in figures]
            s = p.sample
            writer.writerow(
                [s.name, s.subject, s.view, s.yaw, s.modality, round(p.true_percent, 3), *rounded, p.reason]
            )
    write_sheet(folder / f"{name}.png", [(p.caption, p.picture) for p in passages])
