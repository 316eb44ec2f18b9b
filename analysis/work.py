"""What a worker does with one run: claim it, read the photograph, analyse it, store the outcome."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from analysis.claims import Claim, Superseded, claim_run, kept_alive, report_stage
from analysis.models import Run
from analysis.outcomes import fail_run, finish_run, give_back, refuse_run
from analysis.predictor import Predictor, active_predictor
from analysis.run_reasons import RunReason
from analysis.vision.face.pipeline import NotMeasurable, analyse_face
from analysis.vision.releases import ReleaseUnusable
from analysis.vision.terms import Image, Modality, View
from imaging.intake import read_image
from imaging.models import Photo

logger = logging.getLogger(__name__)

STAGES = {
    "detect": Run.Stage.DETECTING,
    "face": Run.Stage.MASKING,
    "segment": Run.Stage.SEGMENTING,
    "measure": Run.Stage.STORING,
}


class OriginalAltered(Exception):
    """The stored bytes of a photograph are not those that were uploaded."""


def perform_run(*, run_id: int, task_id: str = "") -> str:
    """Analyse the photo of a run; the status it ended with, or why there was nothing to do.

    Bad input ends as not measurable. Any other error fails the run, is logged with its id, and is raised
    again; only a run that was given to another worker meanwhile ends in silence, without a result.
    """
    claim = claim_run(run_id=run_id, task_id=task_id)
    if claim is None:
        return "not claimed"
    try:
        with _failing_loudly(claim), kept_alive(claim):
            return _analyse(claim)
    except Superseded:
        logger.warning("run %s: attempt %s was superseded", run_id, claim.attempt)
        return "superseded"


def read_original(photo: Photo) -> Image:
    """The oriented pixels of the stored original. Raises OriginalAltered when its bytes have changed."""
    with photo.original.open("rb") as file:
        data = file.read()
    if sha256(data).hexdigest() != photo.sha256:
        raise OriginalAltered(f"Photo {photo.pk}")
    return read_image(data).pixels


@contextmanager
def _failing_loudly(claim: Claim) -> Iterator[None]:
    """An error fails the run before it goes on; a worker that is told to stop gives the run back."""
    try:
        yield
    except (Superseded, KeyboardInterrupt, SystemExit) as stop:
        if not isinstance(stop, Superseded):
            give_back(claim=claim)
        raise
    except BaseException:
        logger.exception("run %s failed", claim.run_id)
        fail_run(claim=claim, code=RunReason.FAULT, facts={"run": claim.run_id})
        raise


def _analyse(claim: Claim) -> str:
    photo = Run.objects.select_related("photo").get(pk=claim.run_id).photo
    try:
        predictor = active_predictor()
    except ReleaseUnusable as unusable:
        refuse_run(claim=claim, code=RunReason.NO_MODEL, facts={"detail": str(unusable)})
        return Run.Status.NOT_MEASURABLE.value
    return _measure(claim, photo, predictor)


def _measure(claim: Claim, photo: Photo, predictor: Predictor) -> str:
    def on_stage(name: str) -> None:
        if name in STAGES:
            report_stage(claim=claim, stage=STAGES[name])

    result = analyse_face(
        read_original(photo),
        predictor.models,
        view=View(photo.view),
        modality=Modality(photo.modality),
        on_stage=on_stage,
    )
    if isinstance(result, NotMeasurable):
        refuse_run(
            claim=claim,
            code=result.reason,
            quality=result.quality,
            timings_ms=result.timings_ms,
            releases=predictor.releases,
        )
        return Run.Status.NOT_MEASURABLE.value
    finish_run(claim=claim, result=result, releases=predictor.releases)
    return Run.Status.DONE.value
