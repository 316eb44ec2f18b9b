"""From a finished training of the face detector to a release with an honest card."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.vision.cards import Card, TrainingSet
from analysis.vision.face.detection import DetectorSettings
from analysis.vision.releases import Release, write_release
from analysis.vision.training.annotated_faces import read_faces, read_phantom_faces
from analysis.vision.training.detector_report import detector_of, evaluate_detector
from analysis.vision.training.face_detector import (
    EMPTY_SETS,
    FACE_SETS,
    PHANTOM_WEIGHT,
    read_bodies,
    read_empties,
)
from analysis.vision.training.loop import read_weights
from analysis.vision.training.publish import DATA_TERMS, INTENDED_USE, TERMS
from analysis.vision.training.splits import Side

LIMITS = (
    "No ultraviolet photograph of a patient was available: the UV look is made on faces and the phantom. "
    "Faces smaller than about 50 pixels on a picture of 320, several faces that overlap, and hands or masks "
    "before the face were rare in training. The box ends at hairline and chin; pose is an estimate."
)


def publish_detector(
    folder: Path,
    *,
    checkpoint: Path,
    data: Path,
    phantoms: Sequence[Path],
    judged_on: Path | None,
    settings: DetectorSettings,
    backbone: str = "mobilenet0.25",
    seed: int = 0,
) -> Release:
    """Write a release, judge it as it will be served, and put the figures on its card.

    Args:
        folder: the release's folder, named `face_detector-<number>`.
        checkpoint: as written by `loop.train`; the averaged weights are released.
        data: the real images that taught and judge.
        phantoms: the phantom sets that taught.
        judged_on: a phantom set with held-out people, or None.
        settings: how it is to be served.
        backbone: of the network in the checkpoint.
        seed: of the training.
    """
    card = Card(
        name=folder.name,
        task="face_detector",
        architecture="retinaface",
        arguments={"backbone": backbone},
        preprocessing=asdict(settings),
        thresholds={"score": settings.score_threshold},
        training=training_sets(data, phantoms),
        seed=seed,
        data_terms=DATA_TERMS,
        intended_use=INTENDED_USE,
        limits=LIMITS,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    weights = read_weights(checkpoint)
    release = write_release(folder, weights, card)
    report = evaluate_detector(detector_of(release), data, judged_on)
    return write_release(folder, weights, replace(release.card, evaluation=report.sets))


def training_sets(data: Path, phantoms: Sequence[Path]) -> tuple[TrainingSet, ...]:
    """The sets that taught, with the number of pictures, of people, and how often each was drawn."""
    people = {name: [face.person for face in read_faces(data, name, Side.TRAINING)] for name in FACE_SETS}
    made = [face.person for folder in phantoms for face in read_phantom_faces(folder, Side.TRAINING)]
    weights = Counter(FACE_SETS) | {"phantom": PHANTOM_WEIGHT}
    if made:
        people["phantom"] = made
    sets = [
        TrainingSet(name, len(who), TERMS[name], f"{len(set(who))} people, weight {weights[name]}")
        for name, who in people.items()
    ]
    empties = len(read_empties(data, Side.TRAINING))
    bodies = len(read_bodies(data))
    return (
        *sets,
        TrainingSet(", ".join(EMPTY_SETS), empties, "ISIC, CC0", "pictures without a face"),
        TrainingSet("vitiligo_photos", bodies, TERMS["vitiligo_photos"], "hands, arms and backs"),
    )
