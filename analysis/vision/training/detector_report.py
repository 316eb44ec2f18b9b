"""The evaluation of a face detector: which pictures judge it, and what is written down."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.face.detection import DetectorSettings, FaceDetector
from analysis.vision.face.pose import FRONT_WITHIN
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.releases import Release, WeightsMismatch, load_network
from analysis.vision.training.annotated_faces import AnnotatedFace, read_faces, read_phantom_faces
from analysis.vision.training.detector_judgement import FaceVerdict, false_alarms, verdict
from analysis.vision.training.evaluation import bootstrap_interval
from analysis.vision.training.face_detector import EMPTY_SETS, read_empties
from analysis.vision.training.judgement import as_markdown
from analysis.vision.training.splits import Side

COLUMNS = (
    "found",
    "overlap_mean",
    "overlap_median",
    "landmark_error",
    "yaw_mae",
    "view_right",
    "false_faces",
)
REAL_SETS = ("faces_multiview", "faces_parsing", "faces_landmarks", "faces_frontal", "vitiligo_faces")
ANGLES: dict[str, tuple[float, float]] = {
    "frontal (0, 15 degrees)": (0, 20),
    "oblique (30, 45 degrees)": (20, 50),
    "profile (60 to 90 degrees)": (50, 91),
}


@dataclass(frozen=True)
class DetectorReport:
    """The judgement of a detector."""

    sets: tuple[EvaluationSet, ...]
    verdicts: tuple[FaceVerdict, ...]

    def markdown(self) -> str:
        """One line a set, each figure with its 95 % interval."""
        return as_markdown(self.sets, COLUMNS)

    def write(self, folder: Path) -> None:
        """`metrics.md`, `metrics.json` and `pictures.csv` in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "metrics.md").write_text(self.markdown(), encoding="utf-8")
        sets = [asdict(one) for one in self.sets]
        (folder / "metrics.json").write_text(json.dumps(sets, indent=2) + "\n", encoding="utf-8")
        with (folder / "pictures.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "person", "overlap", "score", "yaw", "yaw_error"])
            for one in self.verdicts:
                writer.writerow([one.name, one.person, one.overlap, one.score, one.yaw, one.yaw_error])


def evaluate_detector(detector: FaceDetector, data: Path | None, phantom: Path | None) -> DetectorReport:
    """Judge a detector on everything that never trained.

    Args:
        detector: with the settings of its release.
        data: folder with `manifest.csv`; None leaves the real images out.
        phantom: a phantom set; its held-out people are used. None leaves the phantom out.

    Raises:
        ValueError: there is nothing to judge on.
    """
    groups = {name: [verdict(detector, face) for face in faces] for name, faces in judges(data, phantom)}
    groups = {name: verdicts for name, verdicts in groups.items() if verdicts}
    if not groups:
        raise ValueError("There are no pictures to judge the detector on.")
    sets = [summary(name, verdicts) for name, verdicts in with_angles(groups)]
    if data:
        sets.append(summary_of_empties(detector, data))
    return DetectorReport(tuple(sets), tuple(one for verdicts in groups.values() for one in verdicts))


def detector_of(release: Release) -> FaceDetector:
    """The detector of a release. Raises WeightsMissing or WeightsMismatch."""
    network = load_network(release)
    if not isinstance(network, RetinaFace):
        raise WeightsMismatch(f"{release.name} is no face detector.")
    return FaceDetector(network, DetectorSettings.from_card(release.card.preprocessing))


def judges(data: Path | None, phantom: Path | None) -> Iterator[tuple[str, Iterator[AnnotatedFace]]]:
    """The sets that judge, by name."""
    for image_set in REAL_SETS if data else ():
        yield image_set, read_faces(data, image_set, Side.VALIDATION) if data else iter(())
    if phantom:
        yield "phantom", read_phantom_faces(phantom, Side.VALIDATION)


def with_angles(groups: dict[str, list[FaceVerdict]]) -> Iterator[tuple[str, list[FaceVerdict]]]:
    """Every set, and `faces_multiview` by angle as well."""
    for name, verdicts in groups.items():
        yield name, verdicts
        if name != "faces_multiview":
            continue
        for angle, (low, high) in ANGLES.items():
            yield f"{name}, {angle}", [one for one in verdicts if low <= abs(one.yaw or 0) < high]


def summary(name: str, verdicts: Sequence[FaceVerdict]) -> EvaluationSet:
    """The figures of one set. `overlap` is the intersection over union with the true box, 0 if not found."""
    people = [one.person for one in verdicts]
    overlaps = [one.overlap for one in verdicts]
    metrics = {
        "found": mean_of([float(one.found) for one in verdicts], people),
        "overlap_mean": mean_of(overlaps, people),
        "overlap_median": exact(float(np.median(overlaps))),
    }
    errors = np.concatenate([one.landmark_errors for one in verdicts])
    if len(errors):
        metrics["landmark_error"] = exact(float(np.median(errors)))
    return EvaluationSet(name, len(verdicts), metrics | yaw_metrics(verdicts))


def yaw_metrics(verdicts: Sequence[FaceVerdict]) -> dict[str, Metric]:
    """Mean absolute error of the yaw, and the share of pictures whose view it tells."""
    known = [(one.person, one.yaw, one.yaw_error) for one in verdicts]
    turned = [(person, yaw, error) for person, yaw, error in known if yaw is not None and error is not None]
    if not turned:
        return {}
    people = [person for person, _, _ in turned]
    right = [float(side(yaw) == side(yaw + error)) for _, yaw, error in turned]
    return {
        "yaw_mae": mean_of([abs(error) for _, _, error in turned], people),
        "view_right": mean_of(right, people),
    }


def side(yaw: float) -> int:
    """-1 left view, 0 front, 1 right view."""
    return 0 if abs(yaw) <= FRONT_WITHIN else int(np.sign(yaw))


def summary_of_empties(detector: FaceDetector, data: Path) -> EvaluationSet:
    """The share of pictures without a face in which one was seen."""
    seen = [float(alarm) for alarm in false_alarms(detector, read_empties(data, Side.VALIDATION))]
    pictures = [str(number) for number in range(len(seen))]
    return EvaluationSet(", ".join(EMPTY_SETS), len(seen), {"false_faces": mean_of(seen, pictures)})


def mean_of(values: Sequence[float], people: Sequence[str]) -> Metric:
    """A mean with its 95 % interval over people."""
    low, high = bootstrap_interval(values, people)
    return Metric(float(np.mean(values)), low, high)


def exact(value: float) -> Metric:
    """A figure without an interval."""
    return Metric(value, value, value)
