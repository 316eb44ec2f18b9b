"""Seeded test-time augmentation: the same few changes of every picture, so the same picture, the same number.

What a network says to a mirrored, slightly turned, lighter or paler copy should be the same. How far it is
not is the spread that is reported. It is no confidence interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.lesion.metadata import Metadata
from analysis.vision.lesion.models import LesionClassifier, LesionSegmenter
from analysis.vision.lesion.outline import Probability, dice, outline
from analysis.vision.terms import Array, Image, Mask

PASSES = 5
SEED = 5
TURN = 15.0
"""Degrees by which a copy is turned at most."""
LIGHT = 0.12
"""Shares by which its brightness and contrast change at most."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pass:
    """One copy: mirrored across, down, turned by degrees, brightened and with another contrast."""

    across: bool = False
    down: bool = False
    turn: float = 0.0
    gain: float = 1.0
    contrast: float = 1.0

    def apply(self, image: Image) -> Image:
        """The copy of a picture (H, W, 3), of the same size."""
        moved = _mirror(_turned(image, self.turn), across=self.across, down=self.down)
        middle = float(moved.mean())
        levels = ((moved - middle) * self.contrast + middle) * self.gain
        return np.clip(levels + 0.5, 0, 255).astype(np.uint8)

    def undo(self, values: Probability) -> Probability:
        """A map (H, W) of the copy on the grid of the picture."""
        return _turned(_mirror(values, across=self.across, down=self.down), -self.turn)


def draw_passes(count: int = PASSES, seed: int = SEED) -> tuple[Pass, ...]:
    """The picture as it is, and `count` - 1 copies. Raises ValueError for none."""
    if count < 1:
        raise ValueError(f"At least one pass is needed, not {count}.")
    rng = np.random.default_rng((seed, 61))
    copies = [
        Pass(
            across=number % 2 == 0,
            down=number // 2 % 2 == 0,
            turn=float(rng.uniform(-TURN, TURN)),
            gain=float(rng.uniform(1 - LIGHT, 1 + LIGHT)),
            contrast=float(rng.uniform(1 - LIGHT, 1 + LIGHT)),
        )
        for number in range(count - 1)
    ]
    return (Pass(), *copies)


@dataclass(frozen=True)
class Outlined:
    """What one segmenter says. mask: (H, W), empty where it sees no lesion. stability, entropy: as in
    `result.Reading`; 0 and 1 for an empty mask.
    """

    mask: Mask
    stability: float
    entropy: float


def outline_lesion(image: Image, segmenter: LesionSegmenter) -> Outlined:
    """The mask of the mean over the passes of a picture (H, W, 3), and how sure it is."""
    passes = draw_passes()
    answers = segmenter.probabilities([one.apply(image) for one in passes])
    maps = [one.undo(answer) for one, answer in zip(passes, answers, strict=True)]
    mean: Probability = np.mean(maps, axis=0, dtype=np.float32)
    mask = outline(mean)
    if not mask.any():
        return Outlined(mask, 0.0, 1.0)
    stability = float(np.mean([dice(mask, outline(one)) for one in maps]))
    return Outlined(mask, stability, mean_entropy(mean[mask > 0]))


def mean_entropy(probabilities: Array) -> float:
    """Mean entropy of probabilities (N,), bits: 0 (each is 0 or 1) to 1 (each is a half)."""
    p = np.clip(probabilities.astype(np.float64), 1e-7, 1 - 1e-7)
    return float(np.mean(-p * np.log2(p) - (1 - p) * np.log2(1 - p)))


def classify(crops: Sequence[Image], classifier: LesionClassifier, metadata: Metadata) -> Floats:
    """Calibrated probabilities (crops, passes, classes); all crops and passes go through in one batch."""
    passes = draw_passes()
    copies = [one.apply(crop) for crop in crops for one in passes]
    answers = classifier.probabilities_of(copies, metadata)
    values = np.array([[answer[name] for name in classifier.classes] for answer in answers])
    return values.reshape(len(crops), len(passes), len(classifier.classes))


def _turned(values: Array, degrees: float) -> Array:
    if degrees == 0:
        return values
    height, width = values.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    turned: Array = cv2.warpAffine(values, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return turned


def _mirror(values: Array, *, across: bool, down: bool) -> Array:
    mirrored = values[:, ::-1] if across else values
    return np.ascontiguousarray(mirrored[::-1] if down else mirrored)
