"""What a batch measures in photos of faces, and what it writes about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.vision import batch
from analysis.vision.batch import Outcome, Reader, Row, Status, Summary
from analysis.vision.face.models import TASKS, FaceModels
from analysis.vision.face.pipeline import FaceResult, NotMeasurable, analyse_face
from analysis.vision.face.worklist import Item
from analysis.vision.overlay import draw_overlay
from analysis.vision.terms import Image

SUBJECT = ("patient", "date", "view", "file", "sha256")
RESULT_COLUMNS = (
    *SUBJECT,
    *("status", "reason", "message"),
    *("f_vitiligo", "n_face", "n_vitiligo", "yaw", "pitch", "roll", "quality", "width", "height"),
    *TASKS,
)
LATENCY_COLUMNS = (
    *("ts", "img_id", "t_total_ms", "t_detect_ms", "t_face_ms", "t_quality_ms", "t_seg_ms", "t_measure_ms"),
    *("release", "device", "width", "height"),
)
SHORT_STAGES = {"segment": "seg"}

Found = FaceResult | NotMeasurable


@dataclass(frozen=True)
class FaceBatch:
    """F-Vitiligo of photos of faces, for `batch.run`."""

    models: FaceModels
    result_columns: tuple[str, ...] = RESULT_COLUMNS
    latency_columns: tuple[str, ...] = LATENCY_COLUMNS
    identity_columns: tuple[str, ...] = SUBJECT + TASKS

    def subject(self, item: Item, digest: str) -> Row:
        releases = self.models.releases
        return {
            **dict(zip(SUBJECT, (*item.key, digest), strict=True)),
            **{task: f"{releases[task].name} {releases[task].sha256}" for task in TASKS},
        }

    def analyse(self, item: Item, image: Image) -> Outcome[Found]:
        result = analyse_face(image, self.models, view=item.view)
        if isinstance(result, NotMeasurable):
            return Outcome(Status.NOT_MEASURABLE, result.reason, result.message, image, result)
        return Outcome(Status.MEASURED, image=image, result=result)

    def findings(self, result: Found) -> Row:
        row: dict[str, object] = {"quality": batch.remarks(result.quality)}
        if isinstance(result, FaceResult):
            row |= {"n_face": result.counts.n_face, "n_vitiligo": result.counts.n_vitiligo}
            row |= {"f_vitiligo": f"{result.counts.f_vitiligo:.4f}"}
            row |= {name: f"{getattr(result.pose, name):.1f}" for name in ("yaw", "pitch", "roll")}
        return row

    def latency(self, result: Found) -> Row:
        """Stages that a refusal left out stay empty."""
        timings = result.timings_ms.items()
        return {
            **{f"t_{SHORT_STAGES.get(stage, stage)}_ms": f"{ms:.1f}" for stage, ms in timings},
            "release": "+".join(self.models.releases[task].name for task in TASKS),
            "device": self.models.device,
        }

    def overlay(self, image: Image, result: Found) -> Image | None:
        """The outline of the face, and the vitiligo tinted."""
        if not isinstance(result, FaceResult):
            return None
        return draw_overlay(*(batch.shrink(one) for one in (image, result.face, result.vitiligo)))


def run_batch(
    items: Iterable[Item], models: FaceModels, out: Path, reader: Reader, *, progress: bool = True
) -> Summary:
    """Measure photos of faces one by one, as `batch.run` says."""
    return batch.run(items, FaceBatch(models), out, reader, progress=progress)
