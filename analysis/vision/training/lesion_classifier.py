"""Teaching a network to tell lesions apart, from their crops and what is known of the patient."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN, crop_of, square_of
from analysis.vision.lesion.metadata import Metadata, Site
from analysis.vision.lesion.models import every_class
from analysis.vision.lesion.networks import FusionNetwork, metadata_tensor
from analysis.vision.terms import Image, Mask
from analysis.vision.training.lesion_data import LesionSample
from analysis.vision.training.lesion_looks import Dermatoscope, stickered
from analysis.vision.training.lesion_segmenter import chance_move, moved
from analysis.vision.training.lesion_traits import TRAITS, traits_of

TRAITS_WEIGHT = 0.5
SMOOTHING = 0.05
STORED = 320
"""Crops are kept at this width and height while they train."""
NETWORK = "network."
"""What the weights that are released begin with in a checkpoint; the rest only taught."""


@dataclass(frozen=True)
class CropSample:
    """A lesion cut out as it is served."""

    name: str
    source: str
    subject: str
    crop: Image
    """(side, side, 3), by `crop_of`."""
    traits: NDArray[np.float32]
    label: str
    metadata: Metadata


def cut_out(sample: LesionSample, mask: Mask) -> CropSample:
    """The crop of a lesion inside a mask on the picture's grid: the traced one or a network's."""
    crop = crop_of(sample.image, mask)
    window = square_of(mask).cut(mask)
    whole = window if window.any() else np.ones_like(window)
    return CropSample(
        sample.name,
        sample.source,
        sample.subject,
        crop,
        traits_of(crop, whole),
        sample.label,
        sample.metadata,
    )


@dataclass(frozen=True)
class CropBatch:
    """Crops of one size with what is known and what is to be learnt."""

    x: Tensor
    """(N, 3, size, size), normalised."""
    told: Tensor
    """(N, 11)."""
    label: Tensor
    """(N,), indices of the classes."""
    traits: Tensor
    """(N, 22), about zero mean and unit spread."""


class Pupil(nn.Module):
    """A classifier with a side lesson: from what it sees it must also say the lesion's traits."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.told = isinstance(network, FusionNetwork)
        layer = network.features if isinstance(network, FusionNetwork) else network.get_submodule("layer4")
        self.side = nn.LazyLinear(TRAITS)
        self._seen = torch.empty(0)
        layer.register_forward_hook(self._look)
        with torch.no_grad():
            # Decides how wide the side lesson is.
            self.eval()(torch.zeros(1, 3, 64, 64), torch.zeros(1, metadata_tensor(Metadata()).numel()))

    def _look(self, _layer: nn.Module, _given: object, seen: Tensor) -> None:
        self._seen = seen

    def forward(self, x: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, n) of every class, and traits (N, 22)."""
        logits = every_class(self.network(x, told) if self.told else self.network(x))
        return logits, self.side(self._seen.mean(dim=(2, 3)))


@dataclass
class LesionClassifierTask:
    """Task of `loop.train` for a classifier of crops."""

    training: Sequence[CropSample]
    validation: Sequence[CropSample]
    """Cut out as they are served: inside the mask of a network."""
    network: nn.Module
    classes: tuple[str, ...] = ("benign", "malignant")
    malignant: tuple[str, ...] = ("malignant",)
    inputs: CropInput = field(default_factory=lambda: CropInput(size=224, margin=MARGIN))
    batch_size: int = 16
    steps_per_epoch: int = 16
    sizes: tuple[int, ...] = (224,)
    """The pictures grow: the first size first, the next one after `epochs_a_size` epochs; the last stays."""
    epochs_a_size: int = 20
    silent: float = 0.3
    """Chance that nothing is told of a patient, so that the network does without."""
    stickers: float = 0.15
    """Chance of coloured stickers beside the lesion: in the sets only benign lesions have them."""
    seed: int = 0
    key_metric: str = "auc"

    def __post_init__(self) -> None:
        self.model: nn.Module = Pupil(self.network)
        # Colours are much of what tells lesions apart: they change less, and less often, than for outlines.
        self.dermatoscope = Dermatoscope(
            cast=0.04, dark=0.15, melanin=0.6, hair=0.15, blur=0.15, corners=0.1, noise=0.1
        )
        self.weights = class_weights([sample.label for sample in self.training], self.classes)
        traits = np.stack([sample.traits for sample in self.training])
        self._middle, self._spread = traits.mean(axis=0), traits.std(axis=0) + 1e-6
        self._crops = [fitted(sample.crop, STORED) for sample in self.training]

    def batches(self, epoch: int) -> Iterator[CropBatch]:
        """The epoch's batches, drawn from (seed, epoch) alone: every picture about equally often."""
        rng = np.random.default_rng((self.seed, epoch))
        size = self.sizes[min(epoch // self.epochs_a_size, len(self.sizes) - 1)]
        rounds = -(-self.steps_per_epoch * self.batch_size // len(self.training))
        order = np.concatenate([rng.permutation(len(self.training)) for _ in range(rounds)])
        for step in range(self.steps_per_epoch):
            chosen = order[step * self.batch_size : (step + 1) * self.batch_size]
            yield self._batch(rng, [int(index) for index in chosen], size)

    def _batch(self, rng: np.random.Generator, chosen: Sequence[int], size: int) -> CropBatch:
        pictures, told = [], []
        for index in chosen:
            crop = self._crops[index]
            move = chance_move(rng, crop.shape[:2], size, scale=(0.85, 1.25), shift=0.06)
            picture = moved(crop, move, size)
            if rng.random() < self.stickers:
                picture = stickered(rng, picture, middle_of(size))
            pictures.append(self.dermatoscope.take(rng, picture))
            told.append(metadata_tensor(self.forgetful(rng, self.training[index].metadata)))
        some = [self.training[index] for index in chosen]
        traits = np.stack([(sample.traits - self._middle) / self._spread for sample in some])
        return CropBatch(
            self.inputs.tensor(np.stack(pictures)),
            torch.stack(told),
            torch.tensor([self.classes.index(sample.label) for sample in some]),
            torch.from_numpy(np.clip(traits, -4, 4)),
        )

    def forgetful(self, rng: np.random.Generator, metadata: Metadata) -> Metadata:
        """What is known of a patient, with gaps.

        No set names a site. One is drawn by chance in every other picture, so that the network learns that it
        knows nothing from it, and does not take an untrained weight for knowledge.
        """
        if rng.random() < self.silent:
            return Metadata()
        site = metadata.site or (list(Site)[rng.integers(len(Site))] if rng.random() < 0.5 else None)
        told = replace(metadata, site=site)
        return replace(told, age=None) if rng.random() < 0.15 else told

    def loss(self, batch: CropBatch) -> tuple[Tensor, dict[str, float]]:
        """Cross-entropy with the rarer classes weighted up, and the error of the traits."""
        logits, traits = self.model(batch.x, batch.told)
        entropy = F.cross_entropy(logits.float(), batch.label, self.weights, label_smoothing=SMOOTHING)
        side = F.smooth_l1_loss(traits.float(), batch.traits)
        return entropy + TRAITS_WEIGHT * side, {
            "entropy": float(entropy.detach()),
            "traits": float(side.detach()),
        }

    def validate(self) -> dict[str, float]:
        """Area under the curve of the malignant classes, and the cross-entropy."""
        logits = self.answers(self.validation)
        labels = torch.tensor([self.classes.index(sample.label) for sample in self.validation])
        bad = [self.classes.index(name) for name in self.malignant]
        truth = [sample.label in self.malignant for sample in self.validation]
        return {
            "auc": float(roc_auc_score(truth, logits.softmax(dim=1)[:, bad].sum(dim=1).numpy())),
            "entropy": float(F.cross_entropy(logits, labels, self.weights)),
        }

    def answers(self, samples: Sequence[CropSample]) -> Tensor:
        """Logits (N, n) of every class for crops as they are."""
        found = []
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, len(samples), self.batch_size):
                some = samples[start : start + self.batch_size]
                x = self.inputs.tensor(np.stack([fitted(one.crop, self.inputs.size) for one in some]))
                told = torch.stack([metadata_tensor(one.metadata) for one in some])
                found.append(self.model(x, told)[0].float())
        return torch.cat(found)


def class_weights(labels: Sequence[str], classes: Sequence[str]) -> Tensor:
    """(n,): how much a picture of each class counts, so that all classes count alike and pictures one on
    average. Raises ValueError for a class without a picture.
    """
    counts = np.array([labels.count(name) for name in classes])
    if not counts.all():
        raise ValueError(f"There is no picture of some of the classes {', '.join(classes)}.")
    return torch.tensor(len(labels) / (len(classes) * counts)).float()


def middle_of(size: int) -> Mask:
    """The disc (size, size) within a crop that holds the lesion, about."""
    disc = cv2.circle(np.zeros((size, size), np.uint8), (size // 2, size // 2), size // 3, 1, -1)
    return np.asarray(disc, np.uint8)


def fitted(crop: Image, side: int) -> Image:
    """A crop at the size at which a network sees it."""
    return np.asarray(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def released(state: Mapping[str, Tensor], weights: Tensor) -> dict[str, Tensor]:
    """The classifier's own weights out of a checkpoint of `LesionClassifierTask`.

    The class weights `weights` (n,) of the loss are taken out of the last bias again: they made malignant
    lesions count for more than they are, and probabilities would be too high by as much (logit adjustment:
    Menon et al., 2021).
    """
    own = {
        name.removeprefix(NETWORK): value.clone() for name, value in state.items() if name.startswith(NETWORK)
    }
    bias = own["fc.bias" if "fc.bias" in own else "head.4.bias"]
    bias -= weights.log() if len(bias) > 1 else weights.log()[1] - weights.log()[0]
    return own
