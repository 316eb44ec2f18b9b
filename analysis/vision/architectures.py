"""The networks a release can name in its card."""

from collections.abc import Callable

from torch import nn

from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.ddrnet_detail import DetailedDDRNet
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.lesion.networks import FusionNetwork, deeplabv3, resnet18, smp_unet
from analysis.vision.segmentation.sam import Sam
from analysis.vision.segmentation.sam_unet import SamUNet
from analysis.vision.segmentation.unet import UNet

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {
    "retinaface": RetinaFace,
    "face_matting": FaceMatting,
    "ddrnet": DDRNet,
    "ddrnet_detail": DetailedDDRNet,
    "unet": UNet,
    "sam": Sam,
    "sam_unet": SamUNet,
    "smp_unet": smp_unet,
    "deeplabv3": deeplabv3,
    "resnet18": resnet18,
    "efficientnet_b3_fusion": FusionNetwork,
}
"""Name to builder; the card's `arguments` are the builder's keyword arguments."""

SEGMENTERS = (DDRNet, UNet, SamUNet)
"""What may mark vitiligo: a masked face (N, 3, H, W) to logits (N, 2, H, W); a DDRNet in
training mode adds those of its second head."""
