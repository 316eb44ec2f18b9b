"""From a finished training to a release: weights, and a card that says what they are made of and how good
they are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.vision.cards import Card, TrainingSet
from analysis.vision.releases import Release, write_release
from analysis.vision.training.data import FaceSample
from analysis.vision.training.loop import read_weights
from analysis.vision.training.recipes import Recipe
from analysis.vision.training.report import evaluate_release

ARCHITECTURES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "face_matting": ("face_matting", {}),
    "vitiligo": ("ddrnet_detail", {"variant": "23-slim"}),
}
"""What is trained for each task: a key of the architecture registry, and the builder's arguments."""

TERMS = {
    "faces_parsing": "CelebAMask-HQ: non-commercial research only",
    "faces_multiview": "FASSEG / Pointing'04: research, citation",
    "faces_frontal": "FASSEG (FEI, MIT-CBCL): research, citation",
    "faces_landmarks": "YouTube Faces frames: research",
    "vitiligo_photos": "web images, no terms stated: fine-tuning only, never shown",
    "phantom": "made by this project, its own licence",
}
DATA_TERMS = (
    "Trained on CelebAMask-HQ (non-commercial research only), FASSEG and YouTube Faces frames (research), "
    "on the project's own phantom and, for vitiligo, on a few web photos without stated terms. The "
    "weights are for research and education."
)
INTENDED_USE = (
    "Research and education software. It has not been cleared, approved or CE-marked as a medical device. "
    "It supports, and does not replace, the judgement of a qualified dermatologist. It does not give a "
    "diagnosis."
)
LIMITS = {
    "face_matting": (
        "No ultraviolet photograph of a patient was available: the UV look is made on real faces and on the "
        "phantom. Beards, hands before the face, masks and heavy make-up were rare in training. The line "
        "between face and neck is a convention."
    ),
    "vitiligo": (
        "Vitiligo was painted onto real faces and onto a phantom; the only real vitiligo that taught this "
        "network is a few coarsely outlined photos of hands, arms and backs, and no ultraviolet photograph "
        "of a patient was available. Very fair skin in visible light, white hair "
        "in a lesion, burnt-out highlights and lesions of a few pixels are where it fails most."
    ),
}


def publish(
    folder: Path,
    *,
    task: str,
    checkpoint: Path,
    recipe: Recipe,
    training: Sequence[FaceSample],
    data: Path | None,
    phantom: Path | None,
) -> Release:
    """Write a release and judge it; the card then holds the figures.

    Args:
        folder: the release's folder, named `<task>-<number>`.
        task: "face_matting" or "vitiligo".
        checkpoint: as written by `loop.train`; the averaged weights are released.
        recipe: what it was trained by.
        training: the faces that taught, for the numbers on the card.
        data: real images to judge on, or None.
        phantom: a phantom set to judge on, or None.

    Raises:
        KeyError: a task that is published elsewhere. ValueError: there is nothing to judge on.
    """
    architecture, arguments = ARCHITECTURES[task]
    base = None
    if recipe.network is not None:
        architecture, arguments = recipe.network.architecture, recipe.network.arguments
        base = recipe.network.base(folder.parent)
    card = Card(
        name=folder.name,
        task=task,
        architecture=architecture,
        arguments=arguments,
        base=base,
        preprocessing=asdict(recipe.inputs),
        thresholds={"face" if task == "face_matting" else "vitiligo": 0.5},
        training=training_sets(training, recipe.task.get("weights", {})),
        seed=recipe.settings.seed,
        data_terms=DATA_TERMS,
        intended_use=INTENDED_USE,
        limits=LIMITS[task],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    weights = read_weights(checkpoint)
    release = write_release(folder, weights, card)
    report = evaluate_release(release, data, phantom)
    return write_release(folder, weights, replace(release.card, evaluation=report.sets))


def training_sets(samples: Sequence[FaceSample], weights: Mapping[str, float]) -> tuple[TrainingSet, ...]:
    """The sets that taught, with the number of pictures and how often each was drawn."""
    counts = Counter(sample.source for sample in samples)
    people = {source: len({s.subject for s in samples if s.source == source}) for source in counts}
    return tuple(
        TrainingSet(
            source,
            n,
            TERMS[source],
            f"{people[source]} people or single pictures, weight {weights.get(source, 1.0):g}",
        )
        for source, n in counts.items()
    )
