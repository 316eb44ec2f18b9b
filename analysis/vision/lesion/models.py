"""The networks of the lesion pipeline, out of their releases: two that outline, two that classify."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analysis.vision.cards import Card
from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN
from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.networks import FusionNetwork, mask_logits, metadata_tensor
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, TASKS
from analysis.vision.releases import Release, WeightsMismatch, find_release, load_network
from analysis.vision.terms import Image

Floats = NDArray[np.float32]

OUTLINING = ("unet", "smp_unet", "deeplabv3")
LAYERS: Mapping[str, Callable[[nn.Module], nn.Module]] = {
    "resnet18": lambda network: network.get_submodule("layer4"),
    "efficientnet_b3_fusion": lambda network: network.get_submodule("features"),
}
"""The last layer of each classifier that still knows where: an explanation looks there."""


@dataclass(frozen=True)
class LesionSegmenter:
    """A network that outlines lesions. Deterministic on one machine."""

    network: nn.Module
    """In evaluation mode: (N, 3, size, size) to logits of the lesion, for `mask_logits`."""
    inputs: CropInput

    def probability(self, image: Image) -> Floats:
        """The probability of the lesion (H, W), 0 to 1, for every pixel of a photo (H, W, 3) RGB.

        Releases are made so that 0.5 is the best cut.
        """
        return self.probabilities([image])[0]

    def probabilities(self, images: Sequence[Image]) -> list[Floats]:
        """The same for several photos at once, each on its own grid."""
        side = (self.inputs.size, self.inputs.size)
        seen = [cv2.resize(image, side, interpolation=cv2.INTER_AREA) for image in images]
        with torch.no_grad():
            x = self.inputs.tensor(np.asarray(seen, np.uint8))
            found = mask_logits(self.network, x).sigmoid().numpy()
        return [
            np.asarray(cv2.resize(one, image.shape[1::-1]), np.float32)
            for one, image in zip(found, images, strict=True)
        ]


@dataclass(frozen=True)
class LesionClassifier:
    """A network that says how likely each class is. Deterministic on one machine."""

    network: nn.Module
    """In evaluation mode: (N, 3, size, size), and (N, 11) where it is `told`, to logits (N, n) of the n
    classes, or to one logit (N, 1) of the second of two classes."""
    inputs: CropInput
    layer: nn.Module
    """For an explanation: its activations are (N, C, h, w)."""
    classes: tuple[str, ...]
    malignant: tuple[str, ...]
    """Those of `classes` that are malignant."""
    temperature: float = 1.0
    """Logits are divided by it, so that probabilities are as often right as they say."""
    told: bool = False
    """Whether the network sees age, sex and site."""
    proven: bool = True
    """Whether its card shows that it is better than chance. An opinion that is not proven does not count."""

    def probabilities(self, crop: Image, metadata: Metadata) -> dict[str, float]:
        """Calibrated probabilities by class, sum 1, for a crop (h, w, 3) RGB made by `crop_of`."""
        return self.probabilities_of([crop], metadata)[0]

    def probabilities_of(self, crops: Sequence[Image], metadata: Metadata) -> list[dict[str, float]]:
        """The same for several crops of one lesion at once."""
        with torch.no_grad():
            logits = self.logits(self.tensor(crops), metadata) / self.temperature
            shares = logits.softmax(dim=1).tolist()
        return [dict(zip(self.classes, row, strict=True)) for row in shares]

    def malignancy(self, probabilities: Mapping[str, float]) -> float:
        """Probability of the malignant classes together."""
        return float(sum(probabilities[name] for name in self.malignant))

    def tensor(self, crops: Sequence[Image]) -> Tensor:
        """Crops as the network sees them: (N, 3, size, size), normalised."""
        side = (self.inputs.size, self.inputs.size)
        seen = [cv2.resize(crop, side, interpolation=cv2.INTER_AREA) for crop in crops]
        return self.inputs.tensor(np.asarray(seen, np.uint8))

    def logits(self, x: Tensor, metadata: Metadata) -> Tensor:
        """Logits (N, n) of all classes, with gradient where `x` has one."""
        told = metadata_tensor(metadata).expand(len(x), -1)
        return every_class(self.network(x, told) if self.told else self.network(x))


@dataclass(frozen=True)
class LesionModels:
    """One predictor of lesions of a process, by task, and the releases it came from."""

    segmenters: Mapping[str, LesionSegmenter]
    """One for each of `result.SEGMENTERS`."""
    classifiers: Mapping[str, LesionClassifier]
    """One for each of `result.CLASSIFIERS`."""
    releases: Mapping[str, Release]


def load_lesion_models(weights_dir: Path) -> LesionModels:
    """The newest release of each task in `weights_dir`.

    Raises WeightsMissing or WeightsMismatch: there are no LesionModels without all four verified releases,
    nor where no classifier is proven.
    """
    return lesion_models_of({task: find_release(weights_dir, task) for task in TASKS})


def lesion_models_of(releases: Mapping[str, Release]) -> LesionModels:
    """Chosen releases, one for each of `result.TASKS`. Raises WeightsMissing or WeightsMismatch."""
    segmenters = {task: segmenter_of(releases[task]) for task in SEGMENTERS}
    classifiers = {task: classifier_of(releases[task]) for task in CLASSIFIERS}
    if not any(one.proven for one in classifiers.values()):
        names = " and ".join(releases[task].name for task in CLASSIFIERS)
        raise WeightsMismatch(f"No card shows {names} to be better than chance: nothing is estimated.")
    return LesionModels(
        MappingProxyType(segmenters),
        MappingProxyType(classifiers),
        MappingProxyType({task: releases[task] for task in TASKS}),
    )


def segmenter_of(release: Release) -> LesionSegmenter:
    """The network of one segmentation release. Raises WeightsMissing or WeightsMismatch."""
    card = release.card
    if card.architecture not in OUTLINING:
        raise WeightsMismatch(f"{release.name} outlines nothing: it is a {card.architecture}.")
    return LesionSegmenter(load_network(release), _inputs(release))


def classifier_of(release: Release) -> LesionClassifier:
    """The network of one classification release. Raises WeightsMissing or WeightsMismatch."""
    card = release.card
    if card.architecture not in LAYERS:
        raise WeightsMismatch(f"{release.name} classifies nothing: it is a {card.architecture}.")
    if len(set(card.classes)) < 2 or not card.malignant or not set(card.malignant) < set(card.classes):
        raise WeightsMismatch(f"The card of {release.name} does not say which classes are malignant.")
    if card.arguments.get("classes", 1) not in ({1, 2} if len(card.classes) == 2 else {len(card.classes)}):
        raise WeightsMismatch(f"{release.name} does not answer for the {len(card.classes)} classes it lists.")
    if card.temperature <= 0:
        raise WeightsMismatch(f"The temperature of {release.name} is not positive.")
    inputs = _inputs(release)
    if inputs.margin != MARGIN:
        raise WeightsMismatch(f"{release.name} was trained on another crop than the one that serves.")
    network = load_network(release)
    return LesionClassifier(
        network,
        inputs,
        LAYERS[card.architecture](network),
        card.classes,
        card.malignant,
        card.temperature,
        told=isinstance(network, FusionNetwork),
        proven=is_proven(card),
    )


def is_proven(card: Card) -> bool:
    """Whether lesions that did not teach show more than chance: the interval of the AUC lies above 0.5.

    The first evaluation of a card is that of all lesions that were held out.
    """
    return any(one.metrics["auc"].low > 0.5 for one in card.evaluation[:1] if "auc" in one.metrics)


def every_class(logits: Tensor) -> Tensor:
    """Logits (N, n) of n classes; one logit (N, 1) is that of the second of two classes against the first."""
    if logits.shape[1] > 1:
        return logits
    return torch.cat([torch.zeros_like(logits), logits], dim=1)


def _inputs(release: Release) -> CropInput:
    try:
        return CropInput.from_card(release.card.preprocessing)
    except (TypeError, ValueError) as error:
        raise WeightsMismatch(f"The preprocessing of {release.name} cannot be used: {error}") from error
