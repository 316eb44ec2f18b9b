"""Teaching the vitiligo network: painted real faces and the phantom, seen through a face mask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from analysis.vision.face.ddrnet_detail import DetailedDDRNet
from analysis.vision.face.inputs import CropInput, masked
from analysis.vision.terms import Mask
from analysis.vision.training.augmentation import (
    Camera,
    Cut,
    JointGeometry,
    cut_box,
    cut_face,
    hide_undecided,
    rough_mask,
    seed_torch,
)
from analysis.vision.training.data import FaceSample
from analysis.vision.training.evaluation import Confusion, confusion, summarise
from analysis.vision.training.losses import dice_loss, dice_loss_by_picture, ohem_cross_entropy
from analysis.vision.training.painting import Brush, paint_face
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.sampling import draw_samples

AUXILIARY_WEIGHT = 0.4
VITILIGO = 1
"""The class index of vitiligo; 0 is everything else."""


@dataclass(frozen=True)
class VitiligoBatch:
    """Faces, masked, and their lesions."""

    x: Tensor
    """(N, 3, H, W), normalised, black outside of the face mask."""
    target: Tensor
    """(N, H, W), class indices."""
    known: Tensor
    """(N, H, W), 1 where the truth is known and the pixel is within the face mask."""


@dataclass
class VitiligoTask:
    """Task of `loop.train` for DDRNet, U-Net and SAM-guided U-Net."""

    training: Sequence[FaceSample]
    validation: Sequence[FaceSample]
    """Samples with vitiligo are judged as they are, those without are painted with a fixed seed."""
    inputs: CropInput = field(default_factory=lambda: CropInput(margin=0.05))
    batch_size: int = 10
    steps_per_epoch: int = 60
    sizes: tuple[int, ...] = (256, 320)
    weights: dict[str, float] = field(default_factory=dict)
    judged_only: tuple[str, ...] = ("vitiligo_faces",)
    """Sources that are reported every epoch and never choose the best one."""
    ohem_keep: float = 0.6
    seed: int = 0
    key_metric: str = "dice"
    network: nn.Module = field(default_factory=lambda: DetailedDDRNet("23-slim"))
    """One of `architectures.SEGMENTERS`."""

    def __post_init__(self) -> None:
        self.model: nn.Module = self.network
        self.geometry = JointGeometry(degrees=18, shift=0.03, scale=(0.85, 1.1))
        self.brush = Brush()
        self.camera = Camera()
        self._judged = [self._judgement(index, sample) for index, sample in enumerate(self.validation)]

    def batches(self, epoch: int) -> Iterator[VitiligoBatch]:
        """The epoch's batches, drawn from (seed, epoch) alone."""
        rng = np.random.default_rng((self.seed, epoch))
        for _ in range(self.steps_per_epoch):
            seed_torch(rng)
            size = int(rng.choice(self.sizes))
            samples = draw_samples(rng, self.training, self.weights, self.batch_size)
            yield self.collate([self.scene(rng, sample, size) for sample in samples])

    def scene(self, rng: np.random.Generator, sample: FaceSample, size: int) -> Cut:
        """One training picture from one face, black outside of a face mask that is a little wrong."""
        cut = self.geometry(cut_face(rng, sample, size=size, margin=self.inputs.margin, jitter=0.03))
        if sample.vitiligo is None and face_of(cut.parts).any():
            painted = paint_face(rng, cut.image, cut.parts, self.brush)
            cut = Cut(painted.image, cut.parts, painted.vitiligo)
        return through_mask(
            Cut(self.camera.take(rng, cut.image), cut.parts, cut.vitiligo),
            rough_mask(rng, face_of(cut.parts)),
        )

    def collate(self, cuts: Sequence[Cut]) -> VitiligoBatch:
        """Pictures of one size as a batch."""
        x = self.inputs.tensor(np.stack([cut.image for cut in cuts]))
        target = torch.from_numpy(np.stack([cut.vitiligo for cut in cuts])).long()
        known = torch.from_numpy(np.stack([decided(cut.parts) & in_sight(cut) for cut in cuts]))
        return VitiligoBatch(x, target, known)

    def loss(self, batch: VitiligoBatch) -> tuple[Tensor, dict[str, float]]:
        """OHEM cross-entropy and Dice on the main head, the same with less weight on an auxiliary one."""
        answer = self.model(batch.x)
        main, *others = [answer] if isinstance(answer, Tensor) else answer
        entropy, overlap = self._head_loss(main, batch)
        total = entropy + overlap
        for auxiliary in others:
            entropy_2, overlap_2 = self._head_loss(auxiliary, batch)
            total = total + AUXILIARY_WEIGHT * (entropy_2 + overlap_2)
        return total, {"ohem": float(entropy.detach()), "dice": float(overlap.detach())}

    def _head_loss(self, logits: Tensor, batch: VitiligoBatch) -> tuple[Tensor, Tensor]:
        probability = logits.float().softmax(dim=1)[:, VITILIGO]
        entropy = ohem_cross_entropy(logits, batch.target, batch.known, keep=self.ohem_keep)
        together = dice_loss(probability, batch.target, batch.known)
        each = dice_loss_by_picture(probability, batch.target, batch.known)
        return entropy, 0.6 * together + 0.4 * each

    def validate(self) -> dict[str, float]:
        """Dice and its kin for each source; `dice` is the mean over the sources that may choose."""
        found: dict[str, list[Confusion]] = {}
        for sample, cut in zip(self.validation, self._judged, strict=True):
            counts = confusion(self.predict(cut), cut.vitiligo, decided(cut.parts) & face_of(cut.parts))
            found.setdefault(sample.source, []).append(counts)
        metrics: dict[str, float] = {}
        for source, counts_of_source in found.items():
            summary = summarise(counts_of_source)
            metrics |= {f"dice_{source}": summary["dice_mean"], f"iou_{source}": summary["iou"]}
        choosing = [metrics[f"dice_{source}"] for source in found if source not in self.judged_only]
        return metrics | {"dice": float(np.mean(choosing))}

    def predict(self, cut: Cut) -> Mask:
        """Pixels that the network calls vitiligo, (H, W)."""
        logits = self.model(self.inputs.tensor(cut.image))
        found: Mask = (logits[0].argmax(dim=0) == VITILIGO).numpy().astype(np.uint8)
        return found

    def _judgement(self, index: int, sample: FaceSample) -> Cut:
        rng = np.random.default_rng((self.seed, index, 1))
        cut = cut_box(sample, sample.box, size=self.inputs.size, margin=self.inputs.margin)
        if sample.vitiligo is None:
            painted = paint_face(rng, cut.image, cut.parts, self.brush)
            cut = Cut(painted.image, cut.parts, painted.vitiligo)
        return through_mask(cut, face_of(cut.parts))


def through_mask(cut: Cut, mask: Mask) -> Cut:
    """What the vitiligo network sees through a face mask (H, W): black elsewhere, and no lesion there."""
    image = hide_undecided(masked(cut.image, mask), cut.parts)
    return Cut(image, cut.parts, (cut.vitiligo & mask & decided(cut.parts)).astype(np.uint8), seen=mask)


def in_sight(cut: Cut) -> Mask:
    """Where the network sees the face (H, W). The black rest is no lesion by construction: learning that
    is idle.
    """
    return np.ones_like(cut.vitiligo) if cut.seen is None else cut.seen
