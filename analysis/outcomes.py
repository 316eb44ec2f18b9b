"""How a run ends: measured, not measurable, failed; three facts that are never taken for one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from analysis.claims import Claim
from analysis.models import Mask, Measurement, ModelRelease, Run
from analysis.run_reasons import Facts, sentence_of
from analysis.versions import encode_masks, lock_photo, outlines_of, store_version
from imaging.storage import written_files

if TYPE_CHECKING:  # the web server stores no results and does without PyTorch
    from analysis.vision.face.pipeline import FaceResult
    from analysis.vision.findings import Finding

Releases = Mapping[str, ModelRelease]


def finish_run(*, claim: Claim, result: FaceResult, releases: Releases) -> Measurement:
    """Store what was measured, with its masks and the releases that made it.

    Raises Superseded, and then leaves neither rows nor files.
    """
    masks = {
        Mask.Kind.FACE: result.face,
        Mask.Kind.VITILIGO: result.vitiligo,
        Mask.Kind.GLARE: result.glare,
    }
    if result.uncertain is not None:
        masks[Mask.Kind.UNCERTAIN] = result.uncertain
    encoded = encode_masks(masks)
    outlines = outlines_of(result.face, result.vitiligo)
    with written_files() as files, transaction.atomic():
        ending = ending_of(Run.Status.DONE, result.quality, result.timings_ms, releases)
        claim.change(reason_code="", reason_facts={}, **ending)
        measurement = _measurement(claim.run_id, result)
        lock_photo(measurement.run.photo_id)
        store_version(measurement=measurement, masks=encoded, outlines=outlines, files=files)
    return measurement


def refuse_run(
    *,
    claim: Claim,
    code: str,
    facts: Facts | None = None,
    quality: Sequence[Finding] = (),
    timings_ms: Mapping[str, float] | None = None,
    releases: Releases | None = None,
) -> None:
    """Say that there is no number, and why: never 0 %. Raises Superseded."""
    ending = ending_of(Run.Status.NOT_MEASURABLE, quality, timings_ms or {}, releases or {})
    claim.change(**_reason(code, facts), **ending)


def fail_run(*, claim: Claim, code: str, facts: Facts | None = None) -> None:
    """Say that the software, not the photograph, was at fault. Raises Superseded."""
    claim.change(**_reason(code, facts), **ending_of(Run.Status.FAILED, (), {}, {}))


def give_back(*, claim: Claim) -> None:
    """Put the run back into the queue: its worker stops. Raises Superseded."""
    claim.change(status=Run.Status.QUEUED, stage=Run.Stage.WAITING, heartbeat_at=None)


def ending_of(
    status: Run.Status, quality: Sequence[Finding], timings_ms: Mapping[str, float], releases: Releases
) -> dict[str, Any]:
    """The columns of a run that came to its end, whatever the end."""
    return {
        "status": status,
        "stage": Run.Stage.FINISHED,
        "finished_at": timezone.now(),
        "quality": [asdict(finding) for finding in quality],
        "timings_ms": dict(timings_ms),
        **{Run.RELEASE_COLUMNS[task]: release for task, release in releases.items()},
    }


def _reason(code: str, facts: Facts | None) -> dict[str, Any]:
    """Raises KeyError for a code without a sentence: such a run could never say why."""
    sentence_of(code, facts or {})
    return {"reason_code": str(code), "reason_facts": dict(facts or {})}


def _measurement(run_id: int, result: FaceResult) -> Measurement:
    return Measurement(
        run=Run.objects.select_related("photo").get(pk=run_id),
        n_face=result.counts.n_face,
        n_vitiligo=result.counts.n_vitiligo,
        n_least=result.span.least if result.span else None,
        n_most=result.span.most if result.span else None,
        n_glare=result.counts.n_glare,
        n_vitiligo_glare=result.counts.n_vitiligo_glare,
        face_box=[round(float(edge), 2) for edge in result.box],
        landmarks=[[round(float(value), 2) for value in point] for point in result.landmarks],
        yaw=float(result.pose.yaw),
        pitch=float(result.pose.pitch),
        roll=float(result.pose.roll),
    )
