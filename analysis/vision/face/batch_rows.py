"""What a batch writes about a photo: its row, its latency, its overlay."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np

from analysis.vision.face.models import TASKS, FaceModels
from analysis.vision.face.pipeline import FaceResult, NotMeasurable
from analysis.vision.face.worklist import Item
from analysis.vision.findings import Finding, Verdict
from analysis.vision.overlay import draw_overlay
from analysis.vision.terms import Image

Row = Mapping[str, object]

IDENTITY = ("patient", "date", "view", "file", "sha256", *TASKS)
"""Same photo, same slot, same bytes, same releases: the same row."""
RESULT_COLUMNS = (
    *("patient", "date", "view", "file", "sha256", "status", "reason", "message"),
    *("f_vitiligo", "n_face", "n_vitiligo", "yaw", "pitch", "roll", "quality", "width", "height"),
    *TASKS,
)
LATENCY_COLUMNS = (
    *("ts", "img_id", "t_total_ms", "t_detect_ms", "t_face_ms", "t_quality_ms", "t_seg_ms", "t_measure_ms"),
    *("release", "device", "width", "height"),
)
SHORT_STAGES = {"segment": "seg"}

OVERLAY_SIDE = 1600
"""Longer side of the overlays in pixels: to look at, not to measure."""


class Status(StrEnum):
    """The three ends of an analysis; they are never confused."""

    MEASURED = "measured"
    NOT_MEASURABLE = "not_measurable"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """One photo's end; without `result` it failed, and without `image` it could not even be read."""

    status: Status
    reason: str = ""
    message: str = ""
    image: Image | None = None
    result: FaceResult | NotMeasurable | None = None


def identity(row: Row) -> tuple[str, ...]:
    """What two rows of the same piece of work have in common."""
    return tuple(str(row[name]) for name in IDENTITY)


def subject(item: Item, data: bytes | None, models: FaceModels) -> dict[str, object]:
    """The columns known before the analysis: `IDENTITY`."""
    patient, date, view, file = item.key
    digest = hashlib.sha256(data).hexdigest() if data is not None else ""
    row: dict[str, object] = {"patient": patient, "date": date, "view": view, "file": file, "sha256": digest}
    return row | {task: f"{models.releases[task].name} {models.releases[task].sha256}" for task in TASKS}


def findings(outcome: Outcome) -> dict[str, object]:
    """The columns known after the analysis; numbers only where there are any."""
    row: dict[str, object] = {"status": outcome.status, "reason": outcome.reason, "message": outcome.message}
    if outcome.image is not None:
        row |= {"height": outcome.image.shape[0], "width": outcome.image.shape[1]}
    if outcome.result is not None:
        row["quality"] = _remarks(outcome.result.quality)
    if isinstance(outcome.result, FaceResult):
        counts, pose = outcome.result.counts, outcome.result.pose
        row |= {"n_face": counts.n_face, "n_vitiligo": counts.n_vitiligo}
        row |= {"f_vitiligo": f"{counts.f_vitiligo:.4f}"}
        row |= {name: f"{getattr(pose, name):.1f}" for name in ("yaw", "pitch", "roll")}
    return row


def latency(item: Item, image: Image, timings_ms: Mapping[str, float], models: FaceModels) -> Row:
    """One row of `latency.csv`; stages that a refusal left out stay empty."""
    return {
        "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "img_id": item.file,
        **{f"t_{SHORT_STAGES.get(stage, stage)}_ms": f"{ms:.1f}" for stage, ms in timings_ms.items()},
        "release": "+".join(models.releases[task].name for task in TASKS),
        "device": models.device,
        "width": image.shape[1],
        "height": image.shape[0],
    }


def _remarks(quality: Iterable[Finding]) -> str:
    """The findings that are no pass, such as `blurred:warn`."""
    return " ".join(f"{f.code}:{f.verdict}" for f in quality if f.verdict is not Verdict.PASS)


def overlay_name(item: Item) -> str:
    """A file name for an item's overlay: readable, and different for different items."""
    digest = hashlib.sha256("\0".join(item.key).encode()).hexdigest()[:8]
    return f"{Path(item.file).stem[:80]}-{digest}.jpg"


def write_overlay(folder: Path, item: Item, image: Image, result: FaceResult) -> None:
    """Draw the masks onto a reduced copy of the photo, as JPEG."""
    height, width = image.shape[:2]
    scale = min(1.0, OVERLAY_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    face, vitiligo = (
        cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
        for mask in (result.face, result.vitiligo)
    )
    drawn = cv2.cvtColor(draw_overlay(small, face, vitiligo), cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 90])
    (folder / overlay_name(item)).write_bytes(encoded.tobytes())
