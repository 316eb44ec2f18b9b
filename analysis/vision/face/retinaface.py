"""RetinaFace: single-shot face detection with five landmarks (Deng et al., CVPR 2020).

A backbone, a feature pyramid, context modules (Najibi et al., SSH, 2017) and 1x1 heads for class, box and
landmarks. Parameter names and shapes match the well-known PyTorch implementation, so its checkpoints load
with `strict=True`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from analysis.vision.face.mobilenet import MobileNetBody
from analysis.vision.face.resnet_body import ResNet50Body

ANCHORS_PER_CELL = 2
LANDMARKS = 5
FACE = 1
"""Index of the class "face"; 0 is background."""

BODIES: dict[str, tuple[type[MobileNetBody | ResNet50Body], int]] = {
    "mobilenet0.25": (MobileNetBody, 64),
    "resnet50": (ResNet50Body, 256),
}


class Raw(NamedTuple):
    """What the network says of each of A anchors in N pictures, before decoding."""

    boxes: Tensor
    """(N, A, 4) offsets from the anchors."""
    logits: Tensor
    """(N, A, 2) background and face, before softmax."""
    landmarks: Tensor
    """(N, A, 10) offsets from the anchors' centres, x and y of five points."""


def convolution(channels_in: int, channels_out: int, *, size: int = 3, leak: float | None) -> nn.Sequential:
    """Convolution and batch norm, then leaky ReLU unless `leak` is None."""
    layers: list[nn.Module] = [
        nn.Conv2d(channels_in, channels_out, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(channels_out),
    ]
    if leak is not None:
        layers.append(nn.LeakyReLU(leak, inplace=True))
    return nn.Sequential(*layers)


def leak_for(channels: int) -> float:
    """The narrow network leaks, the wide one does not: the published checkpoints were trained so."""
    return 0.1 if channels <= 64 else 0.0


class FeaturePyramid(nn.Module):
    """Brings three backbone maps to one width and adds each coarser map to the finer one."""

    def __init__(self, channels_in: tuple[int, int, int], channels: int) -> None:
        super().__init__()
        leak = leak_for(channels)
        self.output1 = convolution(channels_in[0], channels, size=1, leak=leak)
        self.output2 = convolution(channels_in[1], channels, size=1, leak=leak)
        self.output3 = convolution(channels_in[2], channels, size=1, leak=leak)
        self.merge1 = convolution(channels, channels, leak=leak)
        self.merge2 = convolution(channels, channels, leak=leak)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        coarse = self.output3(maps[2])
        middle = self.output2(maps[1])
        middle = self.merge2(middle + interpolate(coarse, size=middle.shape[-2:], mode="nearest"))
        fine = self.output1(maps[0])
        fine = self.merge1(fine + interpolate(middle, size=fine.shape[-2:], mode="nearest"))
        return [fine, middle, coarse]


class ContextModule(nn.Module):
    """Three receptive fields (3, 5 and 7 pixels wide, built from 3x3 convolutions) side by side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        leak = leak_for(channels)
        self.conv3X3 = convolution(channels, channels // 2, leak=None)
        self.conv5X5_1 = convolution(channels, channels // 4, leak=leak)
        self.conv5X5_2 = convolution(channels // 4, channels // 4, leak=None)
        self.conv7X7_2 = convolution(channels // 4, channels // 4, leak=leak)
        self.conv7x7_3 = convolution(channels // 4, channels // 4, leak=None)

    def forward(self, features: Tensor) -> Tensor:
        trunk = self.conv5X5_1(features)
        fields = [self.conv3X3(features), self.conv5X5_2(trunk), self.conv7x7_3(self.conv7X7_2(trunk))]
        return torch.cat(fields, dim=1).relu()


class Head(nn.Module):
    """A 1x1 convolution that says `values` numbers for each anchor of each cell."""

    def __init__(self, channels: int, values: int) -> None:
        super().__init__()
        self.values = values
        self.conv1x1 = nn.Conv2d(channels, ANCHORS_PER_CELL * values, 1)

    def forward(self, features: Tensor) -> Tensor:
        said: Tensor = self.conv1x1(features)
        return said.permute(0, 2, 3, 1).reshape(len(said), -1, self.values)


class RetinaFace(nn.Module):
    """Normalised pictures (N, 3, H, W) to `Raw`; anchors as `anchors.make_anchors(H, W)` lists them."""

    def __init__(self, backbone: str = "mobilenet0.25") -> None:
        super().__init__()
        if backbone not in BODIES:
            raise ValueError(f"Unknown backbone {backbone!r}; known: {', '.join(BODIES)}.")
        body, channels = BODIES[backbone]
        self.body = body()
        self.fpn = FeaturePyramid(body.channels, channels)
        self.ssh1, self.ssh2, self.ssh3 = (ContextModule(channels) for _ in range(3))
        self.ClassHead = heads(channels, 2)
        self.BboxHead = heads(channels, 4)
        self.LandmarkHead = heads(channels, 2 * LANDMARKS)

    def forward(self, pictures: Tensor) -> Raw:
        fine, middle, coarse = self.fpn(self.body(pictures))
        maps = [self.ssh1(fine), self.ssh2(middle), self.ssh3(coarse)]
        boxes, logits, landmarks = (
            torch.cat([head(features) for head, features in zip(level_heads, maps, strict=True)], dim=1)
            for level_heads in (self.BboxHead, self.ClassHead, self.LandmarkHead)
        )
        return Raw(boxes, logits, landmarks)


def heads(channels: int, values: int) -> nn.ModuleList:
    """One head for each of the three maps."""
    return nn.ModuleList(Head(channels, values) for _ in range(3))


def published_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published state dict without the `module.` that parallel training puts before every name."""
    return {name.removeprefix("module."): value for name, value in state.items()}
