"""The backbone MobileNet v1 at a quarter of its width (Howard et al., 2017), as RetinaFace uses it.

Sub-module names follow the published PyTorch RetinaFace, so that its checkpoints load.
"""

from torch import Tensor, nn

LEAK = 0.1
# (output channels, stride) of the depthwise-separable blocks of each stage.
STAGES = (
    ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1)),
    ((128, 2), (128, 1), (128, 1), (128, 1), (128, 1), (128, 1)),
    ((256, 2), (256, 1)),
)
STEM_CHANNELS = 8


def stem(channels_in: int, channels_out: int, stride: int) -> nn.Sequential:
    """A 3x3 convolution with batch norm and leaky ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.LeakyReLU(LEAK, inplace=True),
    )


def separable(channels_in: int, channels_out: int, stride: int) -> nn.Sequential:
    """A depthwise 3x3 convolution and a pointwise one, each with batch norm and leaky ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in, bias=False),
        nn.BatchNorm2d(channels_in),
        nn.LeakyReLU(LEAK, inplace=True),
        nn.Conv2d(channels_in, channels_out, 1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.LeakyReLU(LEAK, inplace=True),
    )


class MobileNetBody(nn.Module):
    """Picture (N, 3, H, W) to three feature maps at strides 8, 16 and 32 with `channels` channels."""

    channels = (64, 128, 256)

    def __init__(self) -> None:
        super().__init__()
        first, second, third = STAGES
        self.stage1 = nn.Sequential(stem(3, STEM_CHANNELS, 2), *blocks(STEM_CHANNELS, first))
        self.stage2 = nn.Sequential(*blocks(self.channels[0], second))
        self.stage3 = nn.Sequential(*blocks(self.channels[1], third))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        fine = self.stage1(pictures)
        middle = self.stage2(fine)
        return [fine, middle, self.stage3(middle)]


def blocks(channels_in: int, plan: tuple[tuple[int, int], ...]) -> list[nn.Sequential]:
    """The separable blocks of one stage."""
    layers = []
    for channels_out, stride in plan:
        layers.append(separable(channels_in, channels_out, stride))
        channels_in = channels_out
    return layers
