"""Teaching the face mask: real faces under many lamps, with and without painted vitiligo, and the phantom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from analysis.vision.face.inputs import CropInput
from analysis.vision.face.matting import FaceMatting
from analysis.vision.training.augmentation import Camera, Cut, JointGeometry, cut_box, cut_face, seed_torch
from analysis.vision.training.data import PHANTOM, FaceSample
from analysis.vision.training.evaluation import Confusion, confusion, summarise
from analysis.vision.training.losses import alpha_loss, composition_loss, laplacian_loss
from analysis.vision.training.obstacles import cut_off, hand_before
from analysis.vision.training.painting import Brush, paint_face
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.sampling import draw_samples


@dataclass(frozen=True)
class MaskBatch:
    """Pictures and their face masks."""

    x: Tensor
    """(N, 3, H, W), normalised."""
    target: Tensor
    """(N, 1, H, W), share of face."""
    known: Tensor
    """(N, 1, H, W), 1 where the truth is known."""


@dataclass
class MattingTask:
    """Task of `loop.train` for the face matting networks."""

    training: Sequence[FaceSample]
    validation: Sequence[FaceSample]
    inputs: CropInput = field(default_factory=CropInput)
    batch_size: int = 8
    steps_per_epoch: int = 60
    sizes: tuple[int, ...] = (192, 256, 320)
    """Widths of the training pictures, one drawn for each batch: small ones are quick, large ones are
    exact.
    """
    weights: dict[str, float] = field(default_factory=dict)
    """How often each source is drawn, relative to 1 for an unnamed one."""
    hand: float = 0.15
    """Chance of a hand before the face."""
    close_up: float = 0.2
    """Chance of a face that the edge of the picture cuts off."""
    seed: int = 0
    key_metric: str = "iou"

    def __post_init__(self) -> None:
        self.model: nn.Module = FaceMatting()
        self.geometry = JointGeometry(degrees=25)
        self.brush = Brush(without_vitiligo=0.4)
        self.camera = Camera()

    def batches(self, epoch: int) -> Iterator[MaskBatch]:
        """The epoch's batches, drawn from (seed, epoch) alone."""
        rng = np.random.default_rng((self.seed, epoch))
        for _ in range(self.steps_per_epoch):
            seed_torch(rng)
            size = int(rng.choice(self.sizes))
            samples = draw_samples(rng, self.training, self.weights, self.batch_size)
            yield self.collate([self.scene(rng, sample, size) for sample in samples])

    def scene(self, rng: np.random.Generator, sample: FaceSample, size: int) -> Cut:
        """One training picture from one face."""
        if rng.random() < self.close_up:
            sample = cut_off(rng, sample)
        cut = self.geometry(cut_face(rng, sample, size=size, margin=self.inputs.margin, jitter=0.06))
        image = cut.image
        if sample.source != PHANTOM and face_of(cut.parts).any():
            image = paint_face(rng, image, cut.parts, self.brush).image
        cut = Cut(image, cut.parts, cut.vitiligo)
        if rng.random() < self.hand:
            cut = hand_before(rng, cut)
        return Cut(self.camera.take(rng, cut.image), cut.parts, cut.vitiligo)

    def collate(self, cuts: Sequence[Cut]) -> MaskBatch:
        """Pictures of one size as a batch."""
        x = self.inputs.tensor(np.stack([cut.image for cut in cuts]))
        target = torch.from_numpy(np.stack([face_of(cut.parts) for cut in cuts])).float()[:, None]
        known = torch.from_numpy(np.stack([decided(cut.parts) for cut in cuts])).float()[:, None]
        return MaskBatch(x, target, known)

    def loss(self, batch: MaskBatch) -> tuple[Tensor, dict[str, float]]:
        """Semantic loss on the coarse mask; alpha, composition and Laplacian losses on the refined one."""
        coarse, alpha = self.model(batch.x)
        semantic = alpha_loss(coarse, batch.target, batch.known)
        exact = alpha_loss(alpha, batch.target, batch.known)
        outline = laplacian_loss(alpha, batch.target, batch.known)
        cut_out = composition_loss(alpha, batch.target, batch.known, batch.x)
        total = semantic + exact + outline + 0.5 * cut_out
        return total, {"coarse": float(semantic.detach()), "alpha": float(exact.detach())}

    def validate(self) -> dict[str, float]:
        """IoU and its kin on pictures as they are, and by source."""
        found: dict[str, list[Confusion]] = {}
        for sample in self.validation:
            cut = cut_box(sample, sample.box, size=self.inputs.size, margin=self.inputs.margin)
            alpha = self.model(self.inputs.tensor(cut.image))[0, 0]
            predicted = (alpha >= 0.5).numpy().astype(np.uint8)
            found.setdefault(sample.source, []).append(
                confusion(predicted, face_of(cut.parts), decided(cut.parts))
            )
        metrics = {f"iou_{source}": summarise(counts)["iou_mean"] for source, counts in found.items()}
        return metrics | {"iou": float(np.mean(list(metrics.values())))}
