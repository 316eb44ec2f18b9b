"""DDRNet, the dual-resolution network that marks the vitiligo.

Hong, Pan, Sun and Jia, "Deep Dual-resolution Networks for Real-time and Accurate Semantic Segmentation of
Road Scenes", 2021 (arXiv:2101.06085). A detail branch stays at 1/8 of the input, a context branch goes down
to 1/64; the two exchange features after every stage (bilateral fusion) and meet behind a pyramid pooling
module. Parameter names are those of the published PyTorch implementation.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .ddrnet_parts import DAPPM, BasicBlock, Bottleneck, SegmentationHead, conv_norm, residual_stage, resize

Variant = Literal["23-slim", "23", "39"]


@dataclass(frozen=True)
class Shape:
    """What tells the published sizes apart."""

    width: int
    depths: tuple[int, int, int, int]
    head: int
    pooling: int = 128
    split: bool = False
    """DDRNet-39 halves its third stage and fuses once more between the halves."""


SHAPES: dict[str, Shape] = {
    "23-slim": Shape(width=32, depths=(2, 2, 2, 2), head=64),
    "23": Shape(width=64, depths=(2, 2, 2, 2), head=128),
    "39": Shape(width=64, depths=(3, 4, 6, 3), head=256, split=True),
}


class Features(NamedTuple):
    """What DDRNet knows of a picture (N, 3, H, W), from fine to coarse."""

    half: Tensor
    """(N, width, H/2, W/2), after the first convolution."""
    quarter: Tensor
    """(N, width, H/4, W/4)."""
    shallow: Tensor
    """(N, 2 width, H/8, W/8), the detail branch before its last fusion."""
    fused: Tensor
    """(N, 4 width, H/8, W/8), both branches together."""


class DDRNet(nn.Module):
    """Class logits for every pixel.

    `variant` is one of the published sizes (5.7, 20 and 32 million parameters), `classes` the number of
    classes (background first), `auxiliary` adds the second head that helps training. Input: (N, 3, H, W),
    normalised, any H and W from 64. Output: logits (N, classes, H, W); in training mode with the auxiliary
    head the pair (logits, auxiliary logits), both of that shape. Unknown variants raise KeyError.
    """

    def __init__(self, variant: Variant = "23-slim", classes: int = 2, *, auxiliary: bool = True) -> None:
        super().__init__()
        shape = SHAPES[variant]
        width, detail = shape.width, shape.width * 2
        self.steps = ("3_1", "3_2", "4") if shape.split else ("3", "4")
        self.conv1 = _stem(width)
        self.layer1 = residual_stage(BasicBlock, width, width, shape.depths[0])
        self.layer2 = residual_stage(BasicBlock, width, detail, shape.depths[1], stride=2)
        self._add_third_stage(shape)
        self._add_fusion("4", shape, depth=shape.depths[3], channels_in=width * 4, stride=2)
        self.layer5_ = residual_stage(Bottleneck, detail, detail, 1)
        self.layer5 = residual_stage(Bottleneck, width * 8, width * 8, 1, stride=2)
        self.spp = DAPPM(width * 16, shape.pooling, width * 4)
        self.seghead_extra = SegmentationHead(detail, shape.head, classes) if auxiliary else None
        self.final_layer = SegmentationHead(width * 4, shape.head, classes)
        self.apply(_initialise)

    def _add_third_stage(self, shape: Shape) -> None:
        detail, context, depth = shape.width * 2, shape.width * 4, shape.depths[2]
        if not shape.split:
            self._add_fusion("3", shape, depth=depth, channels_in=detail, stride=2)
            return
        self._add_fusion("3_1", shape, depth=depth // 2, channels_in=detail, stride=2)
        self._add_fusion("3_2", shape, depth=depth // 2, channels_in=context, stride=1)

    def _add_fusion(self, step: str, shape: Shape, *, depth: int, channels_in: int, stride: int) -> None:
        """Register one stage of both branches and the two paths between them, under the published names."""
        detail, context = shape.width * 2, shape.width * (8 if step == "4" else 4)
        down = conv_norm(detail, shape.width * 4, 3, stride=2)
        if step == "4":
            down += [nn.ReLU(inplace=True), *conv_norm(shape.width * 4, context, 3, stride=2)]
        self.add_module(f"layer{step}", residual_stage(BasicBlock, channels_in, context, depth, stride))
        self.add_module(f"layer{step}_", residual_stage(BasicBlock, detail, detail, depth))
        self.add_module(f"compression{step}", nn.Sequential(*conv_norm(context, detail, 1)))
        self.add_module(f"down{step}", nn.Sequential(*down))

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        features = self.encode(x)
        logits = resize(self.final_layer(features.fused), x.shape[-2:])
        return self.with_auxiliary(logits, features, x.shape[-2:])

    def encode(self, x: Tensor) -> Features:
        """The features that the heads read, from the input (N, 3, H, W)."""
        half = self.conv1[:3](x)
        quarter = F.relu(self.layer1(self.conv1[3:](half)))
        context = self.layer2(quarter)
        detail = shallow = context
        for step in self.steps:
            shallow = detail
            context, detail = self._fuse(step, F.relu(context), F.relu(detail))
        pooled = resize(self.spp(self.layer5(F.relu(context))), detail.shape[-2:])
        return Features(half, quarter, shallow, pooled + self.layer5_(F.relu(detail)))

    def with_auxiliary(
        self, logits: Tensor, features: Features, size: torch.Size
    ) -> Tensor | tuple[Tensor, Tensor]:
        """The logits alone, or in training mode together with those of the auxiliary head."""
        if self.seghead_extra is None or not self.training:
            return logits
        return logits, resize(self.seghead_extra(features.shallow), size)

    def _fuse(self, step: str, context: Tensor, detail: Tensor) -> tuple[Tensor, Tensor]:
        context = self.get_submodule(f"layer{step}")(context)
        detail = self.get_submodule(f"layer{step}_")(detail)
        raised = self.get_submodule(f"compression{step}")(F.relu(context))
        lowered = self.get_submodule(f"down{step}")(F.relu(detail))
        return context + resize_to(lowered, context), detail + resize(raised, detail.shape[-2:])


def resize_to(x: Tensor, like: Tensor) -> Tensor:
    """Resample only where an odd input size left the two branches one pixel apart."""
    return x if x.shape[-2:] == like.shape[-2:] else resize(x, like.shape[-2:])


def _stem(width: int) -> nn.Sequential:
    """Two strided convolutions with bias, as published (the rest of the network has none)."""
    return nn.Sequential(
        nn.Conv2d(3, width, 3, stride=2, padding=1),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
        nn.Conv2d(width, width, 3, stride=2, padding=1),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
    )


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
