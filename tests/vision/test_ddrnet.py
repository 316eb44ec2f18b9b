"""DDRNet has the published shape, names and output."""

from typing import get_args

import pytest
import torch

from analysis.vision.face.ddrnet import DDRNet, Variant
from analysis.vision.face.ddrnet_detail import DetailedDDRNet

NAMES_23 = """
conv1.0.weight conv1.0.bias conv1.1.running_mean conv1.3.weight conv1.4.num_batches_tracked
layer1.0.conv1.weight
layer1.1.bn2.bias layer2.0.downsample.0.weight layer2.0.downsample.1.running_var layer3.0.downsample.0.weight
layer3_.0.conv1.weight layer3_.1.bn2.weight layer4.1.conv2.weight layer4_.0.bn1.weight layer5_.0.conv3.weight
layer5_.0.downsample.1.weight layer5.0.bn3.running_mean compression3.0.weight compression3.1.bias
compression4.0.weight down3.0.weight down3.1.weight down4.0.weight down4.1.bias down4.3.weight
down4.4.running_var spp.scale0.0.weight spp.scale0.2.weight spp.scale1.1.weight spp.scale1.3.weight
spp.scale4.3.weight spp.process1.0.bias spp.process4.2.weight spp.compression.2.weight
spp.shortcut.0.running_mean spp.shortcut.2.weight seghead_extra.bn1.weight seghead_extra.conv2.bias
final_layer.conv1.weight final_layer.bn2.bias final_layer.conv2.weight
"""
NAMES_39 = """
layer3_1.2.conv2.weight layer3_2.0.conv1.weight layer3_1_.0.bn1.weight layer3_2_.2.bn2.bias
compression3_1.0.weight compression3_2.1.running_var down3_1.0.weight down3_2.1.bias layer4_.2.conv1.weight
seghead_extra.conv1.weight
"""


@pytest.mark.parametrize(
    ("variant", "millions"),
    [("23-slim", (5.6, 5.8)), ("23", (20.1, 20.4)), ("39", (31.9, 32.9))],
)
def test_parameter_count_is_the_published_one(variant: Variant, millions: tuple[float, float]) -> None:
    network = DDRNet(variant, classes=19)
    count = sum(p.numel() for p in network.parameters()) / 1e6
    assert millions[0] < count < millions[1]


def test_names_are_the_published_ones() -> None:
    assert set(NAMES_23.split()) <= set(DDRNet("23-slim").state_dict())
    names = set(DDRNet("39").state_dict())
    assert set(NAMES_39.split()) <= names
    assert not any(name.startswith(("layer3.", "down3.", "compression3.")) for name in names)


def test_golden_shapes_of_the_slim_network() -> None:
    shapes = {name: tuple(value.shape) for name, value in DDRNet("23-slim", classes=19).state_dict().items()}
    assert shapes["conv1.0.weight"] == (32, 3, 3, 3)
    assert shapes["layer5.0.conv3.weight"] == (512, 256, 1, 1)
    assert shapes["down4.3.weight"] == (256, 128, 3, 3)
    assert shapes["spp.compression.2.weight"] == (128, 640, 1, 1)
    assert shapes["spp.scale2.3.weight"] == (128, 512, 1, 1)
    assert shapes["final_layer.conv2.weight"] == (19, 64, 1, 1)
    assert shapes["seghead_extra.conv1.weight"] == (64, 64, 3, 3)


@pytest.mark.parametrize("variant", get_args(Variant))
def test_logits_lie_on_the_input_grid(variant: Variant) -> None:
    network = DDRNet(variant, classes=2).eval()
    with torch.inference_mode():
        logits = network(torch.zeros(1, 3, 130, 100))
    assert isinstance(logits, torch.Tensor)
    assert logits.shape == (1, 2, 130, 100)


def test_training_gives_the_auxiliary_logits_too_and_both_heads_learn() -> None:
    network = DDRNet("23-slim")
    main, extra = network(torch.rand(2, 3, 128, 128))
    assert main.shape == extra.shape == (2, 2, 128, 128)
    (main.square().mean() + extra.square().mean()).backward()
    assert all(p.grad is not None for p in network.parameters())


def test_without_auxiliary_head_training_gives_one_tensor() -> None:
    network = DDRNet("23-slim", auxiliary=False)
    assert isinstance(network(torch.rand(2, 3, 128, 128)), torch.Tensor)
    assert not any(name.startswith("seghead_extra") for name in network.state_dict())


def test_the_decoder_starts_as_the_network_it_is_added_to() -> None:
    torch.manual_seed(0)
    plain = DDRNet("23-slim").eval()
    detailed = DetailedDDRNet("23-slim").eval()
    added = {name for name in detailed.state_dict() if name not in plain.state_dict()}
    assert all(name.startswith("detail.") for name in added)
    detailed.load_state_dict({**detailed.state_dict(), **plain.state_dict()})
    x = torch.rand(1, 3, 96, 80)
    with torch.no_grad():
        before, after = plain(x), detailed(x)
    assert after.shape == before.shape == (1, 2, 96, 80)
    # The same logits, brought up in two steps instead of one.
    assert torch.corrcoef(torch.stack([before.flatten(), after.flatten()]))[0, 1] > 0.98


def test_the_decoder_sees_what_a_grid_of_eight_pixels_cannot() -> None:
    torch.manual_seed(0)
    network = DetailedDDRNet("23-slim").eval()
    torch.nn.init.normal_(network.detail.head.weight)
    x = torch.zeros(1, 3, 64, 64)
    x[..., ::4] = 1
    with torch.no_grad():
        logits = network(x)[0, 1, 32]
    assert logits[8:-8].diff().abs().max() > 0
    assert network.training is False
    network.train()
    main, auxiliary = network(torch.rand(2, 3, 64, 64))
    assert main.shape == auxiliary.shape == (2, 2, 64, 64)
