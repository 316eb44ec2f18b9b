"""Segment Anything: the image encoder that guides the U-Net, and the prompts that refine a mask.

Kirillov et al., "Segment Anything", ICCV 2023 (arXiv:2304.02643), in the implementation of the package
`transformers`, which is not a part of the application: `requirements-sam.txt` names it, and it is imported
only when a SAM is built.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

SIZES: Mapping[str, Mapping[str, Any]] = {
    "vit-b": {},
    "tiny": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "mlp_dim": 64,
        "image_size": 64,
        "window_size": 2,
        "global_attn_indexes": [1],
    },
}
"""What differs from the published ViT-B (768 channels, 12 layers, 1024 pixels). `tiny` is for tests."""

PACKAGE = "transformers"


class PackageMissing(ImportError):
    """SAM's package is not installed; the message is fit to show."""


class Sam(nn.Module):
    """The encoder, the prompt encoder and the mask decoder of one size of `SIZES`.

    The weights are random until a state dict is loaded. An unknown size raises KeyError, a missing package
    PackageMissing.
    """

    def __init__(self, size: str = "vit-b") -> None:
        super().__init__()
        self.model = _build(SIZES[size])

    @property
    def image_size(self) -> int:
        """Width and height of the only picture size it takes, in pixels."""
        return int(self.model.config.vision_config.image_size)

    def forward(self, pictures: Tensor) -> Tensor:
        """Normalised pictures (N, 3, S, S) of `image_size` to their embedding (N, 256, S / 16, S / 16).

        Another size raises ValueError.
        """
        embedding: Tensor = self.model.get_image_embeddings(pictures)
        return embedding

    def propose(
        self, embedding: Tensor, *, box: Tensor, points: Tensor, labels: Tensor, coarse: Tensor
    ) -> Tensor:
        """Masks of one object, as logits (3, S / 4, S / 4): part, thing and whole.

        Args:
            embedding: (1, 256, S / 16, S / 16) of the picture.
            box: (4,) x0, y0, x1, y1 around the object in the picture's pixels, 0 to S.
            points: (K, 2) x, y in pixels, at least one.
            labels: (K,) 1 where the point lies on the object, 0 where beside it.
            coarse: (S / 4, S / 4) a first mask as logits.
        """
        answer = self.model(
            image_embeddings=embedding,
            input_boxes=box[None, None],
            input_points=points[None, None],
            input_labels=labels[None, None],
            input_masks=coarse[None, None],
            multimask_output=True,
        )
        masks: Tensor = answer.pred_masks[0, 0]
        return masks


def _build(changes: Mapping[str, Any]) -> Any:
    # torchvision, which transformers imports, does not load beside every torch without this.
    from analysis.vision import torchvision_ops  # noqa: F401

    try:
        from transformers import SamConfig, SamModel
    except ImportError as error:
        raise PackageMissing(
            f"SAM needs the package {PACKAGE}: pip install -r requirements-sam.txt"
        ) from error
    sizes = {"image_size": changes["image_size"]} if "image_size" in changes else {}
    return SamModel(SamConfig(vision_config=dict(changes), prompt_encoder_config=sizes))


RENAMED = (
    ("image_encoder.", "vision_encoder."),
    ("patch_embed.proj.", "patch_embed.projection."),
    ("encoder.blocks.", "encoder.layers."),
    ("neck.0.", "neck.conv1."),
    ("neck.1.", "neck.layer_norm1."),
    ("neck.2.", "neck.conv2."),
    ("neck.3.", "neck.layer_norm2."),
    (".norm", ".layer_norm"),
    ("pe_layer.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
    ("point_embeddings.", "point_embed."),
    ("mask_downscaling.0.", "mask_embed.conv1."),
    ("mask_downscaling.1.", "mask_embed.layer_norm1."),
    ("mask_downscaling.3.", "mask_embed.conv2."),
    ("mask_downscaling.4.", "mask_embed.layer_norm2."),
    ("mask_downscaling.6.", "mask_embed.conv3."),
    ("output_upscaling.0.", "upscale_conv1."),
    ("output_upscaling.1.", "upscale_layer_norm."),
    ("output_upscaling.3.", "upscale_conv2."),
)
"""From the names of the published checkpoint to those of the package, applied in this order."""

PERCEPTRONS = (("layers.0.", "proj_in."), ("layers.1.", "layers.0."), ("layers.2.", "proj_out."))
"""The same for the small perceptrons of the mask decoder."""


def published_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of `Sam` from that of a published checkpoint (`sam_vit_b_01ec64.pth`)."""
    renamed = {f"model.{_renamed(name)}": value for name, value in state.items()}
    # The package keeps the position code where the picture needs it, too.
    code = renamed["model.prompt_encoder.shared_embedding.positional_embedding"]
    return renamed | {"model.shared_image_embedding.positional_embedding": code}


def _renamed(name: str) -> str:
    is_perceptron = "hypernetworks_mlps" in name or "iou_prediction_head" in name
    for published, ours in PERCEPTRONS if is_perceptron else RENAMED:
        if published in name:
            name = name.replace(published, ours)
            if is_perceptron:
                break
    return name


def frozen(sam: Sam) -> Sam:
    """The same network, in evaluation mode and without gradients."""
    return sam.eval().requires_grad_(requires_grad=False)
