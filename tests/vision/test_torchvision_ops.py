"""torchvision imports, and its networks run, once the missing operator schemas are defined."""

import torch

from analysis.vision import torchvision_ops


def test_torchvision_networks_run() -> None:
    from torchvision.models import resnet18

    with torch.inference_mode():
        logits = resnet18(weights=None).eval()(torch.zeros(1, 3, 64, 64))
    assert logits.shape == (1, 1000)


def test_every_needed_schema_is_defined_once() -> None:
    assert all(hasattr(torch.ops.torchvision, name) for name in torchvision_ops.SCHEMAS)
    assert torchvision_ops.define_missing_schemas() == []
