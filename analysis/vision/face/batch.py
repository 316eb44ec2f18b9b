"""Measuring many photos without the web: one row a photo, whatever becomes of it.

The folder of results holds `results.csv`, `latency.csv` and `overlays/`. A batch that is started again goes
on where it stopped: photos whose row was made by the same releases from the same bytes are skipped.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import cv2
from tqdm import tqdm

from analysis.vision.face.batch_rows import (
    LATENCY_COLUMNS,
    RESULT_COLUMNS,
    Outcome,
    Status,
    findings,
    identity,
    latency,
    subject,
    write_overlay,
)
from analysis.vision.face.models import FaceModels
from analysis.vision.face.pipeline import FaceResult, NotMeasurable, analyse_face
from analysis.vision.face.tables import GrowingTable
from analysis.vision.face.worklist import Item
from analysis.vision.terms import Image

logger = logging.getLogger(__name__)

ANALYSIS_ERRORS = (ValueError, RuntimeError, MemoryError, cv2.error)
"""What one photo can raise inside the networks and OpenCV, and which must not cost the other photos."""


class Unreadable(Exception):
    """The reader's word that bytes are no photograph: a `code`, and a message fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


Reader = Callable[[bytes], Image]
"""Untrusted bytes to an upright RGB picture (H, W, 3); raises Unreadable."""


@dataclass
class Summary:
    """How a batch ended, by status, and how many photos already had their row."""

    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    skipped: int = 0


def run_batch(
    items: Iterable[Item], models: FaceModels, out: Path, reader: Reader, *, progress: bool = True
) -> Summary:
    """Measure photos one by one.

    Args:
        items: from `read_worklist`.
        models: from `load_models`.
        out: folder for the results; made where missing, continued where there are results.
        reader: turns a file's bytes into a picture.
        progress: show a progress bar.

    Returns:
        The counts of this call; photos that already had their row are counted as skipped.

    Raises:
        ValueError: `out` holds tables of another kind.
    """
    overlays = out / "overlays"
    overlays.mkdir(parents=True, exist_ok=True)
    summary = Summary()
    with ExitStack() as stack:
        results = stack.enter_context(GrowingTable(out / "results.csv", RESULT_COLUMNS))
        latencies = stack.enter_context(GrowingTable(out / "latency.csv", LATENCY_COLUMNS))
        done = {identity(row) for row in results.rows}
        for item in tqdm(list(items), unit="photo", disable=not progress):
            data = _read_bytes(item.path)
            row = subject(item, data, models)
            if identity(row) in done:
                summary.skipped += 1
                continue
            outcome = _measure(item, data, models, reader)
            if isinstance(outcome.result, FaceResult) and outcome.image is not None:
                write_overlay(overlays, item, outcome.image, outcome.result)
            if outcome.result is not None and outcome.image is not None:
                latencies.append(latency(item, outcome.image, outcome.result.timings_ms, models))
            # The row comes last: a photo that has one is complete.
            results.append(row | findings(outcome))
            done.add(identity(row))
            summary.counts[outcome.status] += 1
    return summary


def _read_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _measure(item: Item, data: bytes | None, models: FaceModels, reader: Reader) -> Outcome:
    if data is None:
        return Outcome(Status.FAILED, "file_missing", "The file is not there or cannot be opened.")
    image = None
    try:
        image = reader(data)
        result = analyse_face(image, models, view=item.view)
    except Unreadable as error:
        return Outcome(Status.FAILED, error.code, str(error))
    except ANALYSIS_ERRORS:
        logger.exception("The analysis of %s stopped.", item.file)
        return Outcome(Status.FAILED, "analysis_error", "The analysis stopped with an error.", image)
    if isinstance(result, NotMeasurable):
        return Outcome(Status.NOT_MEASURABLE, result.reason, result.message, image, result)
    return Outcome(Status.MEASURED, image=image, result=result)
