"""Lesion networks whose answer is known in advance: dark is lesion, blue is malignant, and age adds to it.

They test what lies around the networks (gates, passes, pages), and nothing else.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN
from analysis.vision.lesion.models import LesionClassifier, LesionModels, LesionSegmenter
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, TASKS
from analysis.vision.releases import Release
from tests.vision.known_networks import card

PLAIN = CropInput(size=64, margin=MARGIN, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
CLASSES = ("benign", "malignant")


class DarkIsLesion(nn.Module):
    """A pixel darker than `level` (0 to 1) is lesion."""

    def __init__(self, level: float = 0.5) -> None:
        super().__init__()
        self.level = level

    def forward(self, x: Tensor) -> Tensor:
        return (self.level - x.mean(dim=1, keepdim=True)) * 40


class BlueIsMalignant(nn.Module):
    """The bluer the crop the higher the logit; with `told`, every 20 years add one to it."""

    def __init__(self, *, told: bool) -> None:
        super().__init__()
        self.told = told
        self.places = nn.Conv2d(3, 1, 1)
        with torch.no_grad():
            self.places.weight.copy_(torch.tensor([-1.0, 0.0, 1.0])[None, :, None, None])
            self.places.bias = None

    def forward(self, x: Tensor, metadata: Tensor | None = None) -> Tensor:
        logit: Tensor = 4 * self.places(x).mean(dim=(2, 3))
        return logit if metadata is None else logit + 6 * metadata[:, :1]


def known_lesion_models() -> LesionModels:
    """Models for pictures of a dark lesion on lighter skin; the second segmenter draws a little wider."""
    segmenters = {
        task: LesionSegmenter(DarkIsLesion(level).eval(), PLAIN)
        for task, level in zip(SEGMENTERS, (0.5, 0.54), strict=True)
    }
    classifiers = {}
    for task, told in zip(CLASSIFIERS, (False, True), strict=True):
        network = BlueIsMalignant(told=told).eval()
        classifiers[task] = LesionClassifier(
            network, PLAIN, network.places, CLASSES, ("malignant",), told=told
        )
    architectures = ("unet", "deeplabv3", "resnet18", "efficientnet_b3_fusion")
    releases = {t: Release(Path(t), card(t, a)) for t, a in zip(TASKS, architectures, strict=True)}
    return LesionModels(segmenters, classifiers, releases)
