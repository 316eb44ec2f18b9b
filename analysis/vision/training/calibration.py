"""Calibrate the interval of F-Vitiligo of a release on pictures that never trained, and enter it in the card.

    python -m analysis.vision.training.calibration vitiligo-1 --data DIR --phantom DIR --write

Every picture goes the way of a clinic's photo: detector, face mask, vitiligo. The band is chosen on the
phantom's held-out people and on held-out faces, painted and bare; the traced real vitiligo chooses nothing
and says how often the interval holds there. Without --write nothing is changed.
"""

import argparse
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from analysis.vision.cards import HIGH, LOW, EvaluationSet
from analysis.vision.face.crop import Crop
from analysis.vision.face.models import DETECTOR, MATTING, VITILIGO, FaceModels, models_of
from analysis.vision.face.pipeline import largest_first
from analysis.vision.face.vitiligo import Band, bounds
from analysis.vision.releases import Release, find_release, read_release, write_card
from analysis.vision.training.data import FaceSample, read_faces
from analysis.vision.training.intervals import Exam, choose_band, coverage_set, held_out_bands, ranked
from analysis.vision.training.judgement import as_markdown, percent
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.report import vitiligo_samples
from analysis.vision.training.splits import NEVER_TRAINS, Side

WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
STEP = 4
"""Every so many-th picture is asked, except of the sets that only judge."""
ENDING = ", interval"
"""Of the names of the evaluation sets that a calibration writes."""
BARE = "without vitiligo"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calibration:
    """A band, and what it covers."""

    band: Band
    sets: tuple[EvaluationSet, ...]
    spread_rank: float
    """Rank correlation of the spread of the answers with the error; NaN for a network that is asked once."""


def calibrate(models: FaceModels, samples: Iterable[FaceSample], *, progress: bool = True) -> Calibration:
    """Choose a band and say what it covers, source by source.

    Pictures in which no face is found are left out: they have no number to be sure of. Raises ValueError for
    too few pictures.
    """
    asked = (examine(models, sample) for sample in tqdm(samples, disable=not progress, unit="photo"))
    exams = [exam for exam in asked if exam is not None]
    choosing = [exam for exam in exams if exam.source not in NEVER_TRAINS]
    judging = [exam for exam in exams if exam.source in NEVER_TRAINS]
    threshold = models.segmenter.threshold
    band = choose_band(choosing, threshold=threshold)
    bands = held_out_bands(choosing, threshold=threshold)
    judged = list(zip(choosing, bands, strict=True)) + [(exam, band) for exam in judging]
    errors = [abs(exam.percent_at(threshold) - exam.true_percent) for exam in exams]
    rank = _rank_correlation([exam.spread for exam in exams], errors)
    return Calibration(band, tuple(_sets(judged)), rank)


def examine(models: FaceModels, sample: FaceSample) -> Exam | None:
    """Ask the pipeline's networks about a picture; None where no face is found."""
    faces = largest_first(models.detector.detect(sample.image))
    if not faces:
        return None
    face = models.masker.mask(sample.image, faces[0].box)
    seen = (face & decided(sample.parts)) > 0
    if not seen.any():
        return None
    crop = Crop.around(bounds(face), margin=models.segmenter.crop_input.margin)
    opinion = models.segmenter.opinion(sample.image, face, crop)
    probability = models.segmenter.finished(opinion.mean, sample.image, face, crop)
    true_face = face_of(sample.parts)
    truth = np.zeros_like(true_face) if sample.vitiligo is None else sample.vitiligo & true_face
    shape = face.shape[0], face.shape[1]
    return Exam(
        name=sample.name,
        source=sample.source if sample.vitiligo is not None else f"{sample.source}, {BARE}",
        subject=sample.subject,
        true_percent=percent(truth, true_face),
        ranked=ranked(crop.place(probability, shape)[seen]),
        spread=float(crop.place(opinion.spread, shape)[seen].mean()),
    )


def calibration_samples(data: Path | None, phantom: Path | None, *, step: int = STEP) -> list[FaceSample]:
    """Held-out pictures: traced ones all, and every so many-th of the phantom's, painted and bare faces."""
    bare = read_faces(data, ("faces_parsing", "faces_multiview"), Side.VALIDATION) if data else []
    samples = vitiligo_samples(data, phantom) + bare
    groups: dict[tuple[str, bool], list[FaceSample]] = {}
    for sample in samples:
        groups.setdefault((sample.source, sample.vitiligo is None), []).append(sample)
    return [
        sample
        for (source, _), group in groups.items()
        for sample in group[:: 1 if source in NEVER_TRAINS else step]
    ]


def enter(release: Release, calibration: Calibration) -> Release:
    """Write the band and what it covers into the card of a release; a calibration before it is replaced."""
    card = release.card
    thresholds = {**card.thresholds, LOW: calibration.band.low, HIGH: calibration.band.high}
    others = tuple(one for one in card.evaluation if not one.name.endswith(ENDING))
    return write_card(release, replace(card, thresholds=thresholds, evaluation=others + calibration.sets))


def _sets(judged: Sequence[tuple[Exam, Band]]) -> list[EvaluationSet]:
    groups: dict[str, list[tuple[Exam, Band]]] = {}
    for exam, band in judged:
        groups.setdefault(exam.source, []).append((exam, band))
    return [
        coverage_set(f"{source}{ENDING}", [exam for exam, _ in group], [band for _, band in group])
        for source, group in groups.items()
    ]


def _rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    ranks = [np.argsort(np.argsort(values)).astype(float) for values in (first, second)]
    if min(len(set(first)), len(set(second))) < 2:
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate the interval of F-Vitiligo of a release.")
    parser.add_argument("release", help="such as vitiligo-1")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of releases")
    parser.add_argument("--data", type=Path, help="folder with manifest.csv")
    parser.add_argument("--phantom", type=Path, help="a set written by analysis.vision.phantom.dataset")
    parser.add_argument("--step", type=int, default=STEP, help="ask about every so many-th picture")
    parser.add_argument("--write", action="store_true", help="enter the result in the card")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    release = read_release(options.weights / options.release)
    others = {task: find_release(options.weights, task) for task in (DETECTOR, MATTING)}
    models = models_of({**others, VITILIGO: release})
    found = calibrate(models, calibration_samples(options.data, options.phantom, step=options.step))
    log.info("Uncertain from %.3f to %.3f.", found.band.low, found.band.high)
    log.info("%s", as_markdown(found.sets, ("interval_coverage", "interval_width")))
    log.info("Rank correlation of spread and error: %.2f", found.spread_rank)
    if options.write:
        enter(release, found)
        log.info("Entered in the card of %s.", release.name)


if __name__ == "__main__":
    main()
