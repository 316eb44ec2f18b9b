"""U-Net, SAM and the SAM-guided U-Net: shapes, the published names, learning, releases."""

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from analysis.vision import catalogue, torchvision_ops  # noqa: F401
from analysis.vision.architectures import SEGMENTERS
from analysis.vision.cards import Base
from analysis.vision.catalogue import SAM, import_checkpoint, installed
from analysis.vision.releases import (
    WeightsMismatch,
    WeightsMissing,
    load_network,
    read_release,
    write_release,
)
from analysis.vision.segmentation.sam import SIZES, Sam, published_names
from analysis.vision.segmentation.sam_unet import EncoderMissing, SamUNet
from analysis.vision.segmentation.unet import UNet
from tests.vision.known_networks import card

SIZE = SIZES["tiny"]["image_size"]


@pytest.fixture(scope="module")
def original() -> Any:
    """The authors' own implementation, in the size of `tiny`, with weights that are not small."""
    from segment_anything import modeling

    torch.manual_seed(1)
    tiny = SIZES["tiny"]
    sam = modeling.Sam(
        image_encoder=modeling.ImageEncoderViT(
            depth=tiny["num_hidden_layers"],
            embed_dim=tiny["hidden_size"],
            img_size=SIZE,
            mlp_ratio=tiny["mlp_dim"] / tiny["hidden_size"],
            norm_layer=partial(nn.LayerNorm, eps=1e-6),
            num_heads=tiny["num_attention_heads"],
            patch_size=16,
            qkv_bias=True,
            use_rel_pos=True,
            global_attn_indexes=tiny["global_attn_indexes"],
            window_size=tiny["window_size"],
            out_chans=256,
        ),
        prompt_encoder=modeling.PromptEncoder(256, (SIZE // 16, SIZE // 16), (SIZE, SIZE), 16),
        mask_decoder=modeling.MaskDecoder(
            num_multimask_outputs=3,
            transformer=modeling.TwoWayTransformer(2, 256, 8, 2048),
            transformer_dim=256,
            iou_head_depth=3,
            iou_head_hidden_dim=256,
        ),
    )
    for parameter in sam.parameters():
        nn.init.normal_(parameter, std=0.05)
    return sam.eval()


@torch.inference_mode()
def test_the_published_checkpoint_gives_what_the_authors_implementation_gives(original: Any) -> None:
    sam = Sam("tiny").eval()
    sam.load_state_dict(published_names(original.state_dict()))
    picture = torch.randn(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))
    embedding = sam(picture)
    assert embedding.shape == (1, 256, SIZE // 16, SIZE // 16)
    torch.testing.assert_close(embedding, original.image_encoder(picture))

    box, coarse = torch.tensor([10.0, 20.0, 50.0, 60.0]), torch.randn(SIZE // 4, SIZE // 4)
    points, labels = torch.tensor([[30.0, 40.0], [58.0, 12.0]]), torch.tensor([1, 0])
    sparse, dense = original.prompt_encoder((points[None], labels[None]), box[None], coarse[None, None])
    code = original.prompt_encoder.get_dense_pe()
    expected, _ = original.mask_decoder(embedding, code, sparse, dense, multimask_output=True)
    found = sam.propose(embedding, box=box, points=points, labels=labels, coarse=coarse)
    torch.testing.assert_close(found, expected[0], atol=1e-5, rtol=1e-4)


def test_the_published_size_is_vit_b_at_1024_pixels() -> None:
    with torch.device("meta"):
        sam = Sam("vit-b")
    assert sam.image_size == 1024
    encoder = sum(p.numel() for p in sam.model.vision_encoder.parameters())
    assert encoder == 89_670_912  # Kirillov et al.: 91 million with what reads the prompts


def guided() -> SamUNet:
    return SamUNet().guided_by(Sam("tiny"))


@pytest.mark.parametrize("build", [UNet, guided], ids=["unet", "sam_unet"])
def test_logits_lie_on_the_pictures_grid(build: partial[nn.Module]) -> None:
    network = build()
    assert isinstance(network, SEGMENTERS)
    assert network(torch.zeros(2, 3, SIZE, SIZE)).shape == (2, 2, SIZE, SIZE)


def test_a_unet_takes_odd_sizes() -> None:
    assert UNet()(torch.zeros(1, 3, 99, 70)).shape == (1, 2, 99, 70)


def test_a_unet_has_levels() -> None:
    with pytest.raises(ValueError, match="levels"):
        UNet(widths=(8,))


def discs(batch: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Bright discs on noisy grounds, and where they are."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIZE, :SIZE]
    places = rng.uniform(16, SIZE - 16, (batch, 2)), rng.uniform(7, 14, batch)
    truth = np.stack([np.hypot(x - a, y - b) < r for (a, b), r in zip(*places, strict=True)])
    pictures = truth[:, None] * 1.5 + rng.normal(0, 0.7, (batch, 3, SIZE, SIZE))
    return torch.from_numpy(pictures).float(), torch.from_numpy(truth).long()


@pytest.mark.parametrize("build", [partial(UNet, widths=(8, 16, 32)), guided], ids=["unet", "sam_unet"])
def test_it_learns(build: partial[nn.Module]) -> None:
    torch.manual_seed(0)
    network = build()
    encoder = None
    if isinstance(network, SamUNet):
        encoder = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3)
    for step in range(30):
        pictures, truth = discs(4, step)
        loss = nn.functional.cross_entropy(network.train()(pictures), truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    pictures, truth = discs(4, 1000)
    with torch.inference_mode():
        found = network.eval()(pictures).argmax(dim=1)
    dice = 2 * (found * truth).sum() / (found.sum() + truth.sum())
    assert dice > 0.9
    if isinstance(network, SamUNet) and encoder is not None:
        now = network.encoder.state_dict()
        assert all(torch.equal(now[name], value) for name, value in encoder.items())


@pytest.fixture
def weights_dir(tmp_path: Path) -> Path:
    """A folder with a tiny SAM and a SAM-guided U-Net that was taught with it."""
    torch.manual_seed(3)
    sam = write_release(
        tmp_path / "sam-tiny", Sam("tiny"), card("sam", "sam", name="sam-tiny", arguments={"size": "tiny"})
    )
    network = SamUNet().guided_by(Sam("tiny"))
    base = Base(sam.name, sam.sha256)
    write_release(
        tmp_path / "vitiligo-sam", network, card("vitiligo", "sam_unet", name="vitiligo-sam", base=base)
    )
    return tmp_path


def test_a_release_names_its_encoder_and_does_not_hold_it(weights_dir: Path) -> None:
    release = read_release(weights_dir / "vitiligo-sam")
    assert release.card.base is not None
    assert release.card.base.sha256 == read_release(weights_dir / "sam-tiny").sha256
    assert (weights_dir / "vitiligo-sam" / "weights.safetensors").stat().st_size < 2_000_000
    network = load_network(release)
    with torch.inference_mode():
        assert network(torch.zeros(1, 3, SIZE, SIZE)).shape == (1, 2, SIZE, SIZE)
    assert not any(p.requires_grad for p in network.parameters())


def test_another_encoder_of_the_same_name_is_refused(weights_dir: Path) -> None:
    torch.manual_seed(4)
    other = card("sam", "sam", name="sam-tiny", arguments={"size": "tiny"})
    write_release(weights_dir / "sam-tiny", Sam("tiny"), other)
    with pytest.raises(WeightsMismatch, match="not the encoder"):
        load_network(read_release(weights_dir / "vitiligo-sam"))


def test_without_its_encoder_there_is_no_answer(weights_dir: Path) -> None:
    (weights_dir / "sam-tiny" / "card.json").unlink()
    with pytest.raises(WeightsMissing, match="sam-tiny"):
        load_network(read_release(weights_dir / "vitiligo-sam"))
    with pytest.raises(EncoderMissing):
        SamUNet()(torch.zeros(1, 3, SIZE, SIZE))


def test_where_sam_is_missing_the_way_to_get_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as missing:
        installed(SAM, tmp_path)
    for part in (SAM.address, SAM.sha256, SAM.licence, "weights import sam_vit_b_01ec64.pth"):
        assert part in str(missing.value)


def test_a_published_file_becomes_a_release(
    original: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sam.pth"
    torch.save(original.state_dict(), file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    tiny = replace(SAM, name="sam-tiny", arguments={"size": "tiny"}, sha256=digest)
    monkeypatch.setattr(catalogue, "PUBLISHED", (tiny,))
    release = import_checkpoint(file, tmp_path / "weights")
    assert isinstance(load_network(release), Sam)
    assert installed(tiny, tmp_path / "weights").sha256 == release.sha256
