"""Visits with photographs in every state, without a network: results are made by hand."""

from __future__ import annotations

from dataclasses import replace

from analysis.claims import claim_run
from analysis.models import ModelRelease, Run
from analysis.outcomes import fail_run, finish_run, refuse_run
from analysis.vision.face.measure import count
from clinic.accounts.models import User
from imaging.models import Photo, View
from imaging.services import store_photo
from patients.models import Patient, Visit
from tests.analysis.results import BLURRED, SHAPE, SHARP, face_result
from tests.imaging import pictures

Releases = dict[str, ModelRelease]


def photo_of(visit: Visit, view: str, user: User, *, modality: str = "uv_reflectance") -> Photo:
    """A stored photograph of its own content; its run waits in the queue."""
    seed = visit.pk * 10 + View.values.index(view)
    file = pictures.photograph(seed, size=(SHAPE[1], SHAPE[0]))
    return store_photo(visit=visit, view=view, modality=modality, file=file, user=user)


def measure(photo: Photo, releases: Releases, *, rows: int = 50, warned: bool = False) -> Run:
    """Measured: `rows` rows of 50 pixels of the face's 20000 carry vitiligo; `warned`: a little blurred."""
    run = photo.runs.unfinished().get()
    result = face_result(quality=(BLURRED if warned else SHARP,))
    vitiligo = result.vitiligo * 0
    vitiligo[150 : 150 + rows, 120:170] = 1
    result = replace(result, vitiligo=vitiligo, counts=count(result.face, vitiligo, result.glare))
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    finish_run(claim=claim, result=result, releases=releases)
    return run


def refuse(photo: Photo, code: str = "no_face") -> Run:
    run = photo.runs.unfinished().get()
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    refuse_run(claim=claim, code=code)
    return run


def fail(photo: Photo) -> Run:
    run = photo.runs.unfinished().get()
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    fail_run(claim=claim, code="fault", facts={"run": run.pk})
    return run


def measured_visits(patient: Patient, user: User, releases: Releases, rows: list[int]) -> list[Visit]:
    """One visit a number, a day apart, with all three views measured at that extent."""
    visits = [pictures.visit(patient, day) for day in range(1, len(rows) + 1)]
    Visit.objects.update(skin_condition=Visit.SkinCondition.CLEAN)
    for visit, extent in zip(visits, rows, strict=True):
        for view in View.values:
            measure(photo_of(visit, view, user), releases, rows=extent)
    return visits
