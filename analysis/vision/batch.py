"""Measuring many photos without the web: one row a photo, whatever becomes of it.

The folder of results holds `results.csv`, `latency.csv` and `overlays/`. A batch that is started again goes
on where it stopped: photos whose row was made by the same releases from the same bytes are skipped. What is
measured, and which columns say it, is the procedure's.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import cv2
import numpy as np
from tqdm import tqdm

from analysis.vision.findings import Finding, Verdict
from analysis.vision.tables import GrowingTable
from analysis.vision.terms import Image

logger = logging.getLogger(__name__)

ANALYSIS_ERRORS = (ValueError, RuntimeError, MemoryError, cv2.error)
"""What one photo can raise inside the networks and OpenCV, and which must not cost the other photos."""
OVERLAY_SIDE = 1600
"""Longer side of the overlays in pixels: to look at, not to measure."""

Row = Mapping[str, object]
Reader = Callable[[bytes], Image]
"""Untrusted bytes to an upright RGB picture (H, W, 3); raises Unreadable."""


class Unreadable(Exception):
    """The reader's word that bytes are no photograph: a `code`, and a message fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Status(StrEnum):
    """The three ends of an analysis; they are never confused."""

    MEASURED = "measured"
    NOT_MEASURABLE = "not_measurable"
    FAILED = "failed"


class Work(Protocol):
    """One photo of a batch."""

    @property
    def path(self) -> Path: ...

    @property
    def file(self) -> str:
        """As it is called in the tables."""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two rows the same piece of work."""


Item = TypeVar("Item", bound=Work)
Item_contra = TypeVar("Item_contra", bound=Work, contravariant=True)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """One photo's end; without `result` it failed, and without `image` it could not even be read."""

    status: Status
    reason: str = ""
    message: str = ""
    image: Image | None = None
    result: Result | None = None


class Procedure(Protocol[Item_contra, Result]):
    """What a kind of batch does with a photo, and what it writes about it."""

    @property
    def result_columns(self) -> tuple[str, ...]: ...

    @property
    def latency_columns(self) -> tuple[str, ...]: ...

    @property
    def identity_columns(self) -> tuple[str, ...]:
        """Same photo, same bytes, same releases: the same row."""

    def subject(self, item: Item_contra, digest: str) -> Row:
        """The columns known before the analysis, the identity among them."""

    def analyse(self, item: Item_contra, image: Image) -> Outcome[Result]: ...

    def findings(self, result: Result) -> Row:
        """The columns of a result; numbers only where there are any."""

    def latency(self, result: Result) -> Row:
        """The columns of `latency.csv` beyond time, name and size."""

    def overlay(self, image: Image, result: Result) -> Image | None:
        """The picture to check a result with, at most `OVERLAY_SIDE` long; None where there is none."""


@dataclass
class Summary:
    """How a batch ended, by status, and how many photos already had their row."""

    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    skipped: int = 0


def run(
    items: Iterable[Item],
    procedure: Procedure[Item, Result],
    out: Path,
    reader: Reader,
    *,
    progress: bool = True,
) -> Summary:
    """Measure photos one by one.

    Args:
        items: what to measure.
        procedure: how, and what is written.
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
        results = stack.enter_context(GrowingTable(out / "results.csv", procedure.result_columns))
        latencies = stack.enter_context(GrowingTable(out / "latency.csv", procedure.latency_columns))
        done = {_identity(row, procedure) for row in results.rows}
        for item in tqdm(list(items), unit="photo", disable=not progress):
            data = _read_bytes(item.path)
            row = procedure.subject(item, "" if data is None else hashlib.sha256(data).hexdigest())
            if _identity(row, procedure) in done:
                summary.skipped += 1
                continue
            outcome = _measure(item, data, procedure, reader)
            if outcome.result is not None and outcome.image is not None:
                drawn = procedure.overlay(outcome.image, outcome.result)
                if drawn is not None:
                    _write_overlay(overlays / overlay_name(item), drawn)
                latencies.append(_latency(item, outcome.image, procedure.latency(outcome.result)))
            # The row comes last: a photo that has one is complete.
            found = {} if outcome.result is None else procedure.findings(outcome.result)
            results.append({**row, **_end(outcome), **found})
            done.add(_identity(row, procedure))
            summary.counts[outcome.status] += 1
    return summary


def shrink(image: Image) -> Image:
    """A picture (H, W, 3), or a mask (H, W), of at most `OVERLAY_SIDE`."""
    height, width = image.shape[:2]
    scale = min(1.0, OVERLAY_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if image.ndim == 3 else cv2.INTER_NEAREST
    return cv2.resize(image, size, interpolation=method).astype(np.uint8, copy=False)


def remarks(quality: Iterable[Finding]) -> str:
    """The findings that are no pass, such as `blurred:warn`."""
    return " ".join(f"{f.code}:{f.verdict}" for f in quality if f.verdict is not Verdict.PASS)


def _read_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _identity(row: Row, procedure: Procedure[Item, Result]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in procedure.identity_columns)


def _measure(
    item: Item, data: bytes | None, procedure: Procedure[Item, Result], reader: Reader
) -> Outcome[Result]:
    if data is None:
        return Outcome(Status.FAILED, "file_missing", "The file is not there or cannot be opened.")
    image = None
    try:
        image = reader(data)
        return procedure.analyse(item, image)
    except Unreadable as error:
        return Outcome(Status.FAILED, error.code, str(error))
    except ANALYSIS_ERRORS:
        logger.exception("The analysis of %s stopped.", item.file)
        return Outcome(Status.FAILED, "analysis_error", "The analysis stopped with an error.", image)


def _end(outcome: Outcome[Result]) -> dict[str, object]:
    row: dict[str, object] = {"status": outcome.status, "reason": outcome.reason, "message": outcome.message}
    if outcome.image is not None:
        row |= {"height": outcome.image.shape[0], "width": outcome.image.shape[1]}
    return row


def _latency(item: Work, image: Image, row: Row) -> Row:
    return {
        "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "img_id": item.file,
        "height": image.shape[0],
        "width": image.shape[1],
        **row,
    }


def overlay_name(item: Work) -> str:
    """A file name for an item's overlay: readable, and different for different items."""
    digest = hashlib.sha256("\0".join(item.key).encode()).hexdigest()[:8]
    return f"{Path(item.file).stem[:80]}-{digest}.jpg"


def _write_overlay(path: Path, drawn: Image) -> None:
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
    path.write_bytes(encoded.tobytes())
