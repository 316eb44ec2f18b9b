"""Networks whose answer is known in advance: they read the truth from the colours of a drawn face.

They test what lies around the networks (geometry, order, refusals), and nothing else.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from analysis.vision.cards import Card
from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.detection import Detection, FaceDetector
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.mask import FaceMasker
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.models import TASKS, FaceModels
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.face.vitiligo import VitiligoSegmenter
from analysis.vision.releases import Release
from analysis.vision.terms import Image, Mask

PLAIN = CropInput(size=320, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
SKIN = (150, 100, 80)
LESION = (225, 220, 215)

LANDMARKS = np.array([[-0.2, -0.15], [0.2, -0.15], [0, 0.05], [-0.16, 0.27], [0.16, 0.27]], np.float32)


@dataclass(frozen=True)
class DrawnFace:
    """A face drawn with known masks."""

    image: Image
    face: Mask
    vitiligo: Mask
    detection: Detection


@dataclass(frozen=True)
class KnownDetector(FaceDetector):
    """Finds the faces it was told."""

    faces: tuple[Detection, ...] = ()

    def detect(self, image: Image) -> list[Detection]:
        return list(self.faces)


class SkinIsFace(FaceMatting):
    """Whatever is brighter than the background is face."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid((x.mean(dim=1, keepdim=True) - 0.2) * 60)


class BrightIsVitiligo(DDRNet):
    """Whatever is brighter than skin is lesion."""

    def forward(self, x: Tensor) -> Tensor:
        lesion = (x.mean(dim=1, keepdim=True) - 0.65) * 60
        return torch.cat([torch.zeros_like(lesion), lesion], dim=1)


def draw_face(size: tuple[int, int] = (708, 1060), *, share: float = 0.08, yaw: float = 0.0) -> DrawnFace:
    """An ellipse of skin on black with one round lesion on its cheek; `size` is (width, height)."""
    width, height = size
    centre = np.array([width * 0.5, height * 0.48])
    axes = np.array([width * 0.3, height * 0.28])
    y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
    face = (((x - centre[0]) / axes[0]) ** 2 + ((y - centre[1]) / axes[1]) ** 2 < 1).astype(np.uint8)
    spot = centre + axes * (0.35, 0.3)
    radius = np.sqrt(share * axes.prod())
    vitiligo = (np.hypot(x - spot[0], y - spot[1]) < radius).astype(np.uint8)
    levels = np.array([(0, 0, 0), SKIN, LESION], np.float32)[face + vitiligo * face]
    grain = np.random.default_rng(1).normal(0, 4, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    texture = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)[..., None] * face[..., None]
    turned = LANDMARKS + np.array([[yaw, 0]] * 2 + [[3 * yaw, 0]] + [[yaw, 0]] * 2, np.float32)
    landmarks = (centre + turned * axes * 1.6).astype(np.float32)
    (x0, y0), (x1, y1) = (centre - axes).tolist(), (centre + axes).tolist()
    detection = Detection((x0, y0, x1, y1), landmarks, 0.99)
    return DrawnFace(np.clip(levels + texture, 0, 255).astype(np.uint8), face, vitiligo & face, detection)


def card(task: str, architecture: str, **changes: object) -> Card:
    """A card that says what a test needs."""
    base = Card(
        name=f"{task}-1",
        task=task,
        architecture=architecture,
        seed=0,
        data_terms="none",
        intended_use="tests",
        limits="untrained",
        created="2026-01-01T00:00:00Z",
        sha256="0" * 64,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def known_models(*faces: Detection) -> FaceModels:
    """Models that find these faces and mask them by colour."""
    architectures = ("retinaface", "face_matting", "ddrnet")
    return FaceModels(
        detector=KnownDetector(RetinaFace(), faces=faces),
        masker=FaceMasker(SkinIsFace(), PLAIN),
        segmenter=VitiligoSegmenter(BrightIsVitiligo(), PLAIN),
        releases={t: Release(Path(t), card(t, a)) for t, a in zip(TASKS, architectures, strict=True)},
    )
