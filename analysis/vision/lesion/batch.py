"""What a batch measures in photos of lesions, and what it writes about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.vision import batch
from analysis.vision.batch import Outcome, Reader, Row, Status, Summary
from analysis.vision.lesion.models import LesionModels
from analysis.vision.lesion.pipeline import analyse_lesion
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, STAGES, TASKS, LesionResult, Withheld
from analysis.vision.lesion.worklist import TOLD, LesionItem
from analysis.vision.overlay import draw_overlay
from analysis.vision.terms import Image

SUBJECT = ("file", *TOLD, "sha256")
RESULT_COLUMNS = (
    *SUBJECT,
    *("status", "reason", "message", "quality", "width", "height"),
    *("picked", "agreement", "needs_review"),
    *("malignancy", "sd", "band", "confidence", "disagree"),
    *(f"malignancy_{task}" for task in CLASSIFIERS),
    *("area_px", "area_mm2", "diameter_px", "diameter_mm", "asymmetry", "border", "colours"),
    *("colour_variation", "ita_degrees", "tone"),
    *TASKS,
)
LATENCY_COLUMNS = (
    *("ts", "img_id", "t_total_ms"),
    *(f"t_{stage}_ms" for stage in STAGES),
    *("release", "width", "height"),
)
RED = (220, 30, 30)
"""Tint of the picked mask."""

Found = LesionResult | Withheld


@dataclass(frozen=True)
class LesionBatch:
    """The estimate for photos of lesions, for `batch.run`."""

    models: LesionModels
    result_columns: tuple[str, ...] = RESULT_COLUMNS
    latency_columns: tuple[str, ...] = LATENCY_COLUMNS
    identity_columns: tuple[str, ...] = SUBJECT + TASKS

    def subject(self, item: LesionItem, digest: str) -> Row:
        releases = self.models.releases
        return {
            **dict(zip(SUBJECT, (*item.key, digest), strict=True)),
            **{task: f"{releases[task].name} {releases[task].sha256}" for task in TASKS},
        }

    def analyse(self, item: LesionItem, image: Image) -> Outcome[Found]:
        if item.problem is not None:
            return Outcome(Status.FAILED, item.problem.code, item.problem.message, image)
        result = analyse_lesion(image, self.models, metadata=item.metadata, mm_per_pixel=item.mm_per_pixel)
        if isinstance(result, Withheld):
            return Outcome(Status.NOT_MEASURABLE, result.reason, result.message, image, result)
        return Outcome(Status.MEASURED, image=image, result=result)

    def findings(self, result: Found) -> Row:
        """The reading of the picked mask."""
        row: dict[str, object] = {"quality": batch.remarks(result.quality)}
        if isinstance(result, Withheld):
            return row
        estimate, description = result.reading.estimate, result.reading.description
        row |= {"picked": result.picked, "agreement": f"{result.agreement:.4f}"}
        row |= {"needs_review": _yes(result.needs_review), "disagree": _yes(estimate.disagree)}
        row |= {"malignancy": f"{estimate.malignancy:.4f}", "sd": f"{estimate.sd:.4f}"}
        row |= {"band": estimate.band, "confidence": estimate.confidence}
        row |= {f"malignancy_{one.task}": f"{one.malignancy:.4f}" for one in estimate.opinions}
        row |= {"area_px": description.area_px, "colours": " ".join(description.colours)}
        for name in ("diameter_px", "asymmetry", "border", "colour_variation"):
            row[name] = f"{getattr(description, name):.4f}"
        for name in ("area_mm2", "diameter_mm", "ita_degrees"):
            value = getattr(description, name)
            row[name] = "" if value is None else f"{value:.2f}"
        return row | {"tone": description.tone or ""}

    def latency(self, result: Found) -> Row:
        """Stages that a refusal left out stay empty."""
        return {
            **{f"t_{stage}_ms": f"{ms:.1f}" for stage, ms in result.timings_ms.items()},
            "release": "+".join(self.models.releases[task].name for task in TASKS),
        }

    def overlay(self, image: Image, result: Found) -> Image | None:
        """The picked mask tinted, and the other one outlined."""
        if isinstance(result, Withheld):
            return None
        masks = {task: batch.shrink(reading.mask) for task, reading in result.readings.items()}
        other = next((masks[task] for task in SEGMENTERS if task in masks and task != result.picked), None)
        return draw_overlay(batch.shrink(image), other, masks[result.picked], lesion_colour=RED)


def run_lesion_batch(
    items: Iterable[LesionItem], models: LesionModels, out: Path, reader: Reader, *, progress: bool = True
) -> Summary:
    """Judge photos of lesions one by one, as `batch.run` says."""
    return batch.run(items, LesionBatch(models), out, reader, progress=progress)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
