"""The networks a release can name in its card."""

from collections.abc import Callable

from torch import nn

from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.retinaface import RetinaFace

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {
    "retinaface": RetinaFace,
    "face_matting": FaceMatting,
    "ddrnet": DDRNet,
}
"""Name to builder; the card's `arguments` are the builder's keyword arguments."""
