"""ResNet-50 without its classifier, as a backbone for RetinaFace; names as in torchvision's `resnet50`."""

from torch import Tensor, nn

from analysis.vision import torchvision_ops  # noqa: F401 - torchvision cannot be imported before it

from torchvision.models import resnet50  # isort: skip


class ResNet50Body(nn.Module):
    """Picture (N, 3, H, W) to three feature maps at strides 8, 16 and 32 with `channels` channels."""

    channels = (512, 1024, 2048)

    def __init__(self) -> None:
        super().__init__()
        network = resnet50(weights=None)
        self.conv1, self.bn1 = network.conv1, network.bn1
        self.relu, self.maxpool = network.relu, network.maxpool
        self.layer1, self.layer2 = network.layer1, network.layer2
        self.layer3, self.layer4 = network.layer3, network.layer4

    def forward(self, pictures: Tensor) -> list[Tensor]:
        quarter: Tensor = self.layer1(self.maxpool(self.relu(self.bn1(self.conv1(pictures)))))
        maps: list[Tensor] = []
        for layer in (self.layer2, self.layer3, self.layer4):
            quarter = layer(quarter)
            maps.append(quarter)
        return maps
