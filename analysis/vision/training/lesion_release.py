"""From a finished training of a lesion network to a release: the cut or the temperature, and the card."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional as F

from analysis.vision.cards import Card, TrainingSet
from analysis.vision.lesion.models import LesionSegmenter, classifier_of, segmenter_of
from analysis.vision.lesion.outline import outline
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS
from analysis.vision.releases import Release, find_release, write_card, write_release
from analysis.vision.training.evaluation import confusion
from analysis.vision.training.lesion_classifier import class_weights, released
from analysis.vision.training.lesion_data import Fold, LesionSample, read_lesions
from analysis.vision.training.lesion_report import class_logits, evaluate_lesions
from analysis.vision.training.lesion_segmenter import true_mask
from analysis.vision.training.lesion_tasks import CROPPING, served_crops, traced
from analysis.vision.training.loop import read_weights
from analysis.vision.training.publish import INTENDED_USE
from analysis.vision.training.recipes import Recipe

CUTS = (0.3, 0.4, 0.5, 0.6, 0.7)
TEMPERATURES = (0.25, 5.0)
TERMS = "ISIC archive: CC0"
DATA_TERMS = "Trained on dermoscopy of the ISIC archive, CC0."
MASK_LIMITS = (
    "Taught by {n} dermoscopy pictures of mostly fair skin: no dermoscopy of dark skin was available, and "
    "darkened pictures are a stress test and no proof. Clinical photographs without a dermatoscope, nails, "
    "mucosa, and several lesions in one picture were not evaluated. No picture names its patient: pictures "
    "of one patient may lie on both sides of the split, except where they show the same thing."
)
OPINION_LIMITS = (
    " Malignant lesions are melanoma alone, and how often they occur differs from set to set: malignancy and "
    "source are confounded. Age and sex are known for half of the pictures and a site for none: that age and "
    "sex help is only seen by leaving them out, and a site moves the answer without having been learnt."
)


def publish_lesion(
    folder: Path, *, checkpoint: Path, recipe: Recipe, data: Path, weights_dir: Path
) -> Release:
    """Write a release of a lesion network and judge it; the card then holds the figures.

    Args:
        folder: the release's folder, named `<task>-<number>` after a task of `lesion.result.TASKS`.
        checkpoint: as written by `loop.train`; the averaged weights are released.
        recipe: what it was trained by.
        data: the real image sets.
        weights_dir: where the release is whose masks cut out the lesions, for a classifier.

    Raises:
        ValueError: the folder is named after another task, or the recipe has no network.
    """
    task = folder.name.rpartition("-")[0]
    if recipe.network is None or task not in SEGMENTERS + CLASSIFIERS:
        raise ValueError(f"{folder.name} is no release of a lesion network.")
    card = Card(
        name=folder.name,
        task=task,
        architecture=recipe.network.architecture,
        arguments=recipe.network.arguments,
        preprocessing=asdict(recipe.inputs),
        seed=recipe.settings.seed,
        data_terms=DATA_TERMS,
        intended_use=INTENDED_USE,
        limits="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if task in SEGMENTERS:
        release = _publish_segmenter(folder, card, read_weights(checkpoint), data)
    else:
        release = _publish_classifier(folder, card, read_weights(checkpoint), recipe, data, weights_dir)
    report = evaluate_lesions(release, data, weights_dir)
    return write_card(release, replace(release.card, evaluation=report.sets))


def _publish_segmenter(folder: Path, card: Card, state: Mapping[str, Tensor], data: Path) -> Release:
    teaching = traced(data, Fold.TRAINING)
    card = replace(card, training=_sets(teaching), limits=MASK_LIMITS.format(n=len(teaching)))
    release = write_release(folder, state, card)
    cut = best_cut(segmenter_of(release), traced(data, Fold.VALIDATION))
    return write_release(folder, cut_at(state, cut), card)


def _publish_classifier(
    folder: Path, card: Card, state: Mapping[str, Tensor], recipe: Recipe, data: Path, weights_dir: Path
) -> Release:
    classes, malignant = (tuple(recipe.task[name]) for name in ("classes", "malignant"))
    teaching = read_lesions(data, Fold.TRAINING, classes=classes)
    card = replace(
        card,
        classes=classes,
        malignant=malignant,
        training=_sets(teaching),
        limits=MASK_LIMITS.format(n=len(teaching)) + OPINION_LIMITS,
    )
    weights = class_weights([sample.label for sample in teaching], classes)
    release = write_release(folder, released(state, weights), card)
    segmenter = segmenter_of(find_release(weights_dir, CROPPING))
    choosing = served_crops(segmenter, read_lesions(data, Fold.VALIDATION, classes=classes))
    logits = class_logits(classifier_of(release), choosing)
    labels = torch.tensor([classes.index(sample.label) for sample in choosing])
    return write_card(release, replace(release.card, temperature=fit_temperature(logits, labels)))


def best_cut(segmenter: LesionSegmenter, samples: Sequence[LesionSample]) -> float:
    """The probability of `CUTS` at which the outlines have the highest mean Dice.

    Raises ValueError for no samples.
    """
    if not samples:
        raise ValueError("There are no lesions to choose a cut on.")
    dice = np.zeros(len(CUTS))
    for sample in samples:
        probability = segmenter.probability(sample.image)
        for place, cut in enumerate(CUTS):
            mask = outline(np.asarray(probability + (0.5 - cut), np.float32))
            dice[place] += confusion(mask, true_mask(sample)).dice
    return CUTS[int(dice.argmax())]


def cut_at(state: Mapping[str, Tensor], cut: float) -> dict[str, Tensor]:
    """A segmenter's weights, moved so that what had the probability `cut` now has 0.5."""
    moved = {name: value.clone() for name, value in state.items()}
    bias = moved[[name for name in moved if name.endswith(".bias")][-1]]
    # The last entry is the lesion's: the only one, or the second beside the background.
    bias[-1] -= float(np.log(cut / (1 - cut)))
    return moved


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """What logits (N, n) are to be divided by to be most likely, given labels (N,) (Guo et al., 2017)."""

    def surprise(log_temperature: float) -> float:
        return float(F.cross_entropy(logits / float(np.exp(log_temperature)), labels))

    bounds = tuple(np.log(TEMPERATURES))
    return round(float(np.exp(minimize_scalar(surprise, bounds=bounds, method="bounded").x)), 3)


def _sets(samples: Sequence[LesionSample]) -> tuple[TrainingSet, ...]:
    counts = Counter(sample.source for sample in samples)
    labels = Counter((sample.source, sample.label) for sample in samples)
    return tuple(
        TrainingSet(
            source,
            n,
            TERMS,
            ", ".join(f"{k} {label}" for (of, label), k in sorted(labels.items()) if of == source),
        )
        for source, n in counts.items()
    )
