"""DDRNet with a decoder that gives its answer on half the input's grid instead of an eighth.

DDRNet decides on a grid of eight pixels, which is fine for roads and coarse for confetti and for the border
of a lesion at an eye. The decoder goes back up with the features of the first two stages (skip connections
as in Ronneberger et al., "U-Net", 2015) and corrects DDRNet's logits. The parameters of DDRNet keep their
published names, so its checkpoints can be the start; the decoder's last layer starts at zero, and so does
its correction.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .ddrnet import SHAPES, DDRNet, Variant
from .ddrnet_parts import conv_norm, resize

FROM_FUSED = 48
AT_QUARTER = 40
AT_HALF = 24
SKIP_AT_HALF = 16


class DetailedDDRNet(DDRNet):
    """Class logits for every pixel, with borders on half the input's grid.

    Arguments, input and output are those of `DDRNet`.
    """

    def __init__(self, variant: Variant = "23-slim", classes: int = 2, *, auxiliary: bool = True) -> None:
        super().__init__(variant, classes, auxiliary=auxiliary)
        self.detail = Detail(SHAPES[variant].width, classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        features = self.encode(x)
        coarse = self.final_layer(features.fused)
        fine = self.detail(features.half, features.quarter, features.fused)
        logits = resize(resize(coarse, fine.shape[-2:]) + fine, x.shape[-2:])
        return self.with_auxiliary(logits, features, x.shape[-2:])


class Detail(nn.Module):
    """Features at 1/2, 1/4 and 1/8 to the correction of the logits, (N, classes, H/2, W/2).

    `width` is that of the DDRNet: channels at 1/2 and 1/4, a quarter of those at 1/8.
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.from_fused = _mix(width * 4, FROM_FUSED, kernel=1)
        self.at_quarter = nn.Sequential(_mix(FROM_FUSED + width, AT_QUARTER), _mix(AT_QUARTER, AT_QUARTER))
        self.skip = _mix(width, SKIP_AT_HALF, kernel=1)
        self.at_half = _mix(AT_QUARTER + SKIP_AT_HALF, AT_HALF)
        self.head = nn.Conv2d(AT_HALF, classes, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(self, half: Tensor, quarter: Tensor, fused: Tensor) -> Tensor:
        raised = resize(self.from_fused(F.relu(fused)), quarter.shape[-2:])
        x = self.at_quarter(torch.cat([raised, quarter], dim=1))
        x = self.at_half(torch.cat([resize(x, half.shape[-2:]), self.skip(half)], dim=1))
        correction: Tensor = self.head(x)
        return correction


def _mix(channels_in: int, channels_out: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(*conv_norm(channels_in, channels_out, kernel), nn.ReLU(inplace=True))
