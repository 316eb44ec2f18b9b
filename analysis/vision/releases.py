"""Releases: trained weights with their card, on disk as a folder of `weights.safetensors` and `card.json`.

A network comes out of a release only when the file is the one its card names and fits the architecture
completely. Every other case is an exception: no network is better than a wrong one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import Base, Card
from analysis.vision.segmentation.sam import PackageMissing, Sam
from analysis.vision.segmentation.sam_unet import SamUNet

WEIGHTS = "weights.safetensors"
CARD = "card.json"


class ReleaseUnusable(Exception):
    """A release that must not predict; the message says which and why, and is fit to show."""


class WeightsMissing(ReleaseUnusable):
    """The weights or their card are not there."""


class WeightsMismatch(ReleaseUnusable):
    """The weights are not the ones that the card describes."""


@dataclass(frozen=True)
class Release:
    """A release whose file was compared with its card."""

    folder: Path
    card: Card

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def sha256(self) -> str:
        return self.card.sha256


def read_release(folder: Path) -> Release:
    """The release in `folder`. Raises WeightsMissing, or WeightsMismatch when card and file disagree."""
    release = Release(folder, _read_card(folder))
    _read_weights(release)
    return release


def find_release(weights_dir: Path, task: str) -> Release:
    """The release of `task` with the highest number: `vitiligo-10` before `vitiligo-9`.

    Raises WeightsMissing where there is none, and what `read_release` raises.
    """
    numbered = {
        int(folder.name.removeprefix(f"{task}-")): folder
        for folder in weights_dir.glob(f"{task}-*")
        if folder.name.removeprefix(f"{task}-").isdecimal()
    }
    if not numbered:
        raise WeightsMissing(f"No release for the task {task} is installed.")
    return read_release(numbered[max(numbered)])


def write_release(folder: Path, weights: nn.Module | Mapping[str, Tensor], card: Card) -> Release:
    """Write a release; the card gets the sha256 of the file.

    Kernels are stored as float16; vectors (norms, biases), which are small and have a wide range, keep
    float32. Weights go first and the card last, each moved into place whole: a crash in between leaves a
    release that is refused, never one that is half new. Raises ValueError for values float16 cannot hold.
    """
    state = weights.state_dict() if isinstance(weights, nn.Module) else weights
    data = safetensors.torch.save({name: _stored(name, state[name]) for name in sorted(state)})
    card = replace(card, sha256=hashlib.sha256(data).hexdigest())
    folder.mkdir(parents=True, exist_ok=True)
    _write_atomically(folder / WEIGHTS, data)
    _write_atomically(folder / CARD, card.to_json().encode())
    return Release(folder, card)


def write_card(release: Release, card: Card) -> Release:
    """Write another card for the same weights. Raises ValueError for a card that is not about them."""
    if (card.name, card.task, card.sha256) != (release.name, release.card.task, release.sha256):
        raise ValueError(f"The card is not that of {release.name}.")
    _write_atomically(release.folder / CARD, card.to_json().encode())
    return Release(release.folder, card)


def load_network(release: Release) -> nn.Module:
    """The release's network, in evaluation mode, float32, on the CPU.

    Raises WeightsMissing or WeightsMismatch, also when the file changed since the release was read.
    """
    card = release.card
    state = safetensors.torch.load(_read_weights(release))
    if card.architecture not in ARCHITECTURES:
        raise WeightsMismatch(f"{card.name} names the unknown architecture {card.architecture!r}.")
    try:
        network = ARCHITECTURES[card.architecture](**card.arguments)
        network.load_state_dict(state, strict=True)
    except PackageMissing as error:
        raise WeightsMissing(f"{card.name} cannot be loaded: {error}") from error
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise WeightsMismatch(
            f"The weights of {card.name} do not fit {card.architecture}: {error}"
        ) from error
    if isinstance(network, SamUNet):
        network.guided_by(load_encoder(card.base, release.folder.parent))
    return network.eval().requires_grad_(requires_grad=False)


def load_encoder(base: Base | None, weights_dir: Path) -> Sam:
    """The frozen encoder that a card names, out of the release of that name in `weights_dir`.

    Raises WeightsMissing where it is not installed, and WeightsMismatch for another one of the same name.
    """
    if base is None:
        raise WeightsMismatch("The card names no encoder.")
    release = read_release(weights_dir / base.name)
    network = load_network(release)
    if release.sha256 != base.sha256 or not isinstance(network, Sam):
        raise WeightsMismatch(f"The installed {base.name} is not the encoder that was trained with.")
    return network


def _read_card(folder: Path) -> Card:
    try:
        return Card.from_json((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WeightsMissing(f"The release {folder.name} has no card.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsMismatch(f"The card of {folder.name} cannot be read: {error}") from error


def _read_weights(release: Release) -> bytes:
    try:
        data = (release.folder / WEIGHTS).read_bytes()
    except FileNotFoundError as error:
        raise WeightsMissing(f"The release {release.name} has no weights file.") from error
    if hashlib.sha256(data).hexdigest() != release.sha256:
        raise WeightsMismatch(f"The weights file of {release.name} is not the one its card describes.")
    return data


def _stored(name: str, value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    if not value.is_floating_point():
        return value
    stored = value.to(torch.float16 if value.ndim > 1 else torch.float32)
    if not torch.isfinite(stored).all():
        raise ValueError(f"{name} has values that cannot be stored.")
    return stored


def _write_atomically(path: Path, data: bytes) -> None:
    passing = path.with_name(f".{path.name}.part")
    passing.write_bytes(data)
    passing.replace(path)
