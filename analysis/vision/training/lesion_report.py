"""The evaluation of one lesion network by itself, on the pictures that taught and chose nothing.

What a clinic sees is made by all four networks together and judged in `figures.lesions`.
"""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.models import LesionClassifier, LesionSegmenter, classifier_of, segmenter_of
from analysis.vision.lesion.result import SEGMENTERS
from analysis.vision.releases import Release, find_release
from analysis.vision.terms import Image
from analysis.vision.training.evaluation import bootstrap_interval, confusion
from analysis.vision.training.judgement import as_markdown
from analysis.vision.training.lesion_classifier import CropSample
from analysis.vision.training.lesion_data import Fold, LesionSample, read_lesions
from analysis.vision.training.lesion_looks import darkened, haired
from analysis.vision.training.lesion_scores import (
    STATISTICS,
    Table,
    chance_calibration_error,
    reliability,
    scored,
    write_reliability,
)
from analysis.vision.training.lesion_segmenter import true_mask
from analysis.vision.training.lesion_tasks import CROPPING, found, served_crops, traced

COLUMNS = ("dice_mean", "iou_mean", *STATISTICS)
DARKER = (0.3, 0.6)
"""Melanin that is added in the stress test."""
SMALL = 0.1
"""Lesions below this share of the picture are small."""
HAIRS = 40


@dataclass(frozen=True)
class LesionReport:
    """The judgement of one lesion network."""

    sets: tuple[EvaluationSet, ...]
    rows: tuple[tuple[str, str, float, float], ...]
    """Picture, source, and Dice with the true share of the picture, or the truth with its probability."""

    def markdown(self) -> str:
        """One line a set, each figure with its 95 % interval."""
        return as_markdown(self.sets, COLUMNS)

    def write(self, folder: Path) -> None:
        """`metrics.md`, `metrics.json` and `pictures.csv`; of a classifier also `reliability.png`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "metrics.md").write_text(self.markdown(), encoding="utf-8")
        sets = [asdict(one) for one in self.sets]
        (folder / "metrics.json").write_text(json.dumps(sets, indent=2) + "\n", encoding="utf-8")
        with (folder / "pictures.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["picture", "source", "truth", "answer"])
            writer.writerows(self.rows)
        if "auc" in self.sets[0].metrics:
            table = np.array([row[2:] for row in self.rows])
            write_reliability(folder / "reliability.png", {self.sets[0].name: table})


def evaluate_lesions(release: Release, data: Path, weights_dir: Path) -> LesionReport:
    """Judge a release of one of `lesion.result.TASKS`.

    `weights_dir` holds the release whose masks cut out the lesions for a classifier. Raises FileNotFoundError
    without the image sets, WeightsMissing or WeightsMismatch.
    """
    if release.card.task in SEGMENTERS:
        return judge_masks(segmenter_of(release), traced(data, Fold.TEST))
    samples = read_lesions(data, Fold.TEST, classes=release.card.classes)
    crops = served_crops(segmenter_of(find_release(weights_dir, CROPPING)), samples)
    return judge_opinions(classifier_of(release), crops)


def judge_masks(segmenter: LesionSegmenter, samples: Sequence[LesionSample]) -> LesionReport:
    """Dice against the tracing: as photographed, by source, on darker skin, and small lesions under hair."""
    plain = _overlaps(segmenter, samples, lambda image: image)
    sets = [_mask_set("dermoscopy, held out", samples, plain)]
    for source in dict.fromkeys(sample.source for sample in samples):
        chosen = [place for place, sample in enumerate(samples) if sample.source == source]
        sets.append(_mask_set(f"of {source}", [samples[i] for i in chosen], [plain[i] for i in chosen]))
    for melanin in DARKER:
        dark = _overlaps(segmenter, samples, partial(darkened, melanin=melanin))
        sets.append(_mask_set(f"darkened by {melanin:g}", samples, dark))
    small = [sample for sample in samples if true_mask(sample).mean() < SMALL]
    if small:
        sets.append(_mask_set("small lesions", small, _overlaps(segmenter, small, lambda image: image)))
        hairy = _overlaps(segmenter, small, lambda image: haired(np.random.default_rng(3), image, HAIRS))
        sets.append(_mask_set("small lesions under drawn hair", small, hairy))
    rows = [
        (sample.name, sample.source, float(true_mask(sample).mean()), dice)
        for sample, (dice, _) in zip(samples, plain, strict=True)
    ]
    return LesionReport(tuple(sets), tuple(rows))


def judge_opinions(classifier: LesionClassifier, samples: Sequence[CropSample]) -> LesionReport:
    """Order and calibration: as photographed, by source, without what is known of the patient, darker."""
    sets = []
    plain = opinions(classifier, samples)
    named = {"dermoscopy, held out": samples}
    for source in dict.fromkeys(sample.source for sample in samples):
        named[f"of {source}"] = [sample for sample in samples if sample.source == source]
    if classifier.told:
        known = [sample for sample in samples if sample.metadata.age is not None]
        named["age known"] = known
        named["age known, nothing told"] = [replace(sample, metadata=Metadata()) for sample in known]
        named["nothing told"] = [replace(sample, metadata=Metadata()) for sample in samples]
    for melanin in DARKER:
        named[f"darkened by {melanin:g}"] = [
            replace(sample, crop=darkened(sample.crop, melanin)) for sample in samples
        ]
    for name, some in named.items():
        rows = opinions(classifier, some)
        metrics = scored(rows, [sample.subject for sample in some])
        n, bad = len(some), int(rows[:, 0].sum())
        chance = chance_calibration_error(rows)
        note = f"{bad} malignant; were every probability true, ECE would be {chance:.3f} on average"
        sets.append(EvaluationSet(name, n, metrics, note))
    for place, one in enumerate(reliability(plain)):
        numbers = {"said": Metric(*[one.said] * 3), "came": Metric(*[one.came] * 3)}
        sets.append(EvaluationSet(f"reliability, part {place + 1}", one.n, numbers))
    rows_of = zip(samples, plain.tolist(), strict=True)
    return LesionReport(tuple(sets), tuple((s.name, s.source, row[0], row[1]) for s, row in rows_of))


def opinions(classifier: LesionClassifier, samples: Sequence[CropSample]) -> Table:
    """Truth and probability of malignancy, (n, 2)."""
    shares = (class_logits(classifier, samples) / classifier.temperature).softmax(dim=1)
    bad = [classifier.classes.index(name) for name in classifier.malignant]
    truth = [float(sample.label in classifier.malignant) for sample in samples]
    return np.stack([np.array(truth), shares[:, bad].sum(dim=1).double().numpy()], axis=1)


def class_logits(classifier: LesionClassifier, samples: Sequence[CropSample]) -> Tensor:
    """Logits (N, n) of every class, one crop at a time as when serving."""
    with torch.no_grad():
        return torch.cat([classifier.logits(classifier.tensor([s.crop]), s.metadata) for s in samples])


def _overlaps(
    segmenter: LesionSegmenter, samples: Sequence[LesionSample], look: Callable[[Image], Image]
) -> list[tuple[float, float]]:
    """Dice and IoU of each picture under a look."""
    counts = [
        confusion(found(segmenter, replace(sample, image=look(sample.image))), true_mask(sample))
        for sample in samples
    ]
    return [(one.dice, one.iou) for one in counts]


def _mask_set(
    name: str, samples: Sequence[LesionSample], overlaps: Sequence[tuple[float, float]]
) -> EvaluationSet:
    people = [sample.subject for sample in samples]
    metrics = {}
    for column, key in enumerate(("dice_mean", "iou_mean")):
        values = [row[column] for row in overlaps]
        metrics[key] = Metric(float(np.mean(values)), *bootstrap_interval(values, people))
    return EvaluationSet(name, len(samples), metrics)
