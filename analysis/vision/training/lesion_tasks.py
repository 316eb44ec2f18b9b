"""The trainings of the lesion networks, put together from a recipe's entries."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import nn

from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.models import LesionSegmenter, segmenter_of
from analysis.vision.lesion.outline import outline
from analysis.vision.releases import find_release
from analysis.vision.terms import Mask
from analysis.vision.training.lesion_classifier import CropSample, LesionClassifierTask, cut_out
from analysis.vision.training.lesion_data import Fold, LesionSample, read_lesions
from analysis.vision.training.lesion_segmenter import LesionSegmenterTask

CROPPING = "lesion_deeplab"
"""The release whose mask cuts out the lesions that nobody traced, and those that judge."""


def segmenter_task(data: Path, network: nn.Module, inputs: CropInput, **entries: Any) -> LesionSegmenterTask:
    """Teaches outlines on the traced lesions. Raises FileNotFoundError without the sets."""
    return LesionSegmenterTask(
        traced(data, Fold.TRAINING), traced(data, Fold.VALIDATION), inputs=inputs, network=network, **entries
    )


def classifier_task(
    data: Path, weights_dir: Path, network: nn.Module, inputs: CropInput, **entries: Any
) -> LesionClassifierTask:
    """Teaches classes on crops. Raises FileNotFoundError without the sets, WeightsMissing without the release
    that cuts out lesions.
    """
    segmenter = segmenter_of(find_release(weights_dir, CROPPING))
    classes = tuple(entries.get("classes", ()))
    training = read_lesions(data, Fold.TRAINING, classes=classes)
    validation = read_lesions(data, Fold.VALIDATION, classes=classes)
    return LesionClassifierTask(
        [cut_out(s, found(segmenter, s) if s.mask is None else s.mask) for s in training],
        served_crops(segmenter, validation),
        network,
        inputs=inputs,
        **entries,
    )


def traced(data: Path, fold: Fold) -> list[LesionSample]:
    """The lesions of a fold that somebody traced."""
    return [sample for sample in read_lesions(data, fold) if sample.mask is not None]


def served_crops(segmenter: LesionSegmenter, samples: Sequence[LesionSample]) -> list[CropSample]:
    """Lesions cut out as they are served, inside the mask of a network."""
    return [cut_out(sample, found(segmenter, sample)) for sample in samples]


def found(segmenter: LesionSegmenter, sample: LesionSample) -> Mask:
    """The outline that a network draws."""
    return outline(segmenter.probability(sample.image))
