"""Teaching a network to outline lesions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.networks import mask_logits
from analysis.vision.segmentation.unet import UNet
from analysis.vision.terms import Array, Image, Mask
from analysis.vision.training.evaluation import confusion
from analysis.vision.training.lesion_data import LesionSample
from analysis.vision.training.lesion_looks import Dermatoscope, stickered
from analysis.vision.training.losses import dice_loss_by_picture


@dataclass(frozen=True)
class LesionBatch:
    """Pictures of one size and the lesions in them."""

    x: Tensor
    """(N, 3, size, size), normalised."""
    target: Tensor
    """(N, size, size) of {0, 1}."""


@dataclass
class LesionSegmenterTask:
    """Task of `loop.train` for a network of (N, 3, H, W) to logits (N, 1, H, W)."""

    training: Sequence[LesionSample]
    validation: Sequence[LesionSample]
    inputs: CropInput = field(default_factory=lambda: CropInput(size=256))
    batch_size: int = 12
    steps_per_epoch: int = 20
    sizes: tuple[int, ...] = (256,)
    """The pictures grow: the first size first, the next one after `epochs_a_size` epochs; the last stays."""
    epochs_a_size: int = 20
    bare: float = 0.04
    """Chance of a picture of the skin beside a lesion, where there is nothing to outline."""
    stickers: float = 0.25
    """Chance of coloured stickers beside the lesion."""
    seed: int = 0
    key_metric: str = "dice"
    network: nn.Module = field(default_factory=lambda: UNet(1))

    def __post_init__(self) -> None:
        self.model: nn.Module = self.network
        self.dermatoscope = Dermatoscope()

    def batches(self, epoch: int) -> Iterator[LesionBatch]:
        """The epoch's batches, drawn from (seed, epoch) alone: every picture about equally often."""
        rng = np.random.default_rng((self.seed, epoch))
        size = self.sizes[min(epoch // self.epochs_a_size, len(self.sizes) - 1)]
        wanted = self.steps_per_epoch * self.batch_size
        order = np.concatenate(
            [rng.permutation(len(self.training)) for _ in range(-(-wanted // len(self.training)))]
        )
        for step in range(self.steps_per_epoch):
            chosen = order[step * self.batch_size : (step + 1) * self.batch_size]
            yield self.collate([self.scene(rng, self.training[index], size) for index in chosen])

    def scene(self, rng: np.random.Generator, sample: LesionSample, size: int) -> tuple[Image, Mask]:
        """One training picture (size, size, 3) and its lesion (size, size)."""
        image, mask = sample.image, true_mask(sample)
        if rng.random() < self.bare:
            image, mask = skin_beside(rng, image, mask)
        move = chance_move(rng, image.shape[:2], size)
        picture, truth = moved(image, move, size), moved(mask, move, size, cv2.INTER_NEAREST)
        if rng.random() < self.stickers:
            picture = stickered(rng, picture, truth)
        return self.dermatoscope.take(rng, picture), truth

    def collate(self, scenes: Sequence[tuple[Image, Mask]]) -> LesionBatch:
        """Pictures of one size as a batch."""
        x = self.inputs.tensor(np.stack([image for image, _ in scenes]))
        return LesionBatch(x, torch.from_numpy(np.stack([mask for _, mask in scenes])).float())

    def loss(self, batch: LesionBatch) -> tuple[Tensor, dict[str, float]]:
        """Binary cross-entropy and Dice, picture by picture."""
        logits = mask_logits(self.model, batch.x).float()
        entropy = F.binary_cross_entropy_with_logits(logits, batch.target)
        overlap = dice_loss_by_picture(logits.sigmoid(), batch.target, torch.ones_like(batch.target))
        return entropy + overlap, {"entropy": float(entropy.detach()), "dice": float(overlap.detach())}

    def validate(self) -> dict[str, float]:
        """Mean Dice over the pictures at the serving size, cut at 0.5."""
        found = [
            confusion(mask, true_mask(sample)).dice
            for sample, mask in zip(self.validation, self.predict(self.validation), strict=True)
        ]
        return {"dice": float(np.mean(found)), "dice_worst_tenth": float(np.quantile(found, 0.1))}

    def predict(self, samples: Sequence[LesionSample]) -> Iterator[Mask]:
        """What the network outlines, each on its picture's grid."""
        side = (self.inputs.size, self.inputs.size)
        for start in range(0, len(samples), self.batch_size):
            some = samples[start : start + self.batch_size]
            pictures = [cv2.resize(sample.image, side, interpolation=cv2.INTER_AREA) for sample in some]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = mask_logits(self.model, self.inputs.tensor(np.stack(pictures))).float().numpy()
            for sample, answer in zip(some, logits, strict=True):
                yield np.asarray(cv2.resize(answer, sample.image.shape[1::-1]) > 0, np.uint8)


def true_mask(sample: LesionSample) -> Mask:
    """The traced mask. Raises ValueError for a picture that nobody traced."""
    if sample.mask is None:
        raise ValueError(f"{sample.name} has no mask to learn from.")
    return sample.mask


def chance_move(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    size: int,
    *,
    scale: tuple[float, float] = (0.8, 1.4),
    shift: float = 0.12,
) -> NDArray[np.float64]:
    """An affine map (2, 3) from a picture (H, W) to (size, size).

    Any quarter turn, up to 30 degrees more, a mirror image or not, a little shear, `scale`, and `shift` as a
    share of the picture.
    """
    height, width = shape
    to_unit = np.array([[1 / width, 0, -0.5], [0, 1 / height, -0.5], [0, 0, 1]])
    angle = np.deg2rad(90 * rng.integers(4) + rng.uniform(-30, 30))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirror = np.diag([rng.choice([-1.0, 1.0]), 1.0])
    shear = np.array([[1.0, rng.uniform(-0.1, 0.1)], [0.0, 1.0]])
    zoom = np.exp(rng.uniform(*np.log(scale)))
    # Turned as it looks and not as it is stored: else a lesion would be drawn out by a quarter turn.
    stretch = np.diag([width, height]) / np.sqrt(width * height)
    linear = np.eye(3)
    linear[:2, :2] = zoom * np.linalg.inv(stretch) @ turn @ mirror @ shear @ stretch
    linear[:2, 2] = rng.uniform(-shift, shift, 2)
    to_grid = np.array([[size, 0, size / 2], [0, size, size / 2], [0, 0, 1]])
    return np.asarray((to_grid @ linear @ to_unit)[:2])


def moved(picture: Array, move: NDArray[np.float64], size: int, how: int = cv2.INTER_AREA) -> Array:
    """The picture (H, W, ...) moved onto (size, size, ...); its edges go on where it ends."""
    return np.asarray(cv2.warpAffine(picture, move, (size, size), flags=how, borderMode=cv2.BORDER_REPLICATE))


def skin_beside(rng: np.random.Generator, image: Image, mask: Mask) -> tuple[Image, Mask]:
    """The largest of a few rectangles beside the lesion; the picture itself where it leaves no room."""
    height, width = mask.shape
    best: tuple[int, slice, slice] | None = None
    for _ in range(12):
        h, w = int(height * rng.uniform(0.3, 0.6)), int(width * rng.uniform(0.3, 0.6))
        y, x = int(rng.integers(height - h)), int(rng.integers(width - w))
        window = slice(y, y + h), slice(x, x + w)
        if not mask[window].any() and (best is None or h * w > best[0]):
            best = (h * w, *window)
    if best is None:
        return image, mask
    return image[best[1:]], mask[best[1:]]
