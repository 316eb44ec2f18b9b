"""The networks that outline and classify lesions, as builders of the architecture registry.

None of them fetches weights: what a network knows comes out of its release.
"""

from analysis.vision import torchvision_ops  # noqa: F401

# isort: split
# torchvision can only be imported after torchvision_ops.
import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import segmentation

from analysis.vision.lesion.metadata import MAX_AGE, Metadata, Sex, Site

METADATA_WIDTH = 1 + len(Sex) + len(Site)
"""Age, sex and site as numbers: 11."""
HIDDEN = (64, 32)
FEATURES, FUSED = 1536, 512
"""What EfficientNet-B3 says about a picture, and the width of the head."""
DROPOUT = 0.3


def smp_unet(encoder: str = "resnet34", classes: int = 1) -> nn.Module:
    """U-Net of `segmentation_models_pytorch`, whose names it keeps: checkpoints of that shape load as they
    are.

    Input: (N, 3, H, W), normalised, H and W multiples of 32. Output: logits (N, classes, H, W).
    """
    # Imported here: the package brings a large collection of networks that nothing else needs.
    import segmentation_models_pytorch as smp

    network: nn.Module = smp.Unet(encoder, encoder_weights=None, in_channels=3, classes=classes)
    return network


def deeplabv3(backbone: str = "mobilenet_v3_large", classes: int = 1) -> nn.Module:
    """DeepLabV3 of torchvision (Chen et al., "Rethinking Atrous Convolution", 2017), on a light backbone or
    on "resnet101".

    Input: (N, 3, H, W), normalised. Output: {"out": logits (N, classes, H, W)}. Raises KeyError for another
    backbone.
    """
    builders = {
        "mobilenet_v3_large": segmentation.deeplabv3_mobilenet_v3_large,
        "resnet101": segmentation.deeplabv3_resnet101,
    }
    network: nn.Module = builders[backbone](weights=None, weights_backbone=None, num_classes=classes)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            # torchvision's MobileNetV3 remembers a hundred steps: too long for a training of a thousand.
            module.momentum = 0.1
    return network


def mask_logits(network: nn.Module, x: Tensor) -> Tensor:
    """Logits of the lesion (N, H, W) of any of the segmenters: of one channel, or of the second against the
    first.
    """
    answer = network(x)
    logits: Tensor = answer if isinstance(answer, Tensor) else answer["out"]
    return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


def resnet18(classes: int = 1) -> nn.Module:
    """ResNet-18 of torchvision (He et al., 2016). (N, 3, H, W), normalised, to logits (N, classes)."""
    network: nn.Module = models.resnet18(weights=None, num_classes=classes)
    return network


class FusionNetwork(nn.Module):
    """EfficientNet-B3 (Tan and Le, 2019) and a small network for age, sex and site, joined late.

    Input: (N, 3, H, W), normalised, and (N, 11) as `metadata_tensor` makes it. Output: logits (N, classes).
    """

    def __init__(self, classes: int = 1) -> None:
        super().__init__()
        body = models.efficientnet_b3(weights=None)
        self.features = body.features
        self.metadata = nn.Sequential(
            nn.Linear(METADATA_WIDTH, HIDDEN[0]),
            nn.ReLU(inplace=True),
            nn.Linear(HIDDEN[0], HIDDEN[1]),
            nn.ReLU(inplace=True),
        )
        self.head = nn.Sequential(
            nn.Dropout(DROPOUT),
            nn.Linear(FEATURES + HIDDEN[1], FUSED),
            nn.ReLU(inplace=True),
            nn.Dropout(DROPOUT),
            nn.Linear(FUSED, classes),
        )

    def forward(self, x: Tensor, metadata: Tensor) -> Tensor:
        seen = self.features(x).mean(dim=(2, 3))
        logits: Tensor = self.head(torch.cat([seen, self.metadata(metadata)], dim=1))
        return logits


def metadata_tensor(metadata: Metadata) -> Tensor:
    """(11,): age in units of `MAX_AGE`, one entry for each sex, one for each site; what is unknown is 0.

    An age of 0 years reads as one day to differ from an unknown age.
    """
    values = torch.zeros(METADATA_WIDTH)
    if metadata.age is not None:
        values[0] = max(metadata.age, 1 / 365) / MAX_AGE
    if metadata.sex is not None:
        values[1 + list(Sex).index(metadata.sex)] = 1
    if metadata.site is not None:
        values[1 + len(Sex) + list(Site).index(metadata.site)] = 1
    return values
