"""What a worker does with one run: claim it, read the photograph, analyse it, store the outcome."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from analysis.claims import Claim, Superseded, claim_run, kept_alive, report_stage
from analysis.lesion_outcomes import finish_lesion_run, metadata_of
from analysis.models import Run
from analysis.outcomes import fail_run, finish_run, give_back, refuse_run
from analysis.predictor import Predictor, Releases, active_lesion_predictor, active_predictor
from analysis.run_reasons import RunReason
from analysis.vision.face.models import FaceModels
from analysis.vision.face.pipeline import NotMeasurable, analyse_face
from analysis.vision.lesion.result import Withheld
from analysis.vision.releases import ReleaseUnusable
from analysis.vision.stopwatch import OnStage
from analysis.vision.terms import Image, Modality, View
from imaging.intake import read_image
from imaging.models import Photo

if TYPE_CHECKING:
    from analysis.vision.lesion.models import LesionModels

logger = logging.getLogger(__name__)

FACE_STAGES = {
    "detect": Run.Stage.DETECTING,
    "face": Run.Stage.MASKING,
    "segment": Run.Stage.SEGMENTING,
    "measure": Run.Stage.STORING,
}
LESION_STAGES = {
    "gate": Run.Stage.CHECKING,
    "segment": Run.Stage.OUTLINING,
    "describe": Run.Stage.DESCRIBING,
    "classify": Run.Stage.ESTIMATING,
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
    run = Run.objects.select_related("photo__visit__patient", "photo__lesion").get(pk=claim.run_id)
    try:
        if run.kind == Run.Kind.LESION:
            return _assess(claim, run.photo, active_lesion_predictor())
        return _measure(claim, run.photo, active_predictor())
    except ReleaseUnusable as unusable:
        refuse_run(claim=claim, code=RunReason.NO_MODEL, facts={"detail": str(unusable)})
        return Run.Status.NOT_MEASURABLE.value


def _reporter(claim: Claim, stages: Mapping[str, Run.Stage]) -> OnStage:
    def on_stage(name: str) -> None:
        if name in stages:
            report_stage(claim=claim, stage=stages[name])

    return on_stage


def _assess(claim: Claim, photo: Photo, predictor: Predictor[LesionModels]) -> str:
    # Imported here: a worker that sees faces alone does without the libraries of these networks.
    from analysis.vision.lesion.pipeline import analyse_lesion

    result = analyse_lesion(
        read_original(photo),
        predictor.models,
        metadata=metadata_of(photo),
        mm_per_pixel=photo.mm_per_pixel,
        on_stage=_reporter(claim, LESION_STAGES),
    )
    if isinstance(result, Withheld):
        return _refuse(claim, result, predictor.releases)
    report_stage(claim=claim, stage=Run.Stage.STORING)
    finish_lesion_run(claim=claim, result=result, releases=predictor.releases)
    return Run.Status.DONE.value


def _measure(claim: Claim, photo: Photo, predictor: Predictor[FaceModels]) -> str:
    result = analyse_face(
        read_original(photo),
        predictor.models,
        view=View(photo.view),
        modality=Modality(photo.modality),
        on_stage=_reporter(claim, FACE_STAGES),
    )
    if isinstance(result, NotMeasurable):
        return _refuse(claim, result, predictor.releases)
    finish_run(claim=claim, result=result, releases=predictor.releases)
    return Run.Status.DONE.value


def _refuse(claim: Claim, result: NotMeasurable | Withheld, releases: Releases) -> str:
    refuse_run(
        claim=claim,
        code=result.reason,
        quality=result.quality,
        timings_ms=result.timings_ms,
        releases=releases,
    )
    return Run.Status.NOT_MEASURABLE.value
