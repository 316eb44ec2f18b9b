"""Storing what was read from a lesion: both readings with their pictures, and the first assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from django.db import transaction

from analysis.claims import Claim
from analysis.lesion_note import compose_note
from analysis.mask_files import encode_mask
from analysis.models import LesionAssessment, LesionPicture, LesionReading, Run
from analysis.outcomes import Releases, ending_of
from analysis.outlines import LESION_LINES, Layer, draw_outlines
from analysis.versions import lock_photo, open_review
from analysis.vision.lesion.metadata import MAX_AGE, Metadata, Sex, Site
from analysis.vision.lesion.result import LesionResult, Reading
from imaging.models import Photo
from imaging.renditions import DISPLAY_SIDE, THUMBNAIL_SIDE, draw_jpeg
from imaging.storage import WrittenFiles, written_files

Kind = LesionPicture.Kind
HEAT = {"lesion_resnet": Kind.HEAT_RESNET, "lesion_fusion": Kind.HEAT_FUSION}
Pictures = Mapping[LesionPicture.Kind, bytes]


def metadata_of(photo: Photo) -> Metadata:
    """What the record says for the networks, as of the day of the visit; what they do not know is unknown."""
    patient, lesion = photo.visit.patient, photo.lesion
    age = patient.age_on(photo.visit.date)
    return Metadata(
        age=age if 0 <= age <= MAX_AGE else None,
        sex=Sex(patient.sex) if patient.sex in set(Sex) else None,
        site=Site(lesion.site) if lesion else None,
    )


def finish_lesion_run(*, claim: Claim, result: LesionResult, releases: Releases) -> LesionAssessment:
    """Store what was found, with its pictures and the releases that made it.

    Raises Superseded, and then leaves neither rows nor files.
    """
    pictures = {task: _pictures(task, reading) for task, reading in result.readings.items()}
    with written_files() as files, transaction.atomic():
        ending = ending_of(Run.Status.DONE, result.quality, result.timings_ms, releases)
        claim.change(reason_code="", reason_facts={}, **ending)
        run = Run.objects.select_related("photo").get(pk=claim.run_id)
        lock_photo(run.photo_id)
        rows = {
            task: _store(run, task, reading, pictures[task], files)
            for task, reading in result.readings.items()
        }
        assessment = LesionAssessment(
            run=run,
            picked=rows[result.picked],
            agreement=result.agreement,
            needs_review=result.needs_review,
        )
        assessment.note = compose_note(assessment)
        assessment.save()
        open_review(assessment)
    return assessment


def _pictures(task: str, reading: Reading) -> Pictures:
    """Everything that is ever shown of a reading; drawn before the transaction, because it takes a while."""
    lines = [Layer(reading.mask, LESION_LINES[task])]
    return {
        Kind.MASK: encode_mask(reading.mask),
        Kind.OUTLINE: draw_outlines(lines, DISPLAY_SIDE),
        Kind.OUTLINE_THUMBNAIL: draw_outlines(lines, THUMBNAIL_SIDE),
        **{HEAT[name]: draw_jpeg(heat, DISPLAY_SIDE).data for name, heat in reading.heat.items()},
    }


def _store(run: Run, task: str, reading: Reading, pictures: Pictures, files: WrittenFiles) -> LesionReading:
    said, estimate = reading.description, reading.estimate
    row = LesionReading.objects.create(
        run=run,
        segmenter=task,
        stability=reading.stability,
        entropy=reading.entropy,
        asymmetry=said.asymmetry,
        border=said.border,
        colours=list(said.colours),
        colour_variation=said.colour_variation,
        area_px=said.area_px,
        diameter_px=said.diameter_px,
        diameter_mm=said.diameter_mm,
        ita_degrees=said.ita_degrees,
        tone=said.tone or "",
        malignancy=estimate.malignancy,
        sd=estimate.sd,
        band=estimate.band,
        confidence=estimate.confidence,
        disagree=estimate.disagree,
        opinions=[{**asdict(one), "probabilities": dict(one.probabilities)} for one in estimate.opinions],
    )
    for kind, data in pictures.items():
        picture = LesionPicture(reading=row, kind=kind, sha256=sha256(data).hexdigest())
        files.write(picture.file, data)
        picture.save()
    return row
