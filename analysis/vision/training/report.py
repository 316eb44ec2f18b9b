"""The evaluation of a release from one call: which pictures judge it, and what is written down."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.vision.cards import EvaluationSet
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.mask import FaceMasker
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.models import segmenter_of
from analysis.vision.lesion.result import TASKS as LESION_TASKS
from analysis.vision.releases import Release, WeightsMismatch, load_network
from analysis.vision.terms import Modality
from analysis.vision.training.data import FaceSample, read_faces, read_phantom
from analysis.vision.training.detector_report import DetectorReport, detector_of, evaluate_detector
from analysis.vision.training.judgement import (
    Verdict,
    as_markdown,
    grouped,
    judge_face_masks,
    judge_vitiligo,
    summary,
    write_verdicts,
    write_worst,
)
from analysis.vision.training.lesion_report import LesionReport, evaluate_lesions
from analysis.vision.training.painted import painted
from analysis.vision.training.splits import Side

MASK_COLUMNS = ("iou_mean", "iou", "dice", "precision", "recall")
VITILIGO_COLUMNS = (
    "dice_mean",
    "dice",
    "iou",
    "miou",
    "precision",
    "recall",
    "f_vitiligo_mae",
    "f_vitiligo_bias",
)


@dataclass(frozen=True)
class Report:
    """The judgement of a release."""

    sets: tuple[EvaluationSet, ...]
    verdicts: tuple[Verdict, ...]
    columns: tuple[str, ...]

    def markdown(self) -> str:
        """One line a set, each figure with its 95 % interval."""
        return as_markdown(self.sets, self.columns)

    def write(self, folder: Path) -> None:
        """`metrics.md`, `metrics.json`, `pictures.csv` and the sheet of the worst pictures, in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "metrics.md").write_text(self.markdown(), encoding="utf-8")
        sets = [asdict(one) for one in self.sets]
        (folder / "metrics.json").write_text(json.dumps(sets, indent=2) + "\n", encoding="utf-8")
        write_verdicts(folder / "pictures.csv", self.verdicts)
        write_worst(folder / "worst.png", self.verdicts)


def evaluate_release(
    release: Release, data: Path | None, phantom: Path | None, *, progress: bool = True
) -> Report | DetectorReport | LesionReport:
    """Judge a release on everything that never trained.

    Args:
        release: of the task "face_detector", "face_matting" or "vitiligo", or of a lesion network.
        data: folder with `manifest.csv`; None leaves the real images out.
        phantom: a phantom set; its held-out people are used. None leaves the phantom out.

    Raises:
        ValueError: a release of another task, or nothing to judge on.
        WeightsMissing, WeightsMismatch: the release can't be used.
    """
    task = release.card.task
    columns: tuple[str, ...]
    if task == "face_detector":
        return evaluate_detector(detector_of(release), data, phantom)
    if task in LESION_TASKS:
        if data is None:
            raise ValueError(f"{release.name} is judged on the image sets, which are not here.")
        return evaluate_lesions(release, data, release.folder.parent)
    if task == "face_matting":
        samples = mask_samples(data, phantom)
        verdicts = judge_face_masks(_masker(release), samples, progress=progress)
        columns = MASK_COLUMNS
    elif task == "vitiligo":
        samples = vitiligo_samples(data, phantom)
        verdicts = judge_vitiligo(segmenter_of(release), samples, progress=progress)
        columns = VITILIGO_COLUMNS
    else:
        raise ValueError(f"{release.name} is a release for {task}, which is judged elsewhere.")
    if not verdicts:
        raise ValueError("There are no pictures to judge the release on.")
    return Report(tuple(_summaries(verdicts)), tuple(verdicts), columns)


def mask_samples(data: Path | None, phantom: Path | None) -> list[FaceSample]:
    """Held-out faces with a true face mask; those traced on real vitiligo come with them."""
    sets = ("faces_parsing", "faces_multiview", "faces_frontal", "vitiligo_faces")
    return _real(data, sets) + _phantom(phantom)


def vitiligo_samples(data: Path | None, phantom: Path | None) -> list[FaceSample]:
    """Traced real vitiligo, the phantom's held-out people, and painted held-out faces, visible and under
    UV.
    """
    faces = _real(data, ("faces_parsing", "faces_multiview"))
    lamps = (Modality.VISIBLE, Modality.UV_REFLECTANCE)
    made = [sample for lamp in lamps for sample in painted(faces, modality=lamp)]
    return _real(data, ("vitiligo_faces",)) + _phantom(phantom) + made


def _real(data: Path | None, sets: Sequence[str]) -> list[FaceSample]:
    return read_faces(data, sets, Side.VALIDATION) if data else []


def _phantom(folder: Path | None) -> list[FaceSample]:
    return read_phantom(folder, Side.VALIDATION) if folder else []


def _summaries(verdicts: Sequence[Verdict]) -> list[EvaluationSet]:
    sets = []
    for source, of_source in grouped(verdicts, lambda v: v.source).items():
        sets.append(summary(source, of_source))
        views = grouped(of_source, lambda v: v.view)
        sets += [
            summary(f"{source}, {view}", some) for view, some in views.items() if view and len(views) > 1
        ]
    return sets


def _masker(release: Release) -> FaceMasker:
    network = load_network(release)
    if not isinstance(network, FaceMatting):
        raise WeightsMismatch(f"{release.name} is no face matting network.")
    threshold = release.card.thresholds.get("face", 0.5)
    return FaceMasker(network, CropInput.from_card(release.card.preprocessing), threshold)
