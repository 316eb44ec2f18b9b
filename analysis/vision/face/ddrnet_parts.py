"""The building blocks of DDRNet: residual stages, the pyramid pooling module and the segmentation head.

Attribute names are those of the published PyTorch implementation (github.com/ydhongHIT/DDRNet), because they
are the parameter names in its checkpoints.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

POOLS = ((5, 2), (9, 4), (17, 8))
"""Kernel and stride of the local poolings of DAPPM; a global pooling follows them."""


def resize(x: Tensor, size: torch.Size | tuple[int, int]) -> Tensor:
    """Bilinear resampling of (N, C, h, w) to `size`, half-pixel centres."""
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def conv_norm(channels_in: int, channels_out: int, kernel: int, stride: int = 1) -> list[nn.Module]:
    """A convolution that keeps the grid (up to its stride) and its batch norm."""
    conv = nn.Conv2d(channels_in, channels_out, kernel, stride, padding=kernel // 2, bias=False)
    return [conv, nn.BatchNorm2d(channels_out)]


def norm_conv(channels_in: int, channels_out: int, kernel: int = 1) -> list[nn.Module]:
    """Batch norm, ReLU, convolution: the order inside DAPPM."""
    conv = nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False)
    return [nn.BatchNorm2d(channels_in), nn.ReLU(inplace=True), conv]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut. A linear block leaves its last ReLU to the caller."""

    expansion = 1

    def __init__(self, channels_in: int, width: int, stride: int = 1, *, linear: bool = False) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_norm(channels_in, width, 3, stride)
        self.conv2, self.bn2 = conv_norm(width, width, 3)
        self.downsample = _shortcut(channels_in, width, stride)
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        out = self.bn2(self.conv2(out)) + (x if self.downsample is None else self.downsample(x))
        return out if self.linear else F.relu(out, inplace=True)


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 convolutions and a shortcut; the output has twice the width."""

    expansion = 2

    def __init__(self, channels_in: int, width: int, stride: int = 1, *, linear: bool = False) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_norm(channels_in, width, 1)
        self.conv2, self.bn2 = conv_norm(width, width, 3, stride)
        self.conv3, self.bn3 = conv_norm(width, width * self.expansion, 1)
        self.downsample = _shortcut(channels_in, width * self.expansion, stride)
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        out = F.relu(self.bn2(self.conv2(out)), inplace=True)
        out = self.bn3(self.conv3(out)) + (x if self.downsample is None else self.downsample(x))
        return out if self.linear else F.relu(out, inplace=True)


def _shortcut(channels_in: int, channels_out: int, stride: int) -> nn.Sequential | None:
    if stride == 1 and channels_in == channels_out:
        return None
    return nn.Sequential(*conv_norm(channels_in, channels_out, 1, stride))


def residual_stage(
    block: type[BasicBlock | Bottleneck], channels_in: int, width: int, depth: int, stride: int = 1
) -> nn.Sequential:
    """`depth` blocks, the first with the stride, the last linear, so that branches fuse before the ReLU."""
    channels = [channels_in] + [width * block.expansion] * (depth - 1)
    strides = [stride] + [1] * (depth - 1)
    last = depth - 1
    return nn.Sequential(
        *(block(channels[i], width, strides[i], linear=i == last) for i in range(depth)),
    )


class DAPPM(nn.Module):
    """Deep aggregation pyramid pooling (Hong et al. 2021): context at five scales, fused in turn."""

    def __init__(self, channels_in: int, branch: int, channels_out: int) -> None:
        super().__init__()
        pools = [nn.AvgPool2d(kernel, stride, padding=kernel // 2) for kernel, stride in POOLS]
        self.scale0 = nn.Sequential(*norm_conv(channels_in, branch))
        for i, pool in enumerate([*pools, nn.AdaptiveAvgPool2d(1)], start=1):
            self.add_module(f"scale{i}", nn.Sequential(pool, *norm_conv(channels_in, branch)))
            self.add_module(f"process{i}", nn.Sequential(*norm_conv(branch, branch, 3)))
        self.compression = nn.Sequential(*norm_conv(branch * 5, channels_out))
        self.shortcut = nn.Sequential(*norm_conv(channels_in, channels_out))

    def forward(self, x: Tensor) -> Tensor:
        scales = [self.scale0(x)]
        for i in range(1, len(POOLS) + 2):
            pooled = resize(self.get_submodule(f"scale{i}")(x), x.shape[-2:])
            scales.append(self.get_submodule(f"process{i}")(pooled + scales[-1]))
        fused: Tensor = self.compression(torch.cat(scales, dim=1)) + self.shortcut(x)
        return fused


class SegmentationHead(nn.Module):
    """Features to class logits on the same grid."""

    def __init__(self, channels_in: int, width: int, classes: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels_in)
        self.conv1 = nn.Conv2d(channels_in, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(F.relu(self.bn1(x)))
        logits: Tensor = self.conv2(F.relu(self.bn2(x)))
        return logits
